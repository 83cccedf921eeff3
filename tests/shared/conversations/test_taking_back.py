"""Messages that their writer takes back, whatever their check comes to."""

from datetime import timedelta

import pytest

from shared.conversations.actions import check_due, withdraw_message
from shared.conversations.rules import CHECK_AFTER, MOST_ATTEMPTS
from shared.conversations.steps import steps_of
from shared.safeguarding.items import Concern, concern_key
from tests.builders.clock import MONDAY
from tests.builders.conversations import WORRIED, a_message, a_pair
from tests.builders.people import a_person
from tests.builders.programmes import with_a_broken_policy
from tests.outbox import notices

from .builders import SOON, TheFilter, check, held_in, history, stored

pytestmark = pytest.mark.usefixtures("tables")


@pytest.mark.parametrize("state", ["pending", "held", "returned"])
def test_a_message_can_be_taken_back_before_it_is_delivered(state: str) -> None:
    pair = a_pair()
    message = a_message(pair, state=state)

    withdrawn = withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    assert withdrawn.state == "withdrawn"
    assert held_in(pair) == []
    assert [what for what, _ in history(message)] == ["withdrawn"]


def test_taken_back_twice_it_is_taken_back_once() -> None:
    pair = a_pair()
    message = a_message(pair, state="held")

    for _ in range(2):
        withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    assert len(steps_of(message.pair_id, message.message_id)) == 1


def test_a_worry_taken_back_by_its_writer_stays_a_concern() -> None:
    pair = a_pair()
    a_person("safeguarding_lead", pair.programme)
    message = a_message(pair, WORRIED)
    check(message)
    concern_id = stored(pair, message).concern_id

    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    assert stored(pair, message).concern_id == concern_id
    assert Concern.get(*concern_key(concern_id)).state == "open"


def test_a_worry_taken_back_before_its_check_still_raises_a_concern_and_is_delivered_to_nobody() -> None:
    pair = a_pair()
    lead = a_person("safeguarding_lead", pair.programme)
    message = a_message(pair, WORRIED)
    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    for _ in range(2):
        check(message)

    after = stored(pair, message)
    assert (after.state, after.due) == ("withdrawn", None)
    assert after.concern_id is not None
    assert [one.address for one in notices()] == [lead.address]
    assert [what for what, _ in history(message)] == ["withdrawn", "checked"]


def test_a_clean_message_taken_back_before_its_check_comes_to_nothing() -> None:
    pair = a_pair()
    message = a_message(pair)
    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    assert check(message).state == "withdrawn"
    assert notices() == []
    assert stored(pair, message).delivered_at is None


def test_a_worry_that_no_rules_had_judged_is_found_after_its_writer_took_it_back() -> None:
    pair = a_pair()
    lead = a_person("safeguarding_lead", pair.programme)
    message = a_message(pair, WORRIED)
    check(message, TheFilter(is_broken=True))
    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    check_due(TheFilter(), SOON)

    after = stored(pair, message)
    assert (after.state, after.due) == ("withdrawn", None)
    assert held_in(pair) == []
    assert after.concern_id is not None
    assert [one.address for one in notices("concern_alert")] == [lead.address]


def test_what_was_taken_back_and_can_never_be_judged_is_read_by_a_person() -> None:
    pair = a_pair()
    lead = a_person("safeguarding_lead", pair.programme)
    message = a_message(pair, WORRIED)
    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)
    now = MONDAY + CHECK_AFTER
    for _ in range(MOST_ATTEMPTS + 1):
        check_due(TheFilter(is_broken=True), now)
        now += timedelta(hours=1)

    after = stored(pair, message)
    assert (after.state, after.due) == ("withdrawn", None)
    assert Concern.get(*concern_key(after.concern_id)).category == "unchecked"
    assert [one.address for one in notices("concern_alert")] == [lead.address]
    assert notices("new_message") == []


def test_a_worry_without_a_policy_that_was_taken_back_is_raised_once() -> None:
    pair = a_pair()
    a_person("safeguarding_lead", pair.programme)
    with_a_broken_policy(pair.programme)
    message = a_message(pair, WORRIED)
    check(message)
    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)

    check_due(TheFilter(), SOON)

    assert stored(pair, message).due is None
    assert len(notices("concern_alert")) == 1
