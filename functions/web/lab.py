"""The filter lab: trying a text; drafting changes to the rules, trying those on past messages, adopting."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from shared.filtering import check
from shared.lab.adopting import adopt_draft
from shared.lab.backtesting import start_backtest
from shared.lab.drafting import (
    Weight,
    WrittenRule,
    drop_draft,
    look_again,
    remove_rule,
    save_rule,
    weigh_rule,
)
from shared.lab.results import BacktestPage, backtest_page
from shared.lab.trying import FilterLab, Tried, filter_lab, try_text
from shared.lab.views import (
    DraftView,
    OwnRuleView,
    RuleChanges,
    UsualRuleView,
    draft_page,
    own_rule_page,
    rule_changes,
    usual_rule_page,
)
from shared.platform.errors import Invalid

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Again, Done
from .routing import Area

area = Area(__name__)

LAB = "/programmes/{programme_id}/filter"
DRAFT = LAB + "/draft"
Tick = Literal["", "yes"]
RuleId = Annotated[str, Field(max_length=100)]


# ── Trying a text ──────────────────────────────────────────────────────────


class ToTry(Given):
    """A text, and who is taken to have written it."""

    text: str
    sender: Literal["mentee", "mentor"] = "mentee"
    earlier: str = Field("", description="Their earlier messages, one on each line, the oldest first.")


@area.get(LAB, who=STAFF_ONLY, page="lab/try.html", gives=FilterLab)
def lab(request: Request, programme_id: str) -> FilterLab:
    """Where a text can be tried on a programme's filter."""
    return filter_lab(request.me, programme_id)


@area.post(LAB, who=STAFF_ONLY, takes=ToTry, gives=Tried, again=lab)
def try_on(request: Request, given: ToTry, programme_id: str) -> Again:
    """Says what each rule sees in a text, and what the draft would. Nothing is sent or stored."""
    said = try_text(
        request.me,
        programme_id,
        text=given.text,
        sender=given.sender,
        earlier=given.earlier,
        checker=check,
    )
    return Again(said)


# ── The draft ──────────────────────────────────────────────────────────────


class RuleGiven(Given):
    """A rule of the programme's own. Lists may be given as lines of one text."""

    replaces: RuleId = Field("", description="The id of the rule that this one takes the place of.")
    name: str = Field("", description="Short; becomes the rule's id.")
    category: str = Field("", description="One of the filter's categories.")
    severity: str = Field("medium", description="low, medium, high or immediate.")
    phrases: list[str] = Field([], description="What it looks for, in the phrase language.")
    unless: list[str] = Field([], description="What makes a match ordinary, where it overlaps one.")
    sentence: str = Field("", description="What the writer of a held message reads.")
    note: str = Field("", description="What the moderator reads.")
    examples: list[str] = Field([], description="Messages that it must find.")
    not_examples: list[str] = Field([], description="Messages that it must leave alone.")


class RuleNamed(Given):
    """An own rule of the draft."""

    rule: RuleId


class RuleWeighed(Given):
    """What one of the filter's own rules is to count for."""

    rule: RuleId
    weight: Weight


class SeenVersion(Given):
    """Which version of the policy was looked at."""

    version: int = Field(ge=1)


@area.get(DRAFT, who=STAFF_ONLY, page="lab/draft.html", gives=DraftView)
def draft(request: Request, programme_id: str) -> DraftView:
    """A programme's draft of changes to its rules, beside the rules in force."""
    return draft_page(request.me, programme_id)


def _done_with(request: Request, programme_id: str) -> Done:
    return Done(f"/programmes/{programme_id}/filter/draft", draft_page(request.me, programme_id))


@area.get(
    DRAFT + "/own-rule",
    who=STAFF_ONLY,
    page="lab/own_rule.html",
    gives=OwnRuleView,
    asks={"rule": "The id of an own rule of the draft; without it, an empty one."},
)
def own_rule(request: Request, programme_id: str) -> OwnRuleView:
    """A rule of the programme's own, to be written or changed."""
    return own_rule_page(request.me, programme_id, request.query.get("rule", ""))


@area.post(DRAFT + "/own-rule", who=STAFF_ONLY, takes=RuleGiven, gives=DraftView, again=own_rule)
def save_own_rule(request: Request, given: RuleGiven, programme_id: str) -> Done:
    """Adds a rule to the draft or changes one. One that contradicts its examples is refused."""
    rule = WrittenRule(**given.model_dump(exclude={"replaces"}))
    save_rule(request.me, programme_id, rule, replaces=given.replaces, now=request.now)
    return _done_with(request, programme_id)


@area.post(DRAFT + "/own-rule/remove", who=STAFF_ONLY, takes=RuleNamed, gives=DraftView, again=draft)
def remove_own_rule(request: Request, given: RuleNamed, programme_id: str) -> Done:
    """Takes a rule of the programme's own out of the draft."""
    remove_rule(request.me, programme_id, given.rule, now=request.now)
    return _done_with(request, programme_id)


@area.get(
    DRAFT + "/rule",
    who=STAFF_ONLY,
    page="lab/usual_rule.html",
    gives=UsualRuleView,
    asks={"rule": "The id of one of the filter's own rules."},
)
def usual_rule(request: Request, programme_id: str) -> UsualRuleView:
    """One of the filter's own rules, and what the draft makes of it."""
    return usual_rule_page(request.me, programme_id, request.query.get("rule", ""))


@area.post(DRAFT + "/rule", who=STAFF_ONLY, takes=RuleWeighed, gives=DraftView, again=draft)
def weigh_usual_rule(request: Request, given: RuleWeighed, programme_id: str) -> Done:
    """Switches one of the filter's own rules off or on in the draft, or gives it another severity."""
    weigh_rule(request.me, programme_id, given.rule, given.weight, now=request.now)
    return _done_with(request, programme_id)


@area.post(DRAFT + "/drop", who=STAFF_ONLY, gives=DraftView, again=draft)
def drop(request: Request, programme_id: str) -> Done:
    """Forgets the draft. The rules in force stay as they are."""
    drop_draft(request.me, programme_id)
    return _done_with(request, programme_id)


@area.post(DRAFT + "/look-again", who=STAFF_ONLY, takes=SeenVersion, gives=DraftView, again=draft)
def go_on_with_draft(request: Request, given: SeenVersion, programme_id: str) -> Done:
    """Goes on with a draft although the rules in force have changed since it was made."""
    look_again(request.me, programme_id, version=given.version, now=request.now)
    return _done_with(request, programme_id)


# ── Trying it on past messages ─────────────────────────────────────────────


class TrialWanted(Given):
    """How many past messages the draft is to be tried on."""

    messages: int = Field(description="500, 2,000 or 10,000.")
    key: str = Field(min_length=1, max_length=100, description="The same key never asks twice.")


@dataclass(frozen=True)
class TrialAsked:
    """A trial that was asked for."""

    backtest_id: str


@area.post(LAB + "/backtests", who=STAFF_ONLY, takes=TrialWanted, gives=TrialAsked, again=draft)
def start_trial(request: Request, given: TrialWanted, programme_id: str) -> Done:
    """Tries the draft on past messages; how far it is and what comes of it is to be seen on its page."""
    backtest_id = start_backtest(
        request.me, programme_id, messages=given.messages, key=given.key, now=request.now
    )
    to = f"/programmes/{programme_id}/filter/backtests/{backtest_id}"
    return Done(to, TrialAsked(backtest_id), created=True)


@area.get(
    LAB + "/backtests/{backtest_id}",
    who=STAFF_ONLY,
    page="lab/backtest.html",
    gives=BacktestPage,
    asks={"show": "Whose messages to show: concerns_missed, contradicted, newly_held, no_longer_held …"},
)
def trial(request: Request, programme_id: str, backtest_id: str) -> BacktestPage:
    """How far a trial on past messages is, and what would change."""
    show = request.query.get("show", "")
    return backtest_page(request.me, programme_id, backtest_id, show=show, checker=check, now=request.now)


# ── Adopting it ────────────────────────────────────────────────────────────


class Adoption(Given):
    """That the draft is to be put in force."""

    wording: str = Field("", max_length=100, description="The `wording` of the draft that was looked at.")
    reason: str = Field("", description="Why the rules are changed. Staff read it with the change.")
    untried: Tick = Field("", description="`yes`: although this wording was not tried on past messages.")
    despite_missed: Tick = Field("", description="`yes`: although known concerns would be missed.")


@dataclass(frozen=True)
class Adopted:
    """A draft that was put in force."""

    policy_version: int


@area.post(LAB + "/adopt", who=STAFF_ONLY, takes=Adoption, gives=Adopted, again=draft)
def adopt(request: Request, given: Adoption, programme_id: str) -> Done:
    """Puts the draft in force: from then on messages are judged by it."""
    version = adopt_draft(
        request.me,
        programme_id,
        wording=given.wording,
        reason=given.reason,
        untried=given.untried == "yes",
        despite_missed=given.despite_missed == "yes",
        now=request.now,
    )
    return Done(f"/programmes/{programme_id}/filter/changes", Adopted(version))


@area.get(
    LAB + "/changes",
    who=STAFF_ONLY,
    page="lab/changes.html",
    gives=RuleChanges,
    asks={"before": "The `next` of the page before."},
)
def changes(request: Request, programme_id: str) -> RuleChanges:
    """Who changed a programme's rules, when, why, and in what."""
    before = request.query.get("before", "")
    if before and not (before.isdecimal() and len(before) <= 6):
        raise Invalid("This link is not complete. Please open the page again.", code="bad_link")
    return rule_changes(request.me, programme_id, before=int(before) if before else None)
