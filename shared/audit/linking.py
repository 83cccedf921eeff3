"""Linking waiting records into their programme's chain. Whoever links, it is done once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.platform.clock import order
from shared.platform.tables import DueIndex, Lost, find, is_new, transaction

from .items import (
    HEADS,
    RECORDED,
    WAITING_DUE,
    Head,
    Link,
    Linked,
    Waiting,
    head_key,
    linked_key,
    links_of_person,
    waiting_key,
)
from .verifying import START, Place, hash_of, link_key

logger = logging.getLogger(__name__)

AT_ONCE = 30
"""Records that are linked in one transaction. Each takes three items of the hundred that DynamoDB allows."""
TRIES = 6
MISSED_AFTER = timedelta(minutes=1)
"""By then the stream has had its chance at a record."""


class NotLinked(Exception):
    """Somebody else was faster again and again, or something stands where the next link belongs."""


def link_waiting(programme_id: str, *, enough: Callable[[], bool] = lambda: False) -> int:
    """Links all of a programme's records that wait, until `enough` says that the time is over; how many.
    Raises NotLinked."""
    linked = 0
    while not enough():
        some = _link_some(programme_id)
        if some is None:
            break
        linked += some
    return linked


def _link_some(programme_id: str) -> int | None:
    """Links the first of those that wait, the earliest first, in one transaction; None when none waits."""
    for _ in range(TRIES):
        waiting = _first_waiting(programme_id)
        if not waiting:
            return None
        try:
            return _link(programme_id, waiting)
        except Lost:
            continue  # another linker, or a record that was handed in again: look again at what waits
    raise NotLinked


def _first_waiting(programme_id: str) -> list[Waiting]:
    pk, _ = waiting_key(programme_id, "", "")
    found = Waiting.query(pk, consistent_read=True, limit=AT_ONCE)
    return sorted((one for one in found if isinstance(one, Waiting)), key=lambda one: (one.at, one.record_id))


def _link(programme_id: str, waiting: list[Waiting]) -> int:
    """Three requests: which of them are linked already, the end of the chain, and the writing."""
    records = {one.record_id: one for one in waiting}
    markers = [linked_key(programme_id, name) for name in records]
    for marker in Linked.batch_get(markers, consistent_read=True):
        del records[marker.pk.rpartition("#")[2]]
    head = find(Head, *head_key(programme_id)) or _no_head(programme_id)
    is_first = not int(head.seq)
    place = Place(int(head.seq), head.hash)
    with transaction() as write:
        for one in waiting:
            write.delete(one, condition=Waiting.pk.exists())
        for record in records.values():
            link = link_of(record, place)
            place = Place(int(link.seq), link.hash)
            write.save(link, condition=is_new(Link))
            write.save(
                Linked(*linked_key(programme_id, record.record_id), seq=place.seq), condition=is_new(Linked)
            )
        if records:
            head.seq, head.hash = place.seq, place.hash
            write.save(head, condition=is_new(Head) if is_first else None)
    return len(records)


def _no_head(programme_id: str) -> Head:
    return Head(
        *head_key(programme_id),
        programme_id=programme_id,
        seq=START.seq,
        hash=START.hash,
        listing=HEADS,
        listing_order=programme_id,
    )


def link_of(record: Waiting, after: Place) -> Link:
    """A record as the link that follows a place."""
    seq = after.seq + 1
    link = Link(
        *link_key(record.programme_id, seq),
        seq=seq,
        previous=after.hash,
        listing=links_of_person(record.programme_id, record.by_id),
        listing_order=f"{seq:012}",
        **{name: getattr(record, name) for name in RECORDED},
    )
    # What is hashed is what will be stored; the first writing makes it version 1.
    link.hash = hash_of({**link.to_dynamodb_dict(), "version": {"N": "1"}})
    return link


@dataclass(frozen=True)
class Late:
    """What the sweep found that no stream had linked."""

    linked: int = 0
    failed: int = 0
    """Programmes whose records could not be linked now; the next sweep tries again."""


def link_due(now: datetime, *, enough: Callable[[], bool] = lambda: False) -> Late:
    """Links what has waited for longer than a minute, until `enough` says that the time is over. A chain that
    cannot be gone on with holds up no other."""
    linked = failed = 0
    seen: set[str] = set()
    for one in Waiting.by_due.query(WAITING_DUE, DueIndex.due_at <= order(now - MISSED_AFTER)):
        if enough():
            break
        if not isinstance(one, Waiting) or one.programme_id in seen:
            continue
        seen.add(one.programme_id)
        try:
            linked += link_waiting(one.programme_id, enough=enough)
        except Exception as error:
            about = {"programme_id": one.programme_id, "error": type(error).__name__}
            logger.error("audit records could not be linked", extra=about)
            failed += 1
    return Late(linked, failed)
