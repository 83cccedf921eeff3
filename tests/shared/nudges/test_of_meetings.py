"""Whoever takes part in a meeting hears of it once, before it comes, whenever it was arranged and whatever
was changed of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from shared.conversations.steps import load_pair
from shared.meetings.answering import answer, move
from shared.meetings.calling_off import call_off
from shared.meetings.running import run_meeting
from shared.notices.items import Notice
from shared.notices.rules import Template
from shared.nudges.of_meetings import Reminded, remind_of_meetings
from shared.nudges.stopping import choose_reminders
from shared.people.actions import reinstate, suspend
from shared.policies.presets import load_preset
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.faults import before_each
from tests.racing import just_before_it_writes
from tests.shared.meetings.builders import (
    ONLINE,
    arranged,
    london,
    plan,
    proposed,
    stored,
    times,
    two_who_meet,
    with_link,
)
from tests.shared.nudges.builders import e_mails

BEFORE = london("2026-11-25 09:00")
"""The end of the quiet hours of the day before the meeting on THURSDAY at 14:00."""
SAME_DAY = london("2026-11-26 09:00")
A_MINUTE = timedelta(minutes=1)
SOON = {**ONLINE["meetings"], "notice_hours": 0, "coordinator_required": False}
"""Meetings that can be agreed on a moment before."""


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return two_who_meet("brokered")


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


@pytest.fixture
def soon(tables: None) -> TwoWhoWrite:
    nudges = load_preset("brokered").nudges.model_dump()
    return two_who_meet(a_policy(**(ONLINE | {"meetings": SOON, "nudges": nudges})))


def at(*moments: datetime) -> list[int]:
    """How many the sweep writes to at each of these moments."""
    return [remind_of_meetings(lambda moment=moment: moment).written for moment in moments]


def reminders() -> list[Notice]:
    return [*e_mails("meeting_tomorrow"), *e_mails("meeting_today")]


def reminded(template: Template = "meeting_tomorrow") -> list[str]:
    return sorted(one.address for one in e_mails(template))


def addresses(*people: Someone) -> list[str]:
    return sorted(one.address for one in people)


def every_minute(first: datetime, last: datetime, *, step: int = 1) -> Iterable[datetime]:
    return (first + n * step * A_MINUTE for n in range(int((last - first) / (step * A_MINUTE))))


def test_everybody_who_takes_part_is_reminded_once_on_the_morning_of_the_day_before(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    arranged(pair, coordinator=priya)

    assert at(MONDAY, BEFORE - A_MINUTE, BEFORE, BEFORE + A_MINUTE, SAME_DAY) == [0, 0, 3, 0, 0]

    assert reminded() == addresses(pair.mentor, pair.mentee, priya)
    assert {one.not_before for one in reminders()} == {None}


@pytest.mark.parametrize(
    ("agreed", "told", "template"),
    [
        ("2026-11-25 08:59", "2026-11-25 09:00", "meeting_tomorrow"),
        ("2026-11-25 11:00", "2026-11-26 09:00", "meeting_today"),
        ("2026-11-25 23:30", "2026-11-26 09:00", "meeting_today"),
        ("2026-11-26 10:20", "2026-11-26 12:00", "meeting_today"),
        ("2026-11-26 13:10", "2026-11-26 13:10", "meeting_today"),
    ],
)
def test_whenever_it_is_agreed_both_are_reminded_once_before_it_begins(
    soon: TwoWhoWrite, agreed: str, told: str, template: Template
) -> None:
    arranged(soon, now=london(agreed))

    at(*every_minute(london(agreed), london("2026-11-26 14:10"), step=10))

    assert reminded(template) == addresses(soon.mentor, soon.mentee)
    assert len(reminders()) == 2
    assert {one.queued_at for one in reminders()} == {
        min(
            one
            for one in every_minute(london(agreed), SAME_DAY + timedelta(hours=6), step=10)
            if one >= london(told)
        )
    }


def test_where_only_quiet_hours_are_left_nobody_is_woken_for_it(soon: TwoWhoWrite) -> None:
    arranged(soon, ("2026-11-26", "07:30"), now=london("2026-11-25 22:00"))

    assert sum(at(*every_minute(london("2026-11-25 22:00"), london("2026-11-26 10:00"), step=10))) == 0


def test_the_coordinator_who_takes_it_on_late_makes_it_known_late(pair: TwoWhoWrite, priya: Someone) -> None:
    meeting_id = arranged(pair)
    assert at(BEFORE) == [0]

    run_meeting(priya.viewer, pair.pair_id, meeting_id, deed="take_on", now=BEFORE + A_MINUTE)

    assert at(BEFORE + 2 * A_MINUTE, SAME_DAY, SAME_DAY + A_MINUTE) == [0, 3, 0]
    assert reminded("meeting_today") == addresses(pair.mentor, pair.mentee, priya)


def test_whoever_comes_in_place_of_a_colleague_is_reminded_and_the_two_are_not_again(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    meeting_id = arranged(pair, coordinator=priya)
    at(BEFORE)
    ruth = a_person("coordinator", pair.programme, first_name="Ruth", surname="Adeyemi")

    run_meeting(ruth.viewer, pair.pair_id, meeting_id, deed="take_over", now=BEFORE + A_MINUTE)

    assert at(BEFORE + 2 * A_MINUTE, SAME_DAY, SAME_DAY + A_MINUTE) == [0, 1, 0]
    assert reminded("meeting_today") == [ruth.address]


def test_a_meeting_that_was_moved_is_reminded_of_at_its_new_time_alone(soon: TwoWhoWrite) -> None:
    meeting_id = arranged(soon)
    assert at(BEFORE) == [2]
    moved_to(soon, meeting_id, "2026-11-30", now=BEFORE + A_MINUTE)

    assert at(SAME_DAY) == [0]
    assert at(london("2026-11-29 09:00"), london("2026-11-30 09:00")) == [2, 0]


def test_moved_away_before_anybody_was_reminded_and_back_again_it_is_reminded_of_once(
    soon: TwoWhoWrite,
) -> None:
    meeting_id = arranged(soon)
    moved_to(soon, meeting_id, "2026-11-30", now=MONDAY + A_MINUTE)
    moved_to(soon, meeting_id, "2026-11-26", now=MONDAY + 2 * A_MINUTE)

    assert at(BEFORE, BEFORE + A_MINUTE, SAME_DAY) == [2, 0, 0]


def moved_to(pair: TwoWhoWrite, meeting_id: str, day: str, *, now: datetime) -> None:
    move(pair.mentor.viewer, pair.pair_id, meeting_id, times((day, "14:00")), now=now)
    chosen = plan(pair, meeting_id).slots[0]
    answer(pair.mentee.viewer, pair.pair_id, meeting_id, chosen=chosen, now=now)


def test_while_another_time_is_only_proposed_the_one_that_stands_is_reminded_of(soon: TwoWhoWrite) -> None:
    meeting_id = arranged(soon)
    move(soon.mentor.viewer, soon.pair_id, meeting_id, times(("2026-11-30", "14:00")), now=MONDAY + A_MINUTE)

    assert at(BEFORE) == [2]


def test_what_is_changed_of_it_afterwards_reminds_nobody_again(soon: TwoWhoWrite) -> None:
    meeting_id = arranged(soon)
    assert at(BEFORE) == [2]

    with_link(soon, meeting_id, now=BEFORE + A_MINUTE)

    assert at(BEFORE + 2 * A_MINUTE, SAME_DAY) == [0, 0]
    assert stored(soon, meeting_id).due is None


def test_nobody_is_reminded_of_what_was_called_off_in_the_quiet_hours(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    meeting_id = arranged(pair, coordinator=priya)
    at(BEFORE - timedelta(hours=8))
    call_off(pair.mentee.viewer, pair.pair_id, meeting_id, now=BEFORE - A_MINUTE)

    assert at(BEFORE, SAME_DAY) == [0, 0]


def test_called_off_at_that_very_moment_it_reminds_nobody(soon: TwoWhoWrite) -> None:
    meeting_id = arranged(soon)

    with just_before_it_writes(lambda: call_off(soon.mentee.viewer, soon.pair_id, meeting_id, now=BEFORE)):
        at(BEFORE)

    assert reminders() == []


def test_two_runs_at_once_write_to_everybody_once(soon: TwoWhoWrite) -> None:
    arranged(soon)

    with just_before_it_writes(lambda: at(BEFORE)):
        at(BEFORE)

    assert reminded() == addresses(soon.mentor, soon.mentee)


def test_a_proposal_that_nobody_has_accepted_reminds_nobody(soon: TwoWhoWrite) -> None:
    proposed(soon)

    assert at(BEFORE, SAME_DAY) == [0, 0]


def test_who_wants_no_reminders_gets_none(pair: TwoWhoWrite, priya: Someone) -> None:
    arranged(pair, coordinator=priya)
    choose_reminders(pair.mentee.viewer, wanted=False, now=MONDAY)

    at(BEFORE)

    assert reminded() == addresses(pair.mentor, priya)


def test_while_the_conversation_rests_nobody_is_reminded_and_once_it_goes_on_both_are(
    soon: TwoWhoWrite,
) -> None:
    arranged(soon)
    morag = a_person("administrator", soon.programme)
    suspend(morag.viewer, soon.programme_id, soon.mentor.person_id, now=MONDAY)
    assert at(BEFORE, BEFORE + timedelta(minutes=30)) == [0, 0]

    reinstate(morag.viewer, soon.programme_id, soon.mentor.person_id, now=BEFORE + timedelta(hours=1))

    assert at(BEFORE + timedelta(hours=2), BEFORE + timedelta(hours=3)) == [2, 0]


def test_one_that_cannot_be_looked_at_holds_up_no_other(soon: TwoWhoWrite) -> None:
    broken = arranged(soon, ("2026-11-26", "10:00"), now=MONDAY - A_MINUTE)
    arranged(soon)
    item = stored(soon, broken)
    item.details = {**item.details, "starts_at": "on Thursday"}
    item.save()

    assert remind_of_meetings(lambda: BEFORE) == Reminded(written=2, failed=1)
    assert remind_of_meetings(lambda: BEFORE + A_MINUTE) == Reminded()


def test_of_a_conversation_that_has_ended_nothing_stays_due(soon: TwoWhoWrite) -> None:
    meeting_id = arranged(soon)
    pair = load_pair(soon.pair_id)
    pair.status = "ended"
    pair.save()

    assert at(BEFORE, SAME_DAY, SAME_DAY + timedelta(hours=5, minutes=1)) == [0, 0, 0]
    assert stored(soon, meeting_id).due is None


def test_looking_for_what_is_due_is_one_query_while_nothing_is(soon: TwoWhoWrite) -> None:
    arranged(soon)
    at(MONDAY)
    asked: list[str] = []

    with (
        before_each("Query", lambda: asked.append("Query")),
        before_each("GetItem", lambda: asked.append("Get")),
    ):
        at(MONDAY + A_MINUTE)

    assert asked == ["Query"]
