"""Trying rules on their own examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .judging import judge
from .ruleset import Rule, RulesBroken, RuleSet
from .verdict import Sender


def contradictions(rules: RuleSet, of: Iterable[Rule]) -> Iterator[RulesBroken]:
    """Every example that its own rule misses, and every not-example that it takes. An example may begin
    “mentor: ”."""
    for rule in of:
        for example in rule.examples:
            if not _sees(rules, rule, example):
                yield RulesBroken(
                    "the rule does not see its example", file=rule.file, rule=rule.id, example=example
                )
        for example in rule.not_examples:
            if _sees(rules, rule, example):
                yield RulesBroken(
                    "the rule takes what it should not", file=rule.file, rule=rule.id, example=example
                )


def _sees(rules: RuleSet, rule: Rule, example: str) -> bool:
    sender: Sender = "mentor" if example.startswith("mentor: ") else "mentee"
    verdict = judge(example.removeprefix("mentor: "), sender, (), rules)
    return any(finding.rule == rule.id for finding in verdict.findings)
