"""What a policy says of meetings: which kinds, when, who must be there, and what a link must be like."""

from typing import Literal, Self

from pydantic import Field, model_validator

from .base import Part, Text
from .hours import WorkingTime

MeetingKind = Literal["video", "audio", "chat", "telephone", "face_to_face"]


class Meetings(Part):
    """Live meetings of a mentor and a mentee."""

    kinds: list[MeetingKind] = Field(
        default=[], description="The kinds there are; none where empty. Face to face a coordinator organises."
    )
    window: WorkingTime | None = Field(
        None, description="The days and hours in which meetings may be; at any time where empty."
    )
    outside_window_with_reason: bool = Field(
        False, description="Whether a meeting outside the window may be, with a reason that staff can read."
    )
    longest_minutes: int = Field(60, ge=5, le=480, description="How long a meeting may last at most.")
    notice_hours: int = Field(
        24, ge=0, le=336, description="How long before it begins a meeting must have been arranged."
    )
    coordinator_required: bool = Field(
        False, description="Whether a coordinator takes part and admits each person by name; else no meeting."
    )
    link_hosts: list[Text] = Field(
        default=[], description="Whose links may be used, such as `teams.microsoft.com`; any where empty."
    )
    link_secret: bool = Field(
        True, description="Whether a link must come with a password or have a waiting room."
    )
    link_shown_minutes: int = Field(
        30, ge=5, le=1440, description="How long before a meeting its link is shown to those who take part."
    )
    advice: list[Text] = Field(default=[], description="What both see before a meeting.")
    recording: bool = Field(
        False, description="Whether a session may be recorded where both agreed to it for that session."
    )

    @model_validator(mode="after")
    def _links_have_hosts(self) -> Self:
        if {"video", "audio", "chat"} & set(self.kinds) and not self.link_hosts:
            raise ValueError("link_hosts must name whose links may be used for meetings online")
        return self
