"""Reading a programme's past messages piece by piece: those that are held, then the last checked."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.conversations.checked import checked_messages
from shared.conversations.items import Message, checked_listing, held_listing
from shared.conversations.rules import MAY_YET_BE_READ, MOST_RECENT, RECENT_FOR
from shared.filtering import RecentMessage

from .rules import Known, Place


@dataclass(frozen=True)
class Piece:
    """Some past messages, and where the next are."""

    messages: tuple[Message, ...]
    next: Place


def total_of(programme_id: str, wanted: int) -> int:
    """How many messages there are to read. They are counted by going over them, a megabyte at a time:
    DynamoDB's own counting knows no end."""
    listings = (held_listing(programme_id), checked_listing(programme_id))
    return sum(
        1
        for listing in listings
        for _ in Message.by_listing.query(listing, limit=wanted, attributes_to_get=["kind"])
    )


def read_piece(programme_id: str, place: Place, *, wanted: int, limit: int) -> Piece:
    """The next messages, `limit` at the most and `wanted` of each part; one Query."""
    limit = min(limit, wanted - place.read)
    if place.part == "held":
        found = Message.by_listing.query(
            held_listing(programme_id),
            Message.listing_order > place.after if place.after else None,
            limit=limit,
            page_size=limit,
        )
        messages = tuple(one for one in found if isinstance(one, Message))
        is_all = len(messages) < limit or place.read + len(messages) >= wanted
        last = messages[-1].listing_order or "" if messages else ""
        return Piece(
            messages, Place("checked") if is_all else Place("held", last, place.read + len(messages))
        )
    checked = checked_messages(programme_id, after=place.after, limit=limit)
    read = place.read + len(checked.messages)
    is_all = not checked.next or read >= wanted
    return Piece(checked.messages, Place("end") if is_all else Place("checked", checked.next, read))


def known_of(message: Message) -> Known:
    return Known(
        pair_id=message.pair_id,
        message_id=message.message_id,
        checked_at=message.checked_at or message.written_at,
        state=message.state,
        was_held=message.held_at is not None,
        # One that could not be checked opens a concern too, and holds no worry that a rule could see.
        is_concern=bool(message.concern_id) and message.lane == "safeguarding",
    )


def with_recent(messages: Sequence[Message]) -> Iterator[tuple[Message, list[RecentMessage]]]:
    """Each message with its sender's earlier ones in the conversation, as far as they are among these."""
    earlier: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for message in sorted(messages, key=lambda one: one.written_at):
        own = earlier[message.pair_id, message.sender_id]
        yield message, [RecentMessage(one.message_id, one.text) for one in _recent(own, message)]
        own.append(message)


def _recent(own: Sequence[Message], message: Message) -> list[Message]:
    since = message.written_at - RECENT_FOR
    return [one for one in own if one.written_at >= since and one.state in MAY_YET_BE_READ][-MOST_RECENT:]
