"""The card of a piece of the library that goes along with a message."""

from dataclasses import dataclass

from .items import Message


@dataclass(frozen=True)
class LibraryCard:
    """A piece, as it was called when it was suggested."""

    resource_id: str
    title: str
    minutes: int
    """How long it takes to read."""


def card_with(message: Message) -> LibraryCard | None:
    kept = message.card
    if not kept:
        return None
    return LibraryCard(str(kept["resource_id"]), str(kept["title"]), int(kept["minutes"]))
