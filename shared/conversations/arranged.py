"""What becomes of the meetings that two have arranged when their conversation ends. All else about meetings
is in an area of its own; the link is known here, so that nothing is left of it then."""

from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.transactions import TransactWrite

from shared.platform.tables import ConversationsItem, MomentAttribute, find

from .items import AFTER_MESSAGES, Shared, pair_key

MEETING = "meeting"
"""What of `Shared` it is."""
KEPT = ("kind", "minutes", "starts_at", "moves", "staff_id", "staff_name")
"""What is left of the details of a meeting that does not take place: its record."""


class MeetingLink(ConversationsItem, discriminator="meeting_link"):
    """How one gets into a meeting online: pk `PAIR#<pair_id>`, sk `MEETING#<meeting_id>#LINK`.

    Emptied as soon as nobody is to get in by it any more: when the meeting is called off, moved or over, when
    somebody takes back what they had agreed to, and when the conversation ends.
    """

    meeting_id = UnicodeAttribute()
    link = UnicodeAttribute(null=True)
    password = UnicodeAttribute(null=True)
    has_waiting_room = BooleanAttribute(default=False)
    by_id = UnicodeAttribute()
    given_at = MomentAttribute()


def link_key(pair_id: str, meeting_id: str) -> tuple[str, str]:
    return pair_key(pair_id)[0], f"MEETING#{meeting_id}#LINK"


def empty_link(write: TransactWrite, item: Shared) -> None:
    """Adds that nobody gets in by the link any more: nothing is left of it."""
    if (given := _link_of(item)) is not None:
        given.link = given.password = None
        write.save(given)


def has_link(item: Shared) -> bool:
    """Whether anything is left of its link."""
    return _link_of(item) is not None


def _link_of(item: Shared) -> MeetingLink | None:
    given = find(MeetingLink, *link_key(item.pair_id, item.item_id))
    return given if given is not None and given.link else None


def open_meetings(pair_id: str) -> list[Shared]:
    """Those that stand on the pair's page, however many there were before: one Query."""
    found = ConversationsItem.thread.query(
        pair_key(pair_id)[0],
        ConversationsItem.thread_at.startswith(f"{AFTER_MESSAGES}{MEETING}#"),
        consistent_read=True,
    )
    return [one for one in found if isinstance(one, Shared)]


def close_what_is_ahead(write: TransactWrite, pair_id: str, *, now: datetime) -> None:
    """Adds that the meetings of a pair, proposed or ahead, do not take place, and that none has a link: its
    conversation ends. Of what was over before, both can still say how it went. One Query, and a GetItem for
    each."""
    for one in open_meetings(pair_id):
        empty_link(write, one)
        details: dict[str, Any] = one.details or {}
        if one.settled_at is not None or _is_over(details, now):
            continue
        gone = [Shared.listing.remove(), Shared.listing_order.remove(), Shared.thread_at.remove()]
        gone += [Shared.due.remove(), Shared.due_at.remove()]
        left = Shared.details.set({name: details[name] for name in KEPT if name in details})
        write.update(one, [*gone, left, Shared.state.set("stopped"), Shared.settled_at.set(now)])


def _is_over(details: dict[str, Any], now: datetime) -> bool:
    if not details.get("starts_at"):
        return False
    begins = datetime.fromisoformat(details["starts_at"])
    return now >= begins + timedelta(minutes=details["minutes"])
