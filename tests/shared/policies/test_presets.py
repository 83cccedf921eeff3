"""The presets are complete policies, say what they must to young people, and do what their programmes do."""

import re
from datetime import time
from itertools import combinations

import pytest
import yaml

from shared.policies.people import Purpose
from shared.policies.presets import FOLDER, load_preset, preset_names
from shared.policies.reading import as_yaml, policy_from, policy_from_yaml
from shared.policies.schema import Policy

EVERY_PRESET = pytest.mark.parametrize("name", preset_names())
FOR_ADULTS = ("college-pilot", "virtual-sessions")


def refusals(name: str, side: str) -> dict[str, str]:
    """What is asked of one side, by question, with the sentence of whoever does not fit."""
    questions = load_preset(name).eligibility.questions
    return {one.id: one.refusal for one in questions if one.asked_of == side}


def purposes(name: str) -> dict[str, Purpose]:
    return {one.id: one for one in load_preset(name).consents.purposes}


# ── All of them ────────────────────────────────────────────────────────────


def test_there_are_five() -> None:
    assert preset_names() == (
        "brokered",
        "college-pilot",
        "national-stem",
        "university-outreach",
        "virtual-sessions",
    )


@EVERY_PRESET
def test_a_preset_states_every_part(name: str) -> None:
    said = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())

    assert set(said) == set(Policy.model_fields)


@EVERY_PRESET
def test_a_preset_is_the_same_after_storing_and_after_downloading(name: str) -> None:
    policy = load_preset(name)

    assert policy_from(policy.model_dump(mode="json")) == policy
    assert policy_from_yaml(as_yaml(policy)) == policy


@EVERY_PRESET
def test_help_in_an_emergency_comes_first(name: str) -> None:
    assert load_preset(name).help[0].emergency


@EVERY_PRESET
def test_help_fits_the_age_of_the_mentees(name: str) -> None:
    """Childline is for under-19s."""
    names = {one.name for one in load_preset(name).help}

    assert ("Childline" in names) == (name not in FOR_ADULTS)
    assert {"Samaritans", "Shout"} <= names


def test_help_in_scotland_is_scottish() -> None:
    assert "NHS 24" in {one.name for one in load_preset("brokered").help}


@EVERY_PRESET
def test_no_preset_promises_secrecy(name: str) -> None:
    rules = load_preset(name).ground_rules
    everything = " ".join((*rules.mentee, *rules.mentor))

    assert "not private" in " ".join(rules.mentee)
    assert "cannot promise" in " ".join(rules.mentee)
    assert "not private" in " ".join(rules.mentor)
    assert not re.search(r"\b(confidential|in confidence|just between you)\b", everything, re.IGNORECASE)


@EVERY_PRESET
def test_everybody_is_told_to_stay_on_the_platform_and_whom_to_call(name: str) -> None:
    rules = load_preset(name).ground_rules

    assert "999" in rules.mentee[-1]
    for said in (" ".join(rules.mentee), " ".join(rules.mentor)):
        assert re.search(r"Signpost|school coordinator", said)
        assert re.search(
            r"contact details|\b[Nn]umbers?\b|ways? (of being in touch|to reach each other)", said
        )


def test_each_preset_says_its_ground_rules_in_its_own_words() -> None:
    for one, other in combinations(preset_names(), 2):
        said, also_said = load_preset(one).ground_rules, load_preset(other).ground_rules
        for role in ("mentee", "mentor", "staff"):
            assert not set(getattr(said, role)) & set(getattr(also_said, role)), (one, other, role)


@EVERY_PRESET
def test_every_severity_has_a_clock_and_the_worst_has_the_shortest(name: str) -> None:
    clocks = load_preset(name).escalation.acknowledge_within
    minutes = [clocks[severity].minutes for severity in ("immediate", "high", "medium", "low")]

    assert minutes == sorted(minutes)


def test_no_two_presets_tell_the_same_people_in_the_same_order() -> None:
    chains = {
        tuple(tuple(rank.roles) for rank in load_preset(name).escalation.ranks) for name in preset_names()
    }

    assert len(chains) == len(preset_names())


@EVERY_PRESET
def test_the_chain_ends_with_everybody_who_was_told_before(name: str) -> None:
    escalation = load_preset(name).escalation
    told = {role for rank in escalation.ranks for role in rank.roles if role != "coordinator"}

    assert told <= set(escalation.ranks[-1].roles)


@EVERY_PRESET
def test_a_preset_leaves_the_filter_as_it_is(name: str) -> None:
    assert load_preset(name).filter.are_none


@EVERY_PRESET
def test_the_privacy_notices_of_two_organisations_are_named_and_whom_to_ask(name: str) -> None:
    privacy = load_preset(name).privacy

    assert len(privacy.notices) == 2
    assert all(".example.org/" in one.url for one in privacy.notices)
    assert privacy.ask


@EVERY_PRESET
def test_leave_to_take_part_is_asked_of_both_before_they_are_paired(name: str) -> None:
    taking_part = purposes(name)["taking_part"]

    assert set(taking_part.asked_of) == {"mentee", "mentor"}
    assert taking_part.needed_for == "pairing"


@EVERY_PRESET
def test_nothing_depends_on_leave_for_stories_or_marketing(name: str) -> None:
    asked = [purposes(name).get(one) for one in ("feedback", "case_study", "marketing", "recording")]

    assert all(one.needed_for == "nothing" for one in asked if one)


@EVERY_PRESET
def test_a_mentor_is_trained_before_they_are_matched(name: str) -> None:
    assert load_preset(name).vetting.training


# ── Each by itself ─────────────────────────────────────────────────────────


def test_university_outreach_is_for_year_13_and_students_of_the_university() -> None:
    policy = load_preset("university-outreach")

    (years,) = [one for one in policy.eligibility.questions if one.id == "year_group"]
    assert years.accepts == ["Year 13"]
    assert "current_student" in refusals("university-outreach", "mentor")
    assert [one.id for one in policy.vetting.steps] == ["recruitment", "selection"]
    assert {"feedback", "case_study", "marketing"} <= set(purposes("university-outreach"))
    assert policy.escalation.ranks[0].roles == ["coordinator", "safeguarding_lead"]


def test_national_stem_lasts_ten_weeks_and_has_a_strand_for_each_year() -> None:
    policy = load_preset("national-stem")

    assert policy.cohort.weeks == 10
    (years,) = [one for one in policy.eligibility.questions if one.id == "year_group"]
    assert sorted(answer for one in policy.eligibility.strands for answer in one.answers) == sorted(
        years.choices
    )
    assert [one.id for one in policy.vetting.checks] == ["enhanced_dbs", "pvg"]
    assert policy.delivery.methods == ["message"]
    assert purposes("national-stem")["taking_part"].parent == "under_16"
    assert "sector" in {one.id for one in policy.matching.preferences}


def test_college_pilot_takes_ten_returners_and_trains_mentors_for_45_minutes() -> None:
    policy = load_preset("college-pilot")

    assert (policy.cohort.weeks, policy.cohort.capacity) == (None, 10)
    assert set(refusals("college-pilot", "mentee")) == {"course", "years_out", "aims_higher"}
    (years,) = [one for one in policy.eligibility.questions if one.id == "years_out"]
    assert years.least == 2
    assert [one.minutes for one in policy.vetting.training] == [45]
    assert not policy.matching.same_school_apart, "mentors are students of the same college"


def test_virtual_sessions_ask_both_whether_they_are_comfortable_meeting_online() -> None:
    policy = load_preset("virtual-sessions")

    video = purposes("virtual-sessions")["video"]
    assert (set(video.asked_of), video.needed_for) == ({"mentee", "mentor"}, "first_meeting")
    assert "recording" in purposes("virtual-sessions")
    assert "video" in policy.delivery.methods
    assert policy.escalation.ranks[0].roles == ["safeguarding_lead", "regional_manager"]


def test_brokered_passes_everything_on_in_the_hours_of_the_scottish_school_week() -> None:
    policy = load_preset("brokered")

    assert policy.moderation.mode == "brokered"
    window = policy.delivery.window
    assert window is not None
    assert list(window.days) == ["monday", "tuesday", "wednesday", "thursday", "friday"]
    assert {(one.opens, one.closes) for one in window.days.values()} == {(time(9), time(17))}
    assert window.bank_holidays == "scotland"
    assert policy.delivery.entered_for_mentees == ["telephone", "text", "email"]
    assert set(policy.delivery.methods) == {"message", "telephone", "text", "video", "audio", "chat"}
    assert policy.needs.kinds == ["device", "data", "wifi"]


def test_brokered_asks_a_parent_or_carer_to_take_part_and_before_the_first_meeting() -> None:
    asked = purposes("brokered")

    assert (asked["taking_part"].parent, asked["taking_part"].needed_for) == ("always", "pairing")
    assert (asked["video"].parent, asked["video"].needed_for) == ("always", "first_meeting")
    assert asked["messages"].needed_for == "pairing"


def test_an_unknown_preset_names_those_there_are() -> None:
    with pytest.raises(KeyError, match="national-stem"):
        load_preset("weekly-chess")
