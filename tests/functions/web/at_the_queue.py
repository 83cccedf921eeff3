"""What the tests of moderation through the routes share."""

from shared.conversations.items import Message
from tests.builders.conversations import TwoWhoWrite

RUDE = "That was a rubbish film, but thank you for the tip about the open day."
"""Slight enough to be delivered together with others."""


def queue_of(pair: TwoWhoWrite) -> str:
    return f"/programmes/{pair.programme_id}/moderation"


def path_of(message: Message) -> str:
    return f"/moderation/{message.pair_id}/{message.message_id}"
