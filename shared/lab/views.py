"""What the filter lab's pages show: the draft, one rule of it, and who changed the rules when and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from shared.conversations.programme_rules import rules_with
from shared.filtering import CATEGORIES, WORRY_CATEGORIES, Rule, RulesBroken, load_rules
from shared.people.permissions import Viewer, may_change_rules, programme_name, require
from shared.platform.errors import NotFound
from shared.policies import FilterChanges, OwnRule
from shared.programmes.items import PolicyVersion
from shared.programmes.policies import policy_versions
from shared.safeguarding.marking import category_words, what_it_looks_for

from .adopting import is_of_this_wording, latest_backtest
from .drafting import Weight, drafted
from .results import BacktestView, backtest_view
from .rules import CHOICES, Difference, differences, wording_of

MOST_VERSIONS_SHOWN = 20


# ── The draft ──────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Choice:
    """One of the filter's own rules, to choose from."""

    rule: str
    what: str
    """Its category in plain English."""
    looks_for: str
    """What it looks for, in a sentence."""
    now: str
    """What the draft makes of it: `usual`, `off`, or a severity."""


@dataclass(frozen=True)
class DraftView:
    """A programme's draft beside its rules in force."""

    programme_id: str
    programme_name: str
    is_there: bool
    """Whether there is a draft; if not, what is shown is what is in force."""
    is_different: bool
    is_outdated: bool
    """Whether the rules in force have changed since the draft was made."""
    policy_version: int
    wording: str
    """Names the draft as it is shown; to adopt it, it must be given back."""
    changed_by_name: str
    changed_at: datetime | None
    problem: str
    """Why the draft cannot be used, though it could when it was written; empty when it can."""
    changes: FilterChanges
    category_words: dict[str, str]
    """The categories of its own rules, in plain English."""
    differences: tuple[Difference, ...]
    rules: tuple[Choice, ...]
    backtest: BacktestView | None
    """The latest trial."""
    is_tried: bool
    """Whether the latest trial is done, and was of this wording."""
    choices: tuple[int, ...] = CHOICES
    """How many messages it can be tried on."""


def draft_page(viewer: Viewer, programme_id: str) -> DraftView:
    """The draft, or what is in force where there is none: one BatchGetItem, and a GetItem for the trial.
    Raises NotFound."""
    require(may_change_rules(viewer, programme_id))
    found = drafted(programme_id, consistent=True)
    backtest = latest_backtest(programme_id, found)
    changes = found.changes
    draft = found.draft
    return DraftView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        is_there=draft is not None,
        is_different=changes != found.in_force,
        is_outdated=found.is_outdated,
        policy_version=found.programme.policy_version,
        wording=wording_of(found.in_force, changes),
        changed_by_name=draft.changed_by_name if draft else "",
        changed_at=draft.changed_at if draft else None,
        problem=_problem_with(changes),
        changes=changes,
        category_words={one.category: category_words(one.category) for one in changes.own_rules},
        differences=differences(found.in_force, changes),
        rules=tuple(_choice(rule, changes) for rule in load_rules().rules),
        backtest=backtest_view(viewer, backtest) if backtest else None,
        is_tried=backtest is not None and backtest.state == "done" and is_of_this_wording(backtest, found),
    )


def _problem_with(changes: FilterChanges) -> str:
    try:
        rules_with(changes)
    except RulesBroken as broken:
        return str(broken)
    return ""


def _choice(rule: Rule, changes: FilterChanges) -> Choice:
    return Choice(rule.id, category_words(rule.category), what_it_looks_for(rule), _weight(rule.id, changes))


def _weight(rule_id: str, changes: FilterChanges) -> str:
    return "off" if rule_id in changes.switched_off else changes.severities.get(rule_id, "usual")


# ── One rule ───────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Category:
    """A category, to choose from."""

    category: str
    words: str
    is_worry: bool


@dataclass(frozen=True)
class OwnRuleView:
    """An own rule of the draft, or a new one, to be written."""

    programme_id: str
    programme_name: str
    is_new: bool
    rule: OwnRule | None
    categories: tuple[Category, ...]


@dataclass(frozen=True)
class UsualRuleView:
    """One of the filter's own rules, and what the draft makes of it."""

    programme_id: str
    programme_name: str
    rule: str
    what: str
    is_worry: bool
    severity: str
    """Its usual one, when a mentee writes."""
    severity_of_mentor: str
    """And when a mentor does; `none` when it does not apply to them."""
    looks_for: str
    sentence: str
    examples: tuple[str, ...]
    not_examples: tuple[str, ...]
    now: str
    """`usual`, `off`, or a severity."""
    in_force: str
    weights: tuple[str, ...] = get_args(Weight)


def own_rule_page(viewer: Viewer, programme_id: str, rule_id: str) -> OwnRuleView:
    """One own rule of the draft; with an empty id, an empty one: one BatchGetItem. Raises NotFound."""
    require(may_change_rules(viewer, programme_id))
    rule = next((one for one in drafted(programme_id).changes.own_rules if one.id == rule_id), None)
    if rule_id and rule is None:
        raise NotFound
    return OwnRuleView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        is_new=rule is None,
        rule=rule,
        categories=tuple(
            Category(one, category_words(one), one in WORRY_CATEGORIES)
            for one in sorted(CATEGORIES, key=lambda one: (one in WORRY_CATEGORIES, category_words(one)))
        ),
    )


def usual_rule_page(viewer: Viewer, programme_id: str, rule_id: str) -> UsualRuleView:
    """One of the filter's own rules: one BatchGetItem. Raises NotFound."""
    require(may_change_rules(viewer, programme_id))
    rule = load_rules().rule(rule_id)
    if rule is None:
        raise NotFound
    found = drafted(programme_id)
    return UsualRuleView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        rule=rule.id,
        what=category_words(rule.category),
        is_worry=rule.category in WORRY_CATEGORIES,
        severity=rule.severity_for("mentee").value,
        severity_of_mentor=rule.severity_for("mentor").value,
        looks_for=what_it_looks_for(rule),
        sentence=rule.sentence,
        examples=rule.examples,
        not_examples=rule.not_examples,
        now=_weight(rule_id, found.changes),
        in_force=_weight(rule_id, found.in_force),
    )


# ── Changes to the rules ───────────────────────────────────────────────────


@dataclass(frozen=True)
class Change:
    """One version of a programme's policy, and what it changed about the rules."""

    policy_version: int
    by_name: str
    """Empty for the first, with which the programme was set up."""
    at: datetime
    reason: str
    differences: tuple[Difference, ...]
    is_first: bool
    is_in_force: bool
    """Whether messages are judged by it now."""


@dataclass(frozen=True)
class RuleChanges:
    """Who changed a programme's rules, when and why; newest first."""

    programme_id: str
    programme_name: str
    changes: tuple[Change, ...]
    next: int | None
    """The `before` of the page of older ones; none when there are none."""


def rule_changes(viewer: Viewer, programme_id: str, *, before: int | None = None) -> RuleChanges:
    """The versions of a programme's policy: one Query. Raises NotFound."""
    require(may_change_rules(viewer, programme_id))
    found = policy_versions(programme_id, before=before, limit=MOST_VERSIONS_SHOWN + 1)
    shown = found[:MOST_VERSIONS_SHOWN]
    earlier: list[PolicyVersion | None] = [*found[1:], None]
    return RuleChanges(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        changes=tuple(
            _rule_change(one, was, is_in_force=before is None and one is shown[0])
            for one, was in zip(shown, earlier, strict=False)
        ),
        next=int(shown[-1].policy_version) if len(found) > len(shown) else None,
    )


def _rule_change(version: PolicyVersion, was: PolicyVersion | None, *, is_in_force: bool) -> Change:
    before = _changes_in(was) if was else FilterChanges()
    return Change(
        policy_version=int(version.policy_version),
        by_name=version.author_name or "",
        at=version.at,
        reason=version.reason,
        differences=differences(before, _changes_in(version)),
        is_first=int(version.policy_version) == 1,
        is_in_force=is_in_force,
    )


def _changes_in(version: PolicyVersion) -> FilterChanges:
    return FilterChanges.model_validate(version.policy.get("filter") or {})
