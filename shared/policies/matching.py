"""What a policy says of bringing mentors and mentees together."""

from typing import Self

from pydantic import Field, model_validator

from .base import Name, Part, Text
from .people import require_distinct


class Preference(Part):
    """Something that both sides are asked, each for themselves; what both chose speaks for the pair."""

    id: Name = Field(description="What answers are stored under.")
    mentee_words: Text = Field(description="The question to a mentee.")
    mentor_words: Text = Field(description="The question to a mentor.")
    choices: list[Text] = Field(min_length=2, description="What can be chosen, one or several.")
    weight: int = Field(1, ge=0, le=10, description="How much it counts that both chose the same.")
    must: bool = Field(
        False,
        description="Whether they may be matched only when both chose the same. Who chose nothing fits all.",
    )


class Matching(Part):
    """How pairs are suggested."""

    preferences: list[Preference] = Field(default=[], description="What both sides are asked.")
    mentees_per_mentor: int = Field(
        5, ge=1, le=50, description="How many mentees a mentor has at most, unless they said fewer."
    )
    same_school_apart: bool = Field(
        True, description="Whether a mentor is never matched with a mentee of their own school."
    )
    mentees_ask: bool = Field(
        False,
        description="Whether a mentee may ask for one of the mentors of their cohort who chose to be shown. "
        "A mentee sees their first name, what they chose, and what they tell of themselves.",
    )
    own_choice_weight: int = Field(
        5, ge=0, le=20, description="How much it counts that a mentee asked for this mentor."
    )

    @model_validator(mode="after")
    def _preferences_differ(self) -> Self:
        require_distinct([one.id for one in self.preferences], "preferences")
        return self
