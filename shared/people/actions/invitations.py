"""Inviting people to a programme."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.notices.actions import queue
from shared.notices.rules import NewNotice
from shared.platform import tokens
from shared.platform.clock import order
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.ids import derived_id, fingerprint
from shared.platform.tables import Lost, find, is_new, transaction
from shared.policies.people import Question
from shared.programmes.actions import RunningProgramme, load_programme
from shared.programmes.cohorts import asked_for, cohort_of, free_places, give_place_back, take_place
from shared.programmes.items import Cohort
from shared.programmes.rules import is_over

from ..eligibility import read_answers
from ..items import Invitation, Nominee, invitation_key, invitations_listing, nominee_key
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
    if problems:
        first, *more = problems
        raise Invalid(first.sentence, field=first.field, more=tuple(more))
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
    now: datetime,
) -> Invitation:
    """One invitation of a person already read. One that was withdrawn or has expired is opened anew. That
    somebody was invited to the staff is recorded where `by_name` says by whom. Of whom an educator puts
    forward, `nominated_by` is the educator's person_id. Raises Conflict."""
    earlier = find(Invitation, *invitation_key(id_of(programme.programme_id, role, person.address)))
    if earlier is not None:
        require_closed(earlier, now)
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
            if nominated_by:
                write.save(_nominee(item, nominated_by, now))
            if by_name and role in STAFF:
                _record(write, item, by, by_name, f"Invited as {role_words(role)}", now)
    except Lost as lost:
        _require_room(cohort)
        raise Conflict(
            "Somebody else invited this person at the same moment.", field="address", code="invited"
        ) from lost
    return item


def _nominee(item: Invitation, educator_id: str, now: datetime) -> Nominee:
    return Nominee(
        *nominee_key(item.programme_id, educator_id, item.invitation_id),
        invitation_id=item.invitation_id,
        first_name=item.first_name,
        surname=item.surname,
        nominated_at=now,
    )


def id_of(programme_id: str, role: Role, address: str) -> str:
    """The id of the one invitation there can be of this address to this role."""
    return derived_id("invitation", programme_id, role, address)


def add_invitation(
    write: TransactWrite,
    programme: RunningProgramme,
    role: Role,
    person: Row,
    *,
    earlier: Invitation | None,
    by: str,
    cohort: Cohort | None,
    import_id: str = "",
    moves_places: bool = True,
    nominated_by: str = "",
    now: datetime,
) -> Invitation:
    """Adds to a running transaction that somebody is invited, and the e-mail. `earlier` is the invitation of
    theirs that was withdrawn or has expired. The transaction is Lost when somebody else invited them at the
    same moment, or the cohort is full. Without `moves_places` the caller sees to the places."""
    invitation_id = id_of(programme.programme_id, role, person.address)
    item = earlier or Invitation(*invitation_key(invitation_id), sendings=0)
    wants_place = cohort is not None and role == Role.MENTEE
    if moves_places:
        _move_place(write, item, cohort if wants_place else None)
    item.has_place = wants_place
    item.cohort_id = cohort.cohort_id if cohort is not None else None
    item.invitation_id = invitation_id
    item.programme_id = programme.programme_id
    item.programme_name = programme.name
    item.role = role.value
    item.address = person.address
    item.first_name = person.first_name
    item.surname = person.surname
    item.school = person.school or None
    item.answers = dict(person.answers) or None
    item.state = "open"
    item.nominated_by = nominated_by or None
    item.invited_by = by
    item.invited_at = now
    item.import_id = import_id or None
    item.withdrawn_at = None
    item.listing = invitations_listing(programme.programme_id)
    item.listing_order = f"{order(now)}#{invitation_id}"
    _new_link(write, item, days=programme.policy.invitations.usable_days, now=now)
    write.save(item, condition=is_new(Invitation) if earlier is None else None)
    return item


def _move_place(write: TransactWrite, item: Invitation, to: Cohort | None) -> None:
    """Adds to a running transaction that an invitation has a place in the cohort `to`, and in no other."""
    has_it = item.has_place and to is not None and item.cohort_id == to.cohort_id
    if item.has_place and not has_it:
        _give_back(write, item)
    if to is not None and not has_it:
        take_place(write, to)


def _give_back(write: TransactWrite, item: Invitation) -> None:
    """Adds to a running transaction that an invitation no longer has a place in its cohort."""
    cohort = cohort_of(item.programme_id, item.cohort_id or "")
    if cohort is not None:
        give_place_back(write, cohort)


def _require_room(cohort: Cohort | None) -> None:
    """Raises Conflict when the cohort, as it is now, has no place left."""
    if cohort is None:
        return
    cohort.refresh(consistent_read=True)
    if free_places(cohort) == 0:
        raise Conflict(full(cohort), field="cohort_id", code="full")


def full(cohort: Cohort) -> str:
    """That a cohort has no place left, and what can be done."""
    return (
        f"{cohort.name} is full: it has {places_in_words(int(cohort.capacity or 0))}, and each is taken by "
        "somebody who has joined or was invited. Choose another cohort, or withdraw an invitation first."
    )


def places_in_words(number: int) -> str:
    return "1 place" if number == 1 else f"{number} places"


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


def _new_link(write: TransactWrite, item: Invitation, *, days: int, now: datetime) -> None:
    """Gives the invitation a new secret (the old link is void), and queues the e-mail that carries it."""
    token, secret = tokens.make(item.invitation_id)
    item.secret_fingerprint = fingerprint(secret)
    item.sendings = int(item.sendings) + 1
    item.sent_at = now
    item.opened_at = None
    item.usable_until = now + timedelta(days=days)
    item.notice_id = queue(
        write,
        NewNotice(
            "invitation",
            (item.invitation_id, str(item.sendings)),
            item.address,
            item.first_name,
            f"/join/{token}",
            programme_id=item.programme_id,
            programme_name=item.programme_name,
        ),
        now=now,
    )


def resend(viewer: Viewer, programme_id: str, invitation_id: str, *, now: datetime) -> Invitation:
    """Sends the invitation again with a new link, good for its full time. Raises NotFound, Conflict."""
    item = _load(viewer, programme_id, invitation_id)
    if standing(item.state, item.usable_until, now) not in ("open", "expired"):
        raise Conflict(_CLOSED[item.state])
    if now < item.sent_at + RESEND_PAUSE:
        raise Conflict("This invitation was sent less than a minute ago. Please give it time to arrive.")
    days = load_programme(programme_id).policy.invitations.usable_days
    cohort = _place_to_take_again(item)
    try:
        with transaction() as write:
            if cohort is not None:
                take_place(write, cohort)
                item.has_place = True
            _new_link(write, item, days=days, now=now)
            write.save(item)
    except Lost as lost:
        _require_room(cohort)
        raise Conflict("Somebody else changed this invitation just now. Please look again.") from lost
    return item


def _place_to_take_again(item: Invitation) -> Cohort | None:
    """The cohort in which an invitation had a place until it expired."""
    if item.role != Role.MENTEE or item.has_place:
        return None
    return cohort_of(item.programme_id, item.cohort_id or "")


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
        raise Conflict("Somebody else changed this invitation just now. Please look again.") from lost
    item.state, item.withdrawn_at = "withdrawn", now
    return item


def add_withdrawal(write: TransactWrite, item: Invitation, now: datetime) -> None:
    """Adds to a running transaction that an open invitation's link is void."""
    if item.has_place:
        _give_back(write, item)
    write.update(
        item,
        [
            Invitation.state.set("withdrawn"),
            Invitation.withdrawn_at.set(now),
            Invitation.has_place.set(False),
        ],
    )


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
