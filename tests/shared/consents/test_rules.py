"""Decisions about consents."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.consents.rules import (
    Answers,
    age_on,
    changes,
    for_parents,
    in_force,
    needs_parent,
    problem_with_birthday,
)
from shared.policies.people import Purpose

TODAY = date(2026, 11, 23)


def a_purpose(name: str = "taking_part", *, parent: str = "never", version: int = 1) -> Purpose:
    return Purpose.model_validate(
        {
            "id": name,
            "version": version,
            "title": "Taking part",
            "words": "Do you want to take part?",
            "parent": parent,
            "parent_words": "May they take part?",
        }
    )


def answered(answer: str, *, wording: int = 1, purpose: str = "taking_part") -> Answers:
    return {purpose: {"answer": answer, "wording": wording, "at": "2026-11-20"}}


@pytest.mark.parametrize(
    ("own", "parents", "expected"),
    [
        ({}, {}, {}),
        (answered("yes"), {}, {"taking_part": "asked"}),
        (answered("yes"), answered("yes"), {"taking_part": "yes"}),
        (answered("yes"), answered("no"), {"taking_part": "no"}),
        (answered("no"), answered("yes"), {"taking_part": "no"}),
        ({}, answered("yes"), {}),
    ],
)
def test_where_a_parent_is_asked_only_both_together_say_yes(
    own: Answers, parents: Answers, expected: dict[str, str]
) -> None:
    purposes = [a_purpose(parent="always")]

    assert in_force(purposes, own, parents, side="mentee", born_on=None, today=TODAY) == expected


@given(st.sampled_from(["", "yes", "no"]), st.sampled_from(["", "yes", "no"]), st.booleans())
def test_nothing_is_in_force_that_the_person_did_not_say(own: str, parents: str, asked: bool) -> None:
    purposes = [a_purpose(parent="always" if asked else "never")]
    mine = answered(own) if own else {}
    theirs = answered(parents) if parents else {}

    leave = in_force(purposes, mine, theirs, side="mentee", born_on=None, today=TODAY)

    assert (leave.get("taking_part") == "yes") == (own == "yes" and (not asked or parents == "yes"))


@pytest.mark.parametrize(
    ("born_on", "expected"),
    [
        (None, True),
        (date(2010, 11, 24), True),
        (date(2010, 11, 23), False),
        (date(2001, 2, 3), False),
    ],
)
def test_until_sixteen_a_parent_is_asked_and_of_whom_no_birthday_is_known(
    born_on: date | None, expected: bool
) -> None:
    assert needs_parent(a_purpose(parent="under_16"), "mentee", born_on, TODAY) is expected


@pytest.mark.parametrize("parent", ["under_16", "always"])
def test_nobody_asks_a_mentors_parents(parent: str) -> None:
    purposes = [a_purpose(parent=parent)]

    leave = in_force(purposes, answered("yes"), {}, side="mentor", born_on=None, today=TODAY)

    assert leave == {"taking_part": "yes"}


def test_somebody_born_on_a_leap_day_has_their_birthday_on_the_first_of_march() -> None:
    assert age_on(date(2008, 2, 29), date(2024, 2, 28)) == 15
    assert age_on(date(2008, 2, 29), date(2025, 2, 28)) == 16
    assert age_on(date(2008, 2, 29), date(2025, 3, 1)) == 17


def test_a_parent_is_asked_after_the_mentee_said_yes_and_of_nothing_else() -> None:
    purposes = [a_purpose(parent="always"), a_purpose("video", parent="always"), a_purpose("feedback")]
    own = {**answered("yes"), **answered("no", purpose="video"), **answered("yes", purpose="feedback")}

    assert [one.id for one in for_parents(purposes, own, side="mentee", born_on=None, today=TODAY)] == [
        "taking_part"
    ]


def test_the_same_answer_again_is_no_change_unless_the_words_changed() -> None:
    assert changes([a_purpose()], answered("yes"), {"taking_part": "yes"}) == []
    [anew] = changes([a_purpose(version=2)], answered("yes"), {"taking_part": "yes"})
    assert not anew.is_withdrawal
    [withdrawn] = changes([a_purpose()], answered("yes"), {"taking_part": "no"})
    assert withdrawn.is_withdrawal


def test_what_is_not_asked_cannot_be_answered() -> None:
    assert changes([a_purpose()], {}, {"marketing": "yes"}) == []


@pytest.mark.parametrize("born_on", [date(2026, 11, 24), date(2019, 1, 1), date(1890, 1, 1)])
def test_what_can_be_nobodys_birthday_is_refused(born_on: date) -> None:
    assert problem_with_birthday(born_on, TODAY)
    assert not problem_with_birthday(date(2011, 5, 30), TODAY)
