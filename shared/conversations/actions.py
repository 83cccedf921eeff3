"""What people do in a conversation: write, change, take back. Bringing two together is in `pairing.py`."""

from collections.abc import Callable
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.notices.actions import cancel_unsent
from shared.people.permissions import Viewer, part_in_pair, require
from shared.platform.clock import order
from shared.platform.errors import Busy, Conflict, Invalid
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, transaction
from shared.programmes.cohorts import cohort_is_over

from .agreement import require_agreed
from .checking import Checked, check_due, check_message
from .items import (
    PENDING_DUE,
    Message,
    Pair,
    Step,
    message_key,
    pair_key,
    step_key,
)
from .outcomes import add_outcome
from .programme_rules import programme_or_none
from .rules import CHECK_AFTER, WITHDRAWABLE, as_typed, is_unjudged, may_withdraw, problem_with
from .steps import leave_queues, load_message, load_pair, save_with_step

__all__ = [
    "Checked",
    "change_message",
    "check_due",
    "check_message",
    "withdraw_message",
    "write_message",
]

TRIES = 4
ENDED = "This conversation has ended, so nothing more can be sent in it."
REUSED = (
    "This form has sent another message already, so this one was not sent. Your words are still here: please "
    "send them once more."
)
CHANGED_ALREADY = (
    "This message has been changed since you opened the page, so what you typed here was not sent. "
    "Please look at it again."
)
LOOKED_AT_AGAIN = (
    "This message had been delivered, and a person is looking at it again, so it can’t be taken back."
)
NOT_RETURNED = "This message can’t be changed now. Please look at the conversation to see what became of it."


def write_message(
    viewer: Viewer,
    pair_id: str,
    *,
    text: str,
    key: str,
    now: datetime,
    attach_to: Callable[[Message], None] = lambda _: None,
) -> Message:
    """Stores a message that nobody but its writer and staff can read until it has been checked.

    `key` is the form's: sent again with the same text, the same message is answered and nothing stored.
    `attach_to` keeps what comes with it, before it is stored.
    Raises NotFound when the viewer takes no part in the pair, Invalid for a text that cannot be taken, and
    Conflict when the conversation has ended or the key was used for another text.
    """
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    require_going_on(pair, now)
    text = text_to_send(text)
    programme = programme_or_none(pair.programme_id)
    require_agreed(pair, part, programme.policy if programme else None)
    message = new_message(
        pair, part, message_id_of(pair_id, viewer, key), text, first_name=viewer.first_name, now=now
    )
    attach_to(message)
    return store_once(message, by=viewer, now=now)


def message_id_of(pair_id: str, viewer: Viewer, key: str) -> str:
    """What the message is called that this form of the viewer's stores. Raises Invalid without a key."""
    if not key:
        raise Invalid("Please send this form once more.", field="key")
    return derived_id("message", pair_id, viewer.person_id, key)


def store_once(
    message: Message,
    *,
    by: Viewer,
    now: datetime,
    also: Callable[[TransactWrite], None] = lambda _: None,
) -> Message:
    """Stores a new message, and with it what `also` adds, unless its form has stored it before. Raises
    Conflict as `write_message`."""
    for _ in range(TRIES):
        try:
            with transaction() as write:
                write.condition_check(Pair, *pair_key(message.pair_id), condition=Pair.status == "active")
                save_with_step(write, message, "written", now=now, by=by, text=message.text)
                also(write)
            return message
        except Lost:
            stored = find(Message, *message_key(message.pair_id, message.message_id))
            if stored is not None:
                return _same(stored, message)
            if load_pair(message.pair_id).status != "active":
                raise Conflict(ENDED, code="ended") from None
    raise Busy


def new_message(
    pair: Pair, part: str, message_id: str, text: str, *, first_name: str, now: datetime
) -> Message:
    """A message of the mentor or the mentee that waits for its check."""
    return Message(
        *message_key(pair.pair_id, message_id),
        message_id=message_id,
        pair_id=pair.pair_id,
        programme_id=pair.programme_id,
        sender_id=pair.mentor_id if part == "mentor" else pair.mentee_id,
        sender_role=part,
        sender_first_name=first_name,
        text=text,
        written_at=now,
        thread_at=order(now),
        due=PENDING_DUE,
        due_at=order(now + CHECK_AFTER),
    )


def _same(stored: Message, sent: Message) -> Message:
    """The message that this form has stored before. Its text may have been changed since; the first wording
    is in its history."""
    first = find(Step, *step_key(stored.pair_id, stored.message_id, 1))
    is_same_text = sent.text in (stored.text, first.text if first else None)
    if not is_same_text or (sent.file_print, sent.card) != (stored.file_print, stored.card):
        raise Conflict(REUSED, field="text", code="key_reused")
    return stored


def change_message(
    viewer: Viewer, pair_id: str, message_id: str, *, text: str, expected_round: int, now: datetime
) -> Message:
    """Words a returned message anew; it is then checked as though it were new. Both wordings stay in its
    history.

    `expected_round` is the wording that the writer had before them. Sent again with the same text, it is
    changed once. Raises NotFound when it is not the viewer's, Invalid for a text that cannot be taken, and
    Conflict when it is not theirs to change any more.
    """
    pair = load_pair(pair_id)
    part_in(viewer, pair)
    require_going_on(pair, now)
    text = text_to_send(text)
    for _ in range(TRIES):
        message = own_message(viewer, pair_id, message_id)
        if int(message.round) == expected_round + 1 and message.text == text:
            return message
        require_changeable(message, pair, expected_round)
        asked_by = message.notice_id
        _word_anew(message, text, now)
        try:
            with transaction() as write:
                write.condition_check(Pair, *pair_key(pair_id), condition=Pair.status == "active")
                save_with_step(write, message, "changed", now=now, by=viewer, text=text)
                if asked_by:
                    cancel_unsent(write, asked_by)
            return message
        except Lost:
            pair = load_pair(pair_id)
    raise Busy


def require_going_on(pair: Pair, now: datetime) -> None:
    """Raises Conflict when the conversation has closed by itself, with the last day of its cohort. (A form
    that is sent again after somebody ended it is answered as before.)"""
    if cohort_is_over(pair.programme_id, pair.cohort_id, now=now):
        raise Conflict(ENDED, code="ended")


def require_open(pair: Pair, now: datetime) -> None:
    """Raises Conflict when the conversation has ended, in whichever way."""
    if pair.status != "active":
        raise Conflict(ENDED, code="ended")
    require_going_on(pair, now)


def require_changeable(message: Message, pair: Pair, expected_round: int) -> None:
    """Raises Conflict when this wording of it is not its writer's to change any more."""
    if int(message.round) != expected_round:
        raise Conflict(CHANGED_ALREADY, field="text", code="stale")
    if message.state != "returned":
        raise Conflict(NOT_RETURNED, field="text", code="not_returned")
    if pair.status != "active":
        raise Conflict(ENDED, code="ended")


def _word_anew(message: Message, text: str, now: datetime) -> None:
    message.checked_at = message.held_at = message.delivered_at = None
    leave_queues(message)
    message.text = text
    message.round = int(message.round) + 1
    message.state = "pending"
    message.changed_at = now
    message.thread_at = order(now)
    message.due = PENDING_DUE
    message.due_at = order(now + CHECK_AFTER)
    message.check_attempts = 0
    message.severity = "none"
    message.lane = "deliver"
    message.findings = message.rules_version = message.policy_version = None
    message.concern_id = message.reason = message.notice_id = None


def withdraw_message(viewer: Viewer, pair_id: str, message_id: str, *, now: datetime) -> Message:
    """Takes a message back that has never been delivered. A concern it has raised stands.

    Its reader never learns of it; staff can still read it. Taken back again, nothing changes. Raises NotFound
    when it is not the viewer's, and Conflict when it is too late.
    """
    part_in(viewer, load_pair(pair_id))
    for _ in range(TRIES):
        message = own_message(viewer, pair_id, message_id)
        if message.state == "withdrawn":
            return message
        _require_withdrawable(message)
        due, due_at = message.due, message.due_at
        was_held = message.state == "held"
        leave_queues(message)
        # Not judged yet: a worry in it must not be lost because it was taken back before that.
        if message.state == "pending":
            message.due, message.due_at = due, due_at
        elif message.state == "held" and is_unjudged(message.findings or ()):
            message.due, message.due_at = PENDING_DUE, order(now)
            message.check_attempts = 0
        message.state = "withdrawn"
        try:
            with transaction() as write:
                save_with_step(write, message, "withdrawn", now=now, by=viewer)
                if was_held:
                    add_outcome(write, message, "withdrawn", now=now)
                if message.notice_id:
                    cancel_unsent(write, message.notice_id)
            return message
        except Lost:
            continue
    raise Busy


def _require_withdrawable(message: Message) -> None:
    """Raises Conflict when its writer cannot take it back."""
    if message.state == "delivered":
        raise Conflict("This message has been delivered, so it can’t be taken back.", code="delivered")
    if message.state not in WITHDRAWABLE:
        raise Conflict("This message was not sent, so there is nothing to take back.", code="not_sent")
    if not may_withdraw(message.state, was_delivered=message.delivered_at is not None):
        raise Conflict(LOOKED_AT_AGAIN, code="delivered")


def part_in(viewer: Viewer, pair: Pair) -> str:
    """`mentor` or `mentee`. Raises NotFound for everybody else, staff too."""
    part = part_in_pair(
        viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
    )
    require(part in ("mentor", "mentee"))
    return part


def own_message(viewer: Viewer, pair_id: str, message_id: str) -> Message:
    """A message that the viewer wrote. Raises NotFound for any other."""
    message = load_message(pair_id, message_id)
    require(message.sender_id == viewer.person_id)
    return message


def text_to_send(text: str) -> str:
    """The text as it is kept. Raises Invalid for one that cannot be sent."""
    text = as_typed(text)
    problem = problem_with(text)
    if problem:
        raise Invalid(problem, field="text")
    return text
