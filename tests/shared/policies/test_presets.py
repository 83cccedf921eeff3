"""The presets are complete policies, and say what they must to young people."""

import pytest
from pydantic import ValidationError

from shared.policies.presets import load_preset, preset_names
from shared.policies.schema import Policy

EVERY_PRESET = pytest.mark.parametrize("name", preset_names())


@EVERY_PRESET
def test_a_preset_is_a_complete_policy(name: str) -> None:
    assert load_preset(name).help[0].emergency


@EVERY_PRESET
def test_no_preset_promises_secrecy(name: str) -> None:
    rules = " ".join(load_preset(name).ground_rules.mentee)

    assert "not private" in rules
    assert "cannot promise" in rules


@EVERY_PRESET
def test_every_severity_has_a_clock_and_the_worst_has_the_shortest(name: str) -> None:
    clocks = load_preset(name).escalation.acknowledge_within
    minutes = [clocks[severity].minutes for severity in ("immediate", "high", "medium", "low")]

    assert minutes == sorted(minutes)


@EVERY_PRESET
def test_a_preset_leaves_the_filter_as_it_is(name: str) -> None:
    assert load_preset(name).filter.are_none


def test_an_unknown_preset_names_those_there_are() -> None:
    with pytest.raises(KeyError, match="national-stem"):
        load_preset("weekly-chess")


def test_a_misspelt_field_is_refused() -> None:
    policy = load_preset(preset_names()[0]).model_dump()
    policy["invitation_dayz"] = 3

    with pytest.raises(ValidationError, match="invitation_dayz"):
        Policy.model_validate(policy)
