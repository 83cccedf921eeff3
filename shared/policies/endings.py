"""What a policy says of how a relationship ends: what is looked back on, what is handed in, what follows."""

from typing import Self

from pydantic import Field, model_validator

from .base import Part, Text
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
    due_days: int = Field(14, ge=0, le=180, description="By when it is due, in days after the last day.")
    honorarium_pounds: int = Field(
        0,
        ge=0,
        le=10_000,
        description="What becomes payable to a mentor once it is in, in pounds: once for each cohort, "
        "however many mentees they had in it. Nothing where it is 0.",
    )

    @model_validator(mode="after")
    def _mentors_are_paid(self) -> Self:
        if self.honorarium_pounds and self.asked_of != "mentor":
            raise ValueError("an honorarium is for mentors")
        return self


class Endings(Part):
    """How a relationship ends well."""

    offered_days: int = Field(
        14,
        ge=0,
        le=90,
        description="So many days before the last day of their cohort the two are led to ending well. They "
        "find the way there themselves at any time.",
    )
    last_message_days: int = Field(
        14,
        ge=0,
        le=60,
        description="For so many days after the end, a sudden one too, each side may send one last message, "
        "which a person always reads first. Not at all where it is 0.",
    )
    mentee_review: list[Text] = Field(
        default=[], description="What a mentee is asked to look back on. Nothing is asked where empty."
    )
    mentor_review: list[Text] = Field(default=[], description="What a mentor is asked to look back on.")
    reports: list[Report] = Field(default=[], description="The reports that are asked for.")
    signposts: list[Signpost] = Field(default=[], description="Where a mentee can go on from here.")
    certificate: bool = Field(True, description="Whether both get a certificate of having taken part.")
    introductions: bool = Field(
        False,
        description="Whether a mentor may offer to introduce the mentee to somebody. Nobody is introduced "
        "unless the mentee says yes, and then a coordinator does it.",
    )

    @model_validator(mode="after")
    def _one_report_each(self) -> Self:
        require_distinct([one.asked_of for one in self.reports], "reports")
        return self

    def review_of(self, part: str) -> list[str]:
        """What `mentor` or `mentee` is asked to look back on."""
        return list(self.mentee_review if part == "mentee" else self.mentor_review)

    def report_of(self, part: str) -> Report | None:
        """The report that `mentor` or `mentee` is asked for."""
        return next((one for one in self.reports if one.asked_of == part), None)
