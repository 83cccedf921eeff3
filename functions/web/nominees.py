"""What educators do: put young people forward, and see how far it has come with them. And what coordinators
decide on that."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, model_validator

from shared.people.educators import NomineesView, nominate, nominate_form, nominees_of
from shared.people.invitation_views import InviteView
from shared.people.nominations import NominationsView, decide_on_nominee, nominations

from .access import EDUCATOR_ONLY, STAFF_ONLY
from .forms import Given, gather_answers
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

Line = Annotated[str, Field(max_length=300)]
NOMINEES = "/programmes/{programme_id}/nominees"
NOMINATIONS = "/programmes/{programme_id}/nominations"


class NewNominee(Given):
    """A young person who is put forward."""

    first_name: Line = ""
    surname: Line = ""
    address: Line = Field("", description="E-mail address. The invitation is bound to it.")
    school: Line = ""
    cohort_id: Line = Field("", description="The cohort they are to be in; may be left out.")
    answers: dict[str, Line] = Field(
        {}, description="Answers to the policy's questions, by id. In a form each is a field answer_<id>."
    )

    _gather = model_validator(mode="before")(gather_answers)


@dataclass(frozen=True)
class Nominated:
    """That somebody was put forward."""

    invitation_id: str


class Decision(Given):
    """Whether somebody who was put forward is invited."""

    decision: Line = Field("", description="`invite` or `decline`.")


@area.get(
    NOMINEES,
    who=EDUCATOR_ONLY,
    page="people/nominees.html",
    gives=NomineesView,
    asks={"before": "The invitation_id after which earlier ones follow."},
)
def nominees(request: Request, programme_id: str) -> NomineesView:
    """Whom one has put forward, and how far it has come."""
    before = request.query.get("before", "")
    return nominees_of(request.me, programme_id, before=before, now=request.now)


@area.get(
    NOMINEES + "/new",
    who=EDUCATOR_ONLY,
    page="people/nominate.html",
    gives=InviteView,
    asks={"cohort_id": "The cohort they will be in, for what it asks besides."},
)
def before_nominating(request: Request, programme_id: str) -> InviteView:
    """What is to be filled in about a young person."""
    cohort_id = str({**request.query, **request.typed}.get("cohort_id", ""))
    return nominate_form(request.me, programme_id, cohort_id=cohort_id, now=request.now)


@area.post(NOMINEES, who=EDUCATOR_ONLY, takes=NewNominee, gives=Nominated, again=before_nominating)
def put_forward(request: Request, given: NewNominee, programme_id: str) -> Done:
    """Puts a young person forward. A coordinator decides whether they are invited."""
    nominee = nominate(
        request.me,
        programme_id,
        first_name=given.first_name,
        surname=given.surname,
        address=given.address,
        school=given.school,
        answers=given.answers,
        cohort_id=given.cohort_id,
        now=request.now,
    )
    to = f"/programmes/{programme_id}/nominees"
    return Done(to, Nominated(nominee.invitation_id), created=True)


# ── Deciding ───────────────────────────────────────────────────────────────


@area.get(NOMINATIONS, who=STAFF_ONLY, page="people/nominations.html", gives=NominationsView)
def put_forward_by_educators(request: Request, programme_id: str) -> NominationsView:
    """Those whom educators have put forward, and nobody has decided on."""
    return nominations(request.me, programme_id)


@area.post(
    NOMINATIONS + "/{educator_id}/{nominee_id}",
    who=STAFF_ONLY,
    takes=Decision,
    gives=NominationsView,
    again=put_forward_by_educators,
)
def decide(request: Request, given: Decision, programme_id: str, educator_id: str, nominee_id: str) -> Done:
    """Invites somebody who was put forward, or decides that they are not invited."""
    decide_on_nominee(
        request.me, programme_id, educator_id, nominee_id, decision=given.decision, now=request.now
    )
    return Done(f"/programmes/{programme_id}/nominations", nominations(request.me, programme_id))
