"""When a pair is to be looked at next, so that nobody has to look through all pairs: see `shared.nudges`."""

from datetime import datetime

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.transactions import TransactWrite

from shared.platform.clock import order
from shared.platform.tables import ConversationsItem, is_new

from .items import Pair, pair_key

WATCHES_DUE = "WATCHES"
"""The `due` queue of pairs that are to be looked at."""
WEEKLY = "weekly"


class Watch(ConversationsItem, discriminator="watch"):
    """When a pair, or one thing of it, is looked at next: pk `PAIR#<pair_id>`, sk `WATCH#<what>#<of>`. In
    `due` as `WATCHES` by that moment, as long as there is anything to look at.

    The weekly one is also in `listing` as `SILENT#<programme_id>`, the longest silent first, while nothing
    passes between the two.
    """

    pair_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    what = UnicodeAttribute()
    """`weekly`, or what of `shared.nudges.sources` looks at it."""
    of = UnicodeAttribute(null=True)
    """The id of the one thing."""
    noted = JSONAttribute(null=True)
    """What was brought to whom, as `<what>#<side>`, each with what it followed from: the same is not brought
    twice."""


def watch_key(pair_id: str, what: str, of: str = "") -> tuple[str, str]:
    return pair_key(pair_id)[0], f"WATCH#{what}#{of}"


def silent_listing(programme_id: str) -> str:
    return f"SILENT#{programme_id}"


def silent_order(since: str, pair_id: str) -> str:
    return f"{since}#{pair_id}"


def watch(write: TransactWrite, pair: Pair, *, at: datetime, what: str = WEEKLY, of: str = "") -> None:
    """Adds to a running transaction that the pair, or one thing of it, is looked at from `at` on. The
    transaction is Lost when it is watched already."""
    write.save(
        Watch(
            *watch_key(pair.pair_id, what, of),
            pair_id=pair.pair_id,
            programme_id=pair.programme_id,
            what=what,
            of=of or None,
            due=WATCHES_DUE,
            due_at=order(at),
        ),
        condition=is_new(Watch),
    )
