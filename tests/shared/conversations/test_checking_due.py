"""What the sweep checks, because no stream has brought it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from shared.conversations.actions import check_due
from shared.conversations.items import Message
from shared.conversations.rules import CHECK_AFTER, MOST_ATTEMPTS, wait_after
from shared.filtering import RecentMessage, RuleSet, Verdict
from tests.builders.clock import MONDAY
from tests.builders.conversations import a_message, a_pair
from tests.builders.people import a_person
from tests.faults import answering
from tests.outbox import notices

from .builders import TheFilter, stored

pytestmark = pytest.mark.usefixtures("tables")


def test_what_there_is_no_time_for_is_left_to_the_next_run() -> None:
    pair = a_pair()
    message = a_message(pair)

    assert check_due(TheFilter(), MONDAY + CHECK_AFTER, enough=lambda: True) == []
    assert stored(pair, message).check_attempts == 0


def test_after_a_long_outage_a_message_waits_minutes_and_not_days() -> None:
    assert wait_after(1) == CHECK_AFTER
    assert wait_after(40) == wait_after(400) == timedelta(minutes=10)


def test_a_transaction_at_the_same_message_is_no_fault() -> None:
    pair = a_pair()
    message = a_message(pair)

    with answering("PutItem", "TransactionConflictException", times=1):
        [checked] = check_due(TheFilter(), MONDAY + CHECK_AFTER)

    assert (checked.decided, checked.problem) == (False, "")
    assert stored(pair, message).state == "pending"


def test_the_sweep_checks_what_no_stream_has_brought() -> None:
    pair = a_pair()
    message = a_message(pair)
    not_yet = a_message(pair, now=MONDAY + timedelta(hours=1))

    [checked] = check_due(TheFilter(), MONDAY + CHECK_AFTER)

    assert (checked.state, checked.decided) == ("delivered", True)
    assert stored(pair, message).state == "delivered"
    assert stored(pair, not_yet).state == "pending"


def test_one_messages_fault_stops_no_other() -> None:
    pair = a_pair()
    orphan = a_message(pair, message_id="a" * 32)
    orphan.update(actions=[Message.pair_id.set("no-such-pair")])
    sound = a_message(pair, now=MONDAY + timedelta(seconds=1))

    results = check_due(TheFilter(), MONDAY + CHECK_AFTER)

    assert [one.problem for one in results] == ["NotFound", ""]
    assert stored(pair, sound).state == "delivered"


def test_where_the_stream_is_quicker_the_sweep_steps_back_without_an_alarm() -> None:
    pair = a_pair()
    message = a_message(pair)

    with answering("PutItem", "ConditionalCheckFailedException", times=1):
        [checked] = check_due(TheFilter(), MONDAY + CHECK_AFTER)

    assert (checked.decided, checked.problem) == (False, "")
    assert stored(pair, message).state == "pending"


class Killed(BaseException):
    """The process ends: nothing can catch it."""


def test_a_message_that_ends_the_process_is_handed_to_a_person_after_a_few_attempts() -> None:
    def deadly(text: str, *, sender: str, recent: Sequence[RecentMessage], rules: RuleSet | None) -> Verdict:
        raise Killed

    pair = a_pair()
    a_person("coordinator", pair.programme)
    message = a_message(pair)
    now = MONDAY + CHECK_AFTER
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            check_due(deadly, now)
        assert check_due(deadly, now) == []
        now += timedelta(hours=1)

    [checked] = check_due(deadly, now)

    assert (checked.state, checked.problem) == ("held", "TooManyAttempts")
    assert [found["category"] for found in stored(pair, message).findings] == ["unchecked"]
    assert len(notices("held_for_you")) == 1


def test_the_sweep_takes_the_longest_waiting_first_and_no_more_than_it_is_told() -> None:
    pair = a_pair()
    late = a_message(pair, now=MONDAY + timedelta(seconds=20))
    early = a_message(pair)

    assert len(check_due(TheFilter(), MONDAY + CHECK_AFTER, limit=1)) == 1

    assert stored(pair, early).state == "delivered"
    assert stored(pair, late).state == "pending"
