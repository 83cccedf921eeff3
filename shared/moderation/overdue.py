"""Held messages that nobody has read in time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.conversations.items import HELD_DUE, Message, Pair
from shared.conversations.steps import load_message, load_pair
from shared.notices.actions import queue
from shared.notices.rules import NewNotice
from shared.people.permissions import Role
from shared.people.views import StaffMember, staff_of
from shared.platform.clock import order
from shared.platform.tables import DueIndex, Lost, transaction

from .rules import TOLD_AGAIN_AFTER

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 40
"""E-mails that go into one transaction, which DynamoDB limits to 100 items."""


@dataclass(frozen=True)
class OverdueHolds:
    """How many held messages nobody had read in time: for alarms."""

    told: int = 0
    """Messages of which somebody was told now."""
    nobody_told: int = 0
    """Messages of which nobody on the staff could be told."""
    failed: int = 0


def overdue_holds(now: datetime, *, enough: Callable[[], bool] = lambda: False) -> OverdueHolds:
    """Tells the safeguarding leads of every message held longer than the policy allows, once a day for each,
    until `enough` says that the time is over. One that fails holds up no other."""
    told = nobody = failed = 0
    due = Message.by_due.query(HELD_DUE, DueIndex.due_at <= order(now))
    for pair_id, message_id in [(one.pair_id, one.message_id) for one in due if isinstance(one, Message)]:
        if enough():
            break
        try:
            members = _tell(pair_id, message_id, now)
        except Exception as error:
            # Not the error's own words: they may quote what was written.
            about = {"message_id": message_id, "error": type(error).__name__}
            logger.error("nobody could be told of a held message", extra=about)
            failed += 1
            continue
        if members is not None:
            told += members > 0
            nobody += members == 0
    return OverdueHolds(told, nobody, failed)


def _tell(pair_id: str, message_id: str, now: datetime) -> int | None:
    """How many were told; None when there was nothing to tell any more."""
    message = load_message(pair_id, message_id)
    if message.state != "held" or message.due != HELD_DUE or (message.due_at or "") > order(now):
        return None
    pair = load_pair(pair_id)
    members = _whom(pair)
    message.due_at = order(now + TOLD_AGAIN_AFTER)
    try:
        with transaction() as write:
            write.save(message)
            for one in members:
                queue(write, _held_for_you(one, pair, message, now), now=now)
    except Lost:
        return None
    return len(members)


def _whom(pair: Pair) -> list[StaffMember]:
    """The safeguarding leads; without any, the coordinators. Never one of the pair."""
    for role in (Role.SAFEGUARDING_LEAD, Role.COORDINATOR):
        members = [
            one
            for one in staff_of(pair.programme_id, {role})
            if one.person_id not in (pair.mentor_id, pair.mentee_id)
        ]
        if members:
            return list({one.address: one for one in members}.values())[:MOST_AT_ONCE]
    return []


def _held_for_you(member: StaffMember, pair: Pair, message: Message, now: datetime) -> NewNotice:
    return NewNotice(
        "held_for_you",
        cause=("overdue", message.message_id, str(int(message.round)), f"{now:%Y-%m-%d}"),
        address=member.address,
        first_name=member.first_name,
        path=f"/moderation/{pair.pair_id}/{message.message_id}",
        person_id=member.person_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
    )
