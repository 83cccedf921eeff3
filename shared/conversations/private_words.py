"""What somebody writes for themselves and the staff, and never for the other: before it is kept, it is looked
through for a worry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from shared.filtering import RulesBroken
from shared.platform.errors import Invalid
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.actions import raise_concern
from shared.safeguarding.chain.staffing import whole_staff
from shared.safeguarding.raising.heard import Saying, heard_before, note_heard
from shared.safeguarding.rules import NewConcern, severity_rank

from .acquaintances import kept_from
from .items import Pair
from .programme_rules import rules_in_force
from .rules import Checker, Decision, as_typed, decide, problem_with, sender_of, spans_of, undecided

CONTACT = ("meet_in_person", "offplatform", "address", "phone", "handle", "email")
"""What the filter may find in a mentee's private words that a person should read, the gravest first."""
BETWEEN = "\n\n"
"""What stands between several texts of one concern."""


@dataclass(frozen=True)
class PrivateWords:
    """Words that were looked through."""

    text: str
    worry: str
    """The category of the worry in them; `unchecked` where no rules could judge them; empty without one."""
    severity: str
    spans: tuple[dict[str, Any], ...]
    texts: tuple[str, ...] = ()
    """Where these are several: each of them."""

    @property
    def each(self) -> tuple[str, ...]:
        return self.texts or (self.text,)

    def shows_help(self, part: str) -> bool:
        """Whether whoever wrote them is shown at once where help is: a mentor writes of others as a rule."""
        return self.is_of_safety and part == "mentee"

    @property
    def is_of_safety(self) -> bool:
        """Whether somebody may be unsafe by them, and not only where they are to be found."""
        return self.worry not in ("", "unchecked", *CONTACT)


def look_through(
    text: str, *, part: str, programme: RunningProgramme | None, checker: Checker, field: str = "text"
) -> PrivateWords:
    """Reads them for a worry. What no rules can judge a person must read: that counts as one too. Raises
    Invalid for a text that cannot be kept."""
    text = as_typed(text)
    if problem := problem_with(text):
        raise Invalid(problem.replace("before you send it", "here"), field=field)
    decision, was_judged = _decided(text, part, programme, checker)
    worry = (decision.worry or "wellbeing") if decision.lane == "safeguarding" else ""
    if not was_judged:
        worry = worry or "unchecked"
    elif part == "mentee":
        worry = worry or _contact_in(decision)
    return PrivateWords(text, worry, decision.severity, tuple(spans_of(decision.findings)))


def _decided(
    text: str, part: str, programme: RunningProgramme | None, checker: Checker
) -> tuple[Decision, bool]:
    """What would become of them as a message, and whether the programme's rules could judge them."""
    rules, broken = rules_in_force(programme)
    try:
        verdict = checker(text, sender=sender_of(part), recent=(), rules=rules)
    except RulesBroken:
        return undecided(), False
    if broken or programme is None:
        return undecided(verdict), False
    return decide(verdict, mode="filtered", pair_status="active"), True


def _contact_in(decision: Decision) -> str:
    """What a mentee may be telling of: that somebody has their address, or means to meet. In a message a
    person would read it; so one must here."""
    found = [str(one["category"]) for one in decision.findings]
    return next((one for one in CONTACT if one in found), "")


def worry_of(texts: Iterable[PrivateWords]) -> PrivateWords | None:
    """The worries in several texts as one, for one concern: the words of each that has one, the gravest
    severity, and the category of the gravest worry. None where there is no worry."""
    worrying = [one for one in texts if one.worry]
    if not worrying:
        return None
    spans: list[dict[str, Any]] = []
    begin = 0
    for one in worrying:
        spans += [span | {"start": span["start"] + begin, "end": span["end"] + begin} for span in one.spans]
        begin += len(one.text) + len(BETWEEN)
    return PrivateWords(
        BETWEEN.join(one.text for one in worrying),
        max(worrying, key=lambda one: (one.is_of_safety, severity_rank(one.severity))).worry,
        max((one.severity for one in worrying), key=severity_rank),
        tuple(spans),
        tuple(one.text for one in worrying),
    )


def add_concern(
    write: TransactWrite,
    words: PrivateWords,
    *,
    pair: Pair,
    part: str,
    cause: tuple[str, ...],
    programme: RunningProgramme | None,
    now: datetime,
) -> str:
    """Adds the concern about the mentee that goes with a worry in private words, whoever of the two wrote
    them, and returns its id; empty, and nothing is added, where there is none. Where a form with the same
    words was refused just before, the concern that it raised is theirs. The transaction is Lost when the
    same cause has raised it before."""
    if not words.worry:
        return ""
    who = pair.mentor_id if part == "mentor" else pair.mentee_id
    said = [Saying(pair.pair_id, who, text) for text in words.each]
    if known := heard_before(said, severity=words.severity, now=now, when_refused=True):
        return known
    new = concern_about(words, pair, part, cause)
    policy = programme.policy if programme else None
    concern_id = raise_concern(write, new, staff=whole_staff(pair.programme_id), policy=policy, now=now)
    note_heard(write, said, concern_id=concern_id, severity=words.severity, now=now)
    return concern_id


def concern_about(words: PrivateWords, pair: Pair, part: str, cause: tuple[str, ...]) -> NewConcern:
    """The concern about the mentee."""
    return NewConcern(
        cause=cause,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        about_id=pair.mentee_id,
        about_name=pair.mentee_name,
        raised_by="filter",
        raised_by_name="The filter",
        category=words.worry,
        severity=words.severity,
        words=words.text,
        spans=words.spans,
        pair_id=pair.pair_id,
        kept_from=kept_from(pair),
        reason=f"Written by the {part} for themselves and the staff.",
    )
