"""What somebody writes for themselves and the staff, and never for the other: before it is kept, it is looked
through for a worry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from shared.filtering import RulesBroken
from shared.platform.errors import Invalid
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.actions import raise_concern
from shared.safeguarding.chain.staffing import whole_staff
from shared.safeguarding.rules import NewConcern

from .acquaintances import kept_from
from .items import Pair
from .programme_rules import rules_in_force
from .rules import Checker, Decision, as_typed, decide, problem_with, sender_of, spans_of, undecided

CONTACT = ("meet_in_person", "offplatform", "address", "phone", "handle", "email")
"""What the filter may find in a mentee's private words that a person should read, the gravest first."""


@dataclass(frozen=True)
class PrivateWords:
    """Words that were looked through."""

    text: str
    worry: str
    """The category of the worry in them; `unchecked` where no rules could judge them; empty without one."""
    severity: str
    spans: tuple[dict[str, Any], ...]

    def shows_help(self, part: str) -> bool:
        """Whether whoever wrote them is shown at once where help is: a mentor writes of others as a rule."""
        return self.worry not in ("", "unchecked", *CONTACT) and part == "mentee"


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
    them, and returns its id; empty, and nothing is added, where there is none. The transaction is Lost when
    the same cause has raised it before."""
    if not words.worry:
        return ""
    new = NewConcern(
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
    policy = programme.policy if programme else None
    return raise_concern(write, new, staff=whole_staff(pair.programme_id), policy=policy, now=now)
