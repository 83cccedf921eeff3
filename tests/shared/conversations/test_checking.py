"""Checking a message: delivered, once, whatever else happens at the same time."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from shared.conversations.actions import change_message, check_message, withdraw_message
from shared.conversations.items import Pair, pair_key
from shared.filtering import RecentMessage, RuleSet, Verdict
from shared.platform.clock import order
from shared.platform.errors import NotFound
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, a_message, a_pair
from tests.builders.people import a_person
from tests.outbox import notices

from .builders import SOON, TheFilter, a_verdict, check, everything_of, held_in, history, stored

pytestmark = pytest.mark.usefixtures("tables")


def test_a_clean_message_is_delivered_and_its_reader_told() -> None:
    pair = a_pair()
    message = a_message(pair, by="mentee")

    checked = check(message)

    assert (checked.state, checked.decided, checked.waited) == ("delivered", True, timedelta(seconds=2))
    after = stored(pair, message)
    assert (after.state, after.delivered_at, after.thread_at) == ("delivered", SOON, order(SOON))
    assert after.due is None
    assert history(message) == [("delivered", None)]
    [notice] = notices()
    assert (notice.template, notice.address) == ("new_message", pair.mentor.address)
    assert notice.path == f"/pairs/{pair.pair_id}#latest"


def test_the_pair_knows_who_wrote_last() -> None:
    pair = a_pair()

    check(a_message(pair, by="mentor"))

    after = Pair.get(*pair_key(pair.pair_id))
    assert (after.last_sender_id, after.last_delivered_at) == (pair.mentor.person_id, SOON)


def test_checked_twice_it_is_delivered_once() -> None:
    pair = a_pair()
    message = a_message(pair)
    check(message)
    before = everything_of(pair)

    again = check(message, now=SOON + timedelta(minutes=1))

    assert (again.state, again.decided) == ("delivered", False)
    assert everything_of(pair) == before
    assert len(notices()) == 1


def test_the_filter_is_given_the_senders_own_latest_messages_oldest_first() -> None:
    pair = a_pair()
    a_message(pair, "Too long ago to count.", state="delivered", now=MONDAY - timedelta(days=15))
    a_message(pair, "From the other.", by="mentor", state="delivered", now=MONDAY - timedelta(days=2))
    a_message(pair, "Taken back.", state="withdrawn", now=MONDAY - timedelta(hours=3))
    first = a_message(pair, "It begins with 07700", state="delivered", now=MONDAY - timedelta(days=1))
    second = a_message(pair, "then comes 900", state="held", now=MONDAY - timedelta(hours=1))
    checker = TheFilter()

    check(a_message(pair, "and ends with 123"), checker)

    [(_, sender, recent)] = checker.seen
    assert sender == "mentee"
    assert recent == (
        RecentMessage(first.message_id, first.text),
        RecentMessage(second.message_id, second.text),
    )


def test_of_a_long_conversation_the_latest_twelve_are_given() -> None:
    pair = a_pair()
    for day in range(13, 0, -1):
        a_message(
            pair, f"{day} days ago I went to the lab.", state="delivered", now=MONDAY - timedelta(days=day)
        )
    checker = TheFilter()

    check(a_message(pair), checker)

    recent = checker.seen[0][2]
    assert len(recent) == 12
    assert [recent[0].text[:2], recent[-1].text[:2]] == ["12", "1 "]


def test_a_message_that_is_not_there_is_said_not_to_be() -> None:
    with pytest.raises(NotFound):
        check_message("no-such-pair", "no-such-message", checker=TheFilter(), now=SOON)


# When something else happens at the same time


def test_a_message_taken_back_while_it_is_being_checked_is_not_delivered() -> None:
    pair = a_pair()
    message = a_message(pair)

    def slow(text: str, *, sender: str, recent: Sequence[RecentMessage], rules: RuleSet | None) -> Verdict:
        withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=SOON)
        return a_verdict()

    check(message, slow)

    assert stored(pair, message).state == "withdrawn"
    assert notices() == []


def test_two_messages_of_a_pair_checked_at_once_are_both_delivered() -> None:
    pair = a_pair()
    first, second = a_message(pair), a_message(pair, by="mentor")

    def slow(text: str, *, sender: str, recent: Sequence[RecentMessage], rules: RuleSet | None) -> Verdict:
        if sender == "mentee":
            check(second)
        return a_verdict()

    check(first, slow)

    assert [stored(pair, one).state for one in (first, second)] == ["delivered", "delivered"]


def test_a_changed_message_is_delivered_and_its_reader_told_of_the_new_wording() -> None:
    pair = a_pair()
    a_person("coordinator", pair.programme)
    message = a_message(pair, WITH_A_NUMBER)
    check(message)
    held = stored(pair, message)
    held.state = "returned"
    held.save()
    change_message(
        pair.mentee.viewer, pair.pair_id, message.message_id, text=CLEAN, expected_round=1, now=SOON
    )

    assert check(message).state == "delivered"
    after = stored(pair, message)
    assert (after.findings, after.severity) == ([], "none")
    assert held_in(pair) == []
    assert [what for what, _ in history(message)] == ["held", "changed", "delivered"]
