"""Who is told of concerns, and when: the chain, days away, tests."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from shared.people.absence_views import AwayView, away_page
from shared.people.actions import end_days_away, set_days_away
from shared.policies.working_time import DAYS
from shared.safeguarding.chain.changing import change_chain
from shared.safeguarding.chain.form import MOST_STEPS, SEVERITIES, WrittenChain
from shared.safeguarding.chain.testing import ChainTestView, chain_test_page, send_test
from shared.safeguarding.chain.views import ChainSettings, ChainView, chain_page, chain_settings

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

CHAIN = "/programmes/{programme_id}/chain"
Id = Annotated[str, Field(max_length=100)]
Short = Annotated[str, Field(max_length=20)]
Chosen = Annotated[list[Id], Field(default_factory=list, max_length=300)]
"""What is ticked for one step: `role:<role>` and `person:<person_id>`."""


@area.get(
    CHAIN,
    who=STAFF_ONLY,
    page="chain/chain.html",
    gives=ChainView,
    asks={"at": "A moment to look at, as in 2026-11-27T23:00, by the clock of the United Kingdom."},
)
def chain(request: Request, programme_id: str) -> ChainView:
    """Who would be told of a concern, step by step, now or at another moment."""
    return chain_page(request.me, programme_id, at=request.query.get("at", ""), now=request.now)


# ── Changing it ────────────────────────────────────────────────────────────


class NewChain(Given):
    """Who is told at each step, how long each waits, and when staff are at work.

    A step holds `role:<role>` and `person:<person_id>`; `night_` is a step out of hours.
    """

    version: int = Field(ge=1, description="The `version` of the settings that were looked at.")
    step_1: Chosen
    step_2: Chosen
    step_3: Chosen
    step_4: Chosen
    step_5: Chosen
    step_6: Chosen
    night_1: Chosen
    night_2: Chosen
    night_3: Chosen
    night_4: Chosen
    night_5: Chosen
    night_6: Chosen
    immediate_minutes: Short = Field("", description="How long a step waits for an answer.")
    immediate_counts: Short = Field("always", description="Always `always`.")
    high_minutes: Short = ""
    high_counts: Short = Field("always", description="`always` or `working_time`.")
    medium_minutes: Short = ""
    medium_counts: Short = "always"
    low_minutes: Short = ""
    low_counts: Short = "always"
    monday_opens: Short = Field("", description="As in 09:00; empty for a day that is not worked.")
    monday_closes: Short = ""
    tuesday_opens: Short = ""
    tuesday_closes: Short = ""
    wednesday_opens: Short = ""
    wednesday_closes: Short = ""
    thursday_opens: Short = ""
    thursday_closes: Short = ""
    friday_opens: Short = ""
    friday_closes: Short = ""
    saturday_opens: Short = ""
    saturday_closes: Short = ""
    sunday_opens: Short = ""
    sunday_closes: Short = ""
    bank_holidays: Short = Field(
        "england_and_wales", description="none, england_and_wales, scotland or northern_ireland."
    )
    closed_on: str = Field("", max_length=5_000, description="Further days, one ISO date on each line.")
    reason: str = Field("", description="Why this is changed. Staff read it with the change.")

    def written(self) -> WrittenChain:
        """The same as the domain takes it."""
        places = range(1, MOST_STEPS + 1)
        return WrittenChain(
            steps=[getattr(self, f"step_{place}") for place in places],
            nights=[getattr(self, f"night_{place}") for place in places],
            minutes={severity: getattr(self, f"{severity}_minutes") for severity in SEVERITIES},
            counts={severity: getattr(self, f"{severity}_counts") for severity in SEVERITIES},
            hours={day: (getattr(self, f"{day}_opens"), getattr(self, f"{day}_closes")) for day in DAYS},
            bank_holidays=self.bank_holidays,
            closed_on=self.closed_on,
        )


@dataclass(frozen=True)
class ChainChanged:
    """A chain that was put in force."""

    policy_version: int


@area.get(CHAIN + "/change", who=STAFF_ONLY, page="chain/change.html", gives=ChainSettings)
def before_changing(request: Request, programme_id: str) -> ChainSettings:
    """The chain, its clocks and the working hours in force, to be changed."""
    return chain_settings(request.me, programme_id)


@area.post(CHAIN + "/change", who=STAFF_ONLY, takes=NewChain, gives=ChainChanged, again=before_changing)
def change(request: Request, given: NewChain, programme_id: str) -> Done:
    """Puts another chain, other clocks or other working hours in force."""
    version = change_chain(
        request.me,
        programme_id,
        given.written(),
        version=given.version,
        reason=given.reason,
        now=request.now,
    )
    return Done(f"/programmes/{programme_id}/chain", ChainChanged(version))


# ── Days away ──────────────────────────────────────────────────────────────


class NewDaysAway(Given):
    """Days on which somebody on the staff is away."""

    person_id: Id = Field(min_length=1, description="Who is away.")
    first_day: Short = Field("", description="As in 2026-11-30.")
    last_day: Short = Field("", description="That day they are still away.")
    stand_in: Id = Field("", description="The person_id of who is told of concerns instead, if anybody.")


class BackAgain(Given):
    """Somebody whose days away are over, or were never to be."""

    person_id: Id = Field(min_length=1)


@area.get(CHAIN + "/away", who=STAFF_ONLY, page="chain/away.html", gives=AwayView)
def away(request: Request, programme_id: str) -> AwayView:
    """Who on the staff is away, now or later, and who stands in."""
    return away_page(request.me, programme_id, now=request.now)


@area.post(CHAIN + "/away", who=STAFF_ONLY, takes=NewDaysAway, gives=AwayView, again=away)
def note_days_away(request: Request, given: NewDaysAway, programme_id: str) -> Done:
    """Notes somebody as away, in the place of days noted for them before."""
    set_days_away(
        request.me,
        programme_id,
        given.person_id,
        first_day=given.first_day,
        last_day=given.last_day,
        stand_in=given.stand_in,
        now=request.now,
    )
    return _done_with_days(request, programme_id)


@area.post(CHAIN + "/away/end", who=STAFF_ONLY, takes=BackAgain, gives=AwayView, again=away)
def forget_days_away(request: Request, given: BackAgain, programme_id: str) -> Done:
    """Forgets the days away that were noted for somebody."""
    end_days_away(request.me, programme_id, given.person_id, now=request.now)
    return _done_with_days(request, programme_id)


def _done_with_days(request: Request, programme_id: str) -> Done:
    view = away_page(request.me, programme_id, now=request.now)
    return Done(f"/programmes/{programme_id}/chain/away", view)


# ── Testing it ─────────────────────────────────────────────────────────────


class TestWanted(Given):
    """That a test is to be sent."""

    key: str = Field(min_length=1, max_length=100, description="The same key never sends it twice.")


@area.get(
    CHAIN + "/test",
    who=STAFF_ONLY,
    page="chain/test.html",
    gives=ChainTestView,
    asks={"sent": "The test_id of a test; without it, the latest."},
)
def chain_test(request: Request, programme_id: str) -> ChainTestView:
    """The latest test of the chain, and what became of each e-mail."""
    return chain_test_page(request.me, programme_id, request.query.get("sent", ""))


@area.post(CHAIN + "/test", who=STAFF_ONLY, takes=TestWanted, gives=ChainTestView, again=chain_test)
def test_it(request: Request, given: TestWanted, programme_id: str) -> Done:
    """Sends a test to everybody in the chain."""
    test_id = send_test(request.me, programme_id, key=given.key, now=request.now)
    to = f"/programmes/{programme_id}/chain/test?sent={test_id}"
    return Done(to, chain_test_page(request.me, programme_id, test_id), created=True)
