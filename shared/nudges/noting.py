"""What is kept of a reminder, for the staff and for whoever waits."""

from collections.abc import Iterable
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.conversations.items import Pair, pair_key
from shared.people.permissions import Viewer
from shared.platform.clock import order
from shared.platform.tables import is_new

from .items import Nudged, nudged_key, nudged_listing, nudged_order


def note_nudged(
    write: TransactWrite,
    pair: Pair,
    person_id: str,
    things: Iterable[str],
    *,
    now: datetime,
    by: Viewer | None = None,
) -> None:
    """Adds to a running transaction that one of the two was reminded of these, and by whom of the staff."""
    other_id = pair.other_than(person_id).person_id
    at = order(now)
    nudged = Nudged(
        *nudged_key(pair.pair_id, at, person_id),
        pair_id=pair.pair_id,
        programme_id=pair.programme_id,
        person_id=person_id,
        name=pair.name_of(person_id),
        other_id=other_id,
        other_name=pair.name_of(other_id),
        what=list(things),
        at=now,
        by_id=by.person_id if by else None,
        by_name=by.name if by else None,
        listing=nudged_listing(pair.programme_id),
        listing_order=nudged_order(at, pair.pair_id, person_id),
    )
    write.save(nudged, condition=is_new(Nudged))


def note_asked_after(write: TransactWrite, pair: Pair, *, now: datetime) -> None:
    """Adds to a running transaction that whoever waits for an answer sees, on the pair's page, that the
    coordinator asks after it."""
    write.update(
        Pair(*pair_key(pair.pair_id)),
        [Pair.asked_after_at.set(now)],
        condition=Pair.pk.exists(),
        add_version_condition=False,
    )
