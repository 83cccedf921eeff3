"""Which times a meeting can have, and which passwords."""

from datetime import UTC, date, datetime

import pytest

from shared.meetings.rules import (
    Time,
    Typed,
    overlap,
    problem_with_accepting,
    problem_with_secret,
    read_time,
)
from shared.policies.meetings import Meetings
from shared.policies.presets import load_preset
from tests.builders.clock import MONDAY

BROKERED = load_preset("brokered").meetings
VIRTUAL = load_preset("virtual-sessions").meetings
AT_ANY_TIME = Meetings.model_validate({"kinds": ["telephone"], "notice_hours": 0})


def read(
    day: str, clock: str, minutes: int = 30, meetings: Meetings = BROKERED, now: datetime = MONDAY
) -> Time:
    return read_time(Typed(day, clock), minutes, meetings, now=now)


def test_a_time_within_the_hours_is_read_by_the_clocks_of_the_united_kingdom() -> None:
    assert read("2026-11-26", "10:00").starts_at == datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert read("2026-11-26", "15:30").starts_at == datetime(2026, 11, 26, 15, 30, tzinfo=UTC)
    in_summer = read("2027-04-15", "10:00", now=datetime(2027, 4, 1, 9, tzinfo=UTC))
    assert in_summer.starts_at == datetime(2027, 4, 15, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "minutes", "says", "field"),
    [
        (
            "2026-11-26",
            "09:59",
            30,
            "Meetings are between 10:00 and 16:00, and this one begins at 09:59.",
            "time",
        ),
        ("2026-11-26", "15:45", 30, "and this one would last until 16:15.", "time"),
        ("2026-11-28", "11:00", 30, "Saturday 28 November is a day without meetings", "day"),
        (
            "2026-11-30",
            "11:00",
            30,
            "Monday 30 November is a bank holiday in Scotland. Please choose another day.",
            "day",
        ),  # Saint Andrew’s
        ("2026-11-23", "15:00", 30, "Meetings are arranged at least 24 hours ahead.", "day"),
        ("2026-11-20", "11:00", 30, "This time has passed already.", "day"),
        ("2028-11-23", "11:00", 30, "This is very far off.", "day"),
        ("30/11/2026", "11:00", 30, "Please give the day, as in 2026-11-30.", "day"),
        ("2026-11-26", "eleven", 30, "Please give the time, as in 14:00.", "time"),
        ("2026-11-26", "24:00", 30, "Please give the time, as in 14:00.", "time"),
    ],
)
def test_a_time_that_cannot_be_taken_is_answered_with_why(
    day: str, clock: str, minutes: int, says: str, field: str
) -> None:
    found = read(day, clock, minutes)

    assert says in found.problem
    assert found.field == field
    assert found.starts_at is None


def test_on_the_night_on_which_the_clocks_go_forward_an_hour_is_not_there() -> None:
    march = datetime(2027, 3, 1, 9, tzinfo=UTC)

    missing = read("2027-03-28", "01:30", meetings=AT_ANY_TIME, now=march)
    before, after = (
        read("2027-03-28", clock, meetings=AT_ANY_TIME, now=march) for clock in ("00:59", "02:00")
    )

    assert "There is no 01:30 on Sunday 28 March: the clocks go forward in that night." in missing.problem
    assert before.starts_at == datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    assert after.starts_at == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def test_on_the_night_on_which_the_clocks_go_back_an_hour_comes_twice() -> None:
    october = datetime(2026, 10, 1, 9, tzinfo=UTC)

    twice = read("2026-10-25", "01:30", meetings=AT_ANY_TIME, now=october)
    before, after = (
        read("2026-10-25", clock, meetings=AT_ANY_TIME, now=october) for clock in ("00:59", "02:00")
    )

    assert "01:30 on Sunday 25 October comes twice: the clocks go back in that night." in twice.problem
    assert before.starts_at == datetime(2026, 10, 24, 23, 59, tzinfo=UTC)
    assert after.starts_at == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


def test_the_clock_change_is_told_where_times_outside_the_hours_may_be_too() -> None:
    october = datetime(2026, 10, 1, 9, tzinfo=UTC)

    assert "comes twice" in read("2026-10-25", "01:30", meetings=VIRTUAL, now=october).problem


def test_where_a_reason_makes_up_for_it_a_time_outside_the_hours_is_marked() -> None:
    found = read("2026-11-26", "18:00", meetings=VIRTUAL)

    assert (found.problem, found.is_outside) == ("", True)
    assert read("2026-11-26", "14:00", meetings=VIRTUAL).is_outside is False


def test_the_calendar_of_the_programme_decides_what_is_a_bank_holiday() -> None:
    july = datetime(2027, 7, 1, 9, tzinfo=UTC)
    second_of_august, thirtieth = "2027-08-02", "2027-08-30"  # the one in Scotland, the other in England

    assert "is a bank holiday in Scotland." in read(second_of_august, "11:00", now=july).problem
    assert read(thirtieth, "11:00", now=july).problem == ""
    assert read(second_of_august, "11:00", meetings=VIRTUAL, now=july).is_outside is False
    english = read(thirtieth, "11:00", meetings=VIRTUAL, now=july)
    assert english.why_outside == "Monday 30 August is a bank holiday in England and Wales."


def test_a_day_that_the_programme_is_closed_on_is_no_bank_holiday() -> None:
    closed = BROKERED.model_copy(
        update={"window": BROKERED.window.model_copy(update={"closed_on": [date(2026, 11, 26)]})}
    )

    said = read("2026-11-26", "11:00", meetings=closed).problem
    assert said == "Thursday 26 November is a day on which nobody is there. Please choose another day."


@pytest.mark.parametrize(
    ("start", "says"),
    [
        ("2026-11-26T14:00", ""),
        ("2026-11-23T08:59", "This time has passed already. You can propose another one."),
        (
            "2026-11-24T08:59",
            "Meetings are arranged at least 24 hours ahead, and this time is nearer by now.",
        ),
        ("2026-11-30T11:00", "Monday 30 November is a bank holiday in Scotland."),
        ("2026-11-26T15:45", "and this one would last until 16:15."),
    ],
)
def test_what_was_proposed_is_held_against_the_rules_anew_when_it_is_accepted(start: str, says: str) -> None:
    moment = datetime.fromisoformat(start).replace(tzinfo=UTC)

    problem = problem_with_accepting(moment, 30, BROKERED, now=MONDAY)

    assert says in problem
    assert bool(says) == bool(problem)


def test_two_meetings_one_after_the_other_do_not_run_into_one_another() -> None:
    ten, half_past = datetime(2026, 11, 26, 10, tzinfo=UTC), datetime(2026, 11, 26, 10, 30, tzinfo=UTC)

    assert not overlap(ten, 30, half_past, 30)
    assert overlap(ten, 31, half_past, 30)
    assert overlap(half_past, 5, ten, 60)


@pytest.mark.parametrize(
    ("password", "waiting_room", "says"),
    [
        ("", False, "Without a password or a waiting room anybody with the link can come in"),
        ("", True, ""),
        ("aB3dE9", False, ""),
        ("48213377", False, ""),
        ("7700900123", True, "8 digits at the most"),
        ("ring me on Friday", True, "no spaces"),
        ("a@b.cd", True, "4 to 10 letters"),
    ],
)
def test_a_password_is_a_password_and_no_message(password: str, waiting_room: bool, says: str) -> None:
    problem = problem_with_secret(password, waiting_room, BROKERED)

    assert says in problem
    assert bool(says) == bool(problem)
