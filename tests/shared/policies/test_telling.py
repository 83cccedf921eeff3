"""Policies are told in words, and what differs between two of them is never passed over."""

from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import Any

import pytest

from shared.policies.hours import Clock, WorkingTime
from shared.policies.presets import load_preset, preset_names
from shared.policies.reading import PolicyFaulty, policy_from
from shared.policies.schema import Policy
from shared.policies.telling import clock_words, differences, told, words_for, working_time_words
from tests.builders.policies import a_policy, an_own_rule

STEM = load_preset("national-stem")
EVERY_PRESET = pytest.mark.parametrize("name", preset_names())


def changed(policy: Policy, part: str, **fields: Any) -> Policy:
    values = policy.model_dump(mode="json")
    values[part] |= fields
    return policy_from(values)


def said(before: Policy, after: Policy) -> list[str]:
    return [f"{one.part} › {one.label}: {one.was} → {one.now}" for one in differences(before, after)]


def test_a_difference_reads_as_a_sentence() -> None:
    in_hours = changed(STEM, "delivery", window=load_preset("brokered").delivery.window)

    assert said(STEM, in_hours) == [
        "When and how messages pass › Messages are passed on: at any time → Monday to Friday 09:00 to 17:00, "
        "not on bank holidays in Scotland"
    ]


@pytest.mark.parametrize(
    ("part", "fields", "expected"),
    [
        ("cohort", {"weeks": None}, "A new cohort › Lasts: 10 weeks → no fixed length"),
        ("cohort", {"capacity": 1}, "A new cohort › Mentees at most: any number → 1"),
        (
            "moderation",
            {"mode": "brokered"},
            "Reading before delivery › What is read: what the filter holds → every message, whatever the "
            "filter says",
        ),
        ("spot_checks", {"share_each_week": 0.125}, "Conversations drawn each week: 10 % → 12.5 %"),
        ("invitations", {"remind_after_days": []}, "Invitations › Reminders after: 3 days and 7 days → none"),
        ("matching", {"same_school_apart": False}, "Never matched within one school: yes → no"),
        ("escalation", {"quiet_days": 1}, "A mentee counts as gone quiet after: 10 days → 1 day"),
    ],
)  # fmt: skip
def test_values_are_said_with_their_units(part: str, fields: dict[str, Any], expected: str) -> None:
    (one,) = said(STEM, changed(STEM, part, **fields))

    assert expected in one


def test_what_is_added_to_a_list_is_told_once_and_whole() -> None:
    purposes = STEM.model_dump(mode="json")["consents"]["purposes"]

    (gone,) = said(STEM, changed(STEM, "consents", purposes=purposes[:2]))
    (back,) = said(changed(STEM, "consents", purposes=purposes[:2]), STEM)

    assert gone.startswith(
        "What leave is asked for › Leave for “A case study”: Version: 1; Title: A case study;"
    )
    assert gone.endswith(" → ")
    assert back.startswith("What leave is asked for › Leave for “A case study”:  → Version: 1;")


def test_a_rule_that_is_added_leaves_the_others_alone() -> None:
    rules = [STEM.ground_rules.mentee[0], "Write when it suits you.", *STEM.ground_rules.mentee[1:]]

    assert said(STEM, changed(STEM, "ground_rules", mentee=rules)) == [
        "Ground rules › For mentees:  → Write when it suits you."
    ]


def test_another_order_is_a_difference() -> None:
    values = STEM.model_dump(mode="json")
    values["help"] = values["help"][::-1]

    assert said(STEM, policy_from(values)) == ["Where help is to be had › In what order: as it was → another"]


def test_people_in_a_chain_are_called_by_their_names() -> None:
    ranks = [{"roles": ["safeguarding_lead"], "people": ["01-ruth"]}]
    named = changed(STEM, "escalation", ranks=ranks)

    (one, *_) = differences(STEM, named, {"01-ruth": "Ruth Adeyemi"})

    assert (one.label, one.now) == ("Step 1", "safeguarding lead and Ruth Adeyemi")
    assert "person 01-ruth" in said(STEM, named)[0]


@EVERY_PRESET
def test_every_part_is_told(name: str) -> None:
    policy = load_preset(name)

    parts = told(policy)

    assert [part.id for part in parts] == list(Policy.model_fields)
    assert all(part.about and part.lines for part in parts)
    assert all(line.label and line.words for part in parts for line in part.lines)


@pytest.mark.parametrize(("one", "other"), list(permutations(preset_names(), 2))[::3])
def test_from_one_preset_to_another_every_part_that_differs_is_named(one: str, other: str) -> None:
    before, after = load_preset(one), load_preset(other)
    differing = {name for name in Policy.model_fields if getattr(before, name) != getattr(after, name)}

    assert {found.path.partition(".")[0] for found in differences(before, after)} == differing


def leaves(values: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(values, Mapping):
        for name, value in values.items():
            yield from leaves(value, (*path, name))
    elif isinstance(values, list):
        for place, value in enumerate(values):
            yield from leaves(value, (*path, place))
    else:
        yield path, values


def others(value: Any) -> list[Any]:
    """Something else that may be in its place."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value / 2, value + 1, value - 1]
    if value is None:
        return [7]
    return [
        f"{value} and more", f"{value}/x", f"{value}x", "always", "mentor", "deputy", "10:10:00",
        "scotland", "low",
        "nothing", "number", "yes_no", "text", "marketing", "wifi", "brokered", "under_16", "working_time",
    ]  # fmt: skip


def test_no_change_of_any_single_field_is_passed_over() -> None:
    policy = policy_from(
        load_preset("brokered").model_dump(mode="json") | {"filter": {"own_rules": [an_own_rule()]}}
    )
    tried = 0
    for path, value in leaves(policy.model_dump(mode="json")):
        for other in others(value):
            values = policy.model_dump(mode="json")
            within = values
            for step in path[:-1]:
                within = within[step]
            within[path[-1]] = other
            try:
                after = policy_from(values)
            except PolicyFaulty:
                continue
            if after == policy:
                continue
            tried += 1
            assert differences(policy, after), (path, value, other)
            break
    assert tried > 200


def test_nothing_differs_between_a_policy_and_itself() -> None:
    assert differences(a_policy(), a_policy()) == ()


@pytest.mark.parametrize(
    ("minutes", "counts", "words"),
    [
        (1, "always", "1 minute, at any hour"),
        (90, "always", "1 hour 30 minutes, at any hour"),
        (120, "working_time", "2 hours of working time"),
    ],
)
def test_clocks_in_words(minutes: int, counts: Any, words: str) -> None:
    assert clock_words(Clock(minutes=minutes, counts=counts)) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"monday": (9, 17)}, "Monday 09:00 to 17:00"),
        ({"monday": (9, 17), "wednesday": (9, 17)}, "Monday and Wednesday 09:00 to 17:00"),
        (
            {"monday": (9, 17), "tuesday": (9, 17), "friday": (9, 12)},
            "Monday to Tuesday 09:00 to 17:00, Friday 09:00 to 12:00",
        ),
    ],
)
def test_working_time_in_words(days: dict[str, tuple[int, int]], words: str) -> None:
    hours = {
        day: {"opens": f"{opens:02}:00", "closes": f"{closes:02}:00"} for day, (opens, closes) in days.items()
    }
    working = WorkingTime.model_validate(
        {"days": hours, "bank_holidays": "none", "closed_on": ["2026-12-24", "2026-12-31"]}
    )

    assert working_time_words(working) == (
        f"{words}, bank holidays too, not on 24 December 2026 and 31 December 2026"
    )


def test_what_a_person_wrote_is_not_reworded() -> None:
    assert words_for("We meet in_the_yard. OK") == "We meet in_the_yard. OK"
