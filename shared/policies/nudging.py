"""What a policy says of nudges and of the library."""

from typing import Literal, Self

from pydantic import Field, model_validator

from .base import Name, Part, Text


class Nudges(Part):
    """Who is reminded of what, and when. Nothing of safeguarding is a nudge."""

    unanswered_days: int | None = Field(
        7, ge=1, le=90, description="A message unanswered so long is brought to whoever is waited for."
    )
    silent_days: int | None = Field(
        14, ge=1, le=180, description="Neither has written for so long: the coordinator is told."
    )
    tell_other_side: bool = Field(
        False, description="Whether whoever waits is told that the coordinator has asked after the other."
    )
    ending_days: int = Field(
        14, ge=1, le=90, description="How long before a cohort's last day both are told."
    )
    quiet_from_hour: int = Field(20, ge=0, le=23, description="From this hour on no nudge is sent, UK time.")
    quiet_until_hour: int = Field(8, ge=0, le=23, description="Until this hour no nudge is sent.")
    digest: Literal["monday", "tuesday", "wednesday", "thursday", "friday"] = Field(
        "monday", description="The day of the week on which what is not urgent comes as one e-mail."
    )


class Library(Part):
    """The resources that mentors and mentees find here."""

    common: bool = Field(True, description="Whether the common library is shown beside the programme's own.")
    tags: list[Text] = Field(
        default=[],
        description="What resources are sorted by, in the order shown. Common ones with none are left out.",
    )
    strand_tags: dict[Name, list[Text]] = Field(
        default={}, description="For mentees of a strand, by its id: what they are shown first."
    )
    link_hosts: list[Text] = Field(
        default=[], description="Websites that resources may lead to, such as `www.nhs.uk`; any where empty."
    )

    @model_validator(mode="after")
    def _tags_fit(self) -> Self:
        for strand, tags in self.strand_tags.items():
            for tag in tags:
                if self.tags and tag not in self.tags:
                    raise ValueError(f"strand_tags of {strand}: {tag} is not among the tags")
        return self
