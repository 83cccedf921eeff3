"""What a policy says of how a relationship ends, and of what is asked about it."""

from typing import Literal, Self

from pydantic import Field, model_validator

from .base import Name, Part, Text
from .people import Side, require_distinct


class Signpost(Part):
    """Where somebody can go on from here."""

    name: Text = Field(description="What it is called.")
    about: Text = Field(description="What it is for.")
    url: str = Field("", pattern=r"^(https://.*)?$", description="Its website; empty when there is none.")


class Report(Part):
    """A brief report that one side writes at the end."""

    asked_of: Side = Field(description="Who writes it.")
    questions: list[Text] = Field(min_length=1, description="What it answers.")
    due_days: int = Field(14, ge=0, le=180, description="By when, in days after the last day.")
    honorarium_pounds: int = Field(
        0, ge=0, le=10_000, description="What becomes payable once it is in; nothing where 0."
    )


class Endings(Part):
    """How a relationship ends well."""

    last_session: bool = Field(
        True, description="Whether a last message or session is offered, even after a sudden end."
    )
    mentee_review: list[Text] = Field(default=[], description="What a mentee is asked to look back on.")
    mentor_review: list[Text] = Field(default=[], description="What a mentor is asked to look back on.")
    reports: list[Report] = Field(default=[], description="The reports that are asked for.")
    signposts: list[Signpost] = Field(default=[], description="Where a mentee can go on from here.")
    certificate: bool = Field(True, description="Whether both get a certificate of having taken part.")
    introductions: bool = Field(
        False, description="Whether a mentor may introduce the mentee to somebody, with the mentee’s consent."
    )

    @model_validator(mode="after")
    def _one_report_each(self) -> Self:
        require_distinct([one.asked_of for one in self.reports], "reports")
        return self


class FormQuestion(Part):
    """One question of an evaluation."""

    id: Name = Field(description="What its answers are stored under.")
    words: Text = Field(description="The question.")
    kind: Literal["scale", "choice", "text"] = Field("scale", description="What an answer looks like.")
    choices: list[Text] = Field(default=[], description="What can be answered to a choice.")
    low: str = Field("Not at all", max_length=100, description="What 1 on the scale of 1 to 5 means.")
    high: str = Field("Very much", max_length=100, description="What 5 on the scale means.")
    optional: bool = Field(False, description="Whether it may be left empty.")

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if self.kind == "choice" and len(self.choices) < 2:
            raise ValueError(f"{self.id}: a choice needs two choices at least")
        return self


class EvaluationForm(Part):
    """What somebody is asked at one point of the way."""

    id: Name = Field(description="What is stored of it.")
    title: Text = Field(description="What it is called.")
    asked_of: Side = Field(description="Who answers it.")
    when: Literal["start", "middle", "end"] = Field(description="At which point of the cohort.")
    intro: str = Field("", max_length=500, description="What is said above the questions.")
    questions: list[FormQuestion] = Field(min_length=1, description="What is asked, in this order.")

    @model_validator(mode="after")
    def _questions_differ(self) -> Self:
        require_distinct([one.id for one in self.questions], "questions")
        return self


class Evaluation(Part):
    """What is asked of how it went."""

    forms: list[EvaluationForm] = Field(default=[], description="The forms.")
    remind_after_days: list[int] = Field(
        default=[7, 14, 21], description="When who has not answered is reminded, in days after it was asked."
    )
    fewest_shown: int = Field(
        5,
        ge=2,
        le=50,
        description="Of fewer answers than this no result is shown, so that nobody is known by it.",
    )

    @model_validator(mode="after")
    def _forms_differ(self) -> Self:
        require_distinct([one.id for one in self.forms], "forms")
        return self
