"""What staff do with a spot check: answer its form, and say what the filter missed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.conversations.acquaintances import kept_from
from shared.conversations.holding_again import hold_again
from shared.conversations.items import Message, Pair
from shared.conversations.outcomes import add_miss
from shared.conversations.steps import load_message, load_pair
from shared.filtering import CATEGORIES, WORRY_CATEGORIES
from shared.people.permissions import Viewer, may_moderate, require
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.tables import Lost, find, transaction
from shared.programmes.actions import policy_of
from shared.safeguarding.actions import raise_concern
from shared.safeguarding.chain.staffing import whole_staff
from shared.safeguarding.concerns.reading import name_of
from shared.safeguarding.rules import NewConcern, read_words, said

from .items import (
    COHORT_TALLY,
    DECISIONS_TALLY,
    OF_CONVERSATIONS,
    OF_DECISIONS,
    ReadPair,
    SpotCheck,
    Tally,
    read_pair_key,
    spot_check_key,
    spot_checks_listing,
    tally_key,
)

TRIES = 3
LONGEST_NOTE = 2_000
SEVERITIES = ("low", "medium", "high", "immediate")
BUSY = "Somebody else changed this at the same moment. Please look at it again."
SAY_WHAT = "Please write a sentence about what you saw, so that the next person understands."
NO_MESSAGE = "Please choose one of the messages of this conversation."
NO_CATEGORY = "Please say what it is: choose one from the list."
NO_SEVERITY = "Please say how urgent it is."
GONE = (
    "This message has been changed or taken out of the conversation since you read it. Please look at the "
    "conversation again."
)

Would = Literal["delivered", "returned", "declined"]


@dataclass(frozen=True)
class Reading:
    """What somebody who read a conversation says of it."""

    appropriate: bool
    boundaries: Literal["kept", "unsure", "crossed"]
    missed_id: str = ""
    """The message that the filter should have held, if there is one."""
    missed_category: str = ""
    missed_severity: str = ""
    praise: str = ""
    note: str = ""


def answer_conversation(viewer: Viewer, check_id: str, reading: Reading, *, now: datetime) -> SpotCheck:
    """Notes that a drawn conversation was read, with what was found.

    A message that the filter missed opens a concern where it is a worry, and otherwise is held again, so that
    its reader does not see it until somebody has decided. Both count as the filter's miss. Answered again by
    the same person in the same words, nothing changes. Raises NotFound, Invalid, and Conflict when somebody
    else has answered.
    """
    answers = _answers(reading)
    for _ in range(TRIES):
        check = load_check(viewer, check_id, of=OF_CONVERSATIONS)
        if check.state == "done":
            return _same_or_conflict(viewer, check, answers, now=now)
        missed = _missed(check, reading)
        try:
            with transaction() as write:
                _close(write, check, viewer, answers, now=now)
                _count_read(write, check, missed is not None, now=now)
                if missed is not None:
                    _report(write, viewer, missed, reading, now=now)
            return check
        except Lost:
            continue
    raise Conflict(BUSY)


def answer_decision(viewer: Viewer, check_id: str, *, would: Would, note: str, now: datetime) -> SpotCheck:
    """Notes what a second reader would have decided. Otherwise as `answer_conversation`."""
    note = _optional(note, "note")
    answers = {"would": would, "note": note}
    for _ in range(TRIES):
        check = load_check(viewer, check_id, of=OF_DECISIONS)
        if check.state == "done":
            return _same_or_conflict(viewer, check, answers, now=now)
        check.agreed = would == check.decision
        if not check.agreed and not note:
            raise Invalid(SAY_WHAT, field="note", code="empty")
        tally = Tally(*tally_key(check.programme_id, DECISIONS_TALLY))
        try:
            with transaction() as write:
                _close(write, check, viewer, answers, now=now)
                counted: list[Action] = [
                    Tally.kind.set(Tally),
                    Tally.read_pairs.add(1),
                    Tally.agreed.add(int(check.agreed)),
                ]
                write.update(tally, actions=counted, add_version_condition=False)
            return check
        except Lost:
            continue
    raise Conflict(BUSY)


def load_check(viewer: Viewer, check_id: str, *, of: str = "") -> SpotCheck:
    """The check as it is now. Raises NotFound when there is none that the viewer may do."""
    check = find(SpotCheck, *spot_check_key(check_id))
    if check is None or (of and check.of != of):
        raise NotFound
    require(may_do(viewer, check))
    return check


def may_do(viewer: Viewer, check: SpotCheck) -> bool:
    """Whoever reads the programme's conversations, but nobody on themselves: not on their own conversation,
    nor on what they decided."""
    own = (check.mentor_id, check.mentee_id, check.decided_by)
    return may_moderate(viewer, check.programme_id) and viewer.person_id not in own


def _answers(reading: Reading) -> dict[str, object]:
    """The form as it is kept. Raises Invalid, naming every field that is wrong."""
    wrong: list[Invalid] = []
    kept = asdict(reading)
    for field in ("praise", "note"):
        try:
            kept[field] = _optional(kept[field], field)
        except Invalid as error:
            wrong.append(error)
    if reading.missed_id and reading.missed_category not in CATEGORIES:
        wrong.append(Invalid(NO_CATEGORY, field="missed_category", code="missing"))
    if reading.missed_id and reading.missed_severity not in SEVERITIES:
        wrong.append(Invalid(NO_SEVERITY, field="missed_severity", code="missing"))
    if not reading.note.strip() and (not reading.appropriate or reading.boundaries != "kept"):
        wrong.append(Invalid(SAY_WHAT, field="note", code="empty"))
    if wrong:
        first, *rest = wrong
        raise Invalid(first.sentence, field=first.field, code=first.code, more=tuple(rest))
    return kept


def _optional(words: str, field: str) -> str:
    return read_words(words, field=field, most=LONGEST_NOTE) if words.strip() else ""


def _same_or_conflict(
    viewer: Viewer, check: SpotCheck, answers: Mapping[str, object], *, now: datetime
) -> SpotCheck:
    if check.done_by == viewer.person_id and check.answers == answers:
        return check
    who = "You have" if check.done_by == viewer.person_id else f"{check.done_by_name} has"
    at = f" {said(check.done_at, now=now)}" if check.done_at else ""
    raise Conflict(f"{who} already answered this check{at}. What was answered is below.", code="answered")


def _close(
    write: TransactWrite, check: SpotCheck, viewer: Viewer, answers: Mapping[str, object], *, now: datetime
) -> None:
    check.state = "done"
    check.answers = dict(answers)
    check.done_by, check.done_by_name, check.done_at = viewer.person_id, name_of(viewer), now
    check.listing = spot_checks_listing(check.programme_id, "done")
    check.listing_order = f"{now:%Y-%m-%dT%H:%M:%S}#{check.check_id}"
    write.save(check)
    record(
        write,
        check.programme_id,
        "spot_checked" if check.of == OF_CONVERSATIONS else "checked_decision",
        f"pair:{check.pair_id}"
        if check.of == OF_CONVERSATIONS
        else f"message:{check.pair_id}/{check.message_id}",
        by_id=viewer.person_id,
        by_name=name_of(viewer),
        now=now,
        hidden_from=(check.mentor_id, check.mentee_id),
    )


def _count_read(write: TransactWrite, check: SpotCheck, missed: bool, *, now: datetime) -> None:
    """That the conversation was read, and once in its cohort that it was read for the first time."""
    cohort = check.cohort_id or ""
    pk, sk = read_pair_key(check.programme_id, cohort, check.pair_id)
    earlier = find(ReadPair, pk, sk)
    kept = earlier or ReadPair(pk, sk, pair_id=check.pair_id)
    kept.last_read_at = now
    write.save(kept, condition=None if earlier else ReadPair.pk.does_not_exist())
    counted: list[Action] = [
        Tally.kind.set(Tally),
        Tally.read_pairs.add(int(earlier is None)),
        Tally.missed.add(int(missed)),
    ]
    tally = Tally(*tally_key(check.programme_id, f"{COHORT_TALLY}{cohort}"))
    write.update(tally, actions=counted, add_version_condition=False)


# ── What the filter missed ─────────────────────────────────────────────────


@dataclass(frozen=True)
class _Missed:
    pair: Pair
    message: Message


def _missed(check: SpotCheck, reading: Reading) -> _Missed | None:
    if not reading.missed_id:
        return None
    try:
        message = load_message(check.pair_id, reading.missed_id)
    except NotFound:
        raise Invalid(NO_MESSAGE, field="missed_id", code="unknown") from None
    if message.state != "delivered":
        raise Conflict(GONE, field="missed_id", code="stale")
    return _Missed(load_pair(check.pair_id), message)


def _report(
    write: TransactWrite, viewer: Viewer, missed: _Missed, reading: Reading, *, now: datetime
) -> None:
    category, severity = reading.missed_category, reading.missed_severity
    is_worry = category in WORRY_CATEGORIES
    add_miss(write, missed.message, category=category, severity=severity, has_concern=is_worry, now=now)
    if is_worry:
        new = _concern(viewer, missed.pair, missed.message, category, severity)
        policy = policy_of(missed.pair.programme_id)
        staff = whole_staff(missed.pair.programme_id)
        raise_concern(write, new, staff=staff, policy=policy, now=now)
    else:
        hold_again(write, missed.message, category=category, severity=severity, by=viewer, now=now)


def _concern(viewer: Viewer, pair: Pair, message: Message, category: str, severity: str) -> NewConcern:
    by_mentor = message.sender_id == pair.mentor_id
    name = (
        f"{pair.mentor_first_name} {pair.mentor_surname}"
        if by_mentor
        else f"{pair.mentee_first_name} {pair.mentee_surname}"
    )
    return NewConcern(
        cause=("missed", pair.pair_id, message.message_id, str(int(message.round))),
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        about_id=message.sender_id,
        about_name=name,
        raised_by=viewer.person_id,
        raised_by_name=name_of(viewer),
        category=category,
        severity=severity,
        words=message.text,
        pair_id=pair.pair_id,
        message_id=message.message_id,
        kept_from=kept_from(pair),
    )
