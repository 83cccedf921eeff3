"""What was looked after when: so that each morning's work goes on where it had to stop."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.platform.clock import LONDON, order
from shared.platform.tables import find

from .items import DaysWork, days_work_key


@dataclass(frozen=True)
class Left:
    """The steps of the day that are still to be done for a programme."""

    programme_id: str
    steps: Sequence[str]


def left_today(programme_ids: Iterable[str], steps: Sequence[str], *, now: datetime) -> list[Left]:
    """What is left of the day's steps, beginning with the programme whose turn was longest ago: one GetItem
    of a batch for each. A turn counts when it begins, so that a programme at which a run dies is the last of
    the next run, and not its first."""
    ids = list(programme_ids)
    found = DaysWork.batch_get([days_work_key(one) for one in ids], consistent_read=True)
    known = {item.programme_id: item for item in found if isinstance(item, DaysWork)}
    today = _day(now)
    left: list[tuple[str, Left]] = []
    for programme_id in ids:
        item = known.get(programme_id)
        done = {name for name, day in item.done.items() if day == today} if item else set()
        still = [name for name in steps if name not in done]
        if still:
            left.append((order(item.begun_at) if item else "", Left(programme_id, still)))
    return [one for _, one in sorted(left, key=lambda pair: pair[0])]


def begin(programme_id: str, *, now: datetime) -> None:
    """It is this programme's turn."""
    item = _load(programme_id)
    item.begun_at = now
    item.save(add_version_condition=False)


def note_done(programme_id: str, steps: Collection[str], *, now: datetime) -> None:
    """These steps need not be done again today."""
    item = _load(programme_id)
    item.done = {**item.done, **dict.fromkeys(steps, _day(now))}
    item.begun_at = item.begun_at or now
    item.save(add_version_condition=False)


def _load(programme_id: str) -> DaysWork:
    key = days_work_key(programme_id)
    return find(DaysWork, *key) or DaysWork(*key, programme_id=programme_id, done={})


def _day(now: datetime) -> str:
    return now.astimezone(LONDON).date().isoformat()
