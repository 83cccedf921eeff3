"""What is stored of meetings, in the Conversations table.

The meeting itself is a `Shared` item of what `meeting`: it has no words of either side, so that it needs no
check, and stands on the pair's page. What others may not see lies apart from it;
its link is in `shared.conversations.arranged`.
"""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.conversations.items import pair_key
from shared.platform.tables import ConversationsItem, MomentAttribute


class MeetingWords(ConversationsItem, discriminator="meeting_words"):
    """What somebody wrote of a meeting for the staff alone: pk `PAIR#<pair_id>`, sk
    `MEETING#<meeting_id>#WORDS#<of>`, where `of` is `reason` (why it is outside the usual hours) or whose
    account of it: `mentor`, `mentee`, `staff`."""

    meeting_id = UnicodeAttribute()
    of = UnicodeAttribute()
    text = UnicodeAttribute(null=True)
    by_id = UnicodeAttribute()
    by_name = UnicodeAttribute()
    at = MomentAttribute()
    happened = UnicodeAttribute(null=True)
    """Of an account: `held`, `other_missed`, `i_missed` or `not_held`."""
    minutes = NumberAttribute(null=True)
    """Of an account: how long it lasted."""
    concern_id = UnicodeAttribute(null=True)
    """The concern that was raised with it."""


def words_key(pair_id: str, meeting_id: str, of: str) -> tuple[str, str]:
    return pair_key(pair_id)[0], f"MEETING#{meeting_id}#WORDS#{of}"


def meetings_listing(programme_id: str) -> str:
    """The `listing` of a programme's meetings that are arranged, in the order of when they begin."""
    return f"MEETINGS#{programme_id}"


MEETINGS_DUE = "MEETINGS"
"""The `due` queue of meetings that somebody is yet to be reminded of, by when they are looked at next."""


def meetings_order(starts_at: str, meeting_id: str) -> str:
    return f"{starts_at}#{meeting_id}"
