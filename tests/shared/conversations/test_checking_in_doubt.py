"""Checking a message where something is wrong: with the rules, the policy, or the two who write."""

from collections.abc import Sequence

import pytest
from pynamodb.exceptions import PynamoDBException

from shared.conversations.items import Pair, pair_key
from shared.filtering import RecentMessage, RuleSet, Verdict
from shared.safeguarding.items import Concern, concern_key
from tests.builders.conversations import WORRIED, a_message, a_pair
from tests.builders.people import a_person
from tests.builders.programmes import a_programme, with_a_broken_policy
from tests.faults import answering
from tests.outbox import notices
from tests.racing import just_before_it_writes

from .builders import check, stored

pytestmark = pytest.mark.usefixtures("tables")


# Fail closed


@pytest.mark.parametrize("fault", [RuntimeError("regex"), MemoryError(), KeyError("lane"), RecursionError()])
def test_whatever_is_wrong_with_the_rules_the_message_is_held(fault: Exception) -> None:
    def broken(text: str, *, sender: str, recent: Sequence[RecentMessage], rules: RuleSet | None) -> Verdict:
        raise fault

    pair = a_pair()
    a_person("coordinator", pair.programme)
    message = a_message(pair)

    checked = check(message, broken)

    assert (checked.state, checked.problem) == ("held", type(fault).__name__)
    assert (stored(pair, message).severity, stored(pair, message).lane) == ("medium", "moderation")
    assert len(notices("held_for_you")) == 1


def test_a_verdict_that_is_none_holds() -> None:
    pair = a_pair()

    assert check(a_message(pair), lambda *_, **__: None).problem == "AttributeError"


def test_a_policy_that_cannot_be_read_holds() -> None:
    pair = a_pair()
    a_person("coordinator", pair.programme)
    with_a_broken_policy(pair.programme)

    checked = check(a_message(pair))

    assert (checked.state, checked.problem, checked.told) == ("held", "PolicyBroken", 1)


def test_a_worry_raises_its_concern_where_the_policy_cannot_be_read() -> None:
    pair = a_pair()
    lead = a_person("safeguarding_lead", pair.programme)
    with_a_broken_policy(pair.programme)
    message = a_message(pair, WORRIED)

    checked = check(message)

    after = stored(pair, message)
    assert (checked.state, checked.problem, after.lane) == ("held", "PolicyBroken", "safeguarding")
    concern = Concern.get(*concern_key(after.concern_id))
    assert (concern.category, concern.severity) == ("suicide", "immediate")
    assert [one.address for one in notices("concern_alert")] == [lead.address]


# Somebody who is suspended, or has left


def test_while_people_cannot_be_looked_up_a_message_stays_as_it_is() -> None:
    pair = a_pair()
    message = a_message(pair)

    with answering("BatchGetItem", "InternalServerError"), pytest.raises(PynamoDBException):
        check(message)

    assert stored(pair, message).state == "pending"


@pytest.mark.parametrize("by", ["mentor", "mentee"])
def test_what_somebody_wrote_before_they_were_suspended_waits_for_a_person(by: str) -> None:
    programme = a_programme()
    mentor = a_person("mentor", programme, status="suspended")
    pair = a_pair(programme, mentor=mentor)
    a_person("coordinator", programme)
    message = a_message(pair, by=by)

    assert check(message).state == "held"
    assert [found["category"] for found in stored(pair, message).findings] == ["suspended"]
    assert notices("new_message") == []


def test_what_was_written_to_somebody_who_left_the_programme_waits_for_a_person() -> None:
    programme = a_programme()
    elsewhere = a_person("mentee", a_programme("Another programme"))
    pair = a_pair(programme, mentee=elsewhere)

    assert check(a_message(pair, by="mentor")).state == "held"


def test_a_conversation_that_ends_while_a_message_is_checked_keeps_it() -> None:
    pair = a_pair()
    message = a_message(pair)

    def end_it() -> None:
        Pair(*pair_key(pair.pair_id)).update([Pair.status.set("ended")], add_version_condition=False)

    with just_before_it_writes(end_it):
        assert check(message).state == "held"
    assert [found["category"] for found in stored(pair, message).findings] == ["pair_ended"]
