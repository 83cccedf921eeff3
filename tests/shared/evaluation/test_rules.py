"""When a form is asked, and what is counted together."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.evaluation.rules import (
    Open,
    Way,
    asked_anew,
    next_reminder,
    point_of,
    repeated,
    version_of,
    without_names,
)
from shared.people.asked import Asked, read_asked, stored_asked
from shared.policies.evaluation import Evaluation, EvaluationForm

BEGUN, LAST = date(2026, 10, 5), date(2026, 12, 13)  # ten weeks
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SURE = {"id": "sure", "words": "How sure are you?"}


def a_form(form_id: str = "beginning", when: str = "start", **changes: object) -> EvaluationForm:
    return EvaluationForm.model_validate(
        {"id": form_id, "title": "Now", "asked_of": "mentee", "when": when, "questions": [SURE]} | changes
    )


@pytest.mark.parametrize(
    ("today", "point"),
    [
        (date(2026, 10, 5), "start"),
        (date(2026, 11, 7), "start"),
        (date(2026, 11, 8), "middle"),
        (date(2026, 11, 28), "middle"),
        (date(2026, 11, 29), "end"),
        (date(2027, 1, 20), "end"),
    ],
)
def test_ten_weeks_have_a_start_a_middle_and_their_last_days(today: date, point: str) -> None:
    assert point_of(Way(BEGUN, False, LAST), 14, today) == point


def test_nothing_is_asked_before_both_have_agreed() -> None:
    assert point_of(Way(None, False, LAST), 14, LAST) is None
    assert point_of(Way(None, True, LAST), 14, LAST) is None


def test_two_who_ended_early_are_at_the_end() -> None:
    assert point_of(Way(BEGUN, True, LAST), 14, BEGUN) == "end"


def test_two_who_began_late_have_a_start_too() -> None:
    late = LAST - timedelta(days=6)

    found = [point_of(Way(late, False, LAST), 14, late + timedelta(days=days)) for days in (0, 2, 3)]

    assert found == ["start", "start", "end"]


@pytest.mark.parametrize(
    ("stage", "stages", "point"),
    [(1, 3, "start"), (2, 3, "middle"), (3, 3, "end"), (1, 1, "start"), (2, 2, "end"), (2, 4, "start")],
)
def test_without_a_last_day_the_stages_say_how_far_they_are(stage: int, stages: int, point: str) -> None:
    assert point_of(Way(BEGUN, False, None, stage, stages), 14, LAST) == point


def test_whoever_was_asked_is_not_asked_again_and_what_has_passed_is_closed() -> None:
    first = asked_anew(
        (), [Open("autumn", "beginning", "pair-1"), Open("autumn", "beginning", "pair-2")], MONDAY
    )
    later = MONDAY + timedelta(days=40)

    assert [(one.form_id, one.pair_id, one.waits) for one in first] == [("beginning", "pair-1", True)]
    assert asked_anew(first, [Open("autumn", "beginning", "pair-2")], later) == first
    closed, new = asked_anew(first, [Open("autumn", "finish", "pair-1")], later)
    assert (closed.form_id, closed.waits, closed.asked_at) == ("beginning", False, MONDAY)
    assert (new.form_id, new.waits, new.asked_at) == ("finish", True, later)


def test_what_was_answered_stays_answered() -> None:
    answered = [Asked("autumn", "beginning", "pair-1", MONDAY, answered_at=MONDAY)]

    assert asked_anew(answered, [], MONDAY + timedelta(days=1)) == answered
    assert read_asked(stored_asked(answered)) == tuple(answered)


def test_reminders_come_after_7_14_and_21_days_and_then_no_more() -> None:
    waits = [Asked("autumn", "beginning", "pair-1", MONDAY)]
    at, days = MONDAY, []
    while reminder := next_reminder(waits, [7, 14, 21], at):
        days.append((reminder - MONDAY).days)
        at = reminder

    assert days == [7, 14, 21]
    answered = [Asked("autumn", "beginning", "pair-1", MONDAY, answered_at=MONDAY)]
    assert next_reminder(answered, [7, 14, 21], MONDAY) is None


def test_other_words_are_another_version_and_another_title_is_not() -> None:
    other_words = a_form(questions=[SURE | {"words": "How clear is it to you?"}])
    other_end = a_form(questions=[SURE | {"high": "Entirely"}])

    assert len({version_of(one) for one in (a_form(), other_words, other_end)}) == 3
    assert version_of(a_form(title="Where you are", intro="Two minutes.")) == version_of(a_form())


def test_only_the_same_question_stands_side_by_side() -> None:
    safe = {"id": "safe", "words": "How safe did you feel?"}
    end = a_form("finish", "end", questions=[SURE, safe])
    evaluation = Evaluation(forms=[a_form(questions=[SURE, safe | {"low": "Never"}]), end])

    [(form, same)] = repeated(end, evaluation)

    assert (form.id, same) == ("beginning", ["sure"])
    assert list(repeated(evaluation.forms[0], evaluation)) == []


def test_the_names_of_the_two_are_taken_out_of_what_is_read_without_names() -> None:
    names = {"mentor": ("Grace", "Okafor"), "mentee": ("Amina", "El Yusuf")}

    told = without_names(
        "GRACE okafor helped me. Grace’s letters, and Amina  el  Yusuf. Gracefully, amina", names
    )

    assert told == "[mentor] helped me. [mentor]’s letters, and [mentee]. Gracefully, [mentee]"


def test_after_six_weeks_nobody_is_asked_any_more_how_it_went() -> None:
    ended = Way(BEGUN, True, None, ended_on=LAST)

    points = [point_of(ended, 14, LAST + timedelta(days=days)) for days in (0, 41, 42, 400)]

    assert points == ["end", "end", None, None]
