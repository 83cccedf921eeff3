"""What a policy says of evaluation: what mentees and mentors are asked of how it goes, and when."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from .base import Name, Part, Text
from .people import Side, require_distinct

Point = Literal["start", "middle", "end"]
MOST_QUESTIONS = 20
MOST_CHOICES = 12
MOST_FORMS = 12
SCALE = ("1", "2", "3", "4", "5")


class FormQuestion(Part):
    """One question of a form. Whatever it is, “I’d rather not say” is an answer to it."""

    id: Name = Field(
        description="What its answers are counted under. The same at the start and at the end: both stand "
        "side by side in the results."
    )
    words: Text = Field(description="The question.")
    kind: Literal["scale", "choice", "text"] = Field(
        "scale", description="What an answer looks like: 1 to 5, one of the choices, or words."
    )
    choices: list[Text] = Field(
        default=[], max_length=MOST_CHOICES, description="What can be answered to a choice."
    )
    low: str = Field("Not at all", max_length=100, description="What 1 on the scale means.")
    high: str = Field("Very much", max_length=100, description="What 5 on the scale means.")
    optional: bool = Field(
        False, description="Whether it may be passed over in silence. A question for words always may."
    )

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if self.kind == "choice" and len(self.choices) < 2:
            raise ValueError(f"{self.id}: a choice needs two choices at least")
        require_distinct([one.casefold() for one in self.choices], f"{self.id}: choices")
        return self

    @property
    def may_be_left_out(self) -> bool:
        return self.optional or self.kind == "text"

    @property
    def answers(self) -> Sequence[str]:
        """What can be chosen, in its order; nothing where words are asked for."""
        return {"scale": SCALE, "choice": tuple(self.choices), "text": ()}[self.kind]


class EvaluationForm(Part):
    """What somebody is asked at one point of the way."""

    id: Name = Field(description="What is stored of it.")
    title: Text = Field(description="What it is called, for whoever is asked.")
    asked_of: Side = Field(description="Who answers it.")
    when: Point = Field(
        description="From when it is asked: `start` once both have agreed, `middle` from half way on, `end` "
        "in the last days or once it has ended. Each until the next point of the way."
    )
    intro: str = Field("", max_length=500, description="What is said above the questions.")
    questions: list[FormQuestion] = Field(
        min_length=1, max_length=MOST_QUESTIONS, description="What is asked, in this order."
    )

    @model_validator(mode="after")
    def _questions_differ(self) -> Self:
        require_distinct([one.id for one in self.questions], f"{self.id}: questions")
        return self


class Evaluation(Part):
    """What mentees and mentors are asked of how it goes. Nobody is asked a form twice in one cohort."""

    forms: list[EvaluationForm] = Field(
        default=[], max_length=MOST_FORMS, description="The forms; nothing is asked where there are none."
    )
    end_from_days: int = Field(
        14,
        ge=0,
        le=180,
        description="From how many days before a cohort's last day on the forms of the end are asked.",
    )
    remind_after_days: list[int] = Field(
        default=[7, 14, 21],
        max_length=6,
        description="When whoever has not answered is reminded, in days after they were first asked.",
    )
    fewest_shown: int = Field(
        5,
        ge=3,
        le=50,
        description="Answers are shown from so many people or more at a time, and none that fewer gave, so "
        "that nobody is known by theirs.",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        require_distinct([one.id for one in self.forms], "forms")
        if any(later <= earlier for earlier, later in pairwise([0, *self.remind_after_days])):
            raise ValueError("remind_after_days: each must be later than the one before")
        return self
