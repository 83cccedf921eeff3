"""What moderators do with held messages: take one, let it go, deliver it, ask to change it, decline it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.conversations.items import Message, Pair
from shared.conversations.outcomes import add_outcome
from shared.conversations.rules import spans_of
from shared.conversations.steps import (
    add_delivery,
    leave_queues,
    load_message,
    load_pair,
    save_with_step,
    steps_of,
)
from shared.notices.actions import queue
from shared.notices.rules import NewNotice, Template
from shared.people.permissions import Viewer, may_moderate, part_in_pair, require
from shared.platform.errors import Conflict
from shared.platform.tables import Lost, conditional, find, transaction
from shared.programmes.actions import policy_of
from shared.safeguarding.actions import raise_concern, whole_staff
from shared.safeguarding.answering import BUSY, name_of
from shared.safeguarding.items import Concern, concern_key
from shared.safeguarding.rules import NewConcern, clock_time, message_cause, read_words, said

from .overdue import overdue_holds
from .rules import Happening, What, claimed, decided, is_worry, why_not, worst_worry
from .steps import claim_of, history

__all__ = [
    "Decided",
    "Decision",
    "ask_to_change",
    "claim",
    "decide",
    "decline",
    "deliver",
    "overdue_holds",
    "release",
]

TRIES = 4
LONGEST_REASON = 1_000
CLAIM_MINUTES = 10
"""How long a claim lasts where the programme's policy cannot be read."""
Decision = Literal["deliver", "ask_to_change", "decline"]

NOTICE_OF: Mapping[What, Template] = {"returned": "please_change", "declined": "not_delivered"}
"""The e-mail by which a writer learns that their message was not delivered as it is."""
BECAME = {
    "delivered": "delivered it",
    "returned": "asked for a change to it",
    "declined": "declined it",
    "withdrawn": "taken it back",
}
DECIDED: Mapping[What, str] = {
    "delivered": "Delivered",
    "returned": "Asked to change it",
    "declined": "Declined",
}
"""A decision as the audit record says it."""
NOT_HELD = "This message is not waiting to be read any more."
WORDED_ANEW = "This message has been changed since you read it. Please read it again before you decide."


@dataclass(frozen=True)
class Decided:
    """What became of a message."""

    programme_id: str
    pair_id: str
    message_id: str
    state: str


def claim(viewer: Viewer, pair_id: str, message_id: str, *, now: datetime) -> datetime:
    """The viewer is reading this message, and nobody else decides on it meanwhile. Returns until when; taken
    again by the same person, it begins anew.

    Raises Conflict, saying who, when somebody else is reading it or has decided. Raises NotFound for those
    who may not moderate it.
    """
    for _ in range(TRIES):
        message, _ = _load(viewer, pair_id, message_id)
        if message.state != "held":
            raise _not_open(viewer, message, _decision_on(message, int(message.round)), now=now)
        _require_free(viewer, message, now=now)
        policy = policy_of(message.programme_id)
        minutes = policy.moderation.claim_minutes if policy else CLAIM_MINUTES
        mine = claimed(viewer.person_id, name_of(viewer), minutes, now=now)
        message.claimed_by, message.claimed_by_name = mine.by_id, mine.by_name
        message.claimed_until = mine.until
        try:
            with conditional():
                message.save()
            return mine.until or now
        except Lost:
            continue
    raise Conflict(BUSY)


def release(viewer: Viewer, pair_id: str, message_id: str, *, now: datetime) -> None:
    """The viewer leaves the message to others. Where it is not theirs, nothing changes."""
    for _ in range(TRIES):
        message, _ = _load(viewer, pair_id, message_id)
        if message.state != "held" or not claim_of(message).is_of(viewer.person_id, now=now):
            return
        message.claimed_by = message.claimed_by_name = message.claimed_until = None
        try:
            with conditional():
                message.save()
            return
        except Lost:
            continue
    raise Conflict(BUSY)


def deliver(viewer: Viewer, pair_id: str, message_id: str, *, wording: int, now: datetime) -> Decided:
    """Passes a held message on. A worry in it goes together with its concern.

    `wording` is the one that the moderator has read. The same decision by the same person changes nothing.
    Raises Conflict, saying who and when, when somebody else has decided or is reading it. Raises NotFound for
    those who may not moderate it.
    """
    return _decide(viewer, pair_id, message_id, "delivered", "", wording, now)


def ask_to_change(
    viewer: Viewer, pair_id: str, message_id: str, *, reason: str, wording: int, now: datetime
) -> Decided:
    """Returns a held message to its writer, who reads the reason and can word it anew.

    Otherwise as `deliver`. Raises Invalid for a reason that cannot be sent, and Conflict when there is a
    worry in the message.
    """
    reason = read_words(reason, field="reason", most=LONGEST_REASON)
    return _decide(viewer, pair_id, message_id, "returned", reason, wording, now)


def decline(
    viewer: Viewer, pair_id: str, message_id: str, *, reason: str, wording: int, now: datetime
) -> Decided:
    """Does not pass a held message on. Its writer reads the reason.

    Otherwise as `deliver`. Raises Invalid for a reason that cannot be sent.
    """
    reason = read_words(reason, field="reason", most=LONGEST_REASON)
    return _decide(viewer, pair_id, message_id, "declined", reason, wording, now)


def decide(
    viewer: Viewer,
    pair_id: str,
    message_id: str,
    *,
    decision: Decision,
    reason: str,
    wording: int,
    now: datetime,
) -> Decided:
    """One of the three above, by its name."""
    if decision == "deliver":
        return deliver(viewer, pair_id, message_id, wording=wording, now=now)
    verb = ask_to_change if decision == "ask_to_change" else decline
    return verb(viewer, pair_id, message_id, reason=reason, wording=wording, now=now)


def _decide(
    viewer: Viewer, pair_id: str, message_id: str, what: What, reason: str, wording: int, now: datetime
) -> Decided:
    for _ in range(TRIES):
        message, pair = _load(viewer, pair_id, message_id)
        if message.state != "held" or int(message.round) != wording:
            done = _decision_on(message, wording)
            if done and (done.what, done.by_id) == (what, viewer.person_id):
                return _outcome(message, what)
            raise _not_open(viewer, message, done, now=now)
        _require_free(viewer, message, now=now)
        refusal = why_not(what, worry=_is_worry(message), has_ended=pair.status != "active")
        if refusal:
            raise Conflict(refusal, code="not_open")
        try:
            with transaction() as write:
                if _is_worry(message):
                    _with_concern(write, pair, message, now)
                _write(write, pair, message, what, reason, viewer, now)
        except Lost:
            continue
        return _outcome(message, what)
    raise Conflict(BUSY)


def _load(viewer: Viewer, pair_id: str, message_id: str) -> tuple[Message, Pair]:
    """The message as it is now, with its pair. Raises NotFound for those who may not moderate it: people of
    the pair itself above all, whatever else they are."""
    pair = load_pair(pair_id)
    require(may_moderate_pair(viewer, pair))
    return load_message(pair_id, message_id), pair


def may_moderate_pair(viewer: Viewer, pair: Pair) -> bool:
    part = part_in_pair(
        viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
    )
    return part == "staff" and may_moderate(viewer, pair.programme_id)


def _require_free(viewer: Viewer, message: Message, *, now: datetime) -> None:
    mine = claim_of(message)
    if mine.stands_against(viewer.person_id, now=now) and mine.until:
        sentence = f"{mine.by_name} is reading this message and has it until {clock_time(mine.until)}."
        raise Conflict(sentence, code="claimed")


def _not_open(viewer: Viewer, message: Message, step: Happening | None, *, now: datetime) -> Conflict:
    """Why there is nothing to decide any more: who did what, and when."""
    if step is None:
        return Conflict(WORDED_ANEW if message.state == "held" else NOT_HELD, code="stale")
    who = "You have" if step.by_id == viewer.person_id else f"{step.by_name or 'Somebody'} has"
    return Conflict(f"{who} already {BECAME[step.what]}, {said(step.at, now=now)}.", code="decided")


def _decision_on(message: Message, wording: int) -> Happening | None:
    return decided(history(steps_of(message.pair_id, message.message_id)), wording)


def _write(
    write: TransactWrite,
    pair: Pair,
    message: Message,
    what: What,
    reason: str,
    viewer: Viewer,
    now: datetime,
) -> None:
    add_outcome(write, message, what, now=now)
    record(
        write,
        pair.programme_id,
        "decided_on_message",
        f"message:{pair.pair_id}/{message.message_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
        why=f"{DECIDED[what]}: {reason}" if reason else DECIDED[what],
        hidden_from=(pair.mentor_id, pair.mentee_id),
    )
    if what == "delivered":
        add_delivery(write, pair, message, now=now, by=viewer)
        return
    leave_queues(message)
    message.state = what
    message.reason = reason
    save_with_step(write, message, what, now=now, by=viewer, reason=reason)
    queue(write, _to_writer(pair, message, what), now=now)


def _to_writer(pair: Pair, message: Message, what: What) -> NewNotice:
    by_mentor = message.sender_id == pair.mentor_id
    return NewNotice(
        NOTICE_OF[what],
        cause=(what, message.message_id, str(int(message.round))),
        address=pair.mentor_address if by_mentor else pair.mentee_address,
        first_name=pair.mentor_first_name if by_mentor else pair.mentee_first_name,
        path=f"/pairs/{pair.pair_id}#m-{message.message_id}",
        person_id=message.sender_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
    )


def _outcome(message: Message, what: What) -> Decided:
    return Decided(message.programme_id, message.pair_id, message.message_id, what)


def _is_worry(message: Message) -> bool:
    return is_worry(message.lane, message.findings or ())


def _with_concern(write: TransactWrite, pair: Pair, message: Message, now: datetime) -> None:
    """A worry is never decided on without its concern: where there is none, it is raised with the
    decision."""
    if message.concern_id:
        return
    by_mentor = message.sender_id == pair.mentor_id
    new = NewConcern(
        cause=message_cause(pair.pair_id, message.message_id, int(message.round)),
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        about_id=message.sender_id,
        about_name=f"{pair.mentor_first_name} {pair.mentor_surname}"
        if by_mentor
        else f"{pair.mentee_first_name} {pair.mentee_surname}",
        raised_by="filter",
        raised_by_name="The filter",
        category=worst_worry(message.findings or ()),
        severity=message.severity,
        words=message.text,
        spans=spans_of(message.findings or ()),
        pair_id=pair.pair_id,
        message_id=message.message_id,
        kept_from=(pair.mentor_id, pair.mentee_id),
    )
    message.concern_id = new.concern_id
    if find(Concern, *concern_key(new.concern_id)) is None:
        policy = policy_of(pair.programme_id)
        raise_concern(write, new, staff=whole_staff(pair.programme_id), policy=policy, now=now)
