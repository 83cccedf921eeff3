"""When an end is near, by when a report is due, and what can be written of it."""

from datetime import date, timedelta

import pytest

from shared.endings.rules import (
    MOST_TOGETHER,
    longest_answer,
    problem_with_day,
    problems_with,
    standing,
    weeks_together,
)
from shared.policies.presets import load_preset

COLLEGE = load_preset("college-pilot").endings
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def near(last_day: date | None, *, is_over: bool = False, in_last_stage: bool = False) -> bool:
    found = standing(
        last_day.isoformat() if last_day else "",
        COLLEGE,
        is_over=is_over,
        in_last_stage=in_last_stage,
        today=TODAY,
    )
    return found.is_near


def test_an_end_is_near_so_many_days_before_the_last_or_in_the_last_stage() -> None:
    assert not near(None)
    assert not near(TODAY + 15 * DAY)
    assert near(TODAY + 14 * DAY)
    assert near(None, in_last_stage=True)
    assert near(None, is_over=True)


def test_a_report_is_asked_for_and_due_only_once_the_last_day_is_known() -> None:
    report = COLLEGE.report_of("mentor")
    assert report is not None
    unknown = standing("", COLLEGE, is_over=False, in_last_stage=True, today=TODAY)
    known = standing("2026-11-30", COLLEGE, is_over=False, in_last_stage=True, today=TODAY)

    assert unknown.is_asked("review", COLLEGE, "mentor")
    assert not unknown.is_asked("report", COLLEGE, "mentor")
    assert unknown.due_on(report) is None
    assert known.is_asked("report", COLLEGE, "mentor")
    assert known.due_on(report) == date(2026, 12, 14)


@pytest.mark.parametrize("count", [1, 3, 6, 12])
def test_all_answers_together_can_be_looked_through_at_once(count: int) -> None:
    questions = [f"Question {number}?" for number in range(count)]

    assert longest_answer(questions) * count <= max(MOST_TOGETHER, longest_answer(questions))


def test_one_answer_is_enough_and_each_that_is_too_long_is_named() -> None:
    questions = ["What came of it?", "What helped?", "What is next?"]

    assert problems_with({3: "College."}, questions) == {}
    assert list(problems_with({1: "", 2: ""}, questions)) == [1]
    assert list(problems_with({1: "a" * 2_000, 2: "b" * 2_000, 3: "c"}, questions)) == [1, 2]


def test_weeks_are_counted_with_one_that_was_begun() -> None:
    assert weeks_together(TODAY, TODAY) == 1
    assert weeks_together(TODAY, TODAY + 6 * DAY) == 1
    assert weeks_together(TODAY, TODAY + 7 * DAY) == 2
    assert weeks_together(TODAY, TODAY - DAY) == 1


def test_a_last_day_is_neither_past_nor_after_the_cohorts_nor_far_away() -> None:
    assert problem_with_day(TODAY, TODAY, None) == ""
    assert "has passed" in problem_with_day(TODAY - DAY, TODAY, None)
    assert "ends before that" in problem_with_day(TODAY + 2 * DAY, TODAY, TODAY + DAY)
    assert "within a year" in problem_with_day(TODAY + 400 * DAY, TODAY, None)


def test_each_side_looks_back_on_six_things_in_every_preset() -> None:
    for name in ("university-outreach", "national-stem", "college-pilot", "virtual-sessions", "brokered"):
        endings = load_preset(name).endings
        assert [len(endings.review_of(part)) for part in ("mentor", "mentee")] == [6, 6], name
