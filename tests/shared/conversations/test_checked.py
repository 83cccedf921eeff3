"""The list of a programme's checked messages."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from shared.conversations.actions import change_message, check_message, withdraw_message
from shared.conversations.checked import checked_messages
from shared.conversations.items import Message
from shared.moderation.actions import ask_to_change, decline, deliver
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED, TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.faults import calls

from .builders import TheFilter, stored

SOON = MONDAY + timedelta(seconds=2)
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


def check(message: Message, *, now: datetime = SOON, is_broken: bool = False) -> Message:
    check_message(message.pair_id, message.message_id, checker=TheFilter(is_broken=is_broken), now=now)
    return Message.get(message.pk, message.sk, consistent_read=True)


def listed(pair: TwoWhoWrite) -> list[str]:
    return [one.message_id for one in checked_messages(pair.programme_id).messages]


Decide = Callable[[Someone, Message], object]
DECISIONS: dict[str, Decide] = {
    "delivered": lambda by, one: deliver(by.viewer, one.pair_id, one.message_id, wording=1, now=LATER),
    "returned": lambda by, one: ask_to_change(
        by.viewer, one.pair_id, one.message_id, reason="Please take the number out.", wording=1, now=LATER
    ),
    "declined": lambda by, one: decline(
        by.viewer, one.pair_id, one.message_id, reason="We can’t pass this on.", wording=1, now=LATER
    ),
}


def test_a_message_is_listed_once_the_filter_has_let_it_pass(pair: TwoWhoWrite) -> None:
    message = a_message(pair, CLEAN)
    assert listed(pair) == []

    check(message)

    assert listed(pair) == [message.message_id]


def test_a_held_message_is_in_the_moderators_queue_and_not_here(pair: TwoWhoWrite) -> None:
    assert check(a_message(pair, WITH_A_NUMBER)).state == "held"

    assert listed(pair) == []


@pytest.mark.parametrize("state", DECISIONS)
def test_what_a_moderator_has_decided_on_is_listed_as_of_its_check(
    pair: TwoWhoWrite, priya: Someone, state: str
) -> None:
    held = check(a_message(pair, WITH_A_NUMBER))

    DECISIONS[state](priya, held)

    [message] = checked_messages(pair.programme_id).messages
    assert (message.message_id, message.state, message.checked_at) == (held.message_id, state, SOON)


def test_a_message_worded_anew_is_not_listed_until_its_new_wording_was_checked(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    held = check(a_message(pair, WITH_A_NUMBER))
    DECISIONS["returned"](priya, held)

    change_message(pair.mentee.viewer, pair.pair_id, held.message_id, text=CLEAN, expected_round=1, now=LATER)
    assert listed(pair) == []
    check(held, now=LATER)

    [message] = checked_messages(pair.programme_id).messages
    assert (message.text, message.checked_at) == (CLEAN, LATER)


def test_what_its_writer_took_back_while_it_was_held_is_listed(pair: TwoWhoWrite) -> None:
    held = check(a_message(pair, WITH_A_NUMBER))

    withdraw_message(pair.mentee.viewer, pair.pair_id, held.message_id, now=LATER)

    assert listed(pair) == [held.message_id]


def test_what_was_taken_back_unchecked_is_listed_once_it_was_checked(pair: TwoWhoWrite) -> None:
    message = a_message(pair, WORRIED)
    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)
    assert listed(pair) == []

    check(stored(pair, message))

    assert listed(pair) == [message.message_id]


def test_another_programme_s_messages_are_never_among_them(pair: TwoWhoWrite) -> None:
    other = a_programme("Next Steps")
    mentor = a_person("mentor", other, first_name="Isla")
    mentee = a_person("mentee", other, first_name="Noor")
    check(a_message(a_pair(other, mentor=mentor, mentee=mentee), CLEAN))

    assert listed(pair) == []


class TestReadingOn:
    @pytest.fixture
    def five(self, pair: TwoWhoWrite) -> list[str]:
        """Five checked messages, the last checked first."""
        checked = []
        for hour in range(5):
            now = MONDAY + timedelta(hours=hour)
            checked.append(check(a_message(pair, f"{CLEAN} ({hour})", now=now), now=now).message_id)
        return checked[::-1]

    def test_the_last_checked_come_first_and_each_comes_once(
        self, pair: TwoWhoWrite, five: list[str]
    ) -> None:
        seen, after = [], ""
        for _ in range(4):
            some = checked_messages(pair.programme_id, after=after, limit=2)
            seen += [one.message_id for one in some.messages]
            after = some.next
            if not after:
                break

        assert seen == five
        assert after == ""

    def test_what_is_checked_meanwhile_moves_nothing(self, pair: TwoWhoWrite, five: list[str]) -> None:
        first = checked_messages(pair.programme_id, limit=2)
        check(a_message(pair, CLEAN, now=MONDAY + timedelta(days=1)), now=MONDAY + timedelta(days=1))

        rest = checked_messages(pair.programme_id, after=first.next)

        assert [one.message_id for one in (*first.messages, *rest.messages)] == five

    def test_some_of_them_are_one_query(self, pair: TwoWhoWrite, five: list[str]) -> None:
        with calls() as made:
            some = checked_messages(pair.programme_id, limit=3)

        assert [one.message_id for one in some.messages] == five[:3]
        assert [call.operation for call in made] == ["Query"]
