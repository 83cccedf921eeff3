"""A programme's policy for its staff: in words, version by version, and changed by a form or as a text."""

from typing import Annotated, Literal

from pydantic import Field

from shared.governing.changing import Changed, Preview, Wanted, change_by_form, change_by_text, take_back
from shared.governing.form import PLACES, WrittenForm
from shared.governing.views import (
    PolicyForm,
    PolicyText,
    PolicyView,
    Versions,
    download,
    form_page,
    policy_page,
    take_back_page,
    text_page,
    versions_page,
)
from shared.platform.errors import NotFound

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Again, Done, Text
from .routing import Area

area = Area(__name__)

POLICY = "/programmes/{programme_id}/policy"
YAML = "application/yaml"
Field_ = Annotated[str | None, Field(None, max_length=6_000)]
Short = Annotated[str, Field(max_length=40)]
Tick = Literal["", "yes"]


def place_of(number: str) -> int:
    """A version's number from an address. Raises NotFound."""
    if not (number.isascii() and number.isdecimal() and len(number) <= 6 and int(number)):
        raise NotFound
    return int(number)


@area.get(POLICY, who=STAFF_ONLY, page="policy/policy.html", gives=PolicyView)
def policy(request: Request, programme_id: str) -> PolicyView:
    """The policy in force, in plain words, and the change that is planned."""
    return policy_page(request.me, programme_id)


@area.get(
    POLICY + "/versions",
    who=STAFF_ONLY,
    page="policy/versions.html",
    gives=Versions,
    asks={"before": "A version's number: those before it are shown."},
)
def versions(request: Request, programme_id: str) -> Versions:
    """Who changed what in the policy, when and why; newest first."""
    before = request.query.get("before")
    return versions_page(request.me, programme_id, before=place_of(before) if before else None)


@area.get(
    POLICY + "/download",
    who=STAFF_ONLY,
    gives=str,
    media=YAML,
    asks={"version": "A version's number; the one in force without it."},
)
def as_file(request: Request, programme_id: str) -> Text:
    """The policy in force, or one of its versions, as YAML."""
    version = request.query.get("version")
    text = download(request.me, programme_id, version=place_of(version) if version else None)
    return Text(text, YAML, download_as="policy.yaml")


# ── Changing it ────────────────────────────────────────────────────────────


class HowToChange(Given):
    """How a change is put in force. Without `adopt` it is only shown what would differ."""

    version: int = Field(ge=1, description="The `version` of the policy that was looked at.")
    reason: str = Field("", description="Why. Other staff read it beside the name.")
    starts: Short = Field(
        "", description="From when, as in 2026-11-27T23:00 by the UK's clock; empty for now."
    )
    seen: Annotated[str, Field(max_length=100)] = Field(
        "", description="The `seen` of the preview. If the change is another by now, it is shown again."
    )
    adopt: Tick = ""

    def wanted(self) -> Wanted:
        return Wanted(version=self.version, reason=self.reason, starts=self.starts, seen=self.seen)


class ChangedFields(HowToChange):
    """The fields that are changed most often. What is not sent stays as it is."""

    about: Field_
    ground_rules_mentee: Field_ = Field(None, description="One rule on each line.")
    ground_rules_mentor: Field_ = Field(None, description="One rule on each line.")
    ground_rules_staff: Field_ = Field(None, description="One rule on each line.")
    reply_promise: Field_
    privacy_ask: Field_
    cohort_weeks: Field_ = Field(None, description="Empty for no fixed length.")
    cohort_capacity: Field_ = Field(None, description="Empty for any number.")
    matching_mentees_per_mentor: Field_
    invitations_usable_days: Field_
    invitations_remind_after_days: Field_ = Field(None, description="Days, with commas between them.")
    invitations_most_each_minute: Field_
    spot_checks_share_each_week: Field_ = Field(None, description="Per cent.")
    spot_checks_share_of_decisions: Field_ = Field(None, description="Per cent.")
    escalation_quiet_days: Field_
    nudges_unanswered_days: Field_ = Field(None, description="Empty for never.")
    nudges_silent_days: Field_ = Field(None, description="Empty for never.")
    nudges_ending_days: Field_
    needs_follow_up_days: Field_
    retention_months: Field_
    moderation_mode: Short | None = None
    window: Short | None = Field(None, description="always, hours or as_it_is.")
    window_days: list[Short] = Field(default_factory=list, max_length=7)
    window_opens: Short = ""
    window_closes: Short = ""
    window_bank_holidays: Short = ""

    def written(self) -> WrittenForm:
        return WrittenForm(
            values={place.name: getattr(self, place.name) for place in PLACES},
            mode=self.moderation_mode,
            window=self.window,
            days=self.window_days,
            opens=self.window_opens,
            closes=self.window_closes,
            bank_holidays=self.window_bank_holidays,
        )


class ChangedText(HowToChange):
    """The whole policy."""

    text: str = Field(description="YAML.")


class Why(Given):
    """Why a planned change is taken back."""

    reason: str


@area.get(POLICY + "/change", who=STAFF_ONLY, page="policy/change.html", gives=PolicyForm)
def before_changing(request: Request, programme_id: str) -> PolicyForm:
    """The fields that are changed most often."""
    return form_page(request.me, programme_id)


@area.post(
    POLICY + "/change", who=STAFF_ONLY, takes=ChangedFields, gives=Preview | Changed, again=before_changing
)
def change(request: Request, given: ChangedFields, programme_id: str) -> Again | Done:
    """Shows what a change would mean or, with `adopt`, saves it: in force now or from a moment on."""
    outcome = change_by_form(
        request.me,
        programme_id,
        given.written(),
        given.wanted(),
        adopt=given.adopt == "yes",
        now=request.now,
    )
    return _answer(programme_id, outcome)


@area.get(POLICY + "/text", who=STAFF_ONLY, page="policy/text.html", gives=PolicyText)
def before_writing(request: Request, programme_id: str) -> PolicyText:
    """The whole policy as a text."""
    return text_page(request.me, programme_id)


@area.post(POLICY + "/text", who=STAFF_ONLY, takes=ChangedText, gives=Preview | Changed, again=before_writing)
def write(request: Request, given: ChangedText, programme_id: str) -> Again | Done:
    """Shows what the text would change or, with `adopt`, saves it: in force now or from a moment on."""
    outcome = change_by_text(
        request.me, programme_id, given.text, given.wanted(), adopt=given.adopt == "yes", now=request.now
    )
    return _answer(programme_id, outcome)


@area.get(POLICY + "/take-back", who=STAFF_ONLY, page="policy/take_back.html", gives=PolicyView)
def before_taking_back(request: Request, programme_id: str) -> PolicyView:
    """The change that is planned, to be taken back."""
    return take_back_page(request.me, programme_id)


@area.post(POLICY + "/take-back", who=STAFF_ONLY, takes=Why, gives=Changed, again=before_taking_back)
def take_back_planned(request: Request, given: Why, programme_id: str) -> Done:
    """Takes back the change that is planned."""
    outcome = take_back(request.me, programme_id, reason=given.reason, now=request.now)
    return Done(POLICY.format(programme_id=programme_id), outcome)


def _answer(programme_id: str, outcome: Preview | Changed) -> Again | Done:
    if isinstance(outcome, Preview):
        return Again(outcome)
    return Done(POLICY.format(programme_id=programme_id), outcome)
