"""What is wrong with a written policy is said by field, in words."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.policies.presets import FOLDER, preset_names
from shared.policies.reading import DEEPEST, LONGEST_TEXT, PolicyFaulty, policy_from, policy_from_yaml
from tests.builders.policies import a_policy

TEXT = (FOLDER / f"{preset_names()[0]}.yaml").read_text()


def sentences(text: str) -> list[str]:
    with pytest.raises(PolicyFaulty) as faulty:
        policy_from_yaml(text)
    return [one.sentence for one in faulty.value.faults]


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mentees_per_mentor: 1", "mentees_per_mentor: 0", "mentees_per_mentor: give a number of 1 or more."),
        ("quiet_days: 7", "quiet_days: 700", "escalation.quiet_days: give a number of 90 or less."),
        ("quiet_days: 7", "quiet_days: soon", "escalation.quiet_days: give a whole number."),
        ("minutes: 180, valid", "minutes: -1, valid", "training.mentor_training.minutes: give a number"),
        ("mode: brokered", "mode: sometimes", "moderation.mode: choose one of these: filtered, brokered."),
        ("needs: {", "needz: {", "needz: there is no such field."),
        ("retention_months: 12", "", "retention_monthz"),
        ("url: https://www.nhs24.scot", "url: nhs24", "help.3.url: this is not written as it must be: begin"),
        ("question: year_group", "question: shoe_size", "there is no question shoe_size."),
        ("id: feedback", "id: video", "consents: purposes: video is there twice."),
        ("id: pvg", "id: P.V.G.", "small letters, digits and _ only"),
        ("emergency: true", "emergency: perhaps", "help.1.emergency: say true or false."),
        ("closed_on: []", "closed_on: [2026-02-30]", "working_time.closed_on.1: give a date"),
        ("days:\n    monday", "days:\n    mondays", "working_time.days.mondays: choose one of these: monday"),
        (
            '{opens: "09:00", closes: "17:00"}',
            "{opens: 9, closes: 17}",
            "days.monday.opens: give a time of day",
        ),
        ('closes: "17:00"', 'closes: "08:00"', "working_time.days.monday: opens must come before closes."),
        ("words: Would you like", "words: 3 #", "give words."),
    ],
)
def test_a_field_that_cannot_be_taken_is_named_by_its_path_and_line(old: str, new: str, said: str) -> None:
    if not new:
        new, said = "retention_monthz: 12", "retention_monthz: there is no such field."
    wrong = changed(old, new)

    (sentence, *_) = sentences(wrong)

    assert said in sentence
    line = int(sentence.removeprefix("Line ").partition(",")[0])
    assert new.splitlines()[-1].strip()[:8] in "\n".join(wrong.splitlines()[line - 1 :]), "or the part"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = changed("quiet_days: 7", "quiet_days: 0").replace("retention_months: 12", "retention_months: 0")

    assert len(sentences(wrong)) == 2


def test_a_missing_part_is_said_to_be_missing() -> None:
    assert "help: this is missing." in " ".join(sentences("about: Something."))


def test_skills_that_nobody_would_ever_be_asked_for_are_refused() -> None:
    nowhere = (
        (FOLDER / "college-pilot.yaml")
        .read_text()
        .replace("tasks, skills", "tasks")
        .replace("[skills]", "[]")
    )

    assert "no stage has them among its practices" in " ".join(sentences(nowhere))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "give fields"),
        ("- one\n- two", "give fields"),
        ("about: [", "cannot be read as YAML"),
        ("about: one\nabout: two", "Line 2: This cannot be read as YAML: “about” is there twice."),
        ("a: &x [1]\nb: *x", "references"),
        ("[" * (DEEPEST + 1), "too deep"),
        ("!!python/name:os.system x", "cannot be read as YAML"),
        ("\x00", "cannot be read as YAML"),
        ("? [a]\n: 3", "cannot be read as YAML"),
        ("x" * (LONGEST_TEXT + 1), "too long"),
    ],
)
def test_a_text_that_is_no_policy_is_refused_in_words(text: str, said: str) -> None:
    assert said in sentences(text)[0]


def test_times_and_words_mean_what_they_look_like() -> None:
    """YAML would read 09:00 as 540, and no as false."""
    bare = changed('"09:00"', "09:00").replace('accepts: ["yes"]', "accepts: [yes]")

    assert policy_from_yaml(bare) == policy_from_yaml(TEXT)


def too_old(policy: dict[str, Any]) -> None:
    """As it was stored before most of its parts were thought of."""
    for part in ("eligibility", "cohort", "vetting", "consents", "needs", "delivery", "matching", "privacy"):
        del policy[part]


def with_one_more(policy: dict[str, Any]) -> None:
    policy["invitation_dayz"] = 3


def test_a_policy_stored_before_there_were_so_many_parts_still_loads() -> None:
    stored = a_policy().model_dump(mode="json")
    too_old(stored)

    assert policy_from(stored) == a_policy()


@pytest.mark.parametrize("change", [with_one_more])
def test_a_misspelt_field_is_refused(change: Callable[[dict[str, Any]], None]) -> None:
    policy = a_policy().model_dump(mode="json")
    change(policy)

    with pytest.raises(PolicyFaulty, match="invitation_dayz: there is no such field"):
        policy_from(policy)
