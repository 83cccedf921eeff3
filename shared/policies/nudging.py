"""What a policy says of nudges."""

from typing import Literal, Self

from pydantic import Field, model_validator

from .base import Part

WorkingDay = Literal["monday", "tuesday", "wednesday", "thursday", "friday"]


class Nudges(Part):
    """Who is reminded of what, and when. Nothing of safeguarding is a nudge."""

    unanswered_days: int | None = Field(
        7,
        ge=1,
        le=90,
        description="A message unanswered for so long is brought to whoever is waited for; never where "
        "empty.",
    )
    silent_days: int | None = Field(
        14,
        ge=1,
        le=180,
        description="Where nothing has passed between two for so long, the coordinators are told; never "
        "where empty.",
    )
    tell_other_side: bool = Field(
        False,
        description="Whether whoever waits for an answer is told that the coordinator asks after it, and "
        "the others of somebody who gives up a way of being in touch are told that they did.",
    )
    ending_days: int = Field(
        14, ge=1, le=90, description="So long before a cohort's last day both are told of it."
    )
    diary_prompts: bool = Field(
        True,
        description="Whether mentees and mentors are asked to write in their diary or logbook after a new "
        "stage, after a meeting and when the end is near.",
    )
    digest: WorkingDay = Field(
        "monday",
        description="The day of the week on which all that is not urgent comes to somebody as one e-mail.",
    )
    quiet_from_hour: int = Field(
        20, ge=0, le=23, description="From this hour on no nudge is sent, by the clock of the United Kingdom."
    )
    quiet_until_hour: int = Field(
        8, ge=0, le=23, description="From this hour on nudges are sent again; the digest goes out then."
    )

    @model_validator(mode="after")
    def _some_hour_is_left(self) -> Self:
        if self.quiet_from_hour == self.quiet_until_hour:
            raise ValueError("quiet_from_hour and quiet_until_hour leave no hour in which a nudge is sent")
        return self
