"""What a policy says of the library."""

from typing import Self

from pydantic import Field, model_validator

from .base import Name, Part, Text


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
