"""What is stored of endings beside `Ending`, in the Conversations table."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from shared.conversations.ending_items import ENDING_PREFIX
from shared.platform.tables import ConversationsItem, MomentAttribute


class LookingBack(ConversationsItem, discriminator="looking_back"):
    """The review or the report of one side: pk `PAIR#<pair_id>`, sk `ENDING#<what>#<part>`. Its author and
    the staff read it, the other never. Never changed."""

    pair_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    what = UnicodeAttribute()
    """`review` or `report`."""
    author_id = UnicodeAttribute()
    author_role = UnicodeAttribute()
    """`mentor` or `mentee`."""
    answers = JSONAttribute()
    """A list of mappings with `question` and `answer`, as they were asked then."""
    written_at = MomentAttribute()
    concern_id = UnicodeAttribute(null=True)
    """The concern that was raised with it."""


class Payment(ConversationsItem, discriminator="payment"):
    """An honorarium that is payable, or was paid: pk `PAYMENTS#<programme_id>`, sk `<for what>.<mentor_id>`.
    In `listing` as `PAYMENTS#<programme_id>#<open|paid>`, in the order in which they became payable.

    `for what` is the cohort, or the pair where it is in none: so it is one for each mentor in a cohort,
    whatever came of their pairs. It names no mentee, and stays when a conversation is removed.
    """

    payment_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    cohort_id = UnicodeAttribute(null=True)
    pair_id = UnicodeAttribute()
    """The pair with whose report it became payable."""
    mentor_id = UnicodeAttribute()
    mentor_name = UnicodeAttribute()
    """In full."""
    pounds = NumberAttribute()
    """What the policy said when the report came in."""
    payable_at = MomentAttribute()
    paid_on = UnicodeAttribute(null=True)
    """ISO date, as somebody noted it."""
    noted_by_name = UnicodeAttribute(null=True)
    noted_at = MomentAttribute(null=True)


def looking_back_key(pair_id: str, what: str, part: str) -> tuple[str, str]:
    return f"PAIR#{pair_id}", f"{ENDING_PREFIX}#{what}#{part}"


def payment_key(programme_id: str, payment_id: str) -> tuple[str, str]:
    return f"PAYMENTS#{programme_id}", payment_id


def payment_id_of(cohort_id: str | None, pair_id: str, mentor_id: str) -> str:
    return f"{cohort_id or pair_id}.{mentor_id}"


def payments_listing(programme_id: str, state: str) -> str:
    """`state`: `open` or `paid`."""
    return f"PAYMENTS#{programme_id}#{state}"


def payments_order(payable_at: str, payment_id: str) -> str:
    return f"{payable_at}#{payment_id}"
