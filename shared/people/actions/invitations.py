"""Inviting people to a programme."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.platform.errors import Busy, Conflict, Invalid, NotFound, require_none
from shared.platform.tables import Lost, find, transaction
from shared.policies.people import Question
from shared.programmes.actions import RunningProgramme, load_programme
from shared.programmes.cohorts import asked_for, cohort_of
from shared.programmes.items import Cohort
from shared.programmes.rules import is_over

from ..eligibility import read_answers
from ..invitation_items import Invitation, invitation_key
from ..permissions import (
    PARTICIPANTS,
    STAFF,
    Role,
    Viewer,
    may_manage_people,
    may_manage_staff,
    require,
    role_words,
)
from ..rules import (
    RESEND_PAUSE,
    Row,
    problem_with_address,
    problem_with_name,
    problem_with_school,
    standing,
    tidy_address,
    tidy_name,
)
from ._places import move_places, require_room
from ._writing_invitations import (
    add_invitation,
    add_withdrawal,
    id_of,
    in_other_part,
    other_part,
    send_link,
)

FIRST_ADMINISTRATOR = "deployment"
"""Who invited the first administrator of a programme."""


def invite(
    viewer: Viewer,
    programme_id: str,
    *,
    role: str,
    first_name: str,
    surname: str,
    address: str,
    school: str = "",
    answers: Mapping[str, str] | None = None,
    cohort_id: str = "",
    now: datetime,
) -> Invitation:
    """Stores an invitation and queues its e-mail, together. `answers` are those to what the policy and the
    cohort ask about somebody in this role, by question id.

    Raises NotFound, Invalid (with every field that needs another look, the answers that are not accepted
    among them), Conflict when this person has been invited to the same before or the cohort is full.
    """
    wanted = require_may_invite(viewer, programme_id, role)
    programme = load_programme(programme_id)
    cohort = open_cohort(programme_id, cohort_id, now) if wanted in PARTICIPANTS else None
    person = read_person(
        first_name,
        surname,
        address,
        school=school if wanted in PARTICIPANTS else "",
        questions=questions_about(programme, wanted, cohort),
        answers=answers or {},
    )
    return invite_one(
        programme, wanted, person, by=viewer.person_id, by_name=viewer.name, cohort=cohort, now=now
    )


def invite_first_administrator(
    programme_id: str, *, first_name: str, surname: str, address: str, now: datetime
) -> Invitation:
    """For whoever deploys a programme: the one invitation that nobody inside could send."""
    person = read_person(first_name, surname, address)
    programme = load_programme(programme_id)
    return invite_one(programme, Role.ADMINISTRATOR, person, by=FIRST_ADMINISTRATOR, now=now)


def require_may_invite(viewer: Viewer, programme_id: str, role: str) -> Role:
    """The role, if the viewer may invite to it. Raises NotFound, or Invalid for what is no role."""
    require(may_manage_people(viewer, programme_id))
    if role not in tuple(Role):
        raise Invalid("Choose what they will be.", field="role")
    wanted = Role(role)
    require(wanted not in STAFF or may_manage_staff(viewer, programme_id))
    return wanted


def questions_about(
    programme: RunningProgramme, role: Role, cohort: Cohort | None = None
) -> tuple[Question, ...]:
    """What is asked about somebody before they are invited to be this."""
    return tuple(one for one in asked_for(programme.policy, cohort) if one.asked_of == role)


def open_cohort(programme_id: str, cohort_id: str, now: datetime) -> Cohort | None:
    """The cohort that somebody is to be invited to; None where none was chosen. Raises Invalid for one that
    is not there or is over."""
    if not cohort_id:
        return None
    cohort = cohort_of(programme_id, cohort_id)
    if cohort is None:
        raise Invalid("Please choose one of the cohorts offered.", field="cohort_id")
    if is_over(cohort.ends_on, now):
        raise Invalid(f"{cohort.name} is over. Please choose another cohort.", field="cohort_id")
    return cohort


def read_person(
    first_name: str,
    surname: str,
    address: str,
    *,
    school: str = "",
    questions: Sequence[Question] = (),
    answers: Mapping[str, str] | None = None,
) -> Row:
    """A person as they will be invited, tidied. Raises Invalid, with every field that needs another look; the
    field of an answer is `answer_` and the question's id."""
    said, refused = read_answers(questions, answers or {})
    row = Row(0, tidy_name(first_name), tidy_name(surname), tidy_address(address), tidy_name(school), said)
    problems = [
        Invalid(problem, field=field)
        for field, problem in (
            ("first_name", problem_with_name(row.first_name, "first name")),
            ("surname", problem_with_name(row.surname, "surname")),
            ("address", problem_with_address(row.address)),
            ("school", problem_with_school(row.school)),
        )
        if problem
    ]
    problems += [
        Invalid(problem, field=f"answer_{name}", code="not_eligible") for name, problem in refused.items()
    ]
    require_none(problems)
    return row


def invite_one(
    programme: RunningProgramme,
    role: Role,
    person: Row,
    *,
    by: str,
    by_name: str = "",
    cohort: Cohort | None = None,
    nominated_by: str = "",
    also: Callable[[TransactWrite], None] = lambda _: None,
    now: datetime,
) -> Invitation:
    """One invitation of a person already read, and with it what `also` adds. One that was withdrawn or has
    expired is opened anew. That somebody was invited to the staff is recorded where `by_name` says by whom.
    Of whom an educator put forward, `nominated_by` is the educator's person_id. Raises Conflict."""
    earlier = find(Invitation, *invitation_key(id_of(programme.programme_id, role, person.address)))
    if earlier is not None:
        require_closed(earlier, now)
    _require_in_no_other_part(programme.programme_id, role, person.address, now)
    try:
        with transaction() as write:
            item = add_invitation(
                write,
                programme,
                role,
                person,
                earlier=earlier,
                by=by,
                cohort=cohort,
                nominated_by=nominated_by,
                now=now,
            )
            also(write)
            if by_name and role in STAFF:
                _record(write, item, by, by_name, f"Invited as {role_words(role)}", now)
    except Lost as lost:
        require_room(cohort)
        raise Conflict(
            "Somebody else invited this person at the same moment.", field="address", code="invited"
        ) from lost
    return item


def _record(
    write: TransactWrite, item: Invitation, by_id: str, by_name: str, why: str, now: datetime
) -> None:
    record(
        write,
        item.programme_id,
        "changed_role",
        f"invitation:{item.invitation_id}",
        by_id=by_id,
        by_name=by_name,
        now=now,
        why=why,
    )


def require_closed(earlier: Invitation, now: datetime) -> None:
    """Raises Conflict when an invitation was accepted, or can be."""
    match standing(earlier.state, earlier.usable_until, now):
        case "accepted":
            raise Conflict("This person has joined already.", field="address", code="joined")
        case "open":
            raise Conflict(
                "This person has been invited already. You can send the invitation again from the list.",
                field="address",
                code="invited",
            )


def _require_in_no_other_part(programme_id: str, role: Role, address: str, now: datetime) -> None:
    """Raises Conflict for the address of somebody who is in the programme as the other side."""
    if role not in PARTICIPANTS:
        return
    other = find(Invitation, *invitation_key(id_of(programme_id, other_part(role), address)))
    if clash := in_other_part(other, now):
        raise Conflict(clash, field="address", code="other_part")


def resend(viewer: Viewer, programme_id: str, invitation_id: str, *, now: datetime) -> Invitation:
    """Sends the invitation again with a new link, good for its full time. Raises NotFound, Conflict."""
    item = _load(viewer, programme_id, invitation_id)
    if standing(item.state, item.usable_until, now) not in ("open", "expired"):
        raise Conflict(_CLOSED[item.state])
    if now < item.sent_at + RESEND_PAUSE:
        raise Conflict("This invitation was sent less than a minute ago. Please give it time to arrive.")
    _require_in_no_other_part(programme_id, Role(item.role), item.address, now)
    policy = load_programme(programme_id).policy
    cohort = cohort_of(programme_id, item.cohort_id or "")
    _require_not_over(cohort, now)
    try:
        with transaction() as write:
            move_places(write, [item], role=Role(item.role), to=cohort)
            item.has_place = cohort is not None and item.role == Role.MENTEE
            send_link(write, item, policy, now=now)
            write.save(item)
    except Lost as lost:
        require_room(cohort)
        raise Busy from lost
    return item


def _require_not_over(cohort: Cohort | None, now: datetime) -> None:
    """Raises Conflict for somebody who would come into a cohort that has ended."""
    if cohort is not None and is_over(cohort.ends_on, now):
        raise Conflict(
            f"{cohort.name} is over. Please withdraw this invitation, and invite them to another cohort.",
            code="cohort_over",
        )


def withdraw(viewer: Viewer, programme_id: str, invitation_id: str, *, now: datetime) -> Invitation:
    """Makes the link void. Withdrawn twice is withdrawn once. Raises NotFound, Conflict."""
    item = _load(viewer, programme_id, invitation_id)
    if item.state == "withdrawn":
        return item
    if item.state == "accepted":
        raise Conflict(_CLOSED[item.state])
    try:
        with transaction() as write:
            add_withdrawal(write, item, now)
            if Role(item.role) in STAFF:
                why = f"Took back the invitation as {role_words(item.role)}"
                _record(write, item, viewer.person_id, viewer.name, why, now)
    except Lost as lost:
        raise Busy from lost
    item.state, item.withdrawn_at = "withdrawn", now
    return item


_CLOSED = {
    "accepted": "This invitation has been accepted: the person has joined.",
    "withdrawn": "This invitation was withdrawn. You can invite the person anew.",
}


def _load(viewer: Viewer, programme_id: str, invitation_id: str) -> Invitation:
    """The invitation of this programme, if the viewer may see to it. Raises NotFound."""
    item = find(Invitation, *invitation_key(invitation_id))
    if item is None or item.programme_id != programme_id:
        raise NotFound
    require_may_invite(viewer, programme_id, item.role)
    return item
