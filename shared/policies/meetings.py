"""What a policy says of meetings: which kinds, when, who must be there, and what a link must be like."""

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from .base import Part, Text
from .hours import WorkingTime

MeetingKind = Literal["video", "audio", "chat", "telephone", "face_to_face"]
ONLINE: frozenset[MeetingKind] = frozenset({"video", "audio", "chat"})
"""Kinds that people come to by a link."""
BY_STAFF: frozenset[MeetingKind] = frozenset({"face_to_face"})
"""Kinds that nobody but a coordinator arranges."""
WITH_STAFF: frozenset[MeetingKind] = frozenset({"telephone", "face_to_face"})
"""Kinds that take place with a coordinator only, whatever the policy says: who meets in person is not left
alone with it, and who telephones would otherwise have to give their number."""
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class Recording(Part):
    """What a session may be recorded for. Both sides agree to it for that session, or it is not recorded."""

    purposes: list[Text] = Field(
        default=[], description="What for, to choose from. Nothing is ever recorded where this is empty."
    )
    storage: list[Text] = Field(
        default=[], description="Where it is kept, who can see it and for how long, to choose from."
    )

    @model_validator(mode="after")
    def _says_both(self) -> Self:
        if bool(self.purposes) != bool(self.storage):
            raise ValueError("purposes and storage are written down together, or recording is left out")
        return self


class Meetings(Part):
    """Live meetings of a mentor and a mentee."""

    kinds: list[MeetingKind] = Field(
        default=[],
        description="The kinds there are; none where empty. `face_to_face` only a coordinator arranges.",
    )
    window: WorkingTime | None = Field(
        None, description="The days and hours in which meetings may be; at any time where empty."
    )
    outside_window_with_reason: bool = Field(
        False, description="Whether a meeting outside the window may be, with a reason that staff can read."
    )
    longest_minutes: int = Field(
        60, ge=5, le=480, description="How long a meeting may last at most, in minutes."
    )
    notice_hours: int = Field(
        24, ge=0, le=336, description="How many hours before it begins both must have accepted a meeting."
    )
    coordinator_required: bool = Field(
        False,
        description="Whether a coordinator takes part and lets each person in by name; else no meeting.",
    )
    link_hosts: list[Text] = Field(
        default=[],
        description="Whose links may be used, such as `teams.microsoft.com`, with whatever stands before it.",
    )
    link_secret: bool = Field(
        True, description="Whether a link must come with a password or have a waiting room."
    )
    link_shown_minutes: int = Field(
        30, ge=5, le=1440, description="How long before a meeting its link can be opened, in minutes."
    )
    advice: list[Text] = Field(default=[], description="What both see before a meeting.")
    recording: Recording = Field(
        default_factory=lambda: Recording.model_validate({}),
        description="Whether a session may be recorded where both agreed to it for that session.",
    )

    @model_validator(mode="after")
    def _links_have_hosts(self) -> Self:
        if ONLINE & set(self.kinds) and not self.link_hosts:
            raise ValueError("link_hosts must name whose links may be used for meetings online")
        for host in self.link_hosts:
            if not HOST.fullmatch(host):
                raise ValueError(f"link_hosts: give a host such as teams.microsoft.com, and not “{host}”")
        return self
