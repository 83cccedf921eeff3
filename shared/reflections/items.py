"""What is stored of diaries and logbooks, in the Conversations table beside their pair."""

from pynamodb.attributes import UnicodeAttribute

from shared.platform.tables import ConversationsItem, MomentAttribute


class Reflection(ConversationsItem, discriminator="reflection"):
    """An entry of one's diary or logbook: pk `PAIR#<pair_id>`, sk `REFLECTION#<entry_id>`. In `listing` as
    `REFLECTIONS#<pair_id>#<author_id>`, in the order of writing. Its author and the staff read it, the other
    never."""

    entry_id = UnicodeAttribute()
    pair_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    author_id = UnicodeAttribute()
    author_role = UnicodeAttribute()
    """`mentor` or `mentee`."""
    text = UnicodeAttribute()
    written_at = MomentAttribute()
    concern_id = UnicodeAttribute(null=True)
    """The concern that was raised with it."""


def reflection_key(pair_id: str, entry_id: str) -> tuple[str, str]:
    return f"PAIR#{pair_id}", f"REFLECTION#{entry_id}"


def reflections_listing(pair_id: str, author_id: str) -> str:
    return f"REFLECTIONS#{pair_id}#{author_id}"


def reflections_order(written_at: str, entry_id: str) -> str:
    return f"{written_at}#{entry_id}"
