"""Pure decisions about how pairs are getting on."""

from datetime import timedelta
from typing import Any

import pytest

from shared.progress.rules import (
    Row,
    heard_of,
    in_order,
    is_shown,
    lasting_words,
    told_as_typical,
    typical,
)
from tests.builders.clock import MONDAY


def row(**changes: Any) -> Row:
    given: dict[str, Any] = {
        "pair_id": "1",
        "mentee_name": "Amina Yusuf",
        "mentor_name": "Callum Reid",
        "is_over": False,
        "is_agreed": True,
        "stage_id": "beginning",
        "stage": "Getting to know each other",
        "stage_number": 1,
        "stage_since": MONDAY,
        "mentee_at": MONDAY,
        "mentor_at": MONDAY,
        "heard": "week",
        "awaited": "",
        "mentee_answers_in": 60,
        "mentor_answers_in": 60,
        "times": 4,
        "is_enough": True,
        "is_late": False,
    }
    return Row(**(given | changes))


@pytest.mark.parametrize(
    ("days", "expected"), [(0, "week"), (7, "week"), (8, "fortnight"), (28, "month"), (29, "longer")]
)
def test_when_two_were_last_heard_of_is_told_in_weeks(days: int, expected: str) -> None:
    assert heard_of(MONDAY - timedelta(days=days), MONDAY) == expected


def test_who_never_wrote_was_never_heard_of() -> None:
    assert heard_of(None, MONDAY) == "never"


@pytest.mark.parametrize(
    ("show", "changes"),
    [
        ("below", {"is_enough": False}),
        ("seldom", {"is_late": True}),
        ("awaited", {"awaited": "mentor"}),
        ("not_agreed", {"is_agreed": False}),
        ("over", {"is_over": True}),
    ],
)
def test_a_choice_shows_those_it_names_and_no_others(show: str, changes: dict[str, Any]) -> None:
    assert is_shown(row(**changes), show)
    assert not is_shown(row(), show)


def test_what_has_ended_is_shown_only_where_it_is_asked_for() -> None:
    ended = row(is_over=True, is_enough=False, is_late=True, awaited="mentor", is_agreed=False)

    assert [show for show in ("", "below", "seldom", "awaited", "not_agreed") if is_shown(ended, show)] == []


def test_who_wrote_longest_ago_comes_first_and_who_never_did_before_them() -> None:
    rows = [
        row(pair_id="lately", mentee_at=MONDAY),
        row(pair_id="long ago", mentee_at=MONDAY - timedelta(days=30)),
        row(pair_id="never", mentee_at=None),
    ]

    assert [one.pair_id for one in in_order(rows, "mentee_at", MONDAY)] == ["never", "long ago", "lately"]
    assert [one.pair_id for one in in_order(rows, "-mentee_at", MONDAY)] == ["lately", "long ago", "never"]


def test_the_slowest_answer_and_the_fewest_times_come_first() -> None:
    rows = [row(pair_id="slow", mentor_answers_in=900, times=9), row(pair_id="quick", times=2)]

    assert [one.pair_id for one in in_order(rows, "mentor_answers", MONDAY)] == ["slow", "quick"]
    assert [one.pair_id for one in in_order(rows, "times", MONDAY)] == ["quick", "slow"]


def test_an_order_that_is_not_known_leaves_them_by_surname() -> None:
    rows = [row(pair_id="a"), row(pair_id="b", times=1)]

    assert in_order(rows, "", MONDAY) == rows
    assert in_order(rows, "-mentee", MONDAY) == rows[::-1]


def test_what_is_typical_is_the_median() -> None:
    assert typical([10, None, 90, 20]) == 20
    assert typical([]) is None


def test_what_is_told_as_typical_is_no_single_pairs_value() -> None:
    hours = [60 * hour for hour in (1, 2, 3, 4, 700)]

    assert told_as_typical([*hours, None], fewest=5, step=60) == 60 * 142  # of all five: the middle five
    assert told_as_typical([1, *hours, 90_000], fewest=5, step=60) == 60 * 142
    assert told_as_typical([1, *hours], fewest=5, step=60) == 60 * 118  # six, or the sides were not alike
    assert told_as_typical([7, 8, 9], fewest=3) == 8
    assert told_as_typical([*hours[:4], None], fewest=5) is None


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(None, ""), (20, "under an hour"), (60, "1 hour"), (600, "10 hours"), (4320, "3 days")],
)
def test_a_length_of_time_is_said_as_people_say_it(minutes: int | None, words: str) -> None:
    assert lasting_words(minutes) == words
