"""What is stored of a relationship beside what the two share, in the Conversations table."""

from pynamodb.attributes import UnicodeAttribute

from shared.platform.tables import ConversationsItem, MomentAttribute

NOT_WORKING_PREFIX = "NOTWORKING#"


class NotWorking(ConversationsItem, discriminator="not_working"):
    """That one of the two says it isn't working: pk `PAIR#<pair_id>`, sk `NOTWORKING#<ask_id>`. They and the
    staff read it; the other never learns of it."""

    ask_id = UnicodeAttribute()
    pair_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    by_id = UnicodeAttribute()
    by_role = UnicodeAttribute()
    wish = UnicodeAttribute()
    """`talk`, `another` (somebody else) or `stop`."""
    text = UnicodeAttribute(null=True)
    asked_at = MomentAttribute()
    state = UnicodeAttribute(default="open")
    """`open` → `settled`."""
    outcome = UnicodeAttribute(null=True)
    """`goes_on`, `new_match` or `ended`."""
    note = UnicodeAttribute(null=True)
    """What was done, in the words of whoever settled it."""
    settled_by_name = UnicodeAttribute(null=True)
    settled_at = MomentAttribute(null=True)
    concern_id = UnicodeAttribute(null=True)
    """The concern that was raised with it."""


def not_working_key(pair_id: str, ask_id: str) -> tuple[str, str]:
    return f"PAIR#{pair_id}", f"{NOT_WORKING_PREFIX}{ask_id}"
