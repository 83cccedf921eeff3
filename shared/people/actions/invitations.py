"""Inviting people to a programme."""

from datetime import datetime, timedelta

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.notices.actions import queue
from shared.notices.rules import NewNotice
from shared.platform.clock import order
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.ids import derived_id, fingerprint
from shared.platform.tables import Lost, find, is_new, transaction
from shared.programmes.actions import RunningProgramme, load_programme

from ..items import Invitation, invitation_key, invitations_listing
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
    standing,
    tidy_address,
    tidy_name,
)
from . import _tokens

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
    now: datetime,
) -> Invitation:
    """Stores an invitation and queues its e-mail, together.

    Raises NotFound, Invalid (with every field that needs another look), Conflict when this person has been
    invited to the same before.
    """
    wanted = require_may_invite(viewer, programme_id, role)
    person = read_person(first_name, surname, address)
    programme = load_programme(programme_id)
    return invite_one(programme, wanted, person, by=viewer.person_id, by_name=viewer.name, now=now)


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
    require(wanted in PARTICIPANTS or may_manage_staff(viewer, programme_id))
    return wanted


def read_person(first_name: str, surname: str, address: str) -> Row:
    """A person as they will be invited, tidied. Raises Invalid, with every field that needs another look."""
    row = Row(0, tidy_name(first_name), tidy_name(surname), tidy_address(address))
    problems = [
        Invalid(problem, field=field)
        for field, problem in (
            ("first_name", problem_with_name(row.first_name, "first name")),
            ("surname", problem_with_name(row.surname, "surname")),
            ("address", problem_with_address(row.address)),
        )
        if problem
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
    now: datetime,
    import_id: str = "",
) -> Invitation:
    """One invitation of a person already read. One that was withdrawn or has expired is opened anew. That
    somebody was invited to the staff is recorded where `by_name` says by whom.

    Asked for again by the same import, it is the one of the first time. Raises Conflict.
    """
    invitation_id = derived_id("invitation", programme.programme_id, role, person.address)
    earlier = find(Invitation, *invitation_key(invitation_id))
    if earlier is not None:
        if import_id and earlier.import_id == import_id:
            return earlier
        _refuse_second(earlier, now)
    item = earlier or Invitation(*invitation_key(invitation_id), sendings=0)
    item.invitation_id = invitation_id
    item.programme_id = programme.programme_id
    item.programme_name = programme.name
    item.role = role.value
    item.address = person.address
    item.first_name = person.first_name
    item.surname = person.surname
    item.state = "open"
    item.invited_by = by
    item.invited_at = now
    item.import_id = import_id or None
    item.withdrawn_at = None
    item.listing = invitations_listing(programme.programme_id)
    item.listing_order = f"{order(now)}#{invitation_id}"
    try:
        with transaction() as write:
            _new_link(write, item, days=programme.policy.invitations.usable_days, now=now)
            write.save(item, condition=is_new(Invitation) if earlier is None else None)
            if by_name and role in STAFF:
                _record(write, item, by, by_name, f"Invited as {role_words(role)}", now)
    except Lost as lost:
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


def _refuse_second(earlier: Invitation, now: datetime) -> None:
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
    token, secret = _tokens.make(item.invitation_id)
    item.secret_fingerprint = fingerprint(secret)
    item.sendings = int(item.sendings) + 1
    item.sent_at = now
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
    try:
        with transaction() as write:
            _new_link(write, item, days=days, now=now)
            write.save(item)
    except Lost as lost:
        raise Conflict("Somebody else changed this invitation just now. Please look again.") from lost
    return item


def withdraw(viewer: Viewer, programme_id: str, invitation_id: str, *, now: datetime) -> Invitation:
    """Makes the link void. Withdrawn twice is withdrawn once. Raises NotFound, Conflict."""
    item = _load(viewer, programme_id, invitation_id)
    if item.state == "withdrawn":
        return item
    if item.state == "accepted":
        raise Conflict(_CLOSED[item.state])
    try:
        with transaction() as write:
            write.update(item, [Invitation.state.set("withdrawn"), Invitation.withdrawn_at.set(now)])
            if Role(item.role) in STAFF:
                why = f"Took back the invitation as {role_words(item.role)}"
                _record(write, item, viewer.person_id, viewer.name, why, now)
    except Lost as lost:
        raise Conflict("Somebody else changed this invitation just now. Please look again.") from lost
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
