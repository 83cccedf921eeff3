"""A last message is read by a person whatever happens meanwhile, and what speaks against it is asked anew."""

import itertools
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from shared.conversations.ending import end_pair
from shared.conversations.items import Message, Pair
from shared.conversations.scheduled import deliver_scheduled
from shared.conversations.sending_last import last_message_page, send_last_message
from shared.conversations.steps import load_pair
from shared.moderation.actions import deliver
from shared.moderation.views import held_message
from shared.people.actions import suspend
from shared.platform.errors import Conflict
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.builders.safeguarding import a_concern
from tests.faults import before_each

from .builders import TheFilter, check, held_in, stored
from .test_scheduled import office_hours

pytestmark = pytest.mark.usefixtures("tables")

FRIDAY_EVENING = datetime(2026, 11, 27, 17, 1, tzinfo=UTC)
MONDAY_MORNING = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
LEAST_READ = 7
"""Readings before it is delivered. Were one overlooked that fails, fewer would stop it."""
GOODBYE = "Thank you for the whole year. I would not have applied without you."


@pytest.fixture
def pair() -> TwoWhoWrite:
    return a_pair(programme=a_programme(policy=office_hours()))


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


@pytest.fixture
def goodbye(pair: TwoWhoWrite, priya: Someone) -> Message:
    """The mentee's, held for a person on Friday evening."""
    end_pair(priya.viewer, pair.pair_id, why="They have come to the end.", now=FRIDAY_EVENING)
    message = send_last_message(pair.mentee.viewer, pair.pair_id, text=GOODBYE, key="1", now=FRIDAY_EVENING)
    check(message, now=FRIDAY_EVENING)
    return stored(pair, message)


def read_and_deliver(priya: Someone, message: Message) -> None:
    deliver(priya.viewer, message.pair_id, message.message_id, wording=1, now=FRIDAY_EVENING)


def test_what_was_read_waits_for_the_programmes_hours_and_arrives_after_the_end(
    pair: TwoWhoWrite, priya: Someone, goodbye: Message
) -> None:
    read_and_deliver(priya, goodbye)
    assert stored(pair, goodbye).state == "scheduled"

    assert deliver_scheduled(pair.pair_id, goodbye.message_id, now=MONDAY_MORNING) == "delivered"


def test_a_concern_that_comes_over_the_weekend_holds_it_again(
    pair: TwoWhoWrite, priya: Someone, goodbye: Message
) -> None:
    read_and_deliver(priya, goodbye)
    a_concern(pair)

    assert deliver_scheduled(pair.pair_id, goodbye.message_id, now=MONDAY_MORNING) == "held"
    with pytest.raises(Conflict, match="Nothing more may pass"):
        deliver(priya.viewer, pair.pair_id, goodbye.message_id, wording=1, now=MONDAY_MORNING)


def test_what_staff_forbid_over_the_weekend_is_held_again(
    pair: TwoWhoWrite, priya: Someone, goodbye: Message
) -> None:
    read_and_deliver(priya, goodbye)
    why = "The mentee has asked for it."
    end_pair(priya.viewer, pair.pair_id, why=why, last_message=False, now=FRIDAY_EVENING)

    assert deliver_scheduled(pair.pair_id, goodbye.message_id, now=MONDAY_MORNING) == "held"
    with pytest.raises(Conflict, match="Nothing more may pass"):
        deliver(priya.viewer, pair.pair_id, goodbye.message_id, wording=1, now=MONDAY_MORNING)


class Unread(Exception):
    """DynamoDB did not answer."""


def no_answer_to_the(number: int) -> Callable[[], None]:
    """Fails one of the readings, counted from 1 on."""
    count = itertools.count(1)

    def reads() -> None:
        if next(count) == number:
            raise Unread

    return reads


def test_nothing_passes_while_anything_cannot_be_read_that_may_forbid_it(
    pair: TwoWhoWrite, priya: Someone, goodbye: Message
) -> None:
    """Whichever of its readings fails, that of what staff said at the end among them."""
    read_and_deliver(priya, goodbye)
    unread = 0

    while stored(pair, goodbye).state == "scheduled":
        fails = no_answer_to_the(unread + 1)
        with suppress(Unread), before_each("GetItem", fails), before_each("BatchGetItem", fails):
            deliver_scheduled(pair.pair_id, goodbye.message_id, now=MONDAY_MORNING)
            break
        unread += 1

    assert stored(pair, goodbye).state == "delivered"
    assert unread >= LEAST_READ


def test_a_person_reads_it_even_where_the_conversation_should_go_on_by_then(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    end_pair(priya.viewer, pair.pair_id, why="They have come to the end.", now=MONDAY_MORNING)
    message = send_last_message(pair.mentor.viewer, pair.pair_id, text=GOODBYE, key="1", now=MONDAY_MORNING)
    load_pair(pair.pair_id).update([Pair.status.set("active")])

    check(message, TheFilter(), now=MONDAY_MORNING)

    assert held_in(pair) == [message.message_id]


@pytest.mark.parametrize(
    ("outcome", "may_write"), [("not_founded", True), ("unclear", False), ("well_founded", False)]
)
def test_a_closed_concern_stands_against_it_unless_it_was_groundless(
    pair: TwoWhoWrite, priya: Someone, outcome: str, may_write: bool
) -> None:
    end_pair(priya.viewer, pair.pair_id, why="They have come to the end.", now=MONDAY_MORNING)
    a_concern(pair, state="closed", closing={"outcome": outcome})

    page = last_message_page(pair.mentor.viewer, pair.pair_id, now=MONDAY_MORNING)

    assert page.may_write is may_write


@pytest.mark.parametrize(
    ("state", "outcome", "may_write"),
    [("open", "", False), ("closed", "not_founded", True), ("closed", "well_founded", False)],
)
def test_a_concern_from_the_conversation_counts_whomever_it_is_about(
    pair: TwoWhoWrite, priya: Someone, state: str, outcome: str, may_write: bool
) -> None:
    end_pair(priya.viewer, pair.pair_id, why="They have come to the end.", now=MONDAY_MORNING)
    closing = {"outcome": outcome} if outcome else None
    a_concern(pair, state=state, closing=closing, about_id="", about_name="Their brother")

    page = last_message_page(pair.mentor.viewer, pair.pair_id, now=MONDAY_MORNING)

    assert page.may_write is may_write


def test_nothing_passes_once_one_of_the_two_was_suspended(
    pair: TwoWhoWrite, priya: Someone, goodbye: Message
) -> None:
    suspend(priya.viewer, pair.programme_id, pair.mentee.person_id, now=FRIDAY_EVENING)

    with pytest.raises(Conflict, match="Nothing more may pass"):
        read_and_deliver(priya, goodbye)
    with pytest.raises(Conflict):
        send_last_message(pair.mentor.viewer, pair.pair_id, text=GOODBYE, key="1", now=FRIDAY_EVENING)


def test_whoever_reads_it_is_told_that_it_is_the_last(
    pair: TwoWhoWrite, priya: Someone, goodbye: Message
) -> None:
    a_minute_later = FRIDAY_EVENING + timedelta(minutes=1)

    shown = held_message(priya.viewer, pair.pair_id, goodbye.message_id, now=a_minute_later)

    assert "the one message that its writer may still send" in shown.to_know
