"""What a policy says of people: who may take part, what mentors must show, and what is asked leave for."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, Self

from pydantic import Field, model_validator

from .base import Name, Part, Text

Side = Literal["mentee", "mentor"]
Method = Literal["message", "telephone", "text", "video", "audio", "chat"]
PurposeName = Literal["taking_part", "messages", "video", "recording", "feedback", "case_study", "marketing"]


def require_distinct(names: Iterable[str], what: str) -> None:
    """Raises ValueError when two have one name."""
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ValueError(f"{what}: {', '.join(twice)} is there twice")


class Question(Part):
    """What somebody is asked before they are invited. An answer that is not accepted refuses them."""

    id: Name = Field(description="What answers are stored under.")
    asked_of: Side = Field(description="Whom it is asked about.")
    words: Text = Field(description="The question, as whoever nominates or invites reads it.")
    kind: Literal["yes_no", "choice", "number"] = Field("choice", description="What an answer looks like.")
    choices: list[Text] = Field(default=[], description="What can be answered to a choice.")
    accepts: list[Text] = Field(
        default=[], description="The answers that may take part; all of them where it is empty."
    )
    least: int | None = Field(None, description="The smallest number that may take part.")
    most: int | None = Field(None, description="The largest number that may take part.")
    refusal: Text = Field(
        "This answer does not fit what the programme is for.",
        description="Why another answer cannot take part, in a sentence.",
    )

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        possible = {"yes_no": ["yes", "no"], "choice": self.choices, "number": []}[self.kind]
        if self.kind == "choice" and not self.choices:
            raise ValueError(f"{self.id}: a choice needs choices")
        unknown = [answer for answer in self.accepts if answer not in possible]
        if unknown:
            raise ValueError(f"{self.id}: accepts {', '.join(unknown)}, which cannot be answered")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"{self.id}: least is more than most")
        return self


class Strand(Part):
    """What one group of mentees is there for; topics and resources follow it."""

    id: Name = Field(description="What it is known by.")
    name: Text = Field(description="What it is called.")
    about: Text = Field(description="What it is for, in a sentence.")
    question: Name = Field(description="The question whose answer decides it.")
    answers: list[Text] = Field(min_length=1, description="The answers that belong to it.")
    topics: list[Text] = Field(min_length=1, description="What a pair of it may talk about, as prompts.")
    mentor_question: Name | None = Field(
        None, description="The question to mentors whose answer says who is for this group; all are if empty."
    )
    mentor_answers: list[Text] = Field(
        default=[], description="The answers with which a mentor is for this group. Who has not answered is."
    )


class Eligibility(Part):
    """Who may take part."""

    questions: list[Question] = Field(default=[], description="What is asked before somebody is invited.")
    strands: list[Strand] = Field(
        default=[], description="Groups of mentees, each there for something of its own."
    )

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        require_distinct([one.id for one in self.questions], "questions")
        require_distinct([one.id for one in self.strands], "strands")
        asked_of = {one.id: one.asked_of for one in self.questions}
        for strand in self.strands:
            if strand.question not in asked_of:
                raise ValueError(f"strand {strand.id}: there is no question {strand.question}")
            if strand.mentor_question and asked_of.get(strand.mentor_question) != "mentor":
                raise ValueError(f"strand {strand.id}: mentors are not asked {strand.mentor_question}")
        return self


class CohortPlan(Part):
    """What a new cohort begins with."""

    weeks: int | None = Field(None, ge=1, le=104, description="How long it lasts; no fixed length if empty.")
    capacity: int | None = Field(None, ge=1, le=100_000, description="Mentees at most; any number if empty.")


class VettingStep(Part):
    """Something that staff record as passed: recruitment, selection."""

    id: Name = Field(description="What the record of it is stored under.")
    name: Text = Field(description="What it is called.")


class CheckKind(Part):
    """A kind of check that clears a mentor."""

    id: Name = Field(description="What the record of it is stored under.")
    name: Text = Field(description="As it is known: Enhanced DBS, PVG scheme record.")
    valid_months: int | None = Field(
        None, ge=1, le=120, description="How long it counts from its issue, in months, where it has no end."
    )


class Training(Part):
    """A training that a mentor must have had."""

    id: Name = Field(description="What the record of it is stored under.")
    name: Text = Field(description="What it is called.")
    minutes: int = Field(ge=1, le=10_080, description="How long it must have lasted at least, in minutes.")
    valid_months: int | None = Field(None, ge=1, le=120, description="How long it counts, in months.")


class Vetting(Part):
    """What is recorded of a mentor before they are matched, and must go on being so."""

    steps: list[VettingStep] = Field(default=[], description="All of these must be recorded as passed.")
    checks: list[CheckKind] = Field(
        default=[], description="Any one of these is enough; none asked if empty."
    )
    training: list[Training] = Field(default=[], description="All of these.")
    remind_days_before: list[int] = Field(
        default=[30, 7], description="Days before the end of a check on which mentor and staff are reminded."
    )

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [one.id for one in self.steps]
        names += [one.id for one in self.checks]
        names += [one.id for one in self.training]
        require_distinct(names, "vetting")
        return self


class Purpose(Part):
    """Something that is done only with leave. Nobody's leave is ever taken for granted."""

    id: PurposeName = Field(description="What the leave is for.")
    version: int = Field(1, ge=1, description="Counts up when the wording changes; then it is asked anew.")
    title: Text = Field(description="What it is called, in a word or two.")
    words: Text = Field(description="What is asked, in words for whoever takes part.")
    asked_of: list[Side] = Field(default=["mentee", "mentor"], min_length=1, description="Who is asked.")
    parent: Literal["never", "under_16", "always"] = Field(
        "never", description="Whose parent or carer is asked, after the mentee said yes."
    )
    parent_words: str = Field("", max_length=500, description="What the parent or carer is asked.")
    needed_for: Literal["pairing", "first_meeting", "nothing"] = Field(
        "nothing", description="What must wait until it is given."
    )

    @model_validator(mode="after")
    def _parents_are_told_what_for(self) -> Self:
        if self.parent != "never" and not self.parent_words:
            raise ValueError(f"{self.id}: parent_words is missing")
        return self


class Consents(Part):
    """What leave is asked for."""

    purposes: list[Purpose] = Field(default=[], description="Each is asked, given and taken back by itself.")
    link_days: int = Field(
        30, ge=1, le=180, description="How long a parent's or carer's link works, in days."
    )

    @model_validator(mode="after")
    def _purposes_differ(self) -> Self:
        require_distinct([one.id for one in self.purposes], "purposes")
        return self


class Needs(Part):
    """What a mentee may lack to take part; recorded and followed up."""

    kinds: list[Literal["device", "data", "wifi"]] = Field(default=[], description="What is asked about.")
    follow_up_days: int = Field(
        7, ge=1, le=60, description="After so many days an unmet need comes back to the coordinator."
    )


class InvitationMail(Part):
    """How invitations are sent."""

    usable_days: int = Field(14, ge=1, le=90, description="How long an invitation can be used, in days.")
    remind_after_days: list[int] = Field(
        default=[], description="Days after an invitation on which whoever has not answered is reminded."
    )
    most_each_minute: int = Field(
        60, ge=1, le=1_000, description="How many invitations of one list are sent in a minute."
    )


class PrivacyNotice(Part):
    """Where an organisation says what it does with what it knows of people."""

    organisation: Text = Field(description="Whose notice it is.")
    url: str = Field(pattern=r"^https://.*$", description="Where it can be read.")


class Privacy(Part):
    """What people are told of who sees what."""

    notices: list[PrivacyNotice] = Field(default=[], description="One for each organisation.")
    ask: Text = Field(
        "your coordinator", description="Whom to ask, as it follows the words “If you have a question, ask”."
    )
