"""The policy schema. Code asks the policy; it never asks which programme this is."""

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from .base import Part, Text
from .endings import Endings
from .evaluation import Evaluation
from .hours import Clock, WorkingTime
from .library import Library
from .matching import Matching
from .meetings import Meetings
from .nudging import Nudges
from .people import (
    CohortPlan,
    Consents,
    Eligibility,
    InvitationMail,
    Method,
    Needs,
    Privacy,
    Vetting,
)
from .relationship import Relationship

Role = Literal["coordinator", "safeguarding_lead", "deputy", "regional_manager", "administrator"]
Severity = Literal["low", "medium", "high", "immediate"]


class HelpPlace(Part):
    """Somewhere a young person can turn to now."""

    name: Text = Field(description="What it is called.")
    about: Text = Field(description="Who it is for, and what it does.")
    phone: str = Field("", description="As it is dialled in the United Kingdom; empty when there is none.")
    text_line: str = Field("", description="What to text, and to which number.")
    url: str = Field("", pattern=r"^(https://.*)?$", description="Its website; empty when there is none.")
    emergency: bool = Field(False, description="For when somebody is in danger now. Shown first.")


class GroundRules(Part):
    """What everybody agrees to before an account is made. Asked again when the version changes."""

    version: int = Field(1, ge=1, description="Counts up by itself when a rule changes; then all agree anew.")
    mentee: list[Text] = Field(description="What mentees agree to, a sentence or two each.")
    mentor: list[Text] = Field(description="What mentors agree to.")
    staff: list[Text] = Field(description="What staff agree to.")


def _clock_for_each_severity(clocks: dict[Severity, Clock], name: str) -> None:
    """Raises ValueError unless every severity has a clock, and that for `immediate` never stands still."""
    for severity in get_args(Severity):
        if severity not in clocks:
            raise ValueError(f"{name} has no clock for {severity}")
    if clocks["immediate"].counts != "always":
        raise ValueError(f"{name}: the clock for immediate must count always")


class Moderation(Part):
    """Who reads what before it is delivered."""

    mode: Literal["filtered", "brokered"] = Field(
        "filtered",
        description="`filtered` holds what the filter finds; in `brokered` every message is read by the "
        "coordinator and passed on, whatever the filter says.",
    )
    claim_minutes: int = Field(
        10, ge=1, le=120, description="How long a moderator's claim lasts, in minutes."
    )
    hand_over_minutes: int = Field(
        60,
        ge=1,
        le=480,
        description="How long a message is kept, in minutes, for the colleague it was handed to.",
    )
    review_within: dict[Severity, Clock] = Field(
        {
            "low": Clock(minutes=480, counts="working_time"),
            "medium": Clock(minutes=240, counts="working_time"),
            "high": Clock(minutes=120, counts="always"),
            "immediate": Clock(minutes=30, counts="always"),
        },
        description="By when a held message is to be read and decided on. One for every severity. Then the "
        "coordinators are told that it is late.",
    )
    leads_told_after: Clock = Field(
        Clock(minutes=120, counts="always"),
        description="How long after that the safeguarding leads are told, and then each day.",
    )
    reading_minutes: int = Field(
        2,
        ge=1,
        le=60,
        description="How long it takes to read a held message and decide on it; the cost of new rules.",
    )

    @model_validator(mode="after")
    def _every_severity_has_a_clock(self) -> Self:
        _clock_for_each_severity(self.review_within, "review_within")
        return self


class OwnRule(Part):
    """One rule that the programme adds to the filter's; shared/filtering/rules/README.md says how phrases are
    written."""

    id: str = Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=40,
        description="Small letters, digits and hyphens. Findings name the rule `programme.<id>`.",
    )
    category: Text = Field(description="One of the filter's categories.")
    severity: Literal["low", "medium", "high", "immediate"] = Field(
        "medium", description="How urgent what it finds is."
    )
    phrases: list[Text] = Field(min_length=1, description="What it looks for.")
    unless: list[Text] = Field(default=[], description="What makes a match ordinary, where it overlaps one.")
    sentence: Text = Field(description="What the writer of a held message reads: what to change.")
    note: str = Field("", max_length=500, description="What the moderator reads: what the rule is for.")
    examples: list[Text] = Field(min_length=1, description="Messages that it must find.")
    not_examples: list[Text] = Field(default=[], description="Messages that it must leave alone.")


class FilterChanges(Part):
    """How the programme changes the filter's rules; by default not at all.

    Which rules and categories there are, the filter alone knows. What it cannot use here breaks the rules,
    and then every message is held.
    """

    switched_off: list[Text] = Field(default=[], description="Rule ids that find nothing in this programme.")
    severities: dict[Text, Literal["low", "medium", "high", "immediate"]] = Field(
        default={}, description="Rule id and the severity that its findings have in this programme."
    )
    own_rules: list[OwnRule] = Field(default=[], description="Rules that the programme adds.")

    @property
    def are_none(self) -> bool:
        return not (self.switched_off or self.severities or self.own_rules)


class Delivery(Part):
    """When messages are passed on, and how else they come in. Alerts never wait."""

    window: WorkingTime | None = Field(
        None, description="The days and hours in which messages are passed on; at any time where it is empty."
    )
    entered_for_mentees: list[Literal["telephone", "text", "email"]] = Field(
        default=[],
        description="How a message may reach the coordinator, who then enters it on the mentee's behalf.",
    )
    attachments: bool = Field(
        False,
        description="Whether a file may be sent with a message. A person always looks at it before anybody "
        "else can open it.",
    )
    methods: list[Method] = Field(
        default=["message"],
        min_length=1,
        description="The ways of being in touch that there are. One is open to a pair when both chose it.",
    )


class Rank(Part):
    """Who is told at one step of the chain: everybody with one of the roles, and everybody named."""

    roles: list[Role] = Field(default=[], description="Everybody who has one of these is told.")
    people: list[Text] = Field(default=[], description="The person_ids of further staff of the programme.")

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if not (self.roles or self.people):
            raise ValueError("a step of the chain names nobody")
        return self


class Steps(Part):
    """Other steps than the usual ones."""

    ranks: list[Rank] = Field(
        min_length=1, description="Who is told at each step; the last one is repeated until somebody answers."
    )
    out_of_hours_ranks: list[Rank] = Field(
        default=[], description="Who is told outside working time; the same as otherwise where it is empty."
    )


class Escalation(Part):
    """Who is told of a concern, and how soon somebody must answer."""

    ranks: list[Rank] = Field(
        min_length=1,
        description="Who is told at each step; the next step is taken when nobody has acknowledged in "
        "time. The last step is repeated until somebody answers.",
    )
    out_of_hours_ranks: list[Rank] = Field(
        default=[], description="Who is told outside working time; the same as otherwise where it is empty."
    )
    by_severity: dict[Severity, Steps] = Field(
        default={},
        description="Other steps for concerns of one severity, in and out of hours; the usual ones for each "
        "that is not named.",
    )
    about_staff: list[Rank] = Field(
        default=[
            Rank(roles=["regional_manager"], people=[]),
            Rank(roles=["regional_manager", "administrator"], people=[]),
        ],
        min_length=1,
        description="Who is told, step by step and at any hour, of a worry about somebody on the staff, "
        "instead of those they work with: a regional manager, or somebody independent. Never whom it is "
        "about. Where none of them can be reached, everybody else is told together.",
    )
    acknowledge_within: dict[Severity, Clock] = Field(
        description="How long each step waits for an answer. One for every severity."
    )
    quiet_days: int = Field(
        10,
        ge=1,
        le=90,
        description="A mentee who has written nothing for so many days after a held message or a concern is "
        "brought to the coordinator's attention.",
    )

    @model_validator(mode="after")
    def _every_severity_has_a_clock(self) -> Self:
        _clock_for_each_severity(self.acknowledge_within, "acknowledge_within")
        return self

    @property
    def every_rank(self) -> list[Rank]:
        """Every step there is, whenever and for whatever it is taken."""
        others = [rank for one in self.by_severity.values() for rank in (*one.ranks, *one.out_of_hours_ranks)]
        return [*self.ranks, *self.out_of_hours_ranks, *others, *self.about_staff]


class SpotChecks(Part):
    """How many delivered conversations, and decisions of moderators, somebody reads all the same."""

    share_each_week: float = Field(
        0.1, ge=0, le=1, description="The share of a cohort's conversations drawn each week, from 0 to 1."
    )
    share_of_decisions: float = Field(
        0.05,
        ge=0,
        le=1,
        description="The share of a week's decisions that a second person reads, from 0 to 1.",
    )


class Policy(Part):
    """How one programme runs."""

    ground_rules: GroundRules = Field(description="What everybody agrees to, each in the words for them.")
    help: list[HelpPlace] = Field(
        min_length=1, description="Where mentees and mentors can turn to, the most urgent first."
    )
    moderation: Moderation = Field(description="Who reads what before it is delivered, and by when.")
    filter: FilterChanges = Field(FilterChanges(), description="Changes to the filter's rules.")
    working_time: WorkingTime = Field(
        description="When staff are at work; some clocks stand still otherwise."
    )
    escalation: Escalation = Field(
        description="Who is told of a concern, step by step, and how soon somebody must answer."
    )
    spot_checks: SpotChecks = Field(
        default_factory=lambda: SpotChecks.model_validate({}),
        description="What is read though the filter let it pass.",
    )
    about: Text = Field(
        "Safeguarded mentoring in writing.", description="What the programme is, in a sentence for everybody."
    )
    eligibility: Eligibility = Field(Eligibility(), description="Who may take part.")
    cohort: CohortPlan = Field(CohortPlan.model_validate({}), description="What a new cohort begins with.")
    vetting: Vetting = Field(Vetting(), description="What mentors must show before they are matched.")
    consents: Consents = Field(Consents.model_validate({}), description="What leave is asked for.")
    needs: Needs = Field(Needs.model_validate({}), description="What mentees may lack to take part.")
    delivery: Delivery = Field(Delivery.model_validate({}), description="When and how messages pass.")
    matching: Matching = Field(Matching.model_validate({}), description="How pairs are suggested.")
    relationship: Relationship = Field(
        Relationship.model_validate({}), description="What the two do together besides writing."
    )
    evaluation: Evaluation = Field(
        Evaluation.model_validate({}), description="What both sides are asked of how it goes, and when."
    )
    meetings: Meetings = Field(
        Meetings.model_validate({}), description="Live meetings: when, with whom, and how they are kept safe."
    )
    endings: Endings = Field(Endings.model_validate({}), description="How a relationship ends well.")
    library: Library = Field(Library.model_validate({}), description="What there is to read.")
    nudges: Nudges = Field(
        Nudges.model_validate({}), description="Who is reminded of what by e-mail, and when."
    )
    invitations: InvitationMail = Field(
        InvitationMail.model_validate({}), description="How invitations are sent."
    )
    privacy: Privacy = Field(Privacy.model_validate({}), description="Who sees what, and whom to ask.")
    retention_months: int = Field(
        12, ge=1, le=120, description="How long conversations are kept after their cohort ended, in months."
    )
    reply_promise: Text = Field(
        description="When a person usually reads what is held, in words for a mentee."
    )

    @model_validator(mode="after")
    def _strands_are_known(self) -> Self:
        known = {one.id for one in self.eligibility.strands}
        for strand in self.library.strand_tags:
            if strand not in known:
                raise ValueError(f"library.strand_tags: there is no strand {strand}")
        return self

    @model_validator(mode="after")
    def _meetings_can_be_chosen(self) -> Self:
        for kind in self.meetings.kinds:
            if kind != "face_to_face" and kind not in self.delivery.methods:
                raise ValueError(
                    f"meetings.kinds: nobody can choose {kind}, as delivery.methods leaves it out"
                )
        return self
