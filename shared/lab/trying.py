"""Trying a text: what each rule of a programme sees in it, and what the draft would. Nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.conversations.before_sending import shortened
from shared.conversations.programme_rules import rules_in_force, rules_with
from shared.conversations.rules import (
    LONGEST,
    MOST_RECENT,
    Checker,
    as_typed,
    most_severe,
    problem_with,
    sender_of,
)
from shared.filtering import Finding, RecentMessage, RulesBroken, RuleSet, Sender
from shared.people.permissions import Viewer, may_moderate, require
from shared.platform.errors import Conflict, Invalid
from shared.policies import FilterChanges
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.marking import Segment, category_words, segments

from .drafting import drafted


@dataclass(frozen=True)
class Seen:
    """What one rule saw in the text."""

    number: int
    """By which the mark in the text names it, counted from 1."""
    rule: str
    category: str
    what: str
    """The category in plain English."""
    severity: str
    start: int
    end: int
    found: str
    """As it was written, shortened."""
    sentence: str
    """What the writer would read."""
    note: str
    """What the rule looks for, where its file says so."""
    earlier: tuple[int, ...]
    """Which of the earlier messages, counted from 1, hold the other pieces of it."""


@dataclass(frozen=True)
class Said:
    """What one set of rules says of a text."""

    lane: str
    """`deliver`, `moderation` or `safeguarding`."""
    severity: str
    text: tuple[Segment, ...]
    seen: tuple[Seen, ...]
    more: int
    """How many milder findings are not shown."""
    rules_version: str


@dataclass(frozen=True)
class Tried(Said):
    """What the rules in force say of a text, and what the draft would."""

    is_changed: bool
    """Whether the programme's policy changes the rules."""
    problem: str
    """Why the policy's changes could not be used; every message is then held."""
    reads_everything: bool
    """Whether this programme holds every message."""
    draft: Said | None
    """Without a draft, or with one that cannot be used, none."""


@dataclass(frozen=True)
class Written:
    """A text to be tried, and what its writer is taken to have written before it."""

    text: str
    sender: Sender
    recent: tuple[RecentMessage, ...]


@dataclass(frozen=True)
class FilterLab:
    """The page to try texts on."""

    programme_id: str
    programme_name: str
    longest: int = LONGEST
    """Characters in one text."""
    most_earlier: int = MOST_RECENT
    """Earlier messages that the filter looks back on."""


def filter_lab(viewer: Viewer, programme_id: str) -> FilterLab:
    """The lab of a programme that the viewer moderates: no request at all. Raises NotFound."""
    require(may_moderate(viewer, programme_id))
    names = [one.programme_name for one in viewer.memberships if one.programme_id == programme_id]
    return FilterLab(programme_id, names[0])


def try_text(
    viewer: Viewer, programme_id: str, *, text: str, sender: str, earlier: str = "", checker: Checker
) -> Tried:
    """What the programme's rules, and its draft, see in a text that a mentee or mentor wrote after `earlier`
    messages, one on each line and the oldest first: one BatchGetItem.

    Raises NotFound for those who do not moderate the programme, Invalid for no text, one too long to be a
    message, or too many earlier ones, and RulesBroken when the filter has no rules at all.
    """
    require(may_moderate(viewer, programme_id))
    written = Written(_text_to_try(text), sender_of(sender), _recent_to_try(earlier))
    programme, draft = _programme_and_draft(programme_id)
    rules, problem = rules_in_force(programme)
    said = _said(written, checker, rules)
    return Tried(
        **vars(said),
        is_changed=rules is not None,
        problem=problem if programme else "the programme’s policy cannot be read",
        reads_everything=programme is not None and programme.policy.moderation.mode == "brokered",
        draft=_draft_says(written, checker, draft),
    )


def _programme_and_draft(programme_id: str) -> tuple[RunningProgramme | None, FilterChanges | None]:
    """Of a policy that cannot be read, nothing is known."""
    try:
        found = drafted(programme_id, consistent=False)
    except Conflict:
        return None, None
    return found.programme, found.changes if found.draft else None


def _draft_says(written: Written, checker: Checker, draft: FilterChanges | None) -> Said | None:
    if draft is None:
        return None
    try:
        return _said(written, checker, rules_with(draft))
    except RulesBroken:
        return None


def _said(written: Written, checker: Checker, rules: RuleSet | None) -> Said:
    verdict = checker(written.text, sender=written.sender, recent=written.recent, rules=rules)
    seen = _seen(most_severe(verdict.findings))
    return Said(
        lane=verdict.lane,
        severity=verdict.severity.value,
        text=segments(written.text, [_mark(one) for one in seen]),
        seen=seen,
        more=len(verdict.findings) - len(seen),
        rules_version=verdict.rules_version,
    )


def _text_to_try(text: str) -> str:
    text = as_typed(text)
    if not text:
        raise Invalid("Please paste or write a text first.", field="text")
    problem = problem_with(text)  # what could not be sent as a message need not be tried
    if problem:
        raise Invalid(problem, field="text")
    return text


def _recent_to_try(earlier: str) -> tuple[RecentMessage, ...]:
    """One message for each line with anything on it, numbered from 1."""
    lines = [line for line in as_typed(earlier).split("\n") if line.strip()]
    if len(lines) > MOST_RECENT:
        raise Invalid(
            f"The filter looks back on {MOST_RECENT} messages at the most, and here are {len(lines):,}. "
            "Please keep the last ones.",
            field="earlier",
        )
    for number, line in enumerate(lines, start=1):
        if problem := problem_with(line):
            raise Invalid(f"Message {number} of these: {problem}", field="earlier")
    return tuple(RecentMessage(str(number), line) for number, line in enumerate(lines, start=1))


def _seen(findings: Sequence[Finding]) -> tuple[Seen, ...]:
    return tuple(
        Seen(
            number=number,
            rule=one.rule,
            category=one.category,
            what=category_words(one.category),
            severity=one.severity.value,
            start=one.start,
            end=one.end,
            found=shortened(one.matched),
            sentence=one.sentence,
            note=one.note,
            earlier=tuple(int(number) for number in one.recent_ids),
        )
        for number, one in enumerate(findings, start=1)
    )


def _mark(seen: Seen) -> dict[str, object]:
    return {
        "start": seen.start,
        "end": seen.end,
        "category": seen.category,
        "mark": str(seen.number),
    }
