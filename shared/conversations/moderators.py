"""Who on the staff is there to read held messages, and to look after a pair."""

from collections.abc import Collection, Sequence
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.notices.actions import queue
from shared.notices.rules import NewNotice, Template
from shared.people.permissions import CONVERSATION_READERS, Role
from shared.people.staff import active_staff, staff_roll
from shared.people.views import StaffMember
from shared.policies.schema import Rank
from shared.safeguarding.chain.rules import serving

from .items import Pair

MOST_ASKED = 30
"""E-mails about one pair: they fit into a transaction with what they are about."""


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


def ask_to_look(
    write: TransactWrite, pair: Pair, template: Template, *, cause: tuple[str, ...], path: str, now: datetime
) -> None:
    """Adds the e-mails that ask those who read conversations to look after a pair, never one of the two.
    `path` is within the pair's own pages."""
    of_pair = (pair.mentor_id, pair.mentee_id)
    staff = [one for one in active_staff(staff_roll(pair.programme_id)) if one.person_id not in of_pair]
    for member in whom_to_ask(staff, now=now)[:MOST_ASKED]:
        notice = NewNotice(
            template,
            cause=cause,
            address=member.address,
            first_name=member.first_name,
            path=f"/pairs/{pair.pair_id}/{path}",
            person_id=member.person_id,
            programme_id=pair.programme_id,
            programme_name=pair.programme_name,
        )
        queue(write, notice, now=now)


def having(staff: Sequence[StaffMember], roles: Collection[Role]) -> list[StaffMember]:
    """Those of `roles`, there or not; each address once."""
    return _each_once([one for one in staff if one.role in roles])


def _each_once(staff: Sequence[StaffMember]) -> list[StaffMember]:
    return list({one.address: one for one in staff}.values())
