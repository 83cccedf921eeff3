"""The filter: one message in, one verdict out.

Pure: no AWS, no clock, no settings. `check` never delivers because something failed: without rules it raises
RulesBroken, and its caller holds every message and raises an alarm.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .judging import judge
from .loading import load_rules, rules_fingerprint
from .ruleset import Rule, RulesBroken, RuleSet
from .verdict import (
    ABUSE_CATEGORIES,
    CATEGORIES,
    CONTACT_CATEGORIES,
    REACH_CATEGORIES,
    WORRY_CATEGORIES,
    Finding,
    Lane,
    RecentMessage,
    Sender,
    Severity,
    Verdict,
)

__all__ = [
    "ABUSE_CATEGORIES",
    "CATEGORIES",
    "CONTACT_CATEGORIES",
    "REACH_CATEGORIES",
    "RULES_VERSION",
    "WORRY_CATEGORIES",
    "Finding",
    "Lane",
    "RecentMessage",
    "Rule",
    "RuleSet",
    "RulesBroken",
    "Sender",
    "Severity",
    "Verdict",
    "check",
    "load_rules",
]

RULES_VERSION: Final = rules_fingerprint()
"""The version of the package's own rules: it changes whenever one of their files does."""


def check(
    text: str, *, sender: Sender, recent: Sequence[RecentMessage] = (), rules: RuleSet | None = None
) -> Verdict:
    """What the rules see in a message; the package's own rules where none are given.

    `recent` are the same sender's latest messages in this conversation, oldest first: a detail given bit by
    bit is found
    when its last piece arrives. Raises RulesBroken when there are no rules to judge by; nothing may then be
    delivered.
    """
    return judge(text, sender, recent, rules or load_rules())
