"""Delivering what has waited for the programme's hours: for the sweep."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.platform.clock import order
from shared.platform.tables import Lost, conditional, transaction

from .checking import TRIES, tell_moderators
from .found import own_concern
from .items import SCHEDULED_DUE, Message, Pair
from .last_message import speaks_against
from .passing_on import add_delivery, opens_at, put_off
from .resting import taking_part
from .rules import LAST_MESSAGE, why_stopped, worst
from .steps import join_queue, load_message, load_pair, save_with_step

logger = logging.getLogger(__name__)
PAGE = 100
"""Messages asked for at once. When the hours begin there may be very many."""


class HoursUnknown(Exception):
    """The programme's policy cannot be read, so that nobody knows when it passes messages on."""


@dataclass(frozen=True)
class Due:
    """What became of the messages that were for delivery."""

    delivered: int
    held: int
    failed: int


def deliver_due(clock: Callable[[], datetime], *, enough: Callable[[], bool] = lambda: False) -> Due:
    """Delivers every message whose time has come, the longest waiting first, until `enough` says that the
    time is over. One that fails holds up no other, and is tried again in the next run."""
    became = {"delivered": 0, "held": 0}
    failed = 0
    for found in Message.by_due.query(SCHEDULED_DUE, Message.due_at <= order(clock()), page_size=PAGE):
        if enough():
            break
        if not isinstance(found, Message):
            continue
        try:
            state = deliver_scheduled(found.pair_id, found.message_id, now=clock())
        except Exception as error:
            # Not the error's own words: they may quote what was written.
            about = {"message_id": found.message_id, "error": type(error).__name__}
            logger.error("a message could not be passed on", extra=about)
            failed += 1
            continue
        if state:
            became[state] += 1
    return Due(**became, failed=failed)


def deliver_scheduled(pair_id: str, message_id: str, *, now: datetime) -> Literal["delivered", "held", ""]:
    """Delivers one message if its time has come, or holds it where something speaks against it by now: the
    conversation has ended, or one of the two is suspended. Done again, nothing changes.

    Raises NotFound for no such message, HoursUnknown while the programme's policy cannot be read, and faults
    of the database as they are.
    """
    for _ in range(TRIES):
        message = load_message(pair_id, message_id)
        if message.state != "scheduled" or message.deliver_at is None or message.deliver_at > now:
            return ""
        try:
            return _settle(message, load_pair(pair_id), now)
        except Lost:
            continue
    raise Lost


def _settle(message: Message, pair: Pair, now: datetime) -> Literal["delivered", "held", ""]:
    together = taking_part(pair, now=now)
    if together.programme is None:
        raise HoursUnknown
    policy = together.programme.policy
    opens = opens_at(policy, now)
    if opens > now:  # the hours were changed since
        put_off(message, opens)
        with conditional():
            message.save()
        return ""
    status = together.status_of(pair)
    is_last = message.about == LAST_MESSAGE
    if is_last:  # it comes after the end, and a person has read it
        status = "ended" if speaks_against(pair, but=own_concern(message)) else "active"
    against = why_stopped(pair_status=status, pauses=together.pauses)
    if not against:
        with transaction() as write:
            add_delivery(write, pair, message, after_end=is_last, now=now)
        return "delivered"
    message.findings = [*(message.findings or ()), *against]
    message.severity = worst(message.severity, *(str(one["severity"]) for one in against))
    message.lane = "safeguarding" if message.lane == "safeguarding" else "moderation"
    message.deliver_at = None
    join_queue(message, policy, now=now)
    with transaction() as write:
        save_with_step(write, message, "held", now=now)
        tell_moderators(write, pair, message, now)
    return "held"
