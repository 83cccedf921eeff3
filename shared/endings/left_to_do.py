"""What somebody can still hand in of conversations that have ended, for their first page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shared.conversations.ending_items import Ending, ending_key
from shared.conversations.items import Pair, pair_key
from shared.conversations.lists import MyPair
from shared.conversations.resting import taking_part_in
from shared.platform.tables import ConversationsItem
from shared.programmes.rules import day_of

from .opening import Opened, opened
from .rules import WHATS


@dataclass(frozen=True)
class LeftToDo:
    """Of one conversation that has ended. Its page is `/pairs/<pair_id>/ending`."""

    pair_id: str
    other_name: str
    what: tuple[str, ...]
    """`review`, `report`, or both."""
    due_on: date | None
    """By when the report is due; None where none is left, or it is late already."""


def left_to_do(mine: Sequence[MyPair], *, now: datetime) -> tuple[LeftToDo, ...]:
    """Of somebody's own conversations, in their order, what they have not handed in of those that have ended,
    as long as it is taken. No request where none has; else two BatchGetItems for some thirty of them."""
    ended = [one for one in mine if one.has_ended]
    keys = [key for one in ended for key in (pair_key(one.pair_id), ending_key(one.pair_id))]
    found = list(ConversationsItem.batch_get(keys)) if keys else []
    stored = [one for one in found if isinstance(one, Pair)]
    pairs = {one.pair_id: one for one in stored if one.removed_at is None}
    endings = {one.pair_id: one for one in found if isinstance(one, Ending)}
    together = taking_part_in(pairs.values(), now=now) if pairs else {}
    left = (
        _left(one, opened(pairs[one.pair_id], one.part, together[one.pair_id], now=now), endings, now)
        for one in ended
        if one.pair_id in pairs
    )
    return tuple(one for one in left if one.what)


def _left(one: MyPair, its: Opened, endings: dict[str, Ending], now: datetime) -> LeftToDo:
    ending = endings.get(one.pair_id)
    what = tuple(
        each
        for each in WHATS
        if its.standing.is_asked(each, its.endings, one.part)
        and not (ending is not None and ending.is_in(each, one.part))
    )
    report = its.endings.report_of(one.part) if "report" in what else None
    due_on = its.standing.due_on(report) if report else None
    is_late = due_on is not None and due_on < day_of(now)
    return LeftToDo(one.pair_id, one.other_name, what, None if is_late else due_on)
