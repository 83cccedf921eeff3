"""The values the filter takes and gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

Lane = Literal["deliver", "moderation", "safeguarding"]
Sender = Literal["mentee", "mentor"]

CONTACT_CATEGORIES: Final = frozenset({"link", "email", "phone", "handle", "address", "attachment"})
REACH_CATEGORIES: Final = frozenset({"offplatform", "meet_in_person"})
ABUSE_CATEGORIES: Final = frozenset({"profanity", "abuse"})
WORRY_CATEGORIES: Final = frozenset(
    {
        "wellbeing",
        "self_harm",
        "suicide",
        "abuse_disclosure",
        "grooming",
        "neglect",
        "eating_disorder",
        "bullying",
        "substance",
        "violence",
    }
)
CATEGORIES: Final = CONTACT_CATEGORIES | REACH_CATEGORIES | ABUSE_CATEGORIES | WORRY_CATEGORIES


class Severity(StrEnum):
    """How soon a person should look, from `none` to `immediate`; compare by `rank`."""

    none = "none"
    low = "low"
    medium = "medium"
    high = "high"
    immediate = "immediate"

    @property
    def rank(self) -> int:
        """0 for none, 4 for immediate."""
        return _RANKS[self]


_RANKS: Final = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class RecentMessage:
    """An earlier message of the same sender in the same conversation."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule saw. `start` and `end` are offsets in the text as it was written."""

    rule: str
    category: str
    severity: Severity
    start: int
    end: int
    matched: str
    sentence: str
    """For the writer: what to change, or, for a worry, where help is."""
    recent_ids: tuple[str, ...] = ()
    """Earlier messages that hold the other pieces of a detail given bit by bit, oldest first."""
    note: str = ""
    """For the moderator: what the rule looks for, and why."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the filter says of one message, and the rules by which it says so."""

    hold: bool
    severity: Severity
    lane: Lane
    findings: tuple[Finding, ...]
    rules_version: str


def verdict_on(findings: Sequence[Finding], rules_version: str) -> Verdict:
    """Any finding holds the message; any worry sends it to safeguarding."""
    if not findings:
        return Verdict(False, Severity.none, "deliver", (), rules_version)  # most are
    found = tuple(sorted(findings, key=lambda f: (f.start, f.end, f.rule)))
    severity = max((f.severity for f in found), key=lambda s: s.rank, default=Severity.none)
    lane: Lane = "deliver"
    if any(f.category in WORRY_CATEGORIES for f in found):
        lane = "safeguarding"
    elif found:
        lane = "moderation"
    return Verdict(bool(found), severity, lane, found, rules_version)
