"""Writing a message: stored once, and nobody else's to read yet."""

from datetime import timedelta

import pytest

from shared.conversations.actions import change_message, write_message
from shared.conversations.items import PENDING_DUE, Message, Pair, pair_key
from shared.conversations.rules import CHECK_AFTER
from shared.people.permissions import Viewer
from shared.platform.clock import order
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.tables import ConversationsItem
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, TwoWhoWrite, a_message, a_pair
from tests.builders.people import a_person

from .builders import history, stored

pytestmark = pytest.mark.usefixtures("tables")


def messages_of(pair: TwoWhoWrite) -> list[Message]:
    return list(Message.query(pair_key(pair.pair_id)[0], Message.sk.startswith("MESSAGE#")))


def test_a_message_is_stored_to_be_checked_with_the_first_line_of_its_history() -> None:
    pair = a_pair()

    message = write_message(pair.mentee.viewer, pair.pair_id, text=CLEAN, key="form-1", now=MONDAY)

    assert (message.state, message.sender_role, int(message.round)) == ("pending", "mentee", 1)
    assert history(message) == [("written", CLEAN)]
    due = ConversationsItem.by_due.query(PENDING_DUE, ConversationsItem.due_at <= order(MONDAY + CHECK_AFTER))
    assert [one.sk for one in due] == [message.sk]


def test_a_second_click_stores_one_message_and_answers_the_same() -> None:
    pair = a_pair()

    first = write_message(pair.mentor.viewer, pair.pair_id, text=CLEAN, key="form-1", now=MONDAY)
    second = write_message(
        pair.mentor.viewer, pair.pair_id, text=f"{CLEAN}\r\n", key="form-1", now=MONDAY + timedelta(seconds=2)
    )

    assert second.message_id == first.message_id
    assert second.written_at == MONDAY
    assert len(messages_of(pair)) == 1
    assert len(history(first)) == 1


def test_a_form_used_for_another_text_sends_nothing_and_says_so() -> None:
    pair = a_pair()
    write_message(pair.mentee.viewer, pair.pair_id, text=CLEAN, key="form-1", now=MONDAY)

    with pytest.raises(Conflict, match="Your words are still here"):
        write_message(pair.mentee.viewer, pair.pair_id, text="What is Dundee like?", key="form-1", now=MONDAY)

    assert [one.text for one in messages_of(pair)] == [CLEAN]


def test_a_retried_request_is_answered_even_when_the_message_was_worded_anew_meanwhile() -> None:
    pair = a_pair()
    message = write_message(pair.mentee.viewer, pair.pair_id, text=CLEAN, key="form-1", now=MONDAY)
    message.state = "returned"
    message.save()
    change_message(
        pair.mentee.viewer,
        pair.pair_id,
        message.message_id,
        text="Thank you for your letter.",
        expected_round=1,
        now=MONDAY,
    )

    again = write_message(pair.mentee.viewer, pair.pair_id, text=CLEAN, key="form-1", now=MONDAY)

    assert again.message_id == message.message_id
    assert again.text == "Thank you for your letter."


def test_the_same_key_of_two_people_is_two_messages() -> None:
    pair = a_pair()

    write_message(pair.mentee.viewer, pair.pair_id, text=CLEAN, key="form-1", now=MONDAY)
    write_message(pair.mentor.viewer, pair.pair_id, text=CLEAN, key="form-1", now=MONDAY)

    assert len(messages_of(pair)) == 2


@pytest.mark.parametrize("text", ["", "   \n ", "e" * 5_001, "e" * 409_600, "bell \x07", "half \ud83d"])
def test_a_text_that_cannot_be_taken_is_not_stored(text: str) -> None:
    pair = a_pair()

    with pytest.raises(Invalid) as refusal:
        write_message(pair.mentee.viewer, pair.pair_id, text=text, key="form-1", now=MONDAY)

    assert refusal.value.field == "text"
    assert messages_of(pair) == []


def test_five_thousand_of_the_longest_characters_can_be_stored() -> None:
    pair = a_pair()

    message = write_message(pair.mentee.viewer, pair.pair_id, text="👋" * 5_000, key="form-1", now=MONDAY)

    assert stored(pair, message).text == "👋" * 5_000


def test_nobody_writes_in_a_conversation_that_is_not_theirs() -> None:
    pair = a_pair()
    staff = a_person("coordinator", pair.programme).viewer
    other = a_person("mentee", pair.programme, first_name="Isla", surname="Munro").viewer
    left = Viewer(pair.mentor.person_id, "Callum", "Reid", ())

    for viewer in (staff, other, left):
        with pytest.raises(NotFound):
            write_message(viewer, pair.pair_id, text=CLEAN, key="form-1", now=MONDAY)
    with pytest.raises(NotFound):
        write_message(pair.mentee.viewer, "no-such-pair", text=CLEAN, key="form-1", now=MONDAY)
    assert messages_of(pair) == []


def test_nothing_more_is_written_once_a_conversation_has_ended() -> None:
    pair = a_pair(status="ended")

    with pytest.raises(Conflict, match="has ended"):
        write_message(pair.mentee.viewer, pair.pair_id, text=CLEAN, key="form-1", now=MONDAY)

    assert messages_of(pair) == []


def test_a_retried_request_is_answered_after_the_conversation_has_ended() -> None:
    pair = a_pair()
    first = write_message(pair.mentee.viewer, pair.pair_id, text=CLEAN, key="form-1", now=MONDAY)
    ended = Pair.get(*pair_key(pair.pair_id))
    ended.status = "ended"
    ended.save()

    again = write_message(pair.mentee.viewer, pair.pair_id, text=CLEAN, key="form-1", now=MONDAY)

    assert again.message_id == first.message_id


# Changing


def test_a_returned_message_is_worded_anew_and_waits_for_its_check_again() -> None:
    pair = a_pair()
    message = a_message(
        pair, "Ring me on 07700 900123.", state="returned", reason="Please take the number out."
    )
    later = MONDAY + timedelta(hours=1)

    changed = change_message(
        pair.mentee.viewer, pair.pair_id, message.message_id, text=CLEAN, expected_round=1, now=later
    )

    assert (changed.state, changed.text, int(changed.round)) == ("pending", CLEAN, 2)
    assert changed.due == PENDING_DUE
    assert changed.reason is None
    assert history(changed) == [("changed", CLEAN)]


def test_sent_twice_a_change_is_made_once() -> None:
    pair = a_pair()
    message = a_message(pair, state="returned")

    for _ in range(2):
        changed = change_message(
            pair.mentee.viewer, pair.pair_id, message.message_id, text=CLEAN, expected_round=1, now=MONDAY
        )

    assert int(changed.round) == 2
    assert len(history(changed)) == 1


def test_a_stale_form_changes_nothing() -> None:
    pair = a_pair()
    message = a_message(pair, state="returned", round=2)

    with pytest.raises(Conflict, match="has been changed since"):
        change_message(
            pair.mentee.viewer, pair.pair_id, message.message_id, text="Old.", expected_round=1, now=MONDAY
        )

    assert stored(pair, message).text == CLEAN


@pytest.mark.parametrize("state", ["pending", "held", "delivered", "declined", "withdrawn"])
def test_only_a_returned_message_can_be_changed(state: str) -> None:
    pair = a_pair()
    message = a_message(pair, state=state)

    with pytest.raises(Conflict):
        change_message(
            pair.mentee.viewer, pair.pair_id, message.message_id, text="Anew.", expected_round=1, now=MONDAY
        )

    assert stored(pair, message).state == state


def test_only_its_writer_can_change_a_message() -> None:
    pair = a_pair()
    message = a_message(pair, by="mentee", state="returned")

    with pytest.raises(NotFound):
        change_message(
            pair.mentor.viewer, pair.pair_id, message.message_id, text="Anew.", expected_round=1, now=MONDAY
        )


def test_a_change_that_cannot_be_taken_leaves_the_message_as_it_was() -> None:
    pair = a_pair()
    message = a_message(pair, state="returned")

    with pytest.raises(Invalid):
        change_message(
            pair.mentee.viewer, pair.pair_id, message.message_id, text=" ", expected_round=1, now=MONDAY
        )

    assert stored(pair, message).state == "returned"
