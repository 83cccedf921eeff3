"""The lists of conversations: each person's own, and those of a programme."""

from datetime import timedelta

import pytest

from shared.conversations.actions import change_message, withdraw_message
from shared.conversations.checking import check_message
from shared.conversations.items import Message, Pair, pair_key
from shared.conversations.lists import my_pairs, pairing, pairs_of
from shared.moderation.actions import Decision, ask_to_change, decide
from shared.people.permissions import Viewer
from shared.platform.errors import NotFound
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, TwoWhoWrite, a_message, a_pair
from tests.builders.people import a_person
from tests.builders.programmes import a_cohort, a_programme
from tests.faults import calls

from .builders import TheFilter

pytestmark = pytest.mark.usefixtures("tables")


def set_last(pair: TwoWhoWrite, sender_id: str, minutes: int) -> None:
    item = Pair.get(*pair_key(pair.pair_id))
    item.last_sender_id = sender_id
    item.last_delivered_at = MONDAY + timedelta(minutes=minutes)
    item.save()


def test_a_mentor_sees_first_who_has_waited_longest() -> None:
    programme = a_programme()
    mentor = a_person("mentor", programme)
    names = ("Isla", "Amina", "Tomasz", "Bethan")
    pairs = {
        name: a_pair(
            programme, mentor=mentor, mentee=a_person("mentee", programme, first_name=name, surname="Munro")
        )
        for name in names
    }
    set_last(pairs["Isla"], pairs["Isla"].mentee.person_id, minutes=50)
    set_last(pairs["Tomasz"], pairs["Tomasz"].mentee.person_id, minutes=10)
    set_last(pairs["Bethan"], mentor.person_id, minutes=5)

    with calls() as made:
        mine = my_pairs(mentor.viewer, now=MONDAY)

    assert [one.other_name for one in mine] == ["Tomasz", "Isla", "Amina", "Bethan"]
    assert [one.waiting_since is not None for one in mine] == [True, True, False, False]
    assert [call.operation for call in made] == ["Query", "BatchGetItem"]


def held(pair: TwoWhoWrite) -> Message:
    message = a_message(pair, WITH_A_NUMBER)
    check_message(pair.pair_id, message.message_id, checker=TheFilter(), now=MONDAY)
    return message


def waiting_of(pair: TwoWhoWrite) -> tuple[int, tuple[str, ...]]:
    """What the mentee's first page says of their own messages."""
    [mine] = my_pairs(pair.mentee.viewer, now=MONDAY)
    return mine.held, mine.returned


def test_a_writer_is_told_that_a_person_will_read_their_message_first() -> None:
    pair = a_pair()

    held(pair)

    assert waiting_of(pair) == (1, ())
    [others] = my_pairs(pair.mentor.viewer, now=MONDAY)
    assert (others.held, others.returned) == (0, ())


def test_a_writer_is_told_which_message_to_change_until_it_is_changed() -> None:
    pair = a_pair()
    priya = a_person("coordinator", pair.programme).viewer
    message = held(pair)
    ids = (pair.pair_id, message.message_id)

    ask_to_change(priya, *ids, reason="Please take the number out.", wording=1, now=MONDAY)
    assert waiting_of(pair) == (0, (message.message_id,))
    change_message(pair.mentee.viewer, *ids, text=CLEAN, expected_round=1, now=MONDAY)
    assert waiting_of(pair) == (0, ())


@pytest.mark.parametrize("decision", ["deliver", "decline"])
def test_once_it_was_decided_on_nothing_waits(decision: Decision) -> None:
    pair = a_pair()
    priya = a_person("coordinator", pair.programme).viewer
    message = held(pair)

    decide(priya, pair.pair_id, message.message_id, decision=decision, reason="So.", wording=1, now=MONDAY)

    assert waiting_of(pair) == (0, ())


def test_what_its_writer_took_back_waits_for_nobody() -> None:
    pair = a_pair()
    message = held(pair)

    withdraw_message(pair.mentee.viewer, pair.pair_id, message.message_id, now=MONDAY)

    assert waiting_of(pair) == (0, ())


def test_in_a_conversation_that_has_ended_there_is_nothing_to_change() -> None:
    pair = a_pair()
    priya = a_person("coordinator", pair.programme).viewer
    message = held(pair)
    ask_to_change(priya, pair.pair_id, message.message_id, reason="So.", wording=1, now=MONDAY)
    stored = Pair.get(*pair_key(pair.pair_id))
    stored.status = "ended"
    stored.save()

    assert waiting_of(pair) == (0, ())


def test_who_is_in_no_conversation_has_none() -> None:
    assert my_pairs(a_person("mentee", a_programme()).viewer, now=MONDAY) == ()


def test_a_conversation_of_a_programme_one_has_left_is_not_listed() -> None:
    pair = a_pair()

    assert my_pairs(Viewer(pair.mentee.person_id, "Amina", "Yusuf", ()), now=MONDAY) == ()


def test_staff_see_who_writes_to_whom_in_their_programme_only() -> None:
    pair = a_pair()
    a_pair(
        other := a_programme("Another Programme"),
        mentor=a_person("mentor", other, first_name="Rhys", surname="Bevan"),
        mentee=a_person("mentee", other, first_name="Nia", surname="Price"),
    )
    set_last(pair, pair.mentee.person_id, minutes=3)

    view = pairs_of(a_person("coordinator", pair.programme).viewer, pair.programme_id, now=MONDAY)

    [row] = view.rows
    assert (row.mentee_name, row.mentor_name, row.waiting) == ("Amina Yusuf", "Callum Reid", "Amina")
    assert (view.may_read, view.may_pair, view.next, view.is_first) == (True, True, "", True)


def test_an_administrator_pairs_people_and_reads_no_conversation() -> None:
    pair = a_pair()

    view = pairs_of(a_person("administrator", pair.programme).viewer, pair.programme_id, now=MONDAY)

    assert (view.may_read, view.may_pair) == (False, True)


def test_the_list_of_conversations_goes_on_where_its_page_ended() -> None:
    programme = a_programme()
    mentor = a_person("mentor", programme)
    for number in range(53):
        mentee = a_person("mentee", programme, first_name="Amina", surname=f"Munro-{number:02}")
        a_pair(programme, mentor=mentor, mentee=mentee, now=MONDAY + timedelta(seconds=number))
    viewer = a_person("coordinator", programme).viewer

    first = pairs_of(viewer, programme.programme_id, now=MONDAY)
    second = pairs_of(viewer, programme.programme_id, after=first.next, now=MONDAY)

    assert [len(first.rows), len(second.rows), second.next] == [50, 3, ""]
    assert len({row.pair_id for row in first.rows + second.rows}) == 53
    assert "Munro" not in first.next


def test_participants_and_strangers_see_no_list() -> None:
    pair = a_pair()

    for viewer in (pair.mentor.viewer, pair.mentee.viewer):
        with pytest.raises(NotFound):
            pairs_of(viewer, pair.programme_id, now=MONDAY)
    with pytest.raises(NotFound):
        pairs_of(
            a_person("coordinator", pair.programme).viewer,
            pair.programme_id,
            after="no-such-pair",
            now=MONDAY,
        )


def test_only_active_people_of_the_programme_can_be_brought_together() -> None:
    programme = a_programme()
    mentor = a_person("mentor", programme)
    mentee = a_person("mentee", programme)
    a_person("mentee", programme, first_name="Isla", surname="Munro", status="suspended")
    cohort = a_cohort(programme)

    view = pairing(a_person("coordinator", programme).viewer, programme.programme_id)

    assert [(one.value, one.words) for one in view.mentors] == [(mentor.person_id, "Callum Reid")]
    assert [(one.value, one.words) for one in view.mentees] == [(mentee.person_id, "Amina Yusuf")]
    assert [one.value for one in view.cohorts] == [cohort]
