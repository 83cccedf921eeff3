"""The policy schema. Code asks the policy; it never asks which programme this is."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Role = Literal["coordinator", "safeguarding_lead", "administrator"]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class Part(BaseModel):
    """A part of a policy: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HelpPlace(Part):
    """Somewhere a young person can turn to now."""

    name: Text
    about: Text
    phone: str = Field("", description="As it is dialled in the United Kingdom; empty when there is none.")
    text_line: str = Field("", description="What to text, and to which number.")
    url: str = Field("", pattern=r"^(https://.*)?$")
    emergency: bool = Field(False, description="For when somebody is in danger now. Shown first.")


class GroundRules(Part):
    """What everybody agrees to before an account is made. Asked again when the version changes."""

    version: int = Field(1, ge=1)
    mentee: list[Text]
    mentor: list[Text]
    staff: list[Text]


class Moderation(Part):
    """Who reads what before it is delivered."""

    mode: Literal["filter", "everything"] = Field(
        "filter", description="`filter` holds what the filter finds; `everything` holds every message."
    )
    claim_minutes: int = Field(
        10, ge=1, le=120, description="How long a moderator's claim lasts, in minutes."
    )
    read_within_hours: int = Field(
        24,
        ge=1,
        le=240,
        description="A held message unread for so many hours is brought to the safeguarding lead.",
    )
    reading_minutes: int = Field(
        2,
        ge=1,
        le=60,
        description="How long it takes to read a held message and decide on it; the cost of new rules.",
    )


class OwnRule(Part):
    """One rule that the programme adds to the filter's; shared/filtering/rules/README.md says how phrases are
    written."""

    id: str = Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=40,
        description="Small letters, digits and hyphens. Findings name the rule `programme.<id>`.",
    )
    category: Text = Field(description="One of the filter's categories.")
    severity: Literal["low", "medium", "high", "immediate"] = "medium"
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


class Escalation(Part):
    """Who is told of a concern, and how soon somebody must answer."""

    ranks: list[list[Role]] = Field(
        min_length=1,
        description="The roles told at each step; the next step is taken when nobody has acknowledged in "
        "time. The last step is repeated until somebody answers.",
    )
    acknowledge_within_minutes: dict[
        Literal["low", "medium", "high", "immediate"], Annotated[int, Field(ge=1, le=10_080)]
    ] = Field(description="How long each step waits for an answer, in minutes, by severity.")


class Policy(Part):
    """How one programme runs."""

    ground_rules: GroundRules
    help: list[HelpPlace] = Field(min_length=1)
    moderation: Moderation
    filter: FilterChanges = Field(FilterChanges(), description="Changes to the filter's rules.")
    escalation: Escalation
    invitation_days: int = Field(14, ge=1, le=90, description="How long an invitation can be used, in days.")
    reply_promise: Text = Field(
        description="When a person usually reads what is held, in words for a mentee."
    )
