"""Decisions about consents."""

from datetime import date

import pytest

from shared.consents.rules import (
    Answers,
    changes,
    for_parents,
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
