"""What staff do with a spot check: answer its form, and say what the filter missed."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.conversations.acquaintances import kept_from
from shared.conversations.holding_again import hold_again
from shared.conversations.items import Message
from shared.conversations.outcomes import add_miss
from shared.conversations.steps import load_message, load_pair
from shared.filtering import CATEGORIES, WORRY_CATEGORIES
from shared.people.permissions import Viewer, may_moderate, require
from shared.platform.errors import Busy, Conflict, Invalid, NotFound, require_none
from shared.platform.tables import Lost, find, transaction
from shared.programmes.actions import policy_of
from shared.safeguarding.actions import raise_concern
from shared.safeguarding.chain.staffing import whole_staff
from shared.safeguarding.rules import CATEGORIES as CONCERN_CATEGORIES
from shared.safeguarding.rules import TRIES, NewConcern, read_words, said

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

LONGEST_NOTE = 2_000
SEVERITIES = ("low", "medium", "high", "immediate")
SAY_WHAT = "Please write a sentence about what you saw, so that the next person understands."
NO_MESSAGE = "Please choose one of the messages of this conversation."
NO_CATEGORY = "Please say what it is: choose one from the list."
NO_SEVERITY = "Please say how urgent it is."
NO_ABOUT = (
    "Somebody who looks after safety has to hear of this. Please choose whom a concern is raised about."
)
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
    concern_about: Literal["mentee", "mentor", ""] = ""
    """Of which of the two a concern is raised for the conversation as a whole; the note is its words."""
    concern_category: str = ""
    concern_severity: str = ""
    praise: str = ""
    note: str = ""

    @property
    def misses_a_worry(self) -> bool:
        return bool(self.missed_id) and self.missed_category in WORRY_CATEGORIES

    @property
    def has_concern(self) -> bool:
        """Whether a concern is raised for the whole. A missed worry is one of its own."""
        return not self.misses_a_worry and bool(self.concern_about)

    @property
    def needs_concern(self) -> bool:
        """Whether somebody must hear of it: what crosses a boundary is seldom one message, and a note that
        nobody is sent is read by nobody. What is held again for being inappropriate, a moderator reads."""
        is_read = self.misses_a_worry or (self.missed_id and self.boundaries != "crossed")
        return not is_read and (self.boundaries == "crossed" or not self.appropriate)


def answer_conversation(viewer: Viewer, check_id: str, reading: Reading, *, now: datetime) -> SpotCheck:
    """Notes that a drawn conversation was read, with what was found.

    A message that the filter missed opens a concern where it is a worry, and otherwise is held again, so that
    its reader does not see it until somebody has decided. Both count as the filter's miss. A conversation in
    which boundaries are crossed, or that is not appropriate, opens a concern with the note as its words.
    Answered again by the same person in the same words, nothing changes. Raises NotFound, Invalid, and
    Conflict when somebody else has answered.
    """
    answers = _answers(reading)
    for _ in range(TRIES):
        check = load_check(viewer, check_id, of=OF_CONVERSATIONS)
        if check.state == "done":
            return _same_or_conflict(viewer, check, answers, now=now)
        missed = _missed(check, reading)
        new = _concern(viewer, check, missed, reading)
        check.concern_id = new.concern_id if new else None
        try:
            with transaction() as write:
                _close(write, check, viewer, answers, now=now)
                _count_read(write, check, missed is not None, now=now)
                if missed is not None:
                    _report(write, viewer, missed, reading, now=now)
                if new is not None:
                    staff, policy = whole_staff(check.programme_id), policy_of(check.programme_id)
                    raise_concern(write, new, staff=staff, policy=policy, now=now)
            return check
        except Lost:
            continue
    raise Busy


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
    raise Busy


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
    if reading.has_concern or reading.needs_concern:
        wrong += _wrong_with_concern(reading)
    has_to_say = not reading.appropriate or reading.boundaries != "kept" or reading.has_concern
    if not reading.note.strip() and has_to_say:
        wrong.append(Invalid(SAY_WHAT, field="note", code="empty"))
    require_none(wrong)
    return kept


def _wrong_with_concern(reading: Reading) -> Iterator[Invalid]:
    for field, choices, sentence in (
        ("concern_about", ("mentee", "mentor"), NO_ABOUT),
        ("concern_category", CONCERN_CATEGORIES, NO_CATEGORY),
        ("concern_severity", SEVERITIES, NO_SEVERITY),
    ):
        if getattr(reading, field) not in choices:
            yield Invalid(sentence, field=field, code="missing")


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
    check.done_by, check.done_by_name, check.done_at = viewer.person_id, viewer.name, now
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
        by_name=viewer.name,
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


def _missed(check: SpotCheck, reading: Reading) -> Message | None:
    if not reading.missed_id:
        return None
    try:
        message = load_message(check.pair_id, reading.missed_id)
    except NotFound:
        raise Invalid(NO_MESSAGE, field="missed_id", code="unknown") from None
    if message.state != "delivered":
        raise Conflict(GONE, field="missed_id", code="stale")
    return message


def _report(
    write: TransactWrite, viewer: Viewer, missed: Message, reading: Reading, *, now: datetime
) -> None:
    """That the filter missed it; what is no worry is held again."""
    category, severity = reading.missed_category, reading.missed_severity
    is_worry = reading.misses_a_worry
    add_miss(write, missed, category=category, severity=severity, has_concern=is_worry, now=now)
    if not is_worry:
        pair = load_pair(missed.pair_id)
        hold_again(write, pair, missed, category=category, severity=severity, by=viewer, now=now)


# ── What somebody who looks after safety has to hear of ────────────────────


def _concern(viewer: Viewer, check: SpotCheck, missed: Message | None, reading: Reading) -> NewConcern | None:
    """About the writer of a missed worry, or about one of the two for what stands in the conversation as a
    whole. A check raises one at the most: the same message can be reported again, by the next."""
    note = reading.note.strip()
    if missed is not None and reading.misses_a_worry:
        about_id, message_id = missed.sender_id, missed.message_id
        category, severity = reading.missed_category, reading.missed_severity
        words, reason = missed.text, note
    elif reading.has_concern:
        about_id, message_id = check.mentor_id if reading.concern_about == "mentor" else check.mentee_id, ""
        category, severity = reading.concern_category, reading.concern_severity
        words, reason = note, ""
    else:
        return None
    pair = load_pair(check.pair_id)
    return NewConcern(
        cause=("spot_check", check.check_id),
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        about_id=about_id,
        about_name=check.mentor_name if about_id == check.mentor_id else check.mentee_name,
        raised_by=viewer.person_id,
        by_staff=True,
        raised_by_name=viewer.name,
        category=category,
        severity=severity,
        words=words,
        pair_id=pair.pair_id,
        message_id=message_id,
        kept_from=kept_from(pair),
        reason=reason,
    )
