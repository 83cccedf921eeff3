"""What is kept of a reminder, for the staff and for whoever waits."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from pynamodb.transactions import TransactWrite

from shared.conversations.items import Pair, pair_key
from shared.platform.clock import order
from shared.platform.tables import is_new

from .items import ASKING_DUE, Nudged, asking_key, nudged_key, nudged_listing, nudged_order


class By(Protocol):
    """Who of the staff reminded somebody."""

    @property
    def person_id(self) -> str: ...
    @property
    def name(self) -> str: ...


def note_nudged(
    write: TransactWrite,
    pair: Pair,
    person_id: str,
    things: Iterable[str],
    *,
    now: datetime,
    by: By | None = None,
) -> None:
    """Adds to a running transaction that one of the two was reminded of these, and by whom of the staff."""
    key = nudged_key(pair.pair_id, order(now), person_id)
    write.save(_nudged(key, pair, person_id, things, now, by), condition=is_new(Nudged))


def note_asking(
    write: TransactWrite,
    pair: Pair,
    person_id: str,
    things: Iterable[str],
    *,
    at: datetime,
    now: datetime,
    by: By,
) -> None:
    """Adds to a running transaction that one of the two is to be written to at `at`, when the quiet hours are
    over. The transaction is Lost when that was added before."""
    key = asking_key(pair.pair_id, order(at), person_id)
    asking = _nudged(key, pair, person_id, things, at, by)
    asking.asked_at, asking.due, asking.due_at = now, ASKING_DUE, order(at)
    write.save(asking, condition=is_new(Nudged))


def _nudged(
    key: tuple[str, str], pair: Pair, person_id: str, things: Iterable[str], at: datetime, by: By | None
) -> Nudged:
    other_id = pair.other_than(person_id).person_id
    return Nudged(
        *key,
        pair_id=pair.pair_id,
        programme_id=pair.programme_id,
        person_id=person_id,
        name=pair.name_of(person_id),
        other_id=other_id,
        other_name=pair.name_of(other_id),
        what=list(things),
        at=at,
        by_id=by.person_id if by else None,
        by_name=by.name if by else None,
        listing=nudged_listing(pair.programme_id),
        listing_order=nudged_order(order(at), pair.pair_id, person_id),
    )


def note_asked_after(write: TransactWrite, pair: Pair, *, now: datetime) -> None:
    """Adds to a running transaction that whoever waits for an answer sees, on the pair's page, that the
    coordinator asks after it."""
    write.update(
        Pair(*pair_key(pair.pair_id)),
        [Pair.asked_after_at.set(now)],
        condition=Pair.pk.exists(),
        add_version_condition=False,
    )
