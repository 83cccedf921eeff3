"""Whoever takes part in a meeting of tomorrow hears of it this morning."""

from datetime import timedelta

import pytest

from shared.meetings.calling_off import call_off
from shared.nudges.mornings import remind_of_meetings
from shared.nudges.stopping import choose_reminders
from shared.people.actions import suspend
from tests.builders import MONDAY, Someone, TwoWhoWrite, a_person
from tests.shared.meetings.builders import arranged, two_who_meet
from tests.shared.nudges.builders import e_mails

WEDNESDAY = MONDAY + timedelta(days=2)
"""The day before the meeting, in the morning."""


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return two_who_meet("brokered")


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


def reminded() -> set[str]:
    return {one.address for one in e_mails("meeting_tomorrow")}


def test_everybody_who_takes_part_is_reminded_once(pair: TwoWhoWrite, priya: Someone) -> None:
    arranged(pair, coordinator=priya)

    assert remind_of_meetings(pair.programme_id, now=WEDNESDAY - timedelta(days=1)) == 0
    assert remind_of_meetings(pair.programme_id, now=WEDNESDAY) == 3
    assert remind_of_meetings(pair.programme_id, now=WEDNESDAY + timedelta(hours=1)) == 0

    assert reminded() == {pair.mentor.address, pair.mentee.address, priya.address}


def test_an_e_mail_about_it_waits_for_the_end_of_the_quiet_hours(pair: TwoWhoWrite, priya: Someone) -> None:
    arranged(pair, coordinator=priya)

    remind_of_meetings(pair.programme_id, now=WEDNESDAY.replace(hour=4))

    assert {one.not_before for one in e_mails("meeting_tomorrow")} == {WEDNESDAY.replace(hour=9)}


def test_who_wants_no_reminders_gets_none(pair: TwoWhoWrite, priya: Someone) -> None:
    arranged(pair, coordinator=priya)
    choose_reminders(pair.mentee.viewer, wanted=False, now=MONDAY)

    remind_of_meetings(pair.programme_id, now=WEDNESDAY)

    assert reminded() == {pair.mentor.address, priya.address}


def test_nobody_is_reminded_while_the_conversation_rests(pair: TwoWhoWrite, priya: Someone) -> None:
    arranged(pair, coordinator=priya)
    suspend(priya.viewer, pair.programme_id, pair.mentor.person_id, now=MONDAY)

    assert remind_of_meetings(pair.programme_id, now=WEDNESDAY) == 0


def test_nobody_is_reminded_of_what_was_called_off(pair: TwoWhoWrite, priya: Someone) -> None:
    meeting_id = arranged(pair, coordinator=priya)
    call_off(pair.mentee.viewer, pair.pair_id, meeting_id, now=MONDAY)

    assert remind_of_meetings(pair.programme_id, now=WEDNESDAY) == 0
