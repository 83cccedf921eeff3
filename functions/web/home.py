"""The first page of each person, and how all this works."""

from shared.home.views import Home, HowThisWorks, home, how_this_works

from .access import ANYONE, SIGNED_IN
from .request import Request
from .routing import Area

area = Area(__name__)


@area.get("/", who=SIGNED_IN, page="home/home.html", gives=Home)
def first_page(request: Request) -> Home:
    """What waits for you."""
    return home(request.me, now=request.now)


@area.get("/how-this-works", who=ANYONE, page="home/how_this_works.html", gives=HowThisWorks)
def explain(request: Request) -> HowThisWorks:
    """How Signpost works, and what you agreed to."""
    return how_this_works(request.signed_in)
