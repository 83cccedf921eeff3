"""Introductions: a mentor offers one, the mentee says yes or no, and only then a coordinator makes it.

The mentor's words go as a message, so that they are checked like any other: no contact details pass.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.audit.actions import record
from shared.conversations.actions import (
    message_id_of,
    new_message,
    require_open,
    store_once,
    text_to_send,
)
from shared.conversations.agreement import require_agreed
from shared.conversations.items import Message, Pair, Shared, message_key
from shared.conversations.moderators import ask_to_look
from shared.conversations.sharing import (
    all_shared,
    carried_by,
    carry,
    is_visible,
    load_shared,
    new_shared,
    save_new,
)
from shared.conversations.steps import load_pair
from shared.conversations.views import part_or_staff, record_conversation_read
from shared.people.permissions import Viewer, may_moderate, require
from shared.platform.clock import order
from shared.platform.errors import Busy, Conflict, Invalid
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, transaction

from .opening import Opened, open_pair

TRIES = 4
INTRODUCTION = "introduction"
MOST_OPEN = 3
"""Offers that a mentee has before them at once."""
LONGEST = 1_000
OPEN = frozenset({"asked", "yes"})
STATES = {
    "asked": "Waits for the mentee to say yes or no",
    "yes": "The mentee said yes: a coordinator makes it",
    "no": "The mentee said no",
    "done": "Made",
}
Becomes = Literal["yes", "no", "done"]
NOT_HERE = "In this programme mentors do not introduce their mentees to others."
TOO_MANY = f"There are {MOST_OPEN} offers already. Please wait until they have been answered and made."
TOO_LONG = f"Please keep this to {LONGEST:,} characters."
NOT_YES = "The mentee has not said yes to this, so nobody is introduced."
OVER = "This has been settled already. Please look at the page again."


@dataclass(frozen=True)
class Introduction:
    """One offer, as its viewer sees it."""

    id: str
    text: str
    state: str
    """`asked`, `yes`, `no` or `done`."""
    words: str
    at: datetime
    is_checked: bool
    """Whether the mentee can see it."""
    may_answer: bool
    may_note: bool
    """Whether the viewer can note that it was made."""


@dataclass(frozen=True)
class IntroductionsPage:
    """What was offered, and where it can be."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    title: str
    mentee_name: str
    offers: tuple[Introduction, ...]
    """The newest first."""
    may_offer: bool


def introductions(viewer: Viewer, pair_id: str, *, now: datetime) -> IntroductionsPage:
    """One GetItem, one BatchGetItem and one Query. Staff's reading is recorded. Raises NotFound for who may
    not see the pair, and where nobody is introduced and nothing was offered."""
    opened = open_pair(viewer, pair_id, now=now)
    pair, part = opened.pair, opened.part
    found = [one for one in all_shared(pair_id, INTRODUCTION) if one.state != "dropped"]
    seen = [one for one in found if part == "staff" or is_visible(one, viewer.person_id)]
    require(opened.endings.introductions or bool(seen))
    if part == "staff":
        record_conversation_read(viewer, pair, now=now)
    notes = part == "staff" and may_moderate(viewer, pair.programme_id)
    return IntroductionsPage(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        part=part,
        title="Introductions",
        mentee_name=pair.mentee_first_name if part != "staff" else pair.mentee_name,
        offers=tuple(_offer(one, part, notes) for one in reversed(seen)),
        may_offer=part == "mentor" and opened.endings.introductions and not opened.has_ended,
    )


def _offer(item: Shared, part: str, notes: bool) -> Introduction:
    return Introduction(
        id=item.item_id,
        text=item.text or "",
        state=item.state,
        words=STATES[item.state],
        at=item.made_at,
        is_checked=item.shown_at is not None,
        may_answer=part == "mentee" and item.state in OPEN,
        may_note=notes and item.state == "yes",
    )


def offer_introduction(viewer: Viewer, pair_id: str, *, text: str, key: str, now: datetime) -> Message:
    """A mentor says to whom they could introduce the mentee, and what for. Returns the message that carries
    it.

    `key` is the form's: sent again, it is stored once. Raises NotFound for everybody but the mentor, Invalid
    for words that cannot be taken, Conflict where there are none here, there are enough, or nothing can be
    written.
    """
    opened = open_pair(viewer, pair_id, now=now)
    pair = opened.pair
    require(opened.part == "mentor")
    text = text_to_send(text)
    if len(text) > LONGEST:
        raise Invalid(TOO_LONG, field="text")
    message_id = message_id_of(pair_id, viewer, key)
    if find(Message, *message_key(pair_id, message_id)) is None:
        _require_offered(opened, now)
    message = new_message(pair, "mentor", message_id, text, first_name=viewer.first_name, now=now)
    item_id = derived_id(INTRODUCTION, message_id)
    carry(message, INTRODUCTION, item_id)
    item = new_shared(
        pair, INTRODUCTION, item_id, by_id=viewer.person_id, by_role="mentor", state="asked", now=now
    )
    item.thread_at = None  # it is read on its own page; its message stands in the conversation
    return store_once(
        message, by=viewer, now=now, also=lambda write: save_new(write, carried_by(message, item))
    )


def _require_offered(opened: Opened, now: datetime) -> None:
    pair = opened.pair
    require_open(pair, now)
    require_agreed(pair, "mentor", opened.together.programme.policy if opened.together.programme else None)
    if not opened.endings.introductions:
        raise Conflict(NOT_HERE, code="not_here")
    there = [one for one in all_shared(pair.pair_id, INTRODUCTION) if one.state in OPEN]
    if len(there) >= MOST_OPEN:
        raise Conflict(TOO_MANY, field="text", code="too_many")


def settle_introduction(
    viewer: Viewer, pair_id: str, item_id: str, *, becomes: Becomes, now: datetime
) -> None:
    """The mentee says yes or no, and can take a yes back until it was made; a coordinator notes that it was.
    The same again changes nothing.

    Raises NotFound for whoever it is not for, and Conflict where the mentee has not said yes, or it was made.
    """
    for _ in range(TRIES):
        pair = load_pair(pair_id)
        part = part_or_staff(viewer, pair)
        item = load_shared(pair_id, INTRODUCTION, item_id)
        require(item.state != "dropped")
        if becomes == "done":
            require(part == "staff" and may_moderate(viewer, pair.programme_id))
        else:
            require(part == "mentee" and is_visible(item, viewer.person_id))
        if item.state == becomes:
            return
        if item.state == "done":
            raise Conflict(OVER, code="settled")
        if becomes == "done" and item.state != "yes":
            raise Conflict(NOT_YES, code="no_consent")
        try:
            _write(viewer, pair, item, becomes, now)
            return
        except Lost:
            continue
    raise Busy


def _write(viewer: Viewer, pair: Pair, item: Shared, becomes: Becomes, now: datetime) -> None:
    item.state, item.settled_at = becomes, now
    with transaction() as write:
        write.save(item)
        if becomes == "yes":
            cause = (INTRODUCTION, item.item_id, order(now))
            ask_to_look(write, pair, "introduction_wanted", cause=cause, path="introductions", now=now)
        if becomes == "done":
            record(
                write,
                pair.programme_id,
                "introduced",
                f"pair:{pair.pair_id}",
                by_id=viewer.person_id,
                by_name=viewer.name,
                now=now,
                hidden_from=pair.ids,
            )
