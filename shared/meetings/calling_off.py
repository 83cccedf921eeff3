"""Meetings that do not take place: called off by one of those who would come, or ended because somebody takes
back what they had agreed to. The other learns that it does not take place, and of neither why."""

from collections.abc import Collection, Iterable
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.conversations.arranged import empty_link, has_link, open_meetings
from shared.conversations.items import Pair, Shared
from shared.people.permissions import Viewer, may_run_meetings, require
from shared.platform.errors import Busy, Conflict
from shared.platform.tables import Lost, transaction

from .loading import TRIES, meeting_at
from .plan import OPEN, PARTS, Plan, keep, plan_of
from .telling import tell

TOO_LATE = "This meeting is over, so it cannot be called off. You can say how it went."
MOST_AT_ONCE = 12
"""Meetings that end in one transaction with what ended them."""


def call_off(viewer: Viewer, pair_id: str, meeting_id: str, *, now: datetime) -> None:
    """Calls off a meeting that is proposed or arranged; each of the two may, and a coordinator. Called off
    already, nothing changes. Raises NotFound, and Conflict when it is over."""
    for _ in range(TRIES):
        at = meeting_at(viewer, pair_id, meeting_id, now=now)
        require(at.part != "staff" or may_run_meetings(viewer, at.pair.programme_id))
        if at.item.state not in OPEN and at.plan.noted == []:
            return
        if at.item.state not in OPEN or at.plan.is_over(now):
            raise Conflict(TOO_LATE, code="over")
        try:
            with transaction() as write:
                at.record_deed(write, viewer, now)
                _end(
                    write,
                    at.pair,
                    at.item,
                    at.plan,
                    "called_off",
                    but=at.part,
                    by_id=viewer.person_id,
                    now=now,
                )
            return
        except Lost:
            continue
    raise Busy


def stop_meetings(
    write: TransactWrite, pairs: Iterable[Pair], part: str, *, kinds: Collection[str] = (), now: datetime
) -> None:
    """Adds that the meetings of these pairs, proposed, ahead or under way, are ended, and that those
    which are over have no link any more, because the `part` of them has taken something back; with `kinds`
    those of these kinds alone. One Query for each pair.

    As many as fit one transaction: `stop_the_rest` ends any others, and no link of theirs opens meanwhile.
    """
    for pair, item in _to_stop(pairs, kinds, now)[:MOST_AT_ONCE]:
        _end(write, pair, item, plan_of(item), "stopped", but=part, by_id="", now=now)


def stop_the_rest(pairs: Iterable[Pair], part: str, *, kinds: Collection[str] = (), now: datetime) -> None:
    """Ends what `stop_meetings` had no room for, or what was proposed at that very moment."""
    for pair, item in _to_stop(pairs, kinds, now):
        try:
            with transaction() as write:
                _end(write, pair, item, plan_of(item), "stopped", but=part, by_id="", now=now)
        except Lost:
            continue  # called off, or changed, and then it looked at what was agreed itself


def _to_stop(pairs: Iterable[Pair], kinds: Collection[str], now: datetime) -> list[tuple[Pair, Shared]]:
    """Those that may yet take place first; of the others only those that still have a link."""
    found = [(pair, item) for pair in pairs for item in open_meetings(pair.pair_id)]
    meant = [one for one in found if not kinds or plan_of(one[1]).kind in kinds]
    ahead = [one for one in meant if not _is_past(one[1], now)]
    return ahead + [one for one in meant if _is_past(one[1], now) and has_link(one[1])]


def _is_past(item: Shared, now: datetime) -> bool:
    return item.state not in OPEN or plan_of(item).is_over(now)


def _end(
    write: TransactWrite,
    pair: Pair,
    item: Shared,
    plan: Plan,
    state: str,
    *,
    but: str,
    by_id: str,
    now: datetime,
) -> None:
    """Nothing but its record is left: of what kind it was, when, and that it did not take place. Everybody
    else who would have come is told. Of one that is over, nobody gets in by its link any more."""
    empty_link(write, item)
    if _is_past(item, now):
        return
    staff_id = plan.staff_id if plan.staff_id != by_id else ""
    left = Plan(plan.kind, plan.minutes, starts_at=plan.starts_at, moves=plan.moves + 1)
    left.staff_id, left.staff_name = plan.staff_id, plan.staff_name
    keep(item, left, state, now=now)
    write.save(item)
    others = [one for one in PARTS if one != but]
    tell(write, "meeting_off", pair, item.item_id, others, staff_id=staff_id, now=now)
