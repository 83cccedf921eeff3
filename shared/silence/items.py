"""What is stored of silences, in the Safeguarding table."""

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from shared.platform.tables import MomentAttribute, SafeguardingItem

HELD = "held"
CONCERN = "concern"


class Silence(SafeguardingItem, discriminator="silence"):
    """That a mentee has written nothing since something happened: pk `SILENCE#<programme_id>`, sk
    `MENTEE#<person_id>`. In `listing` as `SILENCES#<programme_id>`, the longest first, until it is settled.
    """

    programme_id = UnicodeAttribute()
    person_id = UnicodeAttribute()
    name = UnicodeAttribute()
    pair_id = UnicodeAttribute()
    since = MomentAttribute()
    """When that happened after which they wrote nothing more."""
    after = UnicodeAttribute()
    """`held`: a message of theirs was not delivered as it was; `concern`: there was a concern about them."""
    hidden_from = JSONAttribute(null=True)
    """The person_ids of those who must not learn of what happened."""
    state = UnicodeAttribute(default="open")
    """`open` → `settled`, and `open` again when something else happens and silence follows."""
    settled_by = UnicodeAttribute(null=True)
    """Nobody's when the mentee wrote again."""
    settled_by_name = UnicodeAttribute(null=True)
    settled_at = MomentAttribute(null=True)
    note = UnicodeAttribute(null=True)


def silence_key(programme_id: str, person_id: str) -> tuple[str, str]:
    return f"SILENCE#{programme_id}", f"MENTEE#{person_id}"


def silences_listing(programme_id: str) -> str:
    return f"SILENCES#{programme_id}"
