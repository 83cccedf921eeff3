"""Changed wording is agreed anew, and a planned change survives another without undoing it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.policies.changing import Overlapping, asking_anew, rebased
from shared.policies.presets import load_preset
from shared.policies.reading import policy_from
from shared.policies.schema import Policy

STEM = load_preset("national-stem")


def with_(policy: Policy, part: str, **fields: Any) -> Policy:
    values = policy.model_dump(mode="json")
    if fields:
        values[part] |= fields
    return policy_from(values)


def reworded(policy: Policy, role: str = "mentee", text: str = "Write when it suits you.") -> Policy:
    return asking_anew(policy, with_(policy, "ground_rules", **{role: [text]}))


def test_other_ground_rules_are_another_version() -> None:
    assert reworded(STEM).ground_rules.version == 2
    assert asking_anew(STEM, with_(STEM, "cohort", weeks=12)).ground_rules.version == 1


def test_a_version_never_goes_down() -> None:
    second = reworded(STEM)

    assert asking_anew(second, with_(second, "ground_rules", version=1)).ground_rules.version == 2
    assert asking_anew(second, with_(second, "ground_rules", version=7)).ground_rules.version == 7


def test_leave_is_asked_anew_only_where_its_words_are_others() -> None:
    purposes = STEM.model_dump(mode="json")["consents"]["purposes"]
    purposes[0]["words"] = "Would you like to take part?"
    purposes[1]["asked_of"] = ["mentee"]

    after = asking_anew(STEM, with_(STEM, "consents", purposes=purposes))

    assert [one.version for one in after.consents.purposes] == [2, 1, 1]


def test_what_the_two_agree_is_agreed_anew_only_where_its_words_are_others() -> None:
    other = STEM.relationship.model_dump(mode="json")
    other["agreement"]["boundaries"] = ["We write only here."]
    more_prompts = STEM.relationship.model_dump(mode="json") | {"first_prompts": ["Say hello."]}

    assert asking_anew(STEM, with_(STEM, "relationship", **other)).relationship.agreement.version == 2
    assert asking_anew(STEM, with_(STEM, "relationship", **more_prompts)).relationship.agreement.version == 1


def test_leave_is_asked_anew_where_parents_are_to_be_asked_too() -> None:
    before = STEM.model_dump(mode="json")["consents"]["purposes"]
    alone = [one | {"parent": "never"} for one in before]
    with_parents = [one | {"parent": "always", "parent_words": "May they?"} for one in before]
    for purposes in (alone, with_parents):
        after = asking_anew(STEM, with_(STEM, "consents", purposes=purposes))
        assert after.consents.purposes[0].version == 2


def test_both_changes_are_in_a_planned_policy_that_is_made_anew() -> None:
    planned, after = with_(STEM, "cohort", weeks=12), with_(STEM, "moderation", mode="brokered")

    both = rebased(STEM, planned, after)

    assert (both.cohort.weeks, both.moderation.mode) == (12, "brokered")
    assert rebased(STEM, planned, STEM) == planned


def test_the_same_change_twice_is_one() -> None:
    planned = with_(STEM, "cohort", weeks=12)

    assert rebased(STEM, planned, planned) == planned


def test_two_changes_of_one_field_are_told_by_its_path() -> None:
    with pytest.raises(Overlapping, match=r"cohort\.weeks"):
        rebased(STEM, with_(STEM, "cohort", weeks=12), with_(STEM, "cohort", weeks=20))


def test_what_a_mapping_lost_stays_lost() -> None:
    before = with_(STEM, "filter", severities={"contact.link": "high", "contact.email": "low"})
    planned = with_(STEM, "filter", severities={"contact.email": "low"})
    after = with_(STEM, "filter", severities={"contact.link": "high"})

    assert rebased(before, planned, after).filter.severities == {}


def test_ground_rules_changed_twice_are_asked_twice() -> None:
    planned, after = reworded(STEM, "mentee"), reworded(STEM, "mentor", "Write each week.")
    assert planned.ground_rules.version == after.ground_rules.version == 2

    assert rebased(STEM, planned, after).ground_rules.version == 3


FIELDS = st.dictionaries(
    st.sampled_from(
        [
            ("cohort", "weeks"),
            ("cohort", "capacity"),
            ("invitations", "usable_days"),
            ("spot_checks", "share_each_week"),
            ("escalation", "quiet_days"),
            ("matching", "mentees_per_mentor"),
            ("needs", "follow_up_days"),
        ]
    ),
    st.sampled_from([1, 3, 4]),
)
Fields = dict[tuple[str, str], int]


def with_fields(fields: Fields) -> Policy:
    values = STEM.model_dump(mode="json")
    for (part, field), number in fields.items():
        values[part][field] = number / 4 if field == "share_each_week" else number
    return policy_from(values)


@given(planned=FIELDS, now=FIELDS)
def test_no_change_is_ever_lost_between_two(planned: Fields, now: Fields) -> None:
    """Either both are in force in the end, or somebody is told that they cannot be."""
    clash = any(planned[field] != now[field] for field in planned.keys() & now.keys())
    if clash:
        with pytest.raises(Overlapping):
            rebased(STEM, with_fields(planned), with_fields(now))
        return

    assert rebased(STEM, with_fields(planned), with_fields(now)) == with_fields(now | planned)
