"""Writing invitations: one of a person, its link and its e-mail.

Single invitations and those of lists are written the same way.
"""

from datetime import datetime, timedelta

from pynamodb.transactions import TransactWrite

from shared.notices.actions import queue
from shared.notices.rules import NewNotice, Template
from shared.platform import tokens
from shared.platform.clock import order
from shared.platform.ids import derived_id, fingerprint
from shared.platform.tables import is_new
from shared.policies import Policy
from shared.programmes.actions import RunningProgramme
from shared.programmes.items import Cohort

from ..invitation_items import INVITATIONS_DUE, Invitation, invitation_key, invitations_listing
from ..permissions import Role, role_words
from ..rules import Row, next_look, standing
from ._places import give_back, move_places

ABOUT = "invitation:"
"""How an invitation's e-mail says what it is about, for when it does not arrive."""


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
    with_place: bool = True,
    nominated_by: str = "",
    now: datetime,
) -> Invitation:
    """Adds to a running transaction that somebody is invited, and the e-mail. `earlier` is the invitation of
    theirs that was withdrawn or has expired. The transaction is Lost when somebody else invited them at the
    same moment, or the cohort is full. Without `with_place` the caller sees to their places."""
    invitation_id = id_of(programme.programme_id, role, person.address)
    item = earlier or Invitation(*invitation_key(invitation_id), sendings=0)
    if with_place:
        move_places(write, [earlier], role=role, to=cohort)
    item.has_place = cohort is not None and role == Role.MENTEE
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
    send_link(write, item, programme.policy, now=now)
    write.save(item, condition=is_new(Invitation) if earlier is None else None)
    return item


def other_part(role: Role) -> Role:
    """A mentee's is mentor, a mentor's is mentee."""
    return Role.MENTOR if role == Role.MENTEE else Role.MENTEE


def is_known(earlier: Invitation | None, now: datetime) -> bool:
    """Whether somebody was invited to the same before, and can still come or has come."""
    if earlier is None:
        return False
    return standing(earlier.state, earlier.usable_until, now) in ("open", "accepted")


def in_other_part(other: Invitation | None, now: datetime) -> str:
    """That somebody is in the programme as the other side, in a sentence, or nothing."""
    if other is None or not is_known(other, now):
        return ""
    has = "has joined" if other.state == "accepted" else "was invited"
    return (
        f"Whoever has this address {has} as a {role_words(other.role)}. Nobody can be mentee and mentor in "
        "one programme: please use another address, or withdraw that invitation."
    )


def send_link(write: TransactWrite, item: Invitation, policy: Policy, *, now: datetime) -> None:
    """Gives the invitation a new link, good for its full time, and queues the e-mail that carries it."""
    item.link_at = now
    item.usable_until = now + timedelta(days=policy.invitations.usable_days)
    item.reminded = 0
    new_link(write, item, policy, template="invitation", now=now)


def new_link(
    write: TransactWrite, item: Invitation, policy: Policy, *, template: Template, now: datetime
) -> None:
    """Gives the invitation a new secret (the old link is void), and queues the e-mail that carries it."""
    token, secret = tokens.make(item.invitation_id)
    item.secret_fingerprint = fingerprint(secret)
    item.sendings = int(item.sendings) + 1
    item.sent_at = now
    item.opened_at = None
    item.mail_problem = None
    item.due = INVITATIONS_DUE
    item.due_at = order(
        next_look(
            link_at=item.link_at or now,
            reminded=int(item.reminded),
            remind_after_days=policy.invitations.remind_after_days,
            usable_until=item.usable_until,
        )
    )
    item.notice_id = queue(
        write,
        NewNotice(
            template,
            (item.invitation_id, str(item.sendings)),
            item.address,
            item.first_name,
            f"/join/{token}",
            programme_id=item.programme_id,
            programme_name=item.programme_name,
            about=f"{ABOUT}{item.invitation_id}",
        ),
        now=now,
    )


def add_withdrawal(write: TransactWrite, item: Invitation, now: datetime) -> None:
    """Adds to a running transaction that an open invitation's link is void."""
    give_back(write, [item])
    write.update(
        item,
        [
            Invitation.state.set("withdrawn"),
            Invitation.withdrawn_at.set(now),
            Invitation.has_place.set(False),
            Invitation.due.remove(),
            Invitation.due_at.remove(),
        ],
    )
