"""Other words for a step or a task: a message like those before, which takes their place once it is
delivered. The earlier words stay in the conversation."""

from datetime import datetime

from shared.conversations.actions import (
    message_id_of,
    new_message,
    part_in,
    require_going_on,
    require_open,
    store_once,
)
from shared.conversations.items import Message, Shared, message_key
from shared.conversations.resting import require_awake
from shared.conversations.sharing import carry, is_visible, load_shared
from shared.conversations.steps import load_pair
from shared.people.permissions import Viewer, require
from shared.platform.errors import Busy, Conflict, NotFound
from shared.platform.tables import Lost, conditional, find

from .goals import (
    GOAL,
    GOAL_IS_OVER,
    NOT_THEIRS,
    STEP,
    TASK,
    Words,
    day_to_come,
    is_theirs,
    read_words,
    require_offered,
)

NOT_OPEN = "This is not open any more. Please take it up again first."
CHECKED_FIRST = "These words are still being checked. Please wait until they were, or take them back."
CHECKED_ALREADY = (
    "Other words for this are being checked already. They can be taken back in the conversation."
)


def reword(
    viewer: Viewer, pair_id: str, what: str, item_id: str, words: Words, *, key: str, now: datetime
) -> Shared:
    """Words a step or a task anew, or gives it another day; the words before stand until these were checked.

    `key` is the form's: sent again, it is stored once. Raises NotFound, Invalid for words or a day that
    cannot be taken, and Conflict for what is not theirs to word, is not open, or has words that are being
    checked."""
    if what not in (STEP, TASK):
        raise NotFound
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    require_going_on(pair, now)
    item = load_shared(pair_id, what, item_id)
    require(is_visible(item, viewer.person_id) and item.state != "dropped")
    if not is_theirs(item, part, viewer):
        raise Conflict(NOT_THEIRS, field="text", code="not_yours")
    text = read_words(words.text)
    is_same_day = words.on_day.strip() == (item.on_day or "")
    on_day = item.on_day or "" if is_same_day else day_to_come(words.on_day, now)
    message_id = message_id_of(pair_id, viewer, key)
    if find(Message, *message_key(pair_id, message_id)) is None:
        require_offered(pair, part, what)
        _require_open(item)
        if text == item.text:
            require_open(pair, now)
            require_awake(pair, now=now)
            return _give_day(item, on_day)
    message = new_message(pair, part, message_id, text, first_name=viewer.first_name, now=now)
    carry(message, what, item_id)
    item.new_message_id, item.new_text, item.new_by_id = message_id, text, viewer.person_id
    item.new_day = on_day or None
    store_once(message, by=viewer, now=now, also=lambda write: write.save(item))
    return item


def _require_open(item: Shared) -> None:
    if item.state != "open":
        raise Conflict(NOT_OPEN, field="text", code="settled")
    if item.part_of and load_shared(item.pair_id, GOAL, item.part_of).state != "open":
        raise Conflict(GOAL_IS_OVER, field="text", code="goal_over")
    if item.new_message_id:
        raise Conflict(CHECKED_ALREADY, field="text", code="being_checked")
    if item.shown_at is None:
        raise Conflict(CHECKED_FIRST, field="text", code="being_checked")


def _give_day(item: Shared, on_day: str) -> Shared:
    """The same words for another day need no check."""
    item.on_day = on_day or None
    try:
        with conditional():
            item.save()
    except Lost:
        raise Busy from None
    return item
