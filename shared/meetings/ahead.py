"""A programme's meetings that are arranged, by when they begin: for its coordinators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.conversations.items import Shared
from shared.platform.clock import order
from shared.platform.tables import ConversationsItem

from .items import meetings_listing
from .plan import plan_of

LONGEST = timedelta(hours=8)
"""How long a meeting lasts at most, by the schema."""
MOST = 200


@dataclass(frozen=True)
class Ahead:
    """A meeting with a time of its own."""

    meeting_id: str
    pair_id: str
    programme_id: str
    state: str
    """`accepted` (it waits for a coordinator) or `scheduled`."""
    kind: str
    starts_at: datetime
    minutes: int
    staff_id: str
    """The coordinator who takes part; empty where none does, or none yet."""
    staff_name: str


def meetings_between(programme_id: str, first: datetime, last: datetime) -> Sequence[Ahead]:
    """Those that are under way at some moment between the two: one Query."""
    found = _beginning(programme_id, first - LONGEST, last)
    return [one for one in found if one.starts_at + timedelta(minutes=one.minutes) > first]


def meetings_from(programme_id: str, now: datetime) -> Sequence[Ahead]:
    """Those that are under way or still to come, MOST of them: one Query."""
    found = _beginning(programme_id, now - LONGEST, None)
    return [one for one in found if one.starts_at + timedelta(minutes=one.minutes) > now]


def _beginning(programme_id: str, first: datetime, last: datetime | None) -> list[Ahead]:
    until = order(last) if last else "~"
    found = ConversationsItem.by_listing.query(
        meetings_listing(programme_id),
        ConversationsItem.listing_order.between(order(first), until),
        limit=MOST,
    )
    return [_ahead(one) for one in found if isinstance(one, Shared)]


def _ahead(item: Shared) -> Ahead:
    plan = plan_of(item)
    assert plan.begins is not None
    return Ahead(
        meeting_id=item.item_id,
        pair_id=item.pair_id,
        programme_id=item.programme_id,
        state=item.state,
        kind=plan.kind,
        starts_at=plan.begins,
        minutes=plan.minutes,
        staff_id=plan.staff_id,
        staff_name=plan.staff_name,
    )
