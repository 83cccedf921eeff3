"""Hints: phrases that are said in ordinary talk too, and count where the message bears them out."""

from dataclasses import replace
from pathlib import Path

import pytest

from shared.filtering import RulesBroken, RuleSet, Severity, check, load_rules
from shared.filtering.loading import load_rules_alone
from tests.shared.filtering.test_reading import WORRY, made

DRAFT = """
category: neglect
severity: medium
sentence: Thank you for telling us.
rules:
  - id: draft.soaked
    phrases: ["soaked to the skin"]
    hints: ["soaked"]
"""
SAYS = {"drookit": {WORRY: 20}, "umbrella": {WORRY: -20}}


def rules_with(folder: Path, draft: str = DRAFT) -> RuleSet:
    """The draft on top of the rules; “drookit” reads a little like a worry, and “umbrella” like none."""
    file = folder / "draft.yaml"
    file.write_text(draft)
    return replace(load_rules(file), model=made(SAYS, bar=1000, hinted=5))


def seen(text: str, rules: RuleSet) -> list[str]:
    return [finding.rule for finding in check(text, sender="mentee", rules=rules).findings]


def test_a_hint_holds_where_the_message_reads_a_little_like_it(tmp_path: Path) -> None:
    rules = rules_with(tmp_path)

    assert seen("I was soaked and drookit", rules) == ["draft.soaked"]
    assert seen("I was soaked but for my umbrella", rules) == []
    assert seen("I was drookit", rules) == []


def test_a_hint_at_something_severe_needs_less_to_bear_it_out(tmp_path: Path) -> None:
    text = "I was soaked"
    mild, severe = (
        replace(rules_with(tmp_path, DRAFT.replace("medium", how)), model=made({}, bar=1000, hinted=5))
        for how in ("medium", "high")
    )

    assert seen(text, mild) == []
    assert seen(text, severe) == ["draft.soaked"]


def test_what_is_ordinary_before_or_after_speaks_against_no_hint(tmp_path: Path) -> None:
    rules = rules_with(tmp_path)

    for text in ("I have an umbrella. I was soaked and drookit", "soaked and drookit. My umbrella is blue."):
        assert seen(text, rules) == ["draft.soaked"], text


def test_a_phrase_holds_whatever_the_message_reads_like(tmp_path: Path) -> None:
    assert seen("soaked to the skin under my umbrella", rules_with(tmp_path)) == ["draft.soaked"]


def test_a_hint_that_is_borne_out_is_shown_where_it_stands(tmp_path: Path) -> None:
    text = "A good week. I was soaked, and drookit."

    (finding,) = check(text, sender="mentee", rules=rules_with(tmp_path)).findings

    assert (finding.matched, text[finding.start : finding.end]) == ("soaked", "soaked")
    assert finding.sentence == "Thank you for telling us."


def test_a_rule_of_hints_alone_is_a_rule(tmp_path: Path) -> None:
    rules = rules_with(tmp_path, DRAFT.replace('    phrases: ["soaked to the skin"]\n', ""))

    assert seen("soaked and drookit", rules) == ["draft.soaked"]


def test_a_hint_of_a_rule_that_is_switched_off_holds_nothing(tmp_path: Path) -> None:
    rules = rules_with(tmp_path).adjusted(switched_off=["draft.soaked"])

    assert seen("I was soaked and drookit", rules) == []


def test_without_tables_a_hint_holds_nothing_for_they_only_add() -> None:
    alone, text = load_rules_alone(), "no one understands me at school"

    assert not check(text, sender="mentee", rules=alone).hold
    assert check(text, sender="mentee").hold


def test_a_programmes_own_rule_has_no_hints() -> None:
    own = {"id": "soaked", "category": "neglect", "hints": ["soaked"], "examples": ["i am soaked"]}

    with pytest.raises(RulesBroken, match=r"programme\.soaked.*hints"):
        load_rules().adjusted(own_rules=[own])


def test_a_mentor_who_reads_like_meeting_weighs_more_than_a_mentee() -> None:
    reads = replace(load_rules(), model=made({"drookit": {1: 90}}, bar=38))

    assert check("i am drookit", sender="mentor", rules=reads).severity is Severity.high
    assert check("i am drookit", sender="mentee", rules=reads).severity is Severity.medium
