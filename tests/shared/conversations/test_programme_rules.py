"""A programme's own rules at work on its messages."""

from typing import Any

import pytest

from shared.conversations.programme_rules import rules_in_force
from shared.filtering import check as the_filter
from shared.filtering import load_rules
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED, TwoWhoWrite, a_message, a_pair
from tests.builders.people import a_person
from tests.builders.policies import a_policy, an_own_rule
from tests.builders.programmes import a_programme
from tests.outbox import notices

from .builders import check, stored

pytestmark = pytest.mark.usefixtures("tables")


def a_pair_whose_programme(**changes: Any) -> TwoWhoWrite:
    pair = a_pair(a_programme(policy=a_policy(filter=changes)))
    a_person("coordinator", pair.programme)
    a_person("safeguarding_lead", pair.programme)
    return pair


def test_the_programmes_own_rules_hold_with_their_sentence() -> None:
    pair = a_pair_whose_programme(own_rules=[an_own_rule()])
    message = a_message(pair, "Shall we carry on in the treehouse after half term?")

    assert check(message, the_filter).state == "held"
    found = stored(pair, message)
    assert found.lane == "moderation"
    assert [(one["rule"], one["matched"]) for one in found.findings] == [
        ("programme.treehouse", "the treehouse")
    ]


@pytest.mark.parametrize(("rule", "state"), [("contact.phone", "delivered"), ("contact.email", "held")])
def test_a_rule_that_is_switched_off_holds_nothing(rule: str, state: str) -> None:
    pair = a_pair_whose_programme(switched_off=[rule])

    assert check(a_message(pair, "Ola is on 07700 900123 after four."), the_filter).state == state


def test_a_severity_that_the_programme_changed_is_the_findings() -> None:
    pair = a_pair_whose_programme(severities={"contact.phone": "high"})
    message = a_message(pair, WITH_A_NUMBER)

    check(message, the_filter)

    assert stored(pair, message).severity == "high"


def test_each_message_says_which_rules_judged_it() -> None:
    pair = a_pair_whose_programme(own_rules=[an_own_rule()])
    message = a_message(pair)

    check(message, the_filter)

    rules, _ = rules_in_force(pair.programme)
    assert rules is not None
    assert stored(pair, message).rules_version == rules.version != load_rules().version


BROKEN_CHANGES = pytest.mark.parametrize(
    "changes",
    [
        {"switched_off": ["contact.no_such_rule"]},
        {"severities": {"contact.no_such_rule": "low"}},
        {"own_rules": [an_own_rule(category="no_such_category")]},
        {"own_rules": [an_own_rule(phrases=["(the treehouse"])]},
        {"own_rules": [an_own_rule(examples=["See you in the library"])]},
    ],
    ids=[
        "no such rule",
        "no such rule to weigh",
        "no such category",
        "words that cannot be read",
        "a rule that misses its example",
    ],
)


@BROKEN_CHANGES
def test_changes_that_cannot_be_used_hold_every_message_and_raise_the_alarm(changes: dict[str, Any]) -> None:
    pair = a_pair_whose_programme(**changes)
    message = a_message(pair, CLEAN)

    checked = check(message, the_filter)

    assert (checked.state, checked.problem, checked.told) == ("held", "RulesBroken", 1)
    assert [one["category"] for one in stored(pair, message).findings] == ["unchecked"]
    assert notices("new_message") == []


@BROKEN_CHANGES
def test_a_worry_reaches_safeguarding_though_the_changes_cannot_be_used(changes: dict[str, Any]) -> None:
    pair = a_pair_whose_programme(**changes)
    message = a_message(pair, WORRIED)

    checked = check(message, the_filter)

    assert (checked.state, checked.problem) == ("held", "RulesBroken")
    assert stored(pair, message).concern_id
    assert len(notices("concern_alert")) == 1


def test_a_policy_without_changes_costs_no_rules_of_its_own() -> None:
    assert rules_in_force(a_programme()) == (None, "")


def test_programmes_that_say_the_same_share_their_rules() -> None:
    says = {"own_rules": [an_own_rule()]}
    one, other = (
        a_programme(name, policy=a_policy(filter=says)) for name in ("Career Ladders", "Chess by Post")
    )

    assert rules_in_force(one)[0] is rules_in_force(other)[0]
