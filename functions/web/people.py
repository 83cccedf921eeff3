"""The people of a programme: who they are, inviting them, suspending and reinstating them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, model_validator

from shared.people import actions
from shared.people.invitation_items import Invitation
from shared.people.invitation_views import (
    InvitationsView,
    InviteView,
    invitations_of,
    invite_form,
)
from shared.people.roll_views import PeopleView, PersonView, Show, VettingFilter, Wanted, people_of, person_of
from shared.safeguarding.concerns import looking_after

from .access import STAFF_ONLY
from .forms import Given, gather_answers
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

MOST_SEARCHED = 254
"""Characters that are looked for: a whole e-mail address."""

Line = Annotated[str, Field(max_length=300)]
PEOPLE = "/programmes/{programme_id}/people"


# ── Who is here ────────────────────────────────────────────────────────────


@area.get(
    PEOPLE,
    who=STAFF_ONLY,
    page="people/people.html",
    gives=PeopleView,
    asks={
        "show": "mentee, mentor or staff.",
        "find": "The beginning of a surname or first name, or a whole e-mail address.",
        "cohort": "Whoever is in this cohort.",
        "status": "active or suspended.",
        "vetting": "Of mentors: cleared, ends_soon, ended, not_cleared, or due: ending soon or lately.",
        "after": "The `next` of the page before.",
    },
)
def people(request: Request, programme_id: str) -> PeopleView:
    """The mentees, mentors or staff of a programme, by surname. `show` says which, `after` where to go on."""
    show: Show = _one_of(Show, request.query.get("show"), "mentee")
    return people_of(
        request.me,
        programme_id,
        show,
        wanted=_wanted(request.query),
        after=request.query.get("after", ""),
        now=request.now,
    )


def _wanted(query: Mapping[str, str]) -> Wanted:
    """What is not offered is no choice."""
    return Wanted(
        find=" ".join(query.get("find", "").split())[:MOST_SEARCHED],
        cohort_id=query.get("cohort", "")[:MOST_SEARCHED],
        status=_one_of(Literal["", "active", "suspended"], query.get("status"), ""),
        vetting=_one_of(VettingFilter, query.get("vetting"), ""),
    )


def _one_of(choices: Any, given: str | None, otherwise: Any) -> Any:
    return given if given in get_args(choices) else otherwise


@area.get(PEOPLE + "/{person_id}/suspend", who=STAFF_ONLY, page="people/suspend.html", gives=PersonView)
def before_suspending(request: Request, programme_id: str, person_id: str) -> PersonView:
    """What suspending somebody does, before it is done."""
    return person_of(request.me, programme_id, person_id)


@area.post(PEOPLE + "/{person_id}/suspend", who=STAFF_ONLY, gives=PersonView, again=before_suspending)
def suspend(request: Request, programme_id: str, person_id: str) -> Done:
    """Takes somebody's roles in the programme and ends their sessions."""
    looking_after.suspend(request.me, programme_id, person_id, now=request.now)
    return _done_with(request, programme_id, person_id)


@area.post(PEOPLE + "/{person_id}/reinstate", who=STAFF_ONLY, gives=PersonView, again=people)
def reinstate(request: Request, programme_id: str, person_id: str) -> Done:
    """Gives somebody suspended their roles in the programme back."""
    actions.reinstate(request.me, programme_id, person_id, now=request.now)
    return _done_with(request, programme_id, person_id)


def _done_with(request: Request, programme_id: str, person_id: str) -> Done:
    person = person_of(request.me, programme_id, person_id)
    return Done(f"/programmes/{programme_id}/people?show={person.show}", person)


# ── Inviting ───────────────────────────────────────────────────────────────


class NewInvitation(Given):
    """Somebody to be invited."""

    role: Line = Field("", description="mentee, mentor, educator, or one of the staff.")
    first_name: Line = ""
    surname: Line = ""
    address: Line = Field("", description="E-mail address. The invitation is bound to it.")
    school: Line = Field("", description="School or college of a mentee or mentor, where known.")
    cohort_id: Line = Field("", description="The cohort of a mentee or mentor; may be left out.")
    answers: dict[str, Line] = Field(
        {}, description="Answers to the policy's questions, by id. In a form each is a field answer_<id>."
    )

    _gather = model_validator(mode="before")(gather_answers)


@dataclass(frozen=True)
class InvitationGiven:
    """An invitation that was sent."""

    invitation_id: str
    state: str
    role: str
    address: str
    sendings: int
    usable_until: datetime


@area.get(
    PEOPLE + "/invite",
    who=STAFF_ONLY,
    page="people/invite.html",
    gives=InviteView,
    asks={
        "role": "What they will be, for what is asked about them.",
        "cohort_id": "The cohort they will be in, for what it asks besides.",
    },
)
def before_inviting(request: Request, programme_id: str) -> InviteView:
    """The roles that one may invite to, and what is asked about somebody in one of them."""
    given = {**request.query, **request.typed}
    role, cohort_id = str(given.get("role", "")), str(given.get("cohort_id", ""))
    return invite_form(request.me, programme_id, role=role, cohort_id=cohort_id, now=request.now)


@area.get(
    PEOPLE + "/invitations",
    who=STAFF_ONLY,
    page="people/invitations.html",
    gives=InvitationsView,
    asks={
        "before": "The `next` of the page before.",
        "show": "all, waiting, opened, not_delivered, joined, expired or withdrawn.",
    },
)
def invitations(request: Request, programme_id: str) -> InvitationsView:
    """A programme's invitations, newest first. `before` says where to go on."""
    show, before = request.query.get("show", "all"), request.query.get("before", "")
    return invitations_of(request.me, programme_id, show=show, now=request.now, before=before)


@area.post(
    PEOPLE + "/invitations",
    who=STAFF_ONLY,
    takes=NewInvitation,
    gives=InvitationGiven,
    again=before_inviting,
)
def invite(request: Request, given: NewInvitation, programme_id: str) -> Done:
    """Invites somebody by e-mail."""
    invitation = actions.invite(
        request.me,
        programme_id,
        role=given.role,
        first_name=given.first_name,
        surname=given.surname,
        address=given.address,
        school=given.school,
        answers=given.answers,
        cohort_id=given.cohort_id,
        now=request.now,
    )
    return Done(_list(programme_id), _given(invitation), created=True)


@area.post(
    PEOPLE + "/invitations/{invitation_id}/resend",
    who=STAFF_ONLY,
    gives=InvitationGiven,
    again=invitations,
)
def resend(request: Request, programme_id: str, invitation_id: str) -> Done:
    """Sends an invitation again, with a new link."""
    invitation = actions.resend(request.me, programme_id, invitation_id, now=request.now)
    return Done(_list(programme_id), _given(invitation))


@area.post(
    PEOPLE + "/invitations/{invitation_id}/withdraw",
    who=STAFF_ONLY,
    gives=InvitationGiven,
    again=invitations,
)
def withdraw(request: Request, programme_id: str, invitation_id: str) -> Done:
    """Makes an invitation's link void."""
    invitation = actions.withdraw(request.me, programme_id, invitation_id, now=request.now)
    return Done(_list(programme_id), _given(invitation))


def _list(programme_id: str) -> str:
    return f"/programmes/{programme_id}/people/invitations"


def _given(invitation: Invitation) -> InvitationGiven:
    return InvitationGiven(
        invitation_id=invitation.invitation_id,
        state=invitation.state,
        role=invitation.role,
        address=invitation.address,
        sendings=int(invitation.sendings),
        usable_until=invitation.usable_until,
    )
