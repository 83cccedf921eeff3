"""What is stored of moderators' work besides the messages themselves, in the Conversations table."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.platform.tables import ConversationsItem, MomentAttribute


class OwnDecision(ConversationsItem, discriminator="own_decision"):
    """What one moderator decided: pk `MODERATOR#<person_id>#<programme_id>`, sk
    `<decided_at>#<message_id>#<round>`.

    Written in the transaction that decided, for the moderator's own list of what they did; changed once at
    the most, when it is undone.
    """

    programme_id = UnicodeAttribute()
    pair_id = UnicodeAttribute()
    message_id = UnicodeAttribute()
    round = NumberAttribute()
    what = UnicodeAttribute()
    """`delivered`, `returned` or `declined`."""
    decided_at = MomentAttribute()
    writer_name = UnicodeAttribute()
    writer_first_name = UnicodeAttribute()
    reader_name = UnicodeAttribute()
    severity = UnicodeAttribute()
    notice_id = UnicodeAttribute(null=True)
    """The e-mail to the writer, where it can still be cancelled."""
    was_due_at = UnicodeAttribute(null=True)
    """When somebody would have been told next that the message waits."""
    undone_at = MomentAttribute(null=True)


class LateReviews(ConversationsItem, discriminator="late_reviews"):
    """When a programme's coordinators were last told that messages wait too long: pk
    `LATE_REVIEWS#<programme_id>`, sk `LATE_REVIEWS`."""

    programme_id = UnicodeAttribute()
    told_at = MomentAttribute()


def own_decisions_key(person_id: str, programme_id: str) -> str:
    return f"MODERATOR#{person_id}#{programme_id}"


def own_decision_key(
    person_id: str, programme_id: str, decided_at: str, message_id: str, wording: int
) -> tuple[str, str]:
    return own_decisions_key(person_id, programme_id), f"{decided_at}#{message_id}#{wording}"


def late_reviews_key(programme_id: str) -> tuple[str, str]:
    return f"LATE_REVIEWS#{programme_id}", "LATE_REVIEWS"
