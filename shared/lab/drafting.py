"""Drafting changes to a programme's rules. Each change is tried on the examples at once, and nothing that the
filter could not use is stored."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.conversations.programme_rules import rules_with
from shared.filtering import CATEGORIES, RulesBroken, load_rules
from shared.people.permissions import Viewer, may_change_rules, require
from shared.platform.errors import Conflict, Invalid, NotFound, require_none
from shared.platform.tables import DirectoryItem, Lost, conditional, is_new, transaction
from shared.policies import FilterChanges, OwnRule
from shared.programmes.actions import RunningProgramme, running
from shared.programmes.items import Programme, programme_key
from shared.safeguarding.rules import read_words

from .items import Draft, draft_key
from .rules import size_of

LARGEST = 100_000
"""Bytes that a programme's changes may take. They are read with every message and kept with every version."""
LONGEST = 500
"""Characters of a sentence, a note or an example."""
LONGEST_NAME = 40
UNREADABLE = (
    "This programme’s policy cannot be read, so every message is held and its rules cannot be changed here. "
    "Please tell whoever looks after Signpost."
)
TRIES = 3
"""How often a change begins anew when somebody else changed the draft meanwhile."""

Weight = Literal["usual", "off", "low", "medium", "high", "immediate"]
"""What a programme can make of one of the filter's rules: leave it, switch it off, or give it a severity."""


@dataclass(frozen=True)
class WrittenRule:
    """An own rule as it was typed; each list may hold several lines in one text."""

    name: str
    category: str
    severity: str
    phrases: Sequence[str]
    unless: Sequence[str]
    sentence: str
    note: str
    examples: Sequence[str]
    not_examples: Sequence[str]


@dataclass(frozen=True)
class Drafted:
    """A programme, its rules in force, and its draft when there is one."""

    programme: RunningProgramme
    draft: Draft | None

    @property
    def in_force(self) -> FilterChanges:
        return self.programme.policy.filter

    @property
    def changes(self) -> FilterChanges:
        """What the draft says; without one, what is in force."""
        return FilterChanges.model_validate(self.draft.changes) if self.draft else self.in_force

    @property
    def is_outdated(self) -> bool:
        """Whether the rules in force have changed since the draft was made."""
        return self.draft is not None and int(self.draft.based_on) != self.programme.policy_version


def drafted(programme_id: str, *, consistent: bool = True) -> Drafted:
    """One BatchGetItem. Raises NotFound, and Conflict when the policy cannot be read."""
    keys = [programme_key(programme_id), draft_key(programme_id)]
    found = list(DirectoryItem.batch_get(keys, consistent_read=consistent))
    programme = next((one for one in found if isinstance(one, Programme)), None)
    if programme is None:
        raise NotFound
    draft = next((one for one in found if isinstance(one, Draft)), None)
    try:
        return Drafted(running(programme), draft)
    except ValueError:
        raise Conflict(UNREADABLE, code="policy_broken") from None


# ── Changing the draft ─────────────────────────────────────────────────────


def save_rule(
    viewer: Viewer, programme_id: str, rule: WrittenRule, *, replaces: str = "", now: datetime
) -> str:
    """Adds an own rule to the draft, or puts it in the place of the one that it replaces. Gives its id.

    Raises NotFound, and Invalid with a sentence for what the filter could not use: an example that the rule
    contradicts is named.
    """
    require(may_change_rules(viewer, programme_id))
    read = _read(rule)

    def changed(changes: FilterChanges) -> FilterChanges:
        others = [one for one in changes.own_rules if one.id != replaces]
        if replaces and len(others) == len(changes.own_rules):
            raise NotFound
        if any(one.id == read.id for one in others):
            raise Invalid(
                f"There is a rule named “{read.id}” already. Please choose another name.", field="name"
            )
        if not replaces:
            return changes.model_copy(update={"own_rules": [*others, read]})
        own = [read if one.id == replaces else one for one in changes.own_rules]
        return changes.model_copy(update={"own_rules": own})

    _change(viewer, programme_id, changed, now=now)
    return read.id


def remove_rule(viewer: Viewer, programme_id: str, rule_id: str, *, now: datetime) -> None:
    """Takes an own rule out of the draft. Raises NotFound. Nothing is tried: what is wrong with other rules
    is no reason to keep this one."""
    require(may_change_rules(viewer, programme_id))

    def changed(changes: FilterChanges) -> FilterChanges:
        kept = [one for one in changes.own_rules if one.id != rule_id]
        require(len(kept) < len(changes.own_rules))
        return changes.model_copy(update={"own_rules": kept})

    _change(viewer, programme_id, changed, now=now, tries=False)


def weigh_rule(viewer: Viewer, programme_id: str, rule_id: str, weight: Weight, *, now: datetime) -> None:
    """Says in the draft what one of the filter's own rules counts for. Raises NotFound."""
    require(may_change_rules(viewer, programme_id))
    require(load_rules().rule(rule_id) is not None)

    def changed(changes: FilterChanges) -> FilterChanges:
        off = [one for one in changes.switched_off if one != rule_id]
        severities = {one: severity for one, severity in changes.severities.items() if one != rule_id}
        if weight == "off":
            off = sorted([*off, rule_id])
        elif weight != "usual":
            severities[rule_id] = weight
        return changes.model_copy(update={"switched_off": off, "severities": severities})

    _change(viewer, programme_id, changed, now=now)


def drop_draft(viewer: Viewer, programme_id: str) -> None:
    """Forgets the draft; the rules in force stay as they are. Dropped twice, nothing happens."""
    require(may_change_rules(viewer, programme_id))
    found = drafted(programme_id)
    if found.draft is None:
        return
    try:
        with transaction() as write:
            write.delete(found.draft)
    except Lost:
        raise Conflict(CHANGED_MEANWHILE, code="draft_changed") from None


def look_again(viewer: Viewer, programme_id: str, *, version: int, now: datetime) -> None:
    """Goes on with a draft although the rules in force have changed since: it now changes `version` of the
    policy, which the viewer has seen. Raises NotFound without a draft, Conflict when there is a newer one."""
    require(may_change_rules(viewer, programme_id))
    found = drafted(programme_id)
    if found.draft is None:
        raise NotFound
    if version != found.programme.policy_version:
        raise Conflict(CHANGED_MEANWHILE, code="rules_changed")
    found.draft.based_on = version
    _save(viewer, found.draft, now=now)


CHANGED_MEANWHILE = "Somebody else changed this at the same moment. Please look at it again."


def _change(
    viewer: Viewer,
    programme_id: str,
    change: Callable[[FilterChanges], FilterChanges],
    *,
    now: datetime,
    tries: bool = True,
) -> None:
    for _ in range(TRIES):
        found = drafted(programme_id)
        changes = change(_of_rules_there_are(found.changes))
        if changes == found.changes:
            return
        if tries:
            require_usable(changes)
        draft = found.draft or _new_draft(found.programme)
        draft.changes = changes.model_dump(mode="json")
        try:
            _save(viewer, draft, now=now)
        except Conflict:
            continue
        return
    raise Conflict(CHANGED_MEANWHILE, code="draft_changed")


def _of_rules_there_are(changes: FilterChanges) -> FilterChanges:
    """Without what is said of rules that a later version of the filter has no more: nobody could take it back
    by hand, and no change that says it can be used."""
    known = {rule.id for rule in load_rules().rules}
    return changes.model_copy(
        update={
            "switched_off": [rule for rule in changes.switched_off if rule in known],
            "severities": {rule: how for rule, how in changes.severities.items() if rule in known},
        }
    )


def _new_draft(programme: RunningProgramme) -> Draft:
    return Draft(
        *draft_key(programme.programme_id),
        programme_id=programme.programme_id,
        based_on=programme.policy_version,
    )


def _save(viewer: Viewer, draft: Draft, *, now: datetime) -> None:
    draft.changed_by = viewer.person_id
    draft.changed_by_name = f"{viewer.first_name} {viewer.surname}"
    draft.changed_at = now
    try:
        with conditional():
            draft.save(is_new(Draft) if draft.version is None else None)
    except Lost:
        raise Conflict(CHANGED_MEANWHILE, code="draft_changed") from None


# ── Whether the filter can use it ──────────────────────────────────────────


def require_usable(changes: FilterChanges) -> None:
    """Raises Invalid, with the rule and the example that is at fault where there is one."""
    if size_of(changes) > LARGEST:
        raise Invalid(
            "The programme’s rules have grown too long to be kept. Please shorten or remove some.",
            field="phrases",
        )
    try:
        rules_with(changes)
    except RulesBroken as broken:
        raise invalid(broken) from broken


def invalid(broken: RulesBroken) -> Invalid:
    """What is wrong with a draft, for whoever wrote it."""
    rule = broken.rule.removeprefix("programme.")
    if broken.example and "does not see" in broken.reason:
        sentence = (
            f"The rule “{rule}” does not find its example “{broken.example}”. Please change the phrases, or "
            "the example."
        )
        return Invalid(sentence, field="examples", code="contradiction")
    if broken.example:
        sentence = (
            f"The rule “{rule}” finds “{broken.example}”, which it must leave alone. Please make the phrases "
            "narrower, or say when under “Unless”."
        )
        return Invalid(sentence, field="not_examples", code="contradiction")
    subject = f"The rule “{rule}” cannot be used: " if rule else ""
    reason = broken.reason if subject else broken.reason[:1].upper() + broken.reason[1:]
    return Invalid(f"{subject}{reason}.", field="phrases", code="unusable")


# ── What was typed ─────────────────────────────────────────────────────────


def _read(rule: WrittenRule) -> OwnRule:
    """The rule as a policy keeps it. Raises Invalid with a sentence for each field that cannot be used, in
    the order in which the form asks."""
    problems: list[Invalid] = []

    def tried(read: Callable[[], str | list[str]]) -> str | list[str]:
        try:
            return read()
        except Invalid as error:
            problems.extend(error.all)
            return ""

    fields = {
        "id": tried(lambda: _name(rule.name)),
        "phrases": tried(
            lambda: _lines(rule.phrases, "phrases", "Please write at least one phrase to look for.")
        ),
        "unless": tried(lambda: _lines(rule.unless, "unless")),
        "category": tried(
            lambda: _one_of(rule.category, CATEGORIES, "category", "Please choose what the rule is about.")
        ),
        "severity": tried(
            lambda: _one_of(rule.severity, SEVERITIES, "severity", "Please choose how urgent it is.")
        ),
        "sentence": tried(lambda: _sentence(rule.sentence)),
        "note": tried(lambda: read_words(rule.note, field="note", most=LONGEST) if rule.note.strip() else ""),
        "examples": tried(
            lambda: _lines(rule.examples, "examples", "Please give at least one message that it must find.")
        ),
        "not_examples": tried(lambda: _lines(rule.not_examples, "not_examples")),
    }
    require_none(problems)
    return OwnRule.model_validate(fields)


SEVERITIES = ("low", "medium", "high", "immediate")


def _name(written: str) -> str:
    """A name as ids are written: “Tree house” becomes `tree-house`."""
    if not re.search("[a-z0-9]", written.casefold()):
        raise Invalid("Please give the rule a short name of letters and digits.", field="name")
    name = re.sub(r"[^a-z0-9]+", "-", read_words(written, field="name", most=LONGEST).casefold()).strip("-")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"Please keep the name to {LONGEST_NAME} characters.", field="name")
    return name


def _one_of(written: str, known: Iterable[str], field: str, if_not: str) -> str:
    if written not in known:
        raise Invalid(if_not, field=field)
    return written


def _sentence(written: str) -> str:
    if not written.strip():
        raise Invalid("Please write a sentence for the writer of a held message.", field="sentence")
    return read_words(written, field="sentence", most=LONGEST)


def _lines(written: Sequence[str], field: str, if_none: str = "") -> list[str]:
    lines = [line.strip() for text in written for line in text.splitlines() if line.strip()]
    if not lines and if_none:
        raise Invalid(if_none, field=field)
    return [read_words(line, field=field, most=LONGEST) for line in lines]
