"""What a policy may ask of how it goes."""

from typing import Any

import pytest
from pydantic import ValidationError

from shared.policies.evaluation import Evaluation, FormQuestion

SURE = {"id": "sure", "words": "How sure are you?"}


def a_form(**changes: Any) -> dict[str, Any]:
    return {
        "id": "finish",
        "title": "How it went",
        "asked_of": "mentee",
        "when": "end",
        "questions": [SURE],
    } | changes


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"forms": [a_form(), a_form()]}, "forms: finish is there twice"),
        ({"forms": [a_form(questions=[SURE, SURE])]}, "finish: questions: sure is there twice"),
        ({"forms": [a_form(questions=[])]}, "at least 1 item"),
        ({"forms": [a_form(questions=[SURE | {"kind": "choice"}])]}, "needs two choices at least"),
        (
            {"forms": [a_form(questions=[SURE | {"kind": "choice", "choices": ["Yes", "yes"]}])]},
            "sure: choices: yes is there twice",
        ),
        ({"remind_after_days": [7, 7]}, "each must be later than the one before"),
        ({"remind_after_days": [0, 7]}, "each must be later than the one before"),
        ({"fewest_shown": 2}, "greater than or equal to 3"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_reason(said: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Evaluation.model_validate(said)


def test_words_may_always_be_left_out_and_a_choice_where_the_policy_says_so() -> None:
    words = FormQuestion.model_validate(SURE | {"kind": "text"})
    scale = FormQuestion.model_validate(SURE)

    assert (words.may_be_left_out, scale.may_be_left_out) == (True, False)
    assert FormQuestion.model_validate(SURE | {"optional": True}).may_be_left_out
    assert list(scale.answers) == ["1", "2", "3", "4", "5"]
