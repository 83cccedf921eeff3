"""What the two have beside their messages, and how it follows the message that carries its words."""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from shared.platform.clock import order
from shared.platform.errors import NotFound
from shared.platform.tables import find, is_new

from .items import SHARED_PREFIX, Message, Pair, Shared, pair_key, shared_key, shared_place

NEW_WORDS = (
    Shared.new_message_id,
    Shared.new_text,
    Shared.new_by_id,
    Shared.new_day,
    Shared.is_new_returned,
)
"""What is stored of other words for an item while they are being checked."""
MOST_BESIDE = 40
"""Items that stand on a pair's page at once, of all kinds together."""


def carry(message: Message, what: str, item_id: str) -> None:
    """The message's words are those of this item, from now on."""
    message.about, message.about_id = what, item_id


def new_shared(
    pair: Pair, what: str, item_id: str, *, by_id: str, by_role: str, state: str, now: datetime
) -> Shared:
    """An item that stands on the pair's page."""
    return Shared(
        *shared_key(pair.pair_id, what, item_id),
        what=what,
        item_id=item_id,
        pair_id=pair.pair_id,
        programme_id=pair.programme_id,
        by_id=by_id,
        by_role=by_role,
        state=state,
        made_at=now,
        thread_at=shared_place(what, order(now)),
    )


def carried_by(message: Message, item: Shared) -> Shared:
    """The item with the message's words, which the other sees once they were delivered."""
    item.text, item.message_id, item.shown_at = message.text, message.message_id, None
    return item


def save_new(write: TransactWrite, item: Shared) -> None:
    write.save(item, condition=is_new(Shared))


def load_shared(pair_id: str, what: str, item_id: str) -> Shared:
    """The item, whoever asks. Raises NotFound."""
    item = find(Shared, *shared_key(pair_id, what, item_id))
    if item is None:
        raise NotFound
    return item


def is_visible(item: Shared, person_id: str) -> bool:
    """Whether one of the two may see it; staff may see all."""
    return item.shown_at is not None or writer_of(item) == person_id


def writer_of(item: Shared) -> str:
    """The person_id of whoever its words are."""
    return str(item.worded_by or item.by_id)


def all_shared(pair_id: str, what: str = "") -> Sequence[Shared]:
    """All of one kind, or of every kind, whatever became of them, oldest first: one Query."""
    pk, _ = pair_key(pair_id)
    prefix = f"{SHARED_PREFIX}{what}#" if what else SHARED_PREFIX
    found = Shared.query(pk, Shared.sk.startswith(prefix), consistent_read=True)
    return sorted((one for one in found if isinstance(one, Shared)), key=lambda one: order(one.made_at))


def let_follow(write: TransactWrite, message: Message, what: str, *, now: datetime) -> None:
    """Adds what becomes of the item whose words the message carries, when `what` happened to the message."""
    item = find(Shared, *shared_key(message.pair_id, message.about or "", message.about_id or ""))
    actions: list[Action] = []
    if item is not None and item.message_id == message.message_id:
        actions = _following(message, what, now)
    elif item is not None and item.new_message_id == message.message_id:
        actions = _following_new(item, message, what, now)
    if item is not None and actions:
        write.update(item, actions)


def _following(message: Message, what: str, now: datetime) -> list[Action]:
    if what == "delivered":
        return [Shared.text.set(message.text), Shared.shown_at.set(now), Shared.is_returned.remove()]
    if what == "changed":
        return [Shared.text.set(message.text), Shared.shown_at.remove(), Shared.is_returned.remove()]
    if what == "returned":
        return [Shared.is_returned.set(True)]
    if what in ("held", "undone"):
        return [Shared.shown_at.remove(), Shared.is_returned.remove()]
    if what in ("declined", "withdrawn"):
        return [Shared.state.set("dropped"), Shared.shown_at.remove(), Shared.thread_at.remove()]
    return []


def _following_new(item: Shared, message: Message, what: str, now: datetime) -> list[Action]:
    """What other words for an item do: they take the place of those before once they are delivered, and what
    becomes of them until then changes nothing of it."""
    none_new: list[Action] = [one.remove() for one in NEW_WORDS]
    if what == "delivered":
        return [
            Shared.text.set(message.text),
            Shared.shown_at.set(now),
            Shared.is_returned.remove(),
            Shared.message_id.set(message.message_id),
            Shared.worded_by.set(message.sender_id),
            Shared.on_day.set(item.new_day) if item.new_day else Shared.on_day.remove(),
            *none_new,
        ]
    if what in ("declined", "withdrawn"):
        return none_new
    if what == "returned":
        return [Shared.is_new_returned.set(True)]
    if what == "changed":
        return [Shared.new_text.set(message.text), Shared.is_new_returned.remove()]
    return [Shared.is_new_returned.remove()] if what == "held" else []


def as_met(pair: Pair, at: datetime) -> list[Action]:
    """What changes on the pair when the two met, or spoke, at this moment: nothing where they did later."""
    return [Pair.met_at.set(at)] if pair.met_at is None or pair.met_at < at else []
