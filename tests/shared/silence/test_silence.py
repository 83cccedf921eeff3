"""A mentee who stops writing after a held message or a concern comes to the coordinator's attention."""

from datetime import datetime, timedelta

import pytest

from shared.conversations.actions import withdraw_message, write_message
from shared.conversations.items import Pair, pair_key
from shared.moderation.actions import ask_to_change
from shared.people.actions import suspend
from shared.platform.clock import order
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.safeguarding.chain.staffing import whole_staff
from shared.safeguarding.raising.reporting import ABOUT_ME, Worry, report_worry
from shared.silence.actions import look_for_silence, open_silences, settle_silence
from shared.silence.items import Silence, silence_key, silences_listing
from shared.silence.views import MOST_LISTED, silence_of, silences
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person, also_in
from tests.outbox import written
from tests.shared.moderation.builders import a_checked_message, a_held_message

DAYS = 10
LATER = MONDAY + timedelta(days=DAYS, hours=1)


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


def names(viewer: Someone) -> list[str]:
    return [row.name for row in silences(viewer.viewer, viewer.programme_id).mentees]


def looked(pair: TwoWhoWrite, now: datetime = LATER) -> int:
    return look_for_silence(pair.programme_id, now=now).silent


def told() -> list[str]:
    return [one.address for one in written("gone_quiet")]


def test_silence_after_a_message_that_is_still_held(pair: TwoWhoWrite, priya: Someone) -> None:
    a_held_message(pair)

    assert looked(pair, LATER - timedelta(days=1)) == 0
    assert looked(pair) == 1

    assert names(priya) == [f"{pair.mentee.first_name} {pair.mentee.surname}"]
    assert told() == [priya.address]


def test_silence_after_a_message_that_was_returned(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair)
    reason = "Please take the number out."
    ask_to_change(priya.viewer, pair.pair_id, held.message_id, reason=reason, wording=1, now=MONDAY)

    assert looked(pair) == 1


def test_silence_after_a_worry_that_was_reported(pair: TwoWhoWrite, priya: Someone) -> None:
    worry = Worry("I do not want to go home.", "later", ABOUT_ME)
    report_worry(pair.mentee.viewer, worry, acquaintances=(), key="form-1", now=MONDAY)

    assert looked(pair) == 1
    (row,) = silences(priya.viewer, pair.programme_id).mentees
    assert row.after == "concern"


def test_who_has_written_since_is_not_silent(pair: TwoWhoWrite) -> None:
    a_held_message(pair)
    a_checked_message(pair, CLEAN, now=MONDAY + timedelta(days=9))

    assert looked(pair) == 0


def test_what_the_mentor_writes_breaks_no_silence(pair: TwoWhoWrite, priya: Someone) -> None:
    a_held_message(pair)
    a_checked_message(pair, CLEAN, by="mentor", now=MONDAY + timedelta(days=9))

    assert looked(pair) == 1


def test_a_mentors_held_message_is_no_mentees_silence(pair: TwoWhoWrite) -> None:
    a_held_message(pair, by="mentor")

    assert looked(pair) == 0


def test_nobody_is_told_twice_of_one_silence(pair: TwoWhoWrite, priya: Someone) -> None:
    a_held_message(pair)

    assert [looked(pair), looked(pair), looked(pair, LATER + timedelta(days=1))] == [1, 0, 0]
    assert len(told()) == 1


def test_it_is_settled_when_they_write_again(pair: TwoWhoWrite, priya: Someone) -> None:
    a_held_message(pair)
    looked(pair)
    a_checked_message(pair, CLEAN, now=LATER)

    assert look_for_silence(pair.programme_id, now=LATER + timedelta(days=1)).wrote_again == 1
    assert names(priya) == []


def test_a_mentee_whose_conversation_has_ended_is_waited_for_in_another(pair: TwoWhoWrite) -> None:
    other = a_pair(
        pair.programme, mentor=a_person("mentor", pair.programme, first_name="Grace"), mentee=pair.mentee
    )
    a_held_message(pair)
    stored = Pair.get(*pair_key(pair.pair_id))
    stored.status = "ended"
    stored.save()

    assert looked(pair) == 1
    [found] = open_silences(pair.programme_id)
    assert (found.person_id, found.pair_id) == (pair.mentee.person_id, other.pair_id)


def test_who_took_part_no_longer_is_not_silent(pair: TwoWhoWrite) -> None:
    a_held_message(pair)
    stored = Pair.get(*pair_key(pair.pair_id))
    stored.status = "ended"
    stored.save()

    assert looked(pair) == 0


def test_a_suspended_mentee_is_not_waited_for(pair: TwoWhoWrite) -> None:
    owen = a_person("administrator", pair.programme)
    a_held_message(pair)
    suspend(owen.viewer, pair.programme_id, pair.mentee.person_id, now=MONDAY)

    assert looked(pair) == 0


def test_a_coordinator_notes_what_they_did(pair: TwoWhoWrite, priya: Someone) -> None:
    a_held_message(pair)
    looked(pair)
    mentee = pair.mentee.person_id
    with pytest.raises(Invalid):
        settle_silence(priya.viewer, pair.programme_id, mentee, note="  ", now=LATER)

    for _ in range(2):
        settle_silence(priya.viewer, pair.programme_id, mentee, note="I rang, all is well.", now=LATER)

    assert names(priya) == []
    page = silence_of(priya.viewer, pair.programme_id, mentee)
    assert (page.settled_by_name, page.note) == ("Priya Nair", "I rang, all is well.")
    assert looked(pair, LATER + timedelta(days=1)) == 0
    morag = a_person("safeguarding_lead", pair.programme)
    with pytest.raises(Conflict, match="Priya Nair has seen to it"):
        settle_silence(morag.viewer, pair.programme_id, mentee, note="I rang too.", now=LATER)


def test_a_new_silence_after_another_held_message_is_told_again(pair: TwoWhoWrite, priya: Someone) -> None:
    a_held_message(pair)
    looked(pair)
    settle_silence(priya.viewer, pair.programme_id, pair.mentee.person_id, note="I rang.", now=LATER)
    a_held_message(pair, "Do ring me on 07700 900123.", now=LATER)

    assert looked(pair, LATER + timedelta(days=DAYS, hours=1)) == 1
    assert names(priya) != []


def test_a_mentor_who_is_on_the_staff_too_learns_nothing_of_it(pair: TwoWhoWrite, priya: Someone) -> None:
    also_in(pair.programme, pair.mentor, role="coordinator")
    a_held_message(pair)
    looked(pair)

    assert told() == [priya.address]
    viewer = a_person("coordinator", pair.programme, first_name="Elin", surname="Frost").viewer
    assert silences(viewer, pair.programme_id).mentees != ()
    for mine in (pair.mentor,):
        with pytest.raises(NotFound):
            silence_of(mine.viewer, pair.programme_id, pair.mentee.person_id)
    assert any(one.person_id == pair.mentor.person_id for one in whole_staff(pair.programme_id))


def test_what_is_kept_from_somebody_takes_no_room_in_their_list(pair: TwoWhoWrite, priya: Someone) -> None:
    for number in range(MOST_LISTED + 1):
        Silence(
            *silence_key(pair.programme_id, f"m{number:04}"),
            programme_id=pair.programme_id,
            person_id=f"m{number:04}",
            name="Jamie Walsh",
            pair_id="p",
            since=MONDAY,
            after="held",
            hidden_from=[priya.person_id],
            listing=silences_listing(pair.programme_id),
            listing_order=f"{order(MONDAY)}#m{number:04}",
        ).save()
    a_held_message(pair, now=MONDAY + timedelta(minutes=1))
    looked(pair)

    page = silences(priya.viewer, pair.programme_id)

    assert [row.name for row in page.mentees] == [pair.mentee.name]
    assert not page.has_more


def test_taking_it_back_is_not_writing(pair: TwoWhoWrite) -> None:
    held = a_held_message(pair)
    withdraw_message(pair.mentee.viewer, pair.pair_id, held.message_id, now=MONDAY + timedelta(hours=2))

    assert looked(pair, LATER + timedelta(hours=2)) == 1


def test_a_message_that_waits_for_its_check_is_writing(pair: TwoWhoWrite) -> None:
    a_held_message(pair)
    write_message(pair.mentee.viewer, pair.pair_id, text=CLEAN, key="form-2", now=LATER)

    assert looked(pair, LATER + timedelta(minutes=1)) == 0
