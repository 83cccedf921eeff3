"""Checking a chain as it is stored, from its beginning or from a place that was reached before."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any

from shared.platform.clock import order
from shared.platform.tables import (
    DirectoryItem,
    Lost,
    SafeguardingItem,
    conditional,
    find,
    is_new,
    stored_item,
    stored_items,
)

from .items import Check, anchor_key, check_key, head_key, waiting_key
from .verifying import START, Fault, Place, check_end, link_key, place_in, place_of_anchor, text_of, walk

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
    earlier = find(Check, *key)
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
        return find(Check, *key) or check
    return check


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
