"""Looking at the pairs whose turn it is, and noting what each of the two is to be reminded of.

Each pair has its turn once a week, in the hours before the weekly e-mails go out. Whose turn it is stands in
an index; nobody looks through all pairs. What was noted of a pair, and that it was looked at, is one
transaction, so that a look that is made twice notes everything once.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.expressions.update import Action

from shared.conversations.items import Pair, pair_key
from shared.conversations.resting import TakingPart, taking_part_in
from shared.conversations.watching import WATCHES_DUE, WEEKLY, Watch, silent_listing, silent_order
from shared.people.views import StaffMember
from shared.platform.clock import order
from shared.platform.tables import Lost, conditional, transaction

from .holding_back import is_held_back
from .rules import Due, next_digest, next_look
from .sides import last_in_touch, one_on
from .sources import all_due
from .waiting import let_wait, who_is_told

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 500
"""Pairs that one run looks at. The next run is a minute away."""
TOGETHER = 25
"""Pairs that are read together: of each some four items, and DynamoDB gives 100 for one request."""
LOOKED_AT_AGAIN = timedelta(hours=1)
"""When a pair that could not be looked at has its next turn, so that it is not in the way of the others."""
WITHOUT_POLICY = timedelta(days=1)


@dataclass(frozen=True)
class Looked:
    """What a run came to."""

    pairs: int = 0
    noted: int = 0
    """Reminders that wait from now on."""
    failed: int = 0


def look_at_pairs(clock: Callable[[], datetime], *, enough: Callable[[], bool] = lambda: False) -> Looked:
    """Looks at the pairs that are due, the longest due first, until `enough` says that the time is over. One
    that fails holds up no other. Harmless to repeat."""
    due = Watch.by_due.query(WATCHES_DUE, Watch.due_at <= order(clock()), limit=MOST_AT_ONCE)
    watches = [one for one in due if isinstance(one, Watch) and one.what == WEEKLY]
    looked = Looked()
    staff: dict[str, list[StaffMember]] = {}
    for first in range(0, len(watches), TOGETHER):
        if enough():
            break
        some = watches[first : first + TOGETHER]
        found = _look_at(some, staff, clock())
        looked = Looked(looked.pairs + len(some), looked.noted + found.noted, looked.failed + found.failed)
    return looked


def _look_at(watches: Sequence[Watch], staff: dict[str, list[StaffMember]], now: datetime) -> Looked:
    keys = [pair_key(one.pair_id) for one in watches]
    pairs = {one.pair_id: one for one in Pair.batch_get(keys, consistent_read=True)}
    together = taking_part_in(pairs.values(), now=now)
    noted = failed = 0
    for one in watches:
        pair = pairs.get(one.pair_id)
        try:
            if pair is None or pair.status != "active":
                _leave(one)
            else:
                noted += _look_at_one(one, pair, together[pair.pair_id], staff, now)
        except Lost:
            continue  # another run was quicker
        except Exception as error:
            logger.error(
                "a pair could not be looked at", extra={"pair_id": one.pair_id, "error": type(error).__name__}
            )
            failed += 1
            with suppress(Exception), conditional():
                one.update([Watch.due_at.set(order(now + LOOKED_AT_AGAIN))])
    return Looked(noted=noted, failed=failed)


def _leave(watch: Watch) -> None:
    """The conversation has ended: nobody looks at it any more."""
    with conditional():
        watch.update(
            [Watch.due.remove(), Watch.due_at.remove(), Watch.listing.remove(), Watch.listing_order.remove()]
        )


def _look_at_one(
    watch: Watch, pair: Pair, together: TakingPart, staff: dict[str, list[StaffMember]], now: datetime
) -> int:
    """How many reminders wait from now on."""
    if together.programme is None:  # its policy cannot be read, which others are told of
        with conditional():
            watch.update([Watch.due_at.set(order(now + WITHOUT_POLICY))])
        return 0
    nudges = together.programme.policy.nudges
    digest_at = next_digest(nudges, now)
    due = all_due(pair, together, digest_at)
    noted = dict(watch.noted or {})
    new = [one for one in due if noted.get(one.key) != one.cause and not is_held_back(pair, one)]
    noted |= {one.key: one.cause for one in new}
    waiting = _by_person(pair, new, staff)
    with transaction() as write:
        write.update(
            watch,
            [
                Watch.noted.set(noted),
                Watch.due_at.set(order(next_look(nudges, pair.pair_id, now))),
                *_listed(pair, any(one.what == "silent" for one in due)),
            ],
        )
        for person_id, what in waiting.items():
            let_wait(write, person_id, what, until=digest_at)
    return len(new)


def _listed(pair: Pair, is_silent: bool) -> list[Action]:
    """Among the silent pairs of the programme, or no longer."""
    if not is_silent:
        return [Watch.listing.remove(), Watch.listing_order.remove()]
    since = order(last_in_touch(pair))
    return [
        Watch.listing.set(silent_listing(pair.programme_id)),
        Watch.listing_order.set(silent_order(since, pair.pair_id)),
    ]


def _by_person(pair: Pair, new: Sequence[Due], staff: dict[str, list[StaffMember]]) -> dict[str, set[str]]:
    """What waits for whom from now on."""
    found: dict[str, set[str]] = {}
    for one in new:
        if one.to != "staff":
            found.setdefault(one_on(pair, one.to).person_id, set()).add(f"{one.what}#{pair.pair_id}")
            continue
        if pair.programme_id not in staff:
            staff[pair.programme_id] = who_is_told(pair.programme_id)
        for member in staff[pair.programme_id]:
            if member.person_id not in pair.ids:
                found.setdefault(member.person_id, set()).add(f"{one.what}#{pair.programme_id}")
    return found
