"""The first page of each person, and how all this works."""

from pydantic import Field

from shared.home.views import GroundRulesPage, Home, HowThisWorks, ground_rules_page, home, how_this_works
from shared.people.actions import agree

from .access import ANYONE, PARTICIPANT_ALWAYS, SIGNED_IN, local_path
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)


@area.get("/", who=SIGNED_IN, page="home/home.html", gives=Home)
def first_page(request: Request) -> Home:
    """What waits for you."""
    return home(request.me, now=request.now)


@area.get("/how-this-works", who=ANYONE, page="home/how_this_works.html", gives=HowThisWorks)
def explain(request: Request) -> HowThisWorks:
    """How Signpost works, how your programme runs, and what you agreed to."""
    return how_this_works(request.signed_in, now=request.now)


# ── Agreeing to the ground rules again ─────────────────────────────────────


class Agreed(Given):
    """That somebody agrees to a programme's ground rules."""

    programme_id: str = Field(max_length=100)
    agreed: int = Field(0, ge=0, description="The `rules_version` that was read; 0 if it is not agreed to.")
    next: str = Field("", description="Where to go then, on this site.")


@area.get(
    "/ground-rules",
    who=PARTICIPANT_ALWAYS,
    page="home/ground_rules.html",
    gives=GroundRulesPage,
    asks={"next": "Where to go then, on this site."},
)
def rules_to_read(request: Request) -> GroundRulesPage | Done:
    """The ground rules that were worded anew since you agreed to them."""
    wanted = local_path(str(request.typed.get("next") or request.query.get("next", "")))
    page = ground_rules_page(request.me, wanted=wanted, now=request.now)
    if page.programmes or request.wants_json or request.errors:
        return page
    return Done(wanted or "/")


@area.post("/ground-rules", who=PARTICIPANT_ALWAYS, takes=Agreed, again=rules_to_read)
def agree_to_rules(request: Request, given: Agreed) -> Done:
    """Stores that you agree to the ground rules as they are now, and when."""
    wanted = local_path(given.next)
    agree(request.me, given.programme_id, agreed_version=given.agreed, now=request.now)
    return Done(wanted or "/")
