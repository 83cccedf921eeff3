"""What moderators decide on held messages: deliver one, ask to change it, decline it.

Who is reading one is in `claims.py`, taking a decision back in `undoing.py`, several at once in
`together.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pynamodb.transactions import TransactWrite

from shared.conversations.found import concern_found
from shared.conversations.items import Message, Pair
from shared.conversations.letters import letter_about
from shared.conversations.outcomes import add_outcome
from shared.conversations.passing_on import pass_on
from shared.conversations.resting import taking_part
from shared.conversations.steps import leave_queues, save_with_step
from shared.notices.actions import id_of, queue
from shared.notices.rules import NewNotice, Template
from shared.people.permissions import Viewer
from shared.platform.clock import order
from shared.platform.errors import Busy, Conflict
from shared.platform.tables import Lost, find, is_new, transaction
from shared.programmes.actions import RunningProgramme, policy_of
from shared.safeguarding.actions import raise_concern, raise_once
from shared.safeguarding.chain.staffing import whole_staff
from shared.safeguarding.items import Concern, concern_key
from shared.safeguarding.rules import NewConcern, read_words

from .access import (
    TRIES,
    decision_on,
    load,
    may_moderate_pair,
    not_open,
    record_on,
    require_free,
)
from .claims import claim, hand_over, release
from .items import OwnDecision, own_decision_key
from .overdue import overdue_holds
from .rules import (
    UNDO_WITHIN,
    What,
    is_worry,
    why_not,
    why_not_together,
    worst_worry,
)
from .steps import circumstances_of, names_of

__all__ = [
    "Decided",
    "Decision",
    "ask_to_change",
    "claim",
    "decide",
    "decline",
    "deliver",
    "hand_over",
    "may_moderate_pair",
    "overdue_holds",
    "release",
]

LONGEST_REASON = 1_000
Decision = Literal["deliver", "ask_to_change", "decline"]

NOTICE_OF: Mapping[What, Template] = {"returned": "please_change", "declined": "not_delivered"}
"""The e-mail by which a writer learns that their message was not delivered as it is."""
HELD_BACK: Mapping[What, timedelta] = {"returned": UNDO_WITHIN}
"""How long that e-mail waits, because the decision can be taken back meanwhile."""
DECIDED: Mapping[What, str] = {
    "delivered": "Delivered",
    "returned": "Asked to change it",
    "declined": "Declined",
}
"""A decision as the audit record says it."""


@dataclass(frozen=True)
class Decided:
    """What became of a message."""

    programme_id: str
    pair_id: str
    message_id: str
    state: str
    wording: int
    decided_at: datetime

    @property
    def own_key(self) -> str:
        """The name of this decision among its moderator's own."""
        _, name = own_decision_key("", "", order(self.decided_at), self.message_id, self.wording)
        return name


def deliver(
    viewer: Viewer,
    pair_id: str,
    message_id: str,
    *,
    wording: int,
    now: datetime,
    only_low_risk: bool = False,
) -> Decided:
    """Passes a held message on. A worry in it goes together with its concern.

    `wording` is the one that the moderator has read. The same decision by the same person changes nothing.
    `only_low_risk` is for one of several at once: what may not be delivered so is refused.

    Raises Conflict, saying who and when, when somebody else has decided or is reading it. Raises NotFound for
    those who may not moderate it.
    """
    return _decide(viewer, pair_id, message_id, "delivered", "", wording, now, only_low_risk=only_low_risk)


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
    viewer: Viewer,
    pair_id: str,
    message_id: str,
    what: What,
    reason: str,
    wording: int,
    now: datetime,
    *,
    only_low_risk: bool = False,
) -> Decided:
    for _ in range(TRIES):
        message, pair = load(viewer, pair_id, message_id)
        if message.state != "held" or int(message.round) != wording:
            done = decision_on(message, wording)
            if done and (done.what, done.by_id) == (what, viewer.person_id):
                return _outcome(message, what, wording, done.at)
            raise not_open(viewer, message, done, now=now)
        require_free(viewer, message, now=now)
        together = taking_part(pair, now=now)
        circumstances = circumstances_of(pair, together, message)
        refusal = why_not(what, circumstances, worry=_is_worry(message))
        if only_low_risk:
            refusal = why_not_together(circumstances, message.severity, message.lane, message.findings or ())
        if refusal:
            raise Conflict(refusal, code="not_open")
        if _is_worry(message) and circumstances.is_after_end:
            _raise_first(pair, message, now)
        try:
            with transaction() as write:
                if _is_worry(message):
                    _with_concern(write, pair, message, now)
                after_end = circumstances.is_after_end
                _write(write, pair, message, what, reason, viewer, together.programme, after_end, now)
        except Lost:
            continue
        return _outcome(message, what, wording, now)
    raise Busy


def _write(
    write: TransactWrite,
    pair: Pair,
    message: Message,
    what: What,
    reason: str,
    viewer: Viewer,
    programme: RunningProgramme | None,
    after_end: bool,
    now: datetime,
) -> None:
    add_outcome(write, message, what, now=now)
    why = f"{DECIDED[what]}: {reason}" if reason else DECIDED[what]
    record_on(write, "decided_on_message", pair, message.message_id, by=viewer, why=why, now=now)
    own = _own_decision(viewer, pair, message, what, now)
    if what == "delivered":
        policy = programme.policy if programme else None
        pass_on(write, pair, message, policy, after_end=after_end, now=now, by=viewer)
    else:
        leave_queues(message)
        message.state = what
        message.reason = reason
        waits = HELD_BACK.get(what)
        notice = _to_writer(pair, message, what)
        message.notice_id = id_of(notice)
        save_with_step(write, message, what, now=now, by=viewer, reason=reason)
        own.notice_id = queue(write, notice, now=now, not_before=now + waits if waits else None)
    write.save(own, condition=is_new(OwnDecision))


def _own_decision(viewer: Viewer, pair: Pair, message: Message, what: What, now: datetime) -> OwnDecision:
    """For the moderator's own list of what they did; of the message as it was held."""
    wording = int(message.round)
    writer, reader = names_of(message, pair)
    return OwnDecision(
        *own_decision_key(viewer.person_id, pair.programme_id, order(now), message.message_id, wording),
        programme_id=pair.programme_id,
        pair_id=pair.pair_id,
        message_id=message.message_id,
        round=wording,
        what=what,
        decided_at=now,
        writer_name=writer,
        writer_first_name=message.sender_first_name,
        reader_name=reader,
        severity=message.severity,
        was_due_at=message.due_at,
    )


def _to_writer(pair: Pair, message: Message, what: What) -> NewNotice:
    # The version tells a decision from the same one that was taken back before it.
    cause = (what, message.message_id, str(int(message.round)), str(int(message.version)))
    path = f"/pairs/{pair.pair_id}#m-{message.message_id}"
    writer = pair.mentor if message.sender_id == pair.mentor_id else pair.mentee
    return letter_about(pair, writer, NOTICE_OF[what], cause=cause, path=path)


def _outcome(message: Message, what: What, wording: int, at: datetime) -> Decided:
    return Decided(message.programme_id, message.pair_id, message.message_id, what, wording, at)


def _is_worry(message: Message) -> bool:
    return is_worry(message.lane, message.findings or ())


def _with_concern(write: TransactWrite, pair: Pair, message: Message, now: datetime) -> None:
    """A worry is never decided on without its concern: where there is none, it is raised with the
    decision."""
    if message.concern_id:
        return
    new = _concern(pair, message)
    message.concern_id = new.concern_id
    if find(Concern, *concern_key(new.concern_id)) is None:
        policy = policy_of(pair.programme_id)
        raise_concern(write, new, staff=whole_staff(pair.programme_id), policy=policy, now=now)


def _raise_first(pair: Pair, message: Message, now: datetime) -> None:
    """What passes after the end depends on that no other concern stands against it, and one transaction can
    not both ask that and raise one."""
    if not message.concern_id:
        message.concern_id = raise_once(_concern(pair, message), now=now)


def _concern(pair: Pair, message: Message) -> NewConcern:
    return concern_found(pair, message, category=worst_worry(message.findings or ()))
