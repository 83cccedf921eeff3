"""Passing a message on to its reader: at once, or when the programme's hours begin."""

from datetime import datetime, timedelta

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from shared.notices.actions import queue
from shared.people.permissions import Viewer
from shared.platform.clock import order
from shared.policies import Policy
from shared.policies.working_time import after_working, is_working

from .found import own_concern
from .items import SCHEDULED_DUE, Message, Pair, pair_key
from .last_message import require_still_nothing
from .letters import letter_about
from .steps import leave_queues, save_with_step


def opens_at(policy: Policy | None, now: datetime) -> datetime:
    """When something may be passed on: now, or when the programme's hours begin next. Where the policy cannot
    be read its hours are not known, and what a person has decided goes at once."""
    window = policy.delivery.window if policy else None
    if window is None or is_working(now, window):
        return now
    return after_working(now, timedelta(0), window)


def pass_on(
    write: TransactWrite,
    pair: Pair,
    message: Message,
    policy: Policy | None,
    *,
    after_end: bool = False,
    now: datetime,
    by: Viewer | None = None,
    reason: str | None = None,
) -> None:
    """Adds that nothing speaks against the message any more: it is delivered, or waits for the programme's
    hours. `by` is None when nobody but the filter decided so; `after_end` as for `add_delivery`."""
    at = opens_at(policy, now)
    if at <= now:
        add_delivery(write, pair, message, after_end=after_end, now=now, by=by, reason=reason)
        return
    put_off(message, at)
    save_with_step(write, message, "scheduled", now=now, by=by, reason=reason)
    if after_end:
        require_still_nothing(write, pair, but=own_concern(message))
    # A conversation that has ended meanwhile is decided on anew.
    write.condition_check(Pair, *pair_key(pair.pair_id), condition=Pair.status == pair.status)


def put_off(message: Message, at: datetime) -> None:
    """The message is for delivery at that time."""
    leave_queues(message)
    message.state = "scheduled"
    message.deliver_at = at
    message.due, message.due_at = SCHEDULED_DUE, order(at)


def add_delivery(
    write: TransactWrite,
    pair: Pair,
    message: Message,
    *,
    after_end: bool = False,
    now: datetime,
    by: Viewer | None = None,
    reason: str | None = None,
) -> None:
    """Adds all that goes with delivering a message: its state, its history, who is waited for in the pair,
    and the reader's e-mail. `after_end`: the conversation has ended, so that the transaction is Lost where
    anything speaks against it by then; it must not raise a concern itself."""
    if after_end:
        require_still_nothing(write, pair, but=own_concern(message))
    leave_queues(message)
    message.state = "delivered"
    message.deliver_at = None
    message.delivered_at = now
    message.thread_at = order(now)
    save_with_step(write, message, "delivered", now=now, by=by, reason=reason)
    # The pair's other fields are not touched, so two deliveries need not know of each other's version. What
    # the decision was made for must still hold: a conversation that has ended meanwhile is decided on anew.
    write.update(
        pair,
        actions=_counted(pair, message, now),
        condition=Pair.status == pair.status,
        add_version_condition=False,
    )
    # The version tells this delivery from an earlier one, which somebody took back to have it read again.
    cause = ("delivered", message.message_id, str(int(message.round)), str(int(message.version)))
    reader = pair.other_than(message.sender_id)
    path = f"/pairs/{pair.pair_id}#latest"
    queue(write, letter_about(pair, reader, "new_message", cause=cause, path=path), now=now)


def _counted(pair: Pair, message: Message, now: datetime) -> list[Action]:
    """Who wrote last, how much each has written, and how long an answer took."""
    by_mentor = message.sender_role == "mentor"
    wrote_at, messages, replies, minutes = (
        (Pair.mentor_wrote_at, Pair.mentor_messages, Pair.mentor_replies, Pair.mentor_reply_minutes)
        if by_mentor
        else (Pair.mentee_wrote_at, Pair.mentee_messages, Pair.mentee_replies, Pair.mentee_reply_minutes)
    )
    actions: list[Action] = [
        Pair.last_delivered_at.set(now),
        Pair.last_sender_id.set(message.sender_id),
        wrote_at.set(now),
        messages.add(1),
    ]
    if pair.last_delivered_at is not None and pair.last_sender_id != message.sender_id:
        # An answer takes as long as its writer took; what lay with us is not theirs.
        took = max(message.written_at - pair.last_delivered_at, timedelta(0))
        actions += [replies.add(1), minutes.add(int(took.total_seconds() // 60))]
    return actions
