"""What a policy says of the relationship: how it begins, its stages, what the two do besides writing."""

from typing import Literal, Self

from pydantic import Field, model_validator

from .base import Name, Part, Text
from .people import require_distinct

Practice = Literal["goals", "tasks", "skills", "feedback"]
CountedAs = Literal["exchange", "message", "nothing"]


class Agreement(Part):
    """What a mentor and a mentee agree to between themselves before the first message."""

    version: int = Field(1, ge=1, description="Counts up by itself when its words change; both agree anew.")
    boundaries: list[Text] = Field(
        default=[], description="What both agree to, a sentence or two each; nothing is agreed where empty."
    )
    excluded_topics: list[Text] = Field(default=[], description="What they do not talk about here.")
    how_often: list[Text] = Field(
        default=[], description="How often they may agree to be in touch, to choose from; not asked if empty."
    )
    when: list[Text] = Field(
        default=[], description="When in the week suits, to choose from, several; not asked where empty."
    )

    @property
    def is_asked(self) -> bool:
        return bool(self.boundaries)


class Stage(Part):
    """One stage of the relationship."""

    id: Name = Field(description="What is stored of it.")
    name: Text = Field(description="What it is called, for both.")
    mentee_words: Text = Field(description="What this stage is about, to the mentee.")
    mentor_words: Text = Field(description="What this stage is about, to the mentor.")
    prompts: list[Text] = Field(default=[], description="What the two may talk about in it.")
    practices: list[Practice] = Field(
        default=["goals", "tasks", "skills", "feedback"],
        description="What the page offers in it besides writing. Goals are held back by leaving them out.",
    )
    weeks: int | None = Field(
        None, ge=1, le=104, description="After how many weeks moving on is suggested; never where empty."
    )


class SupportPlace(Part):
    """Specialist support of one's own school, college or organisation."""

    name: Text = Field(description="What it is called.")
    about: Text = Field(description="What it is for, and how to get there.")
    url: str = Field("", pattern=r"^(https://.*)?$", description="Its page; empty when there is none.")


class Relationship(Part):
    """How a mentor and a mentee get on with one another."""

    agreement: Agreement = Field(
        default_factory=lambda: Agreement.model_validate({}), description="What both agree to first."
    )
    first_prompts: list[Text] = Field(default=[], description="Ideas for somebody’s first message.")
    stages: list[Stage] = Field(
        default=[], description="The stages, in their order; the relationship is one stage where empty."
    )
    skills: list[Text] = Field(
        default=[], description="What a mentee rates themselves in, at the start and at the end: “I can …”."
    )
    interactions_least: int = Field(
        0,
        ge=0,
        le=200,
        description="How often the two should have been in touch at least. Staff see who is below it.",
    )
    interactions_within_weeks: int | None = Field(
        None,
        ge=1,
        le=104,
        description="After how many weeks the staff are told of a pair below it, the days not counted on "
        "which their conversation rested; never where empty.",
    )
    messages_count_as: CountedAs = Field(
        "exchange",
        description="What counts as once in touch: a message and its answer together (`exchange`), each "
        "delivered message (`message`), or no message at all (`nothing`).",
    )
    logged_ways: list[Text] = Field(
        default=[],
        description="Ways of being in touch off the platform, such as a visit, that one side writes down and "
        "the other confirms. Nothing is written down where empty.",
    )
    diary: list[Text] = Field(
        default=[], description="Questions a mentee’s diary begins with. There is no diary where empty."
    )
    logbook: list[Text] = Field(
        default=[], description="Questions a mentor’s logbook begins with. There is none where empty."
    )
    support_for_mentors: str = Field(
        "",
        max_length=500,
        description="Who supports and supervises mentors, and how to reach them, in words.",
    )
    specialist_support: list[SupportPlace] = Field(
        default=[],
        description="Where at their own school, college or organisation mentees find help with studying and "
        "with what stands in its way. Shown on their conversation’s page.",
    )

    @model_validator(mode="after")
    def _stages_differ(self) -> Self:
        require_distinct([one.id for one in self.stages], "stages")
        require_distinct(self.logged_ways, "logged_ways")
        return self

    @model_validator(mode="after")
    def _skills_are_rated_somewhere(self) -> Self:
        if self.skills and self.stages and not any("skills" in one.practices for one in self.stages):
            raise ValueError("skills are asked for, and no stage has them among its practices")
        return self
