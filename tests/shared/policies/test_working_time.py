"""The hours that a programme's staff are at work."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.platform.clock import LONDON
from shared.policies import WorkingTime
from shared.policies.working_time import DAYS, FURTHEST, after_working, is_working

HOUR = timedelta(hours=1)


def working(days: str = "monday tuesday wednesday thursday friday", **more: Any) -> WorkingTime:
    hours = {"opens": "09:00", "closes": "17:00"}
    return WorkingTime.model_validate({"days": dict.fromkeys(days.split(), hours)} | more)


def at(text: str) -> datetime:
    """A moment by the clock of the United Kingdom, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23T08:59:59", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T16:59:59", True),
        ("2026-11-23T17:00", False),
        ("2026-11-22T12:00", False),
        ("2026-11-23T00:00", False),
        ("2026-07-20T08:30", False),
        ("2026-07-20T09:00", True),
        ("2026-12-25T10:00", False),
        ("2026-12-28T10:00", False),
        ("2026-12-29T10:00", True),
    ],
)
def test_whether_somebody_is_at_work(moment: str, expected: bool) -> None:
    assert is_working(at(moment), working()) is expected


@pytest.mark.parametrize(
    ("begins", "hours", "ends"),
    [
        ("2026-11-23T09:00", 4, "2026-11-23T13:00"),
        ("2026-11-23T13:00", 4, "2026-11-23T17:00"),
        ("2026-11-23T13:00", 5, "2026-11-24T10:00"),
        ("2026-11-20T23:00", 4, "2026-11-23T13:00"),
        ("2026-11-20T17:00", 1, "2026-11-23T10:00"),
        ("2026-11-21T00:00", 8, "2026-11-23T17:00"),
        ("2026-11-23T09:00", 40, "2026-11-27T17:00"),
        ("2026-12-24T16:00", 2, "2026-12-29T10:00"),
        ("2026-03-27T16:00", 2, "2026-03-30T10:00"),
        ("2026-10-23T16:00", 2, "2026-10-26T10:00"),
    ],
    ids=[
        "within a day",
        "a spell that ends exactly",
        "over a night",
        "over a weekend",
        "from the moment work ended",
        "from midnight",
        "a whole week",
        "over Christmas",
        "over the night the clocks go forward",
        "over the night the clocks go back",
    ],
)
def test_when_so_much_working_time_has_passed(begins: str, hours: int, ends: str) -> None:
    assert after_working(at(begins), hours * HOUR, working()) == at(ends)


def test_no_time_at_all_is_over_when_work_begins_next() -> None:
    assert after_working(at("2026-11-21T12:00"), timedelta(0), working()) == at("2026-11-23T09:00")
    assert after_working(at("2026-11-23T12:00"), timedelta(0), working()) == at("2026-11-23T12:00")


def test_a_day_on_which_the_programme_is_closed_is_not_worked() -> None:
    closed = working(closed_on=["2026-11-24"])

    assert not is_working(at("2026-11-24T10:00"), closed)
    assert after_working(at("2026-11-23T16:00"), 2 * HOUR, closed) == at("2026-11-25T10:00")


def test_a_programme_that_works_through_bank_holidays_does() -> None:
    assert is_working(at("2026-12-25T10:00"), working(bank_holidays="none"))


@pytest.mark.parametrize(
    ("begins", "hours", "ends"),
    [("2026-03-29T00:30", 2, "2026-03-29T03:30"), ("2026-10-25T00:30", 2, "2026-10-25T01:30")],
    ids=["the clocks go forward", "the clocks go back"],
)
@pytest.mark.parametrize("zone", [UTC, LONDON], ids=["in UTC", "by the clock on the wall"])
def test_a_night_shift_counts_the_hours_that_pass_not_those_on_the_clock(
    begins: str, hours: int, ends: str, zone: Any
) -> None:
    hours_of_all_days = {key: {"opens": "00:00", "closes": "23:59"} for key in DAYS}
    always = WorkingTime.model_validate({"days": hours_of_all_days, "bank_holidays": "none"})
    begun = at(begins)

    over = after_working(begun.astimezone(zone), hours * HOUR, always)

    assert over - begun.astimezone(UTC) == hours * HOUR
    assert f"{over.astimezone(LONDON):%Y-%m-%dT%H:%M}" == ends


def test_a_programme_that_never_opens_is_not_waited_for_without_end() -> None:
    closed = working("monday", closed_on=[f"2026-11-{day:02}" for day in range(1, 31)])
    monday = at("2026-11-02T09:00")
    assert after_working(monday, HOUR, closed) == at("2026-12-07T10:00")

    mondays = [(monday + timedelta(weeks=week)).date() for week in range(60)]
    assert after_working(monday, HOUR, working("monday", closed_on=mondays)) == monday + FURTHEST


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 1), timezones=st.just(UTC)),
    st.integers(1, 60 * 40),
)
def test_the_end_is_never_before_so_much_time_has_passed_and_is_always_in_working_hours(
    moment: datetime, minutes: int
) -> None:
    duration = timedelta(minutes=minutes)

    end = after_working(moment, duration, working())

    assert end >= moment + duration
    assert is_working(end - timedelta(microseconds=1), working())


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 1), timezones=st.just(UTC)),
    st.integers(1, 600),
    st.integers(1, 600),
)
def test_two_waits_one_after_the_other_are_as_long_as_both_at_once(
    moment: datetime, first: int, second: int
) -> None:
    one, other = timedelta(minutes=first), timedelta(minutes=second)

    assert after_working(after_working(moment, one, working()), other, working()) == after_working(
        moment, one + other, working()
    )
