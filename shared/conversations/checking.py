"""From pending to delivered or held: what the stream function and the sweep do with each message."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.transactions import TransactWrite

from shared.filtering import RecentMessage, RulesBroken
from shared.notices.actions import queue
from shared.platform.clock import order
from shared.platform.tables import Lost, conditional, transaction
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.actions import raise_concern
from shared.safeguarding.chain.staffing import whole_staff
from shared.safeguarding.raising.heard import Saying, heard_before, note_heard

from .found import concern_found
from .items import AFTER_MESSAGES, PENDING_DUE, Message, Pair, pair_key
from .letters import letter_about
from .moderators import staff_to_tell
from .passing_on import pass_on
from .programme_rules import programme_or_none, rules_in_force
from .resting import taking_part
from .rules import (
    LAST_MESSAGE,
    MAY_YET_BE_READ,
    MOST_ATTEMPTS,
    MOST_RECENT,
    RECENT_FOR,
    Checker,
    Decision,
    decide,
    sender_of,
    undecided,
    wait_after,
)
from .steps import join_queue, leave_queues, load_message, load_pair, save_with_step

TRIES = 4
"""How often a check begins anew when something else changed the message or its pair meanwhile."""
SCANNED = 60
"""How many of a conversation's latest messages are read to find the sender's own."""


@dataclass(frozen=True)
class Checked:
    """What a check came to."""

    state: str
    """The message's state now."""
    decided: bool
    """Whether this call decided; False when it had been decided before."""
    waited: timedelta
    """How long the wording had been waiting for its check."""
    problem: str = ""
    """What kept it from being judged, or from being checked at all: the name of an error, never its words."""
    told: int = 0
    """How many people were told that it is held."""


def check_message(pair_id: str, message_id: str, *, checker: Checker, now: datetime) -> Checked:
    """Checks one message and delivers or holds it, in one transaction. Checked again, nothing changes.

    Fails closed: what no rules could judge is held for a person. A message that its writer took back before
    it was judged is delivered to nobody, but a worry in it is not lost. Raises NotFound for no such message;
    faults of the database as they are, and then nothing has changed.
    """
    for _ in range(TRIES):
        message = load_message(pair_id, message_id)
        if not _is_waiting(message):
            return Checked(message.state, decided=False, waited=timedelta())
        decision, programme, problem = _judge(message, load_pair(pair_id), checker, now)
        if decision.unchecked and message.state == "withdrawn":
            return Checked(message.state, decided=False, waited=timedelta(), problem=problem)
        try:
            return _settle(message, decision, programme, problem, now=now)
        except Lost:
            continue
    raise Lost


def check_due(
    checker: Checker, now: datetime, limit: int = 200, *, enough: Callable[[], bool] = lambda: False
) -> list[Checked]:
    """Checks what no stream has brought to the filter, the longest waiting first, until `enough` says that
    the time is over. For the sweep.

    Each attempt is written down before it is made, so that a message which ends the process is not tried for
    ever, and does not keep others waiting. After `MOST_ATTEMPTS` a person reads it instead. One message's
    fault is reported in its place and stops no other.
    """
    waiting = Message.by_due.query(PENDING_DUE, Message.due_at <= order(now), limit=limit)
    checked: list[Checked] = []
    for found in [one for one in waiting if isinstance(one, Message)]:
        if enough():
            break
        checked.append(_check_again(found, checker, now))
    return checked


def _check_again(found: Message, checker: Checker, now: datetime) -> Checked:
    waited = now - _worded_at(found)
    try:
        message = load_message(found.pair_id, found.message_id)
        if not _is_waiting(message):
            return Checked(message.state, decided=False, waited=waited)
        attempt = int(message.check_attempts) + 1
        message.check_attempts = attempt
        message.due_at = order(now + wait_after(attempt))
        with conditional():
            message.save()
        if attempt > MOST_ATTEMPTS:
            return _settle(
                message, undecided(), programme_or_none(message.programme_id), "TooManyAttempts", now=now
            )
        return check_message(found.pair_id, found.message_id, checker=checker, now=now)
    except Lost:  # the stream was quicker, or the writer took it back
        return Checked("pending", decided=False, waited=waited)
    except Exception as error:
        return Checked("pending", decided=False, waited=waited, problem=type(error).__name__)


def _is_waiting(message: Message) -> bool:
    return message.state == "pending" or (message.state == "withdrawn" and message.due is not None)


def _worded_at(message: Message) -> datetime:
    return message.changed_at or message.written_at


def _judge(
    message: Message, pair: Pair, checker: Checker, now: datetime
) -> tuple[Decision, RunningProgramme | None, str]:
    """The decision, the programme it was made for, and what kept it from being made."""
    together = taking_part(pair, now=now)
    programme = together.programme
    recent = recent_of(message.pair_id, message.sender_id, now=now, without=message.message_id)
    try:
        rules, broken = rules_in_force(programme)
        verdict = checker(message.text, sender=sender_of(message.sender_role), recent=recent, rules=rules)
        if programme is None:
            return undecided(verdict), None, "PolicyBroken"
        if broken:
            return undecided(verdict), programme, RulesBroken.__name__
        mode = programme.policy.moderation.mode
        status = "ended" if message.about == LAST_MESSAGE else together.status_of(pair)
        decision = decide(
            verdict,
            mode=mode,
            pair_status=status,
            pauses=together.pauses,
            has_file=message.file_name is not None,
        )
        return decision, programme, ""
    except Exception as error:  # Whatever is wrong with the rules, nothing may pass by them.
        return undecided(), programme, type(error).__name__


def recent_of(pair_id: str, sender_id: str, *, now: datetime, without: str = "") -> list[RecentMessage]:
    """The sender's latest messages in this conversation that were or may yet be delivered, oldest first, but
    for the message `without`: one Query."""
    found = Message.thread.query(
        pair_key(pair_id)[0],
        Message.thread_at.between(order(now - RECENT_FOR), AFTER_MESSAGES),
        consistent_read=True,
        scan_index_forward=False,
        limit=SCANNED,
        page_size=SCANNED,
    )
    own = [
        RecentMessage(other.message_id, other.text)
        for other in found
        if isinstance(other, Message)
        and other.sender_id == sender_id
        and other.message_id != without
        and other.state in MAY_YET_BE_READ
    ]
    return own[:MOST_RECENT][::-1]


def _settle(
    message: Message, decision: Decision, programme: RunningProgramme | None, problem: str, *, now: datetime
) -> Checked:
    """Writes the decision and all that follows from it, at once. Raises Lost when something changed."""
    waited = now - _worded_at(message)
    pair = load_pair(message.pair_id)
    taken_back = message.state == "withdrawn"
    _note(message, decision, programme, now)
    told = 0
    with transaction() as write:
        if _needs_concern(message, decision):
            message.concern_id = _concern_of(write, pair, message, decision, programme, now)
        if taken_back:
            leave_queues(message)
            save_with_step(write, message, "checked", now=now)
        elif decision.state == "delivered":
            pass_on(write, pair, message, programme.policy if programme else None, now=now)
        else:
            told = _hold(write, pair, message, programme, now)
    return Checked(message.state, decided=True, waited=waited, problem=problem, told=told)


def _concern_of(
    write: TransactWrite,
    pair: Pair,
    message: Message,
    decision: Decision,
    programme: RunningProgramme | None,
    now: datetime,
) -> str:
    """Adds the concern, unless the same words have raised it when they were refused just before. Gives its
    id."""
    said = [Saying(pair.pair_id, message.sender_id, message.text)]
    if known := heard_before(said, severity=message.severity, now=now, when_refused=True):
        return known
    new = concern_found(pair, message, category=decision.worry or "unchecked")
    policy = programme.policy if programme else None
    concern_id = raise_concern(write, new, staff=whole_staff(pair.programme_id), policy=policy, now=now)
    note_heard(write, said, concern_id=concern_id, severity=message.severity, now=now)
    return concern_id


def _needs_concern(message: Message, decision: Decision) -> bool:
    """A worry does; and so does what was taken back and could not be judged, or nobody would ever read it."""
    if message.concern_id:
        return False
    return decision.lane == "safeguarding" or (message.state == "withdrawn" and decision.unchecked)


def _note(message: Message, decision: Decision, programme: RunningProgramme | None, now: datetime) -> None:
    message.checked_at = now
    message.severity = decision.severity
    message.lane = decision.lane
    message.findings = [dict(finding) for finding in decision.findings]
    message.rules_version = decision.rules_version or None
    message.policy_version = programme.policy_version if programme else None


def _hold(
    write: TransactWrite, pair: Pair, message: Message, programme: RunningProgramme | None, now: datetime
) -> int:
    join_queue(message, programme.policy if programme else None, now=now)
    save_with_step(write, message, "held", now=now)
    return tell_moderators(write, pair, message, now)


def tell_moderators(write: TransactWrite, pair: Pair, message: Message, now: datetime) -> int:
    """Adds the e-mails that tell of a held message, and gives how many. Never to one of the pair."""
    # A wording can be held again: the version tells one time from another.
    cause = ("held", message.message_id, str(int(message.round)), str(int(message.version)))
    path = f"/moderation/{pair.pair_id}/{message.message_id}"
    told = staff_to_tell(pair, now=now)
    for member in told:
        queue(write, letter_about(pair, member, "held_for_you", cause=cause, path=path), now=now)
    return len(told)
