"""What is stored of how a pair ends, in the Conversations table beside it."""

from datetime import datetime

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from shared.platform.tables import ConversationsItem, MomentAttribute

from .items import Pair

MAY_PASS = False
"""What `Ending.no_last_message` is where nobody forbade one."""
ENDING_PREFIX = "ENDING"
"""What the sort keys begin with of all that belongs to a pair's ending."""


class Ending(ConversationsItem, discriminator="ending"):
    """That a pair ends, or has ended, and what is in of it: pk `PAIR#<pair_id>`, sk `ENDING`. In `listing` as
    `ENDINGS#<programme_id>`, by the last day. Holds no words of anybody's.

    It is there once the last day is known and near. Whoever adds to it does so by an update that makes it
    where it is missing.
    """

    pair_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    last_day = UnicodeAttribute(null=True)
    """ISO date: the last day on which they write to one another, past or to come."""
    no_last_message = BooleanAttribute(null=True)
    """Whether staff said that nothing more is to be passed on after the end."""
    forbidden_by_name = UnicodeAttribute(null=True)
    """Who said so, by full name; why is in the audit record alone."""
    forbidden_at = MomentAttribute(null=True)
    mentor_last_message = UnicodeAttribute(null=True)
    """The message_id of the mentor's last message after the end; so of the mentee's."""
    mentee_last_message = UnicodeAttribute(null=True)
    mentor_review_at = MomentAttribute(null=True)
    """When the mentor's review came in; so the others."""
    mentee_review_at = MomentAttribute(null=True)
    mentor_report_at = MomentAttribute(null=True)
    mentee_report_at = MomentAttribute(null=True)

    def is_in(self, what: str, part: str) -> bool:
        """Whether one side's `review` or `report` came in."""
        return getattr(self, f"{part}_{what}_at") is not None

    def last_message_of(self, part: str) -> str:
        return (self.mentor_last_message if part == "mentor" else self.mentee_last_message) or ""


def ending_key(pair_id: str) -> tuple[str, str]:
    return f"PAIR#{pair_id}", ENDING_PREFIX


def endings_listing(programme_id: str) -> str:
    return f"ENDINGS#{programme_id}"


def endings_order(last_day: str, pair_id: str) -> str:
    return f"{last_day}#{pair_id}"


def nothing_forbidden() -> Condition:
    """The condition of whatever passes after the end."""
    passes: Condition = Ending.no_last_message.does_not_exist() | (Ending.no_last_message == MAY_PASS)
    return passes


def belongs_to(pair: Pair) -> list[Action]:
    """What every update of an ending says, so that it makes one where there is none."""
    return [
        Ending.kind.set(Ending),
        Ending.pair_id.set(pair.pair_id),
        Ending.programme_id.set(pair.programme_id),
    ]


def forbids(by_name: str, now: datetime) -> list[Action]:
    """That nothing more is to pass."""
    return [
        Ending.no_last_message.set(not MAY_PASS),
        Ending.forbidden_by_name.set(by_name),
        Ending.forbidden_at.set(now),
    ]


def ends_on(pair: Pair, last_day: str) -> list[Action]:
    """That this is the pair's last day, an ISO date; with it the ending is in the programme's list."""
    return [
        *belongs_to(pair),
        Ending.last_day.set(last_day),
        Ending.listing.set(endings_listing(pair.programme_id)),
        Ending.listing_order.set(endings_order(last_day, pair.pair_id)),
    ]


def goes_on(pair: Pair) -> list[Action]:
    """That nothing says any more when it ends."""
    said = (Ending.last_day, Ending.listing, Ending.listing_order)
    return [*belongs_to(pair), *(one.remove() for one in said)]
