"""Who on the staff is there to read held messages, and to look after a pair."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.notices.actions import queue
from shared.notices.rules import Template
from shared.people.permissions import CONVERSATION_READERS, Role
from shared.people.staff import active_staff, staff_roll
from shared.people.views import MOST_TOLD, StaffMember
from shared.policies.schema import Rank
from shared.safeguarding.chain.rules import serving

from .items import Pair
from .letters import letter_about


def on_duty(staff: Sequence[StaffMember], roles: Collection[Role], *, now: datetime) -> list[StaffMember]:
    """Those of `roles` who are there today, and whoever stands in for those who are not; each address once.
    Nobody when all of them are away and nobody stands in."""
    rank = Rank.model_validate({"roles": sorted(roles)})
    return _each_once(serving(staff, rank, now=now))


def whom_to_ask(staff: Sequence[StaffMember], *, now: datetime) -> list[StaffMember]:
    """Who of these is asked to read: the coordinators, or who stands in for them; where none is there,
    everybody else who reads conversations; when all are away, all the same. Never an administrator, to whom
    what is held does not exist."""
    readers = [one for one in staff if one.role in CONVERSATION_READERS]
    return (
        on_duty(readers, {Role.COORDINATOR}, now=now)
        or on_duty(readers, CONVERSATION_READERS, now=now)
        or having(readers, {Role.COORDINATOR})
        or having(readers, CONVERSATION_READERS)
    )


def staff_to_tell(pair: Pair, *, now: datetime) -> list[StaffMember]:
    """Who is asked to look at something of a pair, as many as go into one transaction: one Query. Never one
    of the two themselves."""
    staff = [one for one in active_staff(staff_roll(pair.programme_id)) if one.person_id not in pair.ids]
    return whom_to_ask(staff, now=now)[:MOST_TOLD]


def ask_to_look(
    write: TransactWrite, pair: Pair, template: Template, *, cause: tuple[str, ...], path: str, now: datetime
) -> None:
    """Adds the e-mails that ask those who read conversations to look after a pair. `path` is within the
    pair's own pages."""
    for member in staff_to_tell(pair, now=now):
        letter = letter_about(pair, member, template, cause=cause, path=f"/pairs/{pair.pair_id}/{path}")
        queue(write, letter, now=now)


def having(staff: Sequence[StaffMember], roles: Collection[Role]) -> list[StaffMember]:
    """Those of `roles`, there or not; each address once."""
    return _each_once([one for one in staff if one.role in roles])


def _each_once(staff: Sequence[StaffMember]) -> list[StaffMember]:
    return list({one.address: one for one in staff}.values())
