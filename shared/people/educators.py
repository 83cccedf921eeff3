"""Educators put young people forward and support them. They are no staff and take no part: of those they put
forward they see how far it has come, and never what is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.platform.errors import Conflict
from shared.platform.tables import DirectoryItem
from shared.programmes.actions import load_programme

from .actions.invitations import invite_one, open_cohort, questions_about, read_person
from .invitation_views import InviteView, form_for
from .items import Invitation, Membership, Nominee, invitation_key, membership_key, nominee_key
from .permissions import Role, Viewer, may_nominate, programme_name, require
from .rules import standing

MOST_SHOWN = 100
"""Young people on the page; a BatchGetItem takes no more."""
SAYS_WHO_IS_HERE = frozenset({"invited", "joined", "other_part"})
ASK_COORDINATOR = (
    "We cannot send an invitation to this address from here. If it is not one of the young people you have "
    "put forward already, please ask your coordinator."
)
Progress = Literal["invited", "expired", "withdrawn", "joined", "paired"]


@dataclass(frozen=True)
class NomineeRow:
    """A young person who was put forward, and how far it has come."""

    invitation_id: str
    first_name: str
    surname: str
    nominated_at: datetime
    progress: Progress


@dataclass(frozen=True)
class NomineesView:
    """Whom an educator has put forward in a programme, the latest first."""

    programme_id: str
    programme_name: str
    nominees: tuple[NomineeRow, ...]
    has_more: bool


def nominate(
    viewer: Viewer,
    programme_id: str,
    *,
    first_name: str,
    surname: str,
    address: str,
    school: str = "",
    answers: Mapping[str, str] | None = None,
    cohort_id: str = "",
    now: datetime,
) -> Invitation:
    """Puts a young person forward: they are invited as a mentee, and the educator sees what becomes of it.

    Raises NotFound for who is no educator there, Invalid with every field that needs another look, the
    answers that are not accepted among them, and Conflict, in the same words whether the address is
    somebody's who was invited or has joined, as a mentee or a mentor.
    """
    require(may_nominate(viewer, programme_id))
    programme = load_programme(programme_id)
    cohort = open_cohort(programme_id, cohort_id, now)
    person = read_person(
        first_name,
        surname,
        address,
        school=school,
        questions=questions_about(programme, Role.MENTEE, cohort),
        answers=answers or {},
    )

    try:
        return invite_one(
            programme,
            Role.MENTEE,
            person,
            by=viewer.person_id,
            cohort=cohort,
            nominated_by=viewer.person_id,
            now=now,
        )
    except Conflict as conflict:
        if conflict.code in SAYS_WHO_IS_HERE:
            raise Conflict(ASK_COORDINATOR, field="address", code="ask_coordinator") from conflict
        raise


def nominees_of(viewer: Viewer, programme_id: str, *, now: datetime) -> NomineesView:
    """One Query, and two BatchGetItems for what became of each. Raises NotFound for who is no educator
    there."""
    require(may_nominate(viewer, programme_id))
    pk, prefix = nominee_key(programme_id, viewer.person_id, "")
    found = [
        one
        for one in Nominee.query(pk, Nominee.sk.startswith(prefix), limit=MOST_SHOWN + 1)
        if isinstance(one, Nominee)
    ]
    shown = found[:MOST_SHOWN]
    invitations = _invitations(shown)
    members = _members(programme_id, invitations)
    rows = [_row(one, invitations.get(one.invitation_id), members, viewer, now) for one in shown]
    return NomineesView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        nominees=tuple(sorted(rows, key=lambda one: one.nominated_at, reverse=True)),
        has_more=len(found) > MOST_SHOWN,
    )


def nominate_form(viewer: Viewer, programme_id: str, *, cohort_id: str = "", now: datetime) -> InviteView:
    """What is to be filled in about a young person. Raises NotFound for who is no educator there."""
    require(may_nominate(viewer, programme_id))
    return form_for(viewer, programme_id, (Role.MENTEE.value,), Role.MENTEE, cohort_id, now)


def _invitations(nominees: list[Nominee]) -> dict[str, Invitation]:
    keys = [invitation_key(one.invitation_id) for one in nominees]
    found = Invitation.batch_get(keys) if keys else ()
    return {one.invitation_id: one for one in found if isinstance(one, Invitation)}


def _members(programme_id: str, invitations: Mapping[str, Invitation]) -> dict[str, Membership]:
    """By person_id."""
    people = {one.accepted_by for one in invitations.values() if one.accepted_by}
    keys = [membership_key(person_id, programme_id, Role.MENTEE) for person_id in sorted(people)]
    found = DirectoryItem.batch_get(keys) if keys else ()
    return {one.person_id: one for one in found if isinstance(one, Membership)}


def _row(
    nominee: Nominee,
    invitation: Invitation | None,
    members: Mapping[str, Membership],
    viewer: Viewer,
    now: datetime,
) -> NomineeRow:
    return NomineeRow(
        invitation_id=nominee.invitation_id,
        first_name=nominee.first_name,
        surname=nominee.surname,
        nominated_at=nominee.nominated_at,
        progress=_progress(invitation, members, viewer, now),
    )


def _progress(
    invitation: Invitation | None, members: Mapping[str, Membership], viewer: Viewer, now: datetime
) -> Progress:
    """Of somebody whom another has invited anew since, no more than that."""
    if invitation is None or invitation.nominated_by != viewer.person_id:
        return "withdrawn"
    state = standing(invitation.state, invitation.usable_until, now)
    if state == "accepted":
        member = members.get(invitation.accepted_by or "")
        return "paired" if member is not None and member.paired_at else "joined"
    return "invited" if state == "open" else state
