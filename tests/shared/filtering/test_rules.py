"""The rule files: every rule is tried on its own examples, and a set that contradicts itself is refused."""

from pathlib import Path

import pytest
import yaml

from shared.filtering import CATEGORIES, RULES_VERSION, RulesBroken, Sender, Severity, check, load_rules
from shared.filtering.loading import RULES_FOLDER
from shared.filtering.trying import contradictions

DRAFT = """
category: abuse
severity: medium
sentence: Please take this out.
rules:
  - id: draft.turnip
    phrases: ["you ..3 turnip"]
    examples: ["you are such a turnip"]
    not_examples: ["we grew turnips"]
"""


def draft(folder: Path, text: str) -> Path:
    file = folder / "draft.yaml"
    file.write_text(text)
    return file


def test_every_rule_keeps_its_own_examples() -> None:
    rules = load_rules()

    assert [str(broken) for broken in contradictions(rules, rules.rules)] == []


def test_every_rule_says_something_to_the_writer() -> None:
    assert [rule.id for rule in load_rules().rules if not rule.sentence] == []


def test_every_category_has_a_rule() -> None:
    assert {rule.category for rule in load_rules().rules} == CATEGORIES


@pytest.mark.parametrize("file", sorted(RULES_FOLDER.glob("*.yaml")), ids=lambda file: file.name)
def test_a_rule_file_reads_the_same_without_libyaml(file: Path) -> None:
    text = file.read_text()

    assert yaml.load(text, Loader=yaml.SafeLoader) == yaml.load(text, Loader=yaml.CSafeLoader)


def test_the_version_is_that_of_the_files() -> None:
    assert check("Good morning", sender="mentor").rules_version == RULES_VERSION


def test_a_draft_is_tried_on_top_of_the_rules(tmp_path: Path) -> None:
    rules = load_rules(draft(tmp_path, DRAFT))

    assert [f.rule for f in check("you're a turnip", sender="mentee", rules=rules).findings] == [
        "draft.turnip"
    ]
    assert check("my email is rhona@example.org", sender="mentee", rules=rules).hold
    assert rules.version != RULES_VERSION


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("you are such a turnip", "you are such a swede"), "does not see its example"),
        (("we grew turnips", "you big turnip"), "takes what it should not"),
        (("you ..3 turnip", "you (turnip"), "does not close a bracket"),
        (("you ..3 turnip", "you turnip)"), "did not open"),
        (("you ..3 turnip", "{vegetables}"), "names a list that is not there"),
        (("you ..3 turnip", "[you]"), "asks for no word"),
        (("category: abuse", "category: gardening"), "no category"),
        (("severity: medium", "severity: dire"), "no severity"),
        (("phrases", "patterns"), "does not know"),
        (("draft.turnip", "''"), "without an id"),
    ],
)
def test_a_broken_draft_is_refused_with_its_place(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    with pytest.raises(RulesBroken, match=reason) as refused:
        load_rules(draft(tmp_path, DRAFT.replace(*change)))

    assert refused.value.file == "draft.yaml"


def test_a_contradicted_example_is_named(tmp_path: Path) -> None:
    with pytest.raises(RulesBroken) as refused:
        load_rules(draft(tmp_path, DRAFT.replace("such a turnip", "such a swede")))

    assert (refused.value.file, refused.value.rule) == ("draft.yaml", "draft.turnip")
    assert refused.value.example == "you are such a swede"


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    twice = DRAFT + DRAFT.partition("rules:")[2]

    with pytest.raises(RulesBroken, match=r"draft\.turnip: is there twice"):
        load_rules(draft(tmp_path, twice))


@pytest.mark.parametrize("text", ["", "[]", "rules: {", "rules: nothing", "\x00"])
def test_a_file_that_is_not_rules_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RulesBroken):
        load_rules(draft(tmp_path, text))


def test_a_missing_file_or_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesBroken):
        load_rules(tmp_path / "nowhere.yaml")
    with pytest.raises(RulesBroken):
        load_rules(tmp_path)


def test_a_programme_may_switch_a_rule_off_and_change_a_severity() -> None:
    rules = load_rules().adjusted(
        switched_off=["contact.link"], severities={"wellbeing.stress": Severity.high}
    )

    assert not check("the quiz is at www.example.org", sender="mentee", rules=rules).hold
    assert check("I'm so stressed", sender="mentee", rules=rules).severity is Severity.high
    assert rules.version != RULES_VERSION


@pytest.mark.parametrize("sender", ["mentee", "mentor"])
def test_a_changed_severity_holds_whoever_writes(sender: Sender) -> None:
    usual = load_rules()
    rules = usual.adjusted(severities={rule.id: Severity.immediate for rule in usual.rules})

    for rule in usual.rules:
        applies = rule.severity_for(sender) is not Severity.none
        changed = rules.rule(rule.id)
        assert changed
        assert changed.severity_for(sender) is (Severity.immediate if applies else Severity.none)


def test_a_policy_that_names_an_unknown_rule_is_refused() -> None:
    with pytest.raises(RulesBroken, match=r"no\.such\.rule"):
        load_rules().adjusted(switched_off=["no.such.rule"])
