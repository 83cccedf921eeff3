"""Checking a chain as it is stored, from its beginning or from a place that was reached before."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any

from pynamodb.exceptions import AttributeDeserializationError

from shared.platform.clock import order
from shared.platform.tables import (
    DirectoryItem,
    Lost,
    SafeguardingItem,
    conditional,
    is_new,
    stored_item,
    stored_items,
)

from .items import Check, anchor_key, check_key, head_key, waiting_key
from .verifying import (
    SENTENCES,
    START,
    Fault,
    Place,
    check_end,
    link_key,
    place_in,
    place_of_anchor,
    text_of,
    walk,
)

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When a check was done that does not say so any more."""
LATE_AFTER = timedelta(minutes=10)
"""A record that has not been linked by then waits for too long: something does not work."""
MOST_LATE = 100
"""Late records are counted up to here."""
LINKS_IN_A_STEP = 2_000
GIVEN_UP_AFTER = timedelta(hours=1)
"""A check that has rested for so long is begun anew: what it has passed may have been changed meanwhile."""
DAILY_GIVEN_UP_AFTER = timedelta(days=2)
"""The morning's, which takes a long chain over several mornings."""


@dataclass(frozen=True)
class Checked:
    """How far a chain was walked, and what was found."""

    reached: Place
    fault: Fault | None
    is_end: bool
    """There was no more to walk."""

    @property
    def is_whole(self) -> bool:
        return self.is_end and self.fault is None


def check_links(
    programme_id: str,
    *,
    since: Place = START,
    known: Iterable[Place] = (),
    enough: Callable[[int], bool] = lambda _walked: False,
) -> Checked:
    """Walks the chain from `since` to its end, to its first broken link, or until `enough` of so many links.

    `known` are places that were noted outside, such as in a log: they are anchors as well. Links that are
    added meanwhile belong to it.
    """
    place, walked = since, 0
    outside = sorted(known, key=lambda one: one.seq)
    while True:
        before = place
        # What is noted last is read first: the chain can only have grown since.
        noted = max([_last_anchor(programme_id), *(one.seq for one in outside)])
        anchors = _anchors(programme_id, since=place, outside=outside)
        for found in walk(programme_id, _links(programme_id, place), anchors, since=place):
            if isinstance(found, Fault):
                return Checked(place, found, is_end=True)
            place, walked = found, walked + 1
            if enough(walked):
                return Checked(place, None, is_end=False)
        fault = check_end(place, _head(programme_id), last_anchor=noted)
        if fault is None or fault.what != "missing" or place == before:
            return Checked(place, fault, is_end=True)


def _links(programme_id: str, since: Place) -> Iterator[dict[str, Any]]:
    pk, sk = link_key(programme_id, since.seq)
    return stored_items(SafeguardingItem, pk, after=sk if since.seq else "")


def _anchors(programme_id: str, *, since: Place, outside: list[Place]) -> Iterator[Place]:
    """Those after a place, in order; of the stored ones one at a time."""
    pk, sk = anchor_key(programme_id, since.seq)
    stored = (place_of_anchor(one) for one in stored_items(DirectoryItem, pk, after=sk))
    yield from merge(stored, (one for one in outside if one.seq > since.seq), key=lambda one: one.seq)


def _last_anchor(programme_id: str) -> int:
    pk, _ = anchor_key(programme_id, 0)
    last = next(stored_items(DirectoryItem, pk, last_first=True, page_size=1), None)
    return place_of_anchor(last).seq if last else 0


def _head(programme_id: str) -> Place | None:
    stored = stored_item(SafeguardingItem, *head_key(programme_id))
    return place_in(stored) if stored else None


def has_records(programme_id: str) -> bool:
    """Whether anything at all is stored of a programme's record: a link, its end, an anchor, or what waits to
    be linked. Four Queries at most."""
    places = (
        (SafeguardingItem, link_key(programme_id, 0)[0]),
        (SafeguardingItem, head_key(programme_id)[0]),
        (DirectoryItem, anchor_key(programme_id, 0)[0]),
        (SafeguardingItem, waiting_key(programme_id, "", "")[0]),
    )
    return any(next(stored_items(table, pk, page_size=1), None) is not None for table, pk in places)


def late_records(programme_id: str, *, now: datetime) -> int:
    """How many records have waited too long to be linked, up to a hundred: one Query."""
    pk, _ = waiting_key(programme_id, "", "")
    until = order(now - LATE_AFTER)
    earliest = islice(stored_items(SafeguardingItem, pk, page_size=MOST_LATE), MOST_LATE)
    return sum(text_of(one, "at") < until for one in earliest)


def check_step(
    programme_id: str,
    *,
    by_name: str,
    now: datetime,
    enough: Callable[[int], bool] | None = None,
    daily: bool = False,
) -> Check:
    """Goes on with the check that is under way, or begins one; so many links at a time. `daily` for that of
    each morning, which is one of its own.

    Of two who go on at once, one does; the other is answered with how far it is.
    """
    key = check_key(programme_id, daily=daily)
    earlier = check_at(programme_id, daily=daily)
    if earlier is not None and earlier.broken_what == "check_changed":
        return earlier  # never written over: it is what shows that somebody was at it
    given_up_after = DAILY_GIVEN_UP_AFTER if daily else GIVEN_UP_AFTER
    check = _going_on(earlier, now - given_up_after) or _anew(key, programme_id, earlier, by_name, now)
    done = check_links(
        programme_id,
        since=Place(int(check.seq), check.hash),
        enough=enough or (lambda walked: walked >= LINKS_IN_A_STEP),
    )
    check.seq, check.hash, check.at = done.reached.seq, done.reached.hash, now
    if done.fault:
        check.state, check.broken_seq, check.broken_what = "broken", done.fault.seq, done.fault.what
    elif done.is_end:
        check.state, check.late = "whole", late_records(programme_id, now=now)
    try:
        with conditional():
            check.save(is_new(Check) if earlier is None else None)
    except Lost:
        return check_at(programme_id, daily=daily) or check
    return check


def check_at(programme_id: str, *, daily: bool = False) -> Check | None:
    """The latest check of people, or of the morning; None when there was none. One GetItem."""
    stored = stored_item(DirectoryItem, *check_key(programme_id, daily=daily))
    return _read(programme_id, stored) if stored else None


def checks_of(programme_id: str) -> list[Check]:
    """The latest check of people and that of the morning: one Query."""
    pk, _ = check_key(programme_id)
    return [_read(programme_id, stored) for stored in stored_items(DirectoryItem, pk)]


def _read(programme_id: str, stored: dict[str, Any]) -> Check:
    """One that has been altered beyond reading stands as a broken one: somebody has been at the tables."""
    try:
        check = Check()
        check.deserialize(stored)
        if not _makes_sense(check, stored):
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, AttributeDeserializationError):
        return Check(
            stored["pk"]["S"],
            stored["sk"]["S"],
            programme_id=programme_id,
            state="broken",
            broken_what="check_changed",
            seq=START.seq,
            hash=START.hash,
            total=0,
            by_name="",
            began_at=LONG_AGO,
            at=LONG_AGO,
        )
    return check


def _makes_sense(check: Check, stored: Mapping[str, Any]) -> bool:
    """Whether it holds what a check holds."""
    numbers = (check.seq, check.total, check.late)
    moments = (check.at, check.began_at)
    return (
        stored.get("kind") == {"S": "audit_check"}
        and check.state in ("under_way", "whole", "broken")
        and all(isinstance(one, int) and one >= 0 for one in numbers)
        and all(isinstance(one, datetime) for one in moments)
        and all(isinstance(one, str) for one in (check.hash, check.by_name))
        and (check.state == "broken") == (check.broken_seq is not None)
        and (check.broken_seq is None or isinstance(check.broken_seq, int))
        and (check.broken_what is None or check.broken_what in SENTENCES)
        and (check.broken_seq is None) == (check.broken_what is None)
    )


def _going_on(check: Check | None, since: datetime) -> Check | None:
    if check is None or check.state != "under_way" or check.at < since:
        return None
    return check


def _anew(
    key: tuple[str, str], programme_id: str, earlier: Check | None, by_name: str, now: datetime
) -> Check:
    check = earlier or Check(*key, programme_id=programme_id)
    head = _head(programme_id)
    check.state, check.by_name, check.began_at, check.at = "under_way", by_name, now, now
    check.seq, check.hash, check.total = START.seq, START.hash, max(0, head.seq) if head else 0
    check.broken_seq = check.broken_what = None
    check.late = 0
    return check
