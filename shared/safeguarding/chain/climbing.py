"""Passing a concern on until somebody answers."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.notices.actions import queue
from shared.notices.rules import NewNotice
from shared.people.views import StaffMember
from shared.platform.clock import order
from shared.platform.tables import DueIndex, Lost, find, is_new, transaction
from shared.programmes.actions import policy_of

from ..items import CONCERNS_DUE, Concern, Entry, concern_key, entry
from ..rules import is_due
from .rules import Chain, Telling, chain_of
from .staffing import whole_staff
from .telling import (
    HANDED_OVER,
    MOST_AT_ONCE,
    alerts,
    names_of,
    note_step,
    queue_alerts,
    steps_of,
    tell_still,
    telling_of,
    to_operations,
    told_now,
)

logger = logging.getLogger(__name__)

Adds = Callable[[TransactWrite], None]
"""Adds something more to a running transaction."""


@dataclass(frozen=True)
class PassedOn:
    """That nobody had answered in time, or could be told."""

    told: int
    """How many were told next; none when no address of theirs takes mail."""
    unanswered: bool = False
    """The whole chain had been told, and nobody has answered."""


def escalate(concern_id: str, *, now: datetime) -> PassedOn | None:
    """Tells the next of the chain when nobody has answered in time; None when there is nothing to do.

    The top of the chain is told again and again, and those who run the site with it. Of two that try at once,
    one does it.
    """
    concern = find(Concern, *concern_key(concern_id))
    if concern is None or not is_due(concern.answer_by, now=now):
        return None
    return climb(concern, whole_staff(concern.programme_id), now=now)


def next_step(
    concern: Concern, staff: Sequence[StaffMember], *, now: datetime, bounced: Collection[str] = ()
) -> Telling[StaffMember]:
    """Who would be told next, were it now."""
    chain = chain_of(policy_of(concern.programme_id))
    return telling_of(concern, staff, chain, rank=int(concern.rank) + 1, now=now, bounced=bounced)


def climb(
    concern: Concern, staff: Sequence[StaffMember], *, now: datetime, bounced: Collection[str] = ()
) -> PassedOn | None:
    """Takes the next step of a concern that was just loaded and climbs; None when somebody else changed it.
    Whoever deals with one that was handed over is told that it was not taken up. `bounced`: the addresses of
    everybody told at the step before, when it is taken because of them."""
    chain = chain_of(policy_of(concern.programme_id))
    had = {concern.acknowledged_by} - {None}
    telling = telling_of(
        concern, staff, chain, rank=int(concern.rank) + 1, now=now, bounced=bounced, also=had
    )
    unanswered = not bounced and telling.reached and _was_at_the_top(concern, chain, now=now)
    concern.climbs = int(concern.climbs) + 1
    before = int(concern.rank)
    note_step(concern, telling, chain, now=now)
    # A night's list may be shorter than the day's: in the morning it goes on above where it had come to.
    concern.rank = max(before, telling.rank)
    what = "moved_on" if bounced else "passed_on"
    line = entry(concern, what, f"{concern.climbs:06}", now=now, note=names_of(telling.members))
    for_operations: Sequence[NewNotice] = ()
    if unanswered or not telling.reached:
        for_operations = to_operations(concern, "nobody_answered" if unanswered else "nobody_told")
    try:
        with transaction() as write:
            write.save(concern)
            write.save(line, condition=is_new(Entry))
            queue_alerts(write, concern, telling.members, now=now)
            for notice in for_operations:
                queue(write, notice, now=now)
    except Lost:
        return None
    for alert in alerts(concern, telling.members)[MOST_AT_ONCE:]:
        tell_still(concern, alert, now=now)
    return PassedOn(told=len(telling.members) if telling.reached else 0, unanswered=unanswered)


def _was_at_the_top(concern: Concern, chain: Chain, *, now: datetime) -> bool:
    """Whether the whole chain had been told, and somebody of its top could have answered."""
    return bool(concern.reached) and int(concern.rank) >= len(steps_of(concern, chain, now=now)) - 1


def begin_anew(concern: Concern, *, now: datetime) -> Adds:
    """Takes back, in memory, that a concern was answered: its first step is told at once, whoever dealt with
    it or was to do so is told too, and it climbs until somebody answers. Gives what belongs to the same
    transaction."""
    had = {concern.acknowledged_by, concern.handed_to} - {None}
    chain = chain_of(policy_of(concern.programme_id))
    telling = telling_of(concern, whole_staff(concern.programme_id), chain, rank=0, now=now, also=had)
    stop(concern)
    concern.state = "open"
    concern.acknowledged_by = concern.acknowledged_by_name = concern.acknowledged_at = None
    concern.climbs = int(concern.climbs) + 1
    note_step(concern, telling, chain, now=now)
    if not telling.reached:
        concern.due_at = order(now)
    line = entry(concern, "told", f"{concern.climbs:06}", now=now, note=names_of(telling.members))

    def add(write: TransactWrite) -> None:
        write.save(line, condition=is_new(Entry))
        queue_alerts(write, concern, telling.members, now=now)

    return add


def hand_to(concern: Concern, colleague: StaffMember, *, now: datetime) -> Adds:
    """A colleague is asked, in memory, to deal with it from now on. Until somebody takes it up it climbs,
    from the first step on. Gives what belongs to the same transaction."""
    concern.handed_to, concern.handed_to_name = colleague.person_id, colleague.name
    concern.climbs = int(concern.climbs) + 1
    telling = Telling(HANDED_OVER, (colleague,), reached=not colleague.bounces)
    note_step(concern, telling, chain_of(policy_of(concern.programme_id)), now=now)
    if not telling.reached:
        concern.due_at = order(now)
    return lambda write: queue_alerts(write, concern, telling.members, now=now)


def stop(concern: Concern) -> None:
    """It climbs no further, in memory: somebody deals with it, or it is closed."""
    concern.handed_to = concern.handed_to_name = None
    concern.due = concern.due_at = None


@dataclass(frozen=True)
class Overdue:
    """How many concerns nobody had answered in time: for alarms."""

    passed_on: int = 0
    nobody_told: int = 0
    """Of those, how many have nobody on the staff who could be told."""
    unanswered: int = 0
    """Of those, how many nobody has answered though the whole chain was told."""
    failed: int = 0
    """Could not be passed on now; the next sweep tries again."""


def escalate_due(now: datetime, *, enough: Callable[[], bool] = lambda: False) -> Overdue:
    """Passes on every concern whose time is up, until `enough` says that the time is over. One that fails
    holds up no other."""
    passed_on = nobody_told = unanswered = failed = 0
    due = Concern.by_due.query(CONCERNS_DUE, DueIndex.due_at <= order(now))
    for concern_id in [item.concern_id for item in due if isinstance(item, Concern)]:
        if enough():
            break
        try:
            outcome = escalate(concern_id, now=now)
        except Exception as error:
            # Not the error's own words: they may quote what was written.
            about = {"concern_id": concern_id, "error": type(error).__name__}
            logger.error("a concern could not be passed on", extra=about)
            failed += 1
            continue
        if outcome:
            passed_on += 1
            nobody_told += outcome.told == 0
            unanswered += outcome.unanswered
    return Overdue(passed_on, nobody_told, unanswered, failed)


def make_sure_of_alerts(concern_id: str, *, now: datetime) -> PassedOn | None:
    """What must follow a concern that was raised or passed on: everybody of its step of the chain has an
    alert queued, and where there was nobody to tell, it is passed on at once. Doing it again changes
    nothing."""
    concern = find(Concern, *concern_key(concern_id))
    if concern is None or concern.answer_by is None:
        return None
    for alert in alerts(concern, told_now(concern, whole_staff(concern.programme_id))):
        tell_still(concern, alert, now=now)
    return escalate(concern_id, now=now)
