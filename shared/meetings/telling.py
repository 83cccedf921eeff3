"""Who is told of a meeting by e-mail: that there is something to look at, and neither when nor with whom."""

from collections.abc import Iterable
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.conversations.items import Pair
from shared.conversations.letters import letter_about
from shared.notices.actions import queue
from shared.notices.rules import Addressee, Template
from shared.people.permissions import Role
from shared.people.views import StaffMember, who_looks_after
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
    two = {"mentor": pair.mentor, "mentee": pair.mentee}
    told: list[Addressee] = [two[part] for part in parts]
    if staff_id:
        told += [one for one in _coordinators(pair) if one.person_id == staff_id]
    _tell(write, template, pair, meeting_id, told, now)


def tell_coordinators(
    write: TransactWrite, template: Template, pair: Pair, meeting_id: str, *, now: datetime
) -> None:
    """Tells the coordinators who are not of the pair."""
    _tell(write, template, pair, meeting_id, _coordinators(pair), now)


def _tell(
    write: TransactWrite,
    template: Template,
    pair: Pair,
    meeting_id: str,
    told: Iterable[Addressee],
    now: datetime,
) -> None:
    path = f"/pairs/{pair.pair_id}/meetings/{meeting_id}"
    for one in told:
        queue(write, letter_about(pair, one, template, cause=(meeting_id, order(now)), path=path), now=now)


def _coordinators(pair: Pair) -> list[StaffMember]:
    """The programme's; without any the safeguarding leads, who then see that somebody is missing."""
    but = (pair.mentor_id, pair.mentee_id)
    found = who_looks_after(pair.programme_id, or_else=Role.SAFEGUARDING_LEAD, but=but)
    return found[:MOST_TOLD]
