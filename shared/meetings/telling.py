"""Who is told of a meeting by e-mail: that there is something to look at, and neither when nor with whom."""

from collections.abc import Iterable
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.conversations.items import Pair
from shared.notices.actions import queue
from shared.notices.rules import NewNotice, Template
from shared.people.permissions import Role
from shared.people.views import StaffMember, staff_of
from shared.platform.clock import order

MOST_TOLD = 20
"""Coordinators who are told of one thing."""


def tell(
    write: TransactWrite,
    template: Template,
    pair: Pair,
    meeting_id: str,
    parts: Iterable[str],
    *,
    staff_id: str = "",
    now: datetime,
) -> None:
    """Tells those of the two who are named, `mentor` or `mentee`, and the coordinator of this id."""
    two = {
        "mentor": (pair.mentor_id, pair.mentor_first_name, pair.mentor_address),
        "mentee": (pair.mentee_id, pair.mentee_first_name, pair.mentee_address),
    }
    for part in parts:
        _tell(write, template, pair, meeting_id, *two[part], now)
    if staff_id:
        tell_coordinators(write, template, pair, meeting_id, only=staff_id, now=now)


def tell_coordinators(
    write: TransactWrite, template: Template, pair: Pair, meeting_id: str, *, only: str = "", now: datetime
) -> None:
    """Tells the coordinators who are not of the pair; or one of them alone, by their id."""
    for member in coordinators(pair):
        if only in ("", member.person_id):
            who = (member.person_id, member.first_name, member.address)
            _tell(write, template, pair, meeting_id, *who, now)


def _tell(
    write: TransactWrite,
    template: Template,
    pair: Pair,
    meeting_id: str,
    person_id: str,
    first_name: str,
    address: str,
    now: datetime,
) -> None:
    notice = NewNotice(
        template,
        cause=(meeting_id, order(now)),
        address=address,
        first_name=first_name,
        path=f"/pairs/{pair.pair_id}/meetings/{meeting_id}",
        person_id=person_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
    )
    queue(write, notice, now=now)


def coordinators(pair: Pair) -> list[StaffMember]:
    """The programme's, but for one of the pair who is a coordinator as well: one Query."""
    found = staff_of(pair.programme_id, {Role.COORDINATOR})
    return [one for one in found if one.person_id not in (pair.mentor_id, pair.mentee_id)][:MOST_TOLD]
