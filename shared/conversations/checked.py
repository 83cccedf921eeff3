"""The messages of a programme that were checked: what new rules are tried on."""

from dataclasses import dataclass

from .items import Message, checked_listing

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class CheckedMessages:
    """Some checked messages, the last checked first."""

    messages: tuple[Message, ...]
    next: str
    """The `after` of those checked before them; empty when there are none."""


def checked_messages(programme_id: str, *, after: str = "", limit: int = MOST_AT_ONCE) -> CheckedMessages:
    """The programme's messages that were checked and are not held, the last checked first, from behind
    `after` on: one Query, which DynamoDB answers a megabyte at a time.

    A place names a moment, so what is checked meanwhile, or worded anew, moves nothing that comes later. What
    is held is in the moderators' queue instead. For those who have made sure that it is theirs to read.
    """
    found = Message.by_listing.query(
        checked_listing(programme_id),
        Message.listing_order < after if after else None,
        scan_index_forward=False,
        limit=limit,
        page_size=limit,
    )
    messages = tuple(one for one in found if isinstance(one, Message))
    more = messages[-1].listing_order if len(messages) == limit else None
    return CheckedMessages(messages, more or "")
