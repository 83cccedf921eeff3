"""Delivering several slight messages at once: never over the head of whom something has happened to."""

from datetime import timedelta

import pytest

from shared.conversations.items import Message, Pair, pair_key
from shared.moderation.actions import deliver
from shared.moderation.together import deliver_together, to_read
from shared.moderation.views import held_message
from shared.people.actions import suspend
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person

from .builders import a_held_message, now_is

LATER = MONDAY + timedelta(minutes=30)
SLIGHT = "That exam was rubbish, and I still passed it."


def choice_of(message: Message) -> str:
    return f"{message.pair_id}.{message.message_id}.{int(message.round)}"


def suspended(someone: Someone, by: Someone) -> None:
    suspend(by.viewer, someone.programme_id, someone.person_id, now=MONDAY + timedelta(minutes=5))


def test_what_is_slight_is_delivered_with_others(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair, SLIGHT)

    done = deliver_together(priya.viewer, pair.programme_id, [choice_of(held)], now=LATER)

    assert [one.message_id for one in done.delivered] == [held.message_id]


@pytest.mark.parametrize("role", ["mentor", "mentee"])
def test_what_one_wrote_who_is_suspended_since_is_left_out(
    pair: TwoWhoWrite, priya: Someone, role: str
) -> None:
    held = a_held_message(pair, SLIGHT, by="mentor")
    someone: Someone = getattr(pair, role)
    suspended(someone, by=priya)

    page = to_read(priya.viewer, pair.programme_id, [choice_of(held)], now=LATER)
    done = deliver_together(priya.viewer, pair.programme_id, [choice_of(held)], now=LATER)

    assert (page.messages, done.delivered) == ((), ())
    for left in (*page.left, *done.left):
        assert left.sentence.startswith(f"{someone.first_name} is suspended at the moment.")
    assert now_is(held).state == "held"


def test_what_stands_in_a_conversation_that_has_ended_since_is_left_out(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    held = a_held_message(pair, SLIGHT)
    stored = Pair.get(*pair_key(pair.pair_id))
    stored.status = "ended"
    stored.save()

    (left,) = deliver_together(priya.viewer, pair.programme_id, [choice_of(held)], now=LATER).left

    assert left.sentence.startswith("This conversation has ended.")


def test_several_conversations_are_told_apart(priya: Someone, pair: TwoWhoWrite) -> None:
    other = a_pair(
        pair.programme,
        mentor=a_person("mentor", pair.programme, first_name="Hannah", surname="Okafor"),
        mentee=a_person("mentee", pair.programme, first_name="Jamie", surname="Walsh"),
    )
    mine, theirs = a_held_message(pair, SLIGHT), a_held_message(other, SLIGHT)
    suspended(other.mentor, by=priya)

    page = to_read(priya.viewer, pair.programme_id, [choice_of(mine), choice_of(theirs)], now=LATER)

    assert [one.message_id for one in page.messages] == [mine.message_id]
    assert [one.message_id for one in page.left] == [theirs.message_id]


def test_whoever_opens_one_by_itself_is_told_and_may_decide(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair, SLIGHT, by="mentor")
    suspended(pair.mentor, by=priya)

    page = held_message(priya.viewer, pair.pair_id, held.message_id, now=LATER)
    done = deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=LATER)

    assert page.to_know == "Callum is suspended at the moment."
    assert done.state == "delivered"
