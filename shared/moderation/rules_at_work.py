"""Rules at work: what moderators made of what each rule held."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.audit.actions import record_reading
from shared.conversations.acquaintances import own_pairs
from shared.conversations.items import Outcome as StoredOutcome
from shared.conversations.outcomes import outcomes_of
from shared.conversations.programme_rules import programme_or_none, rules_in_force
from shared.filtering import RuleSet, load_rules
from shared.people.permissions import Viewer, may_moderate, require
from shared.platform.clock import order
from shared.platform.errors import BrokenLink
from shared.safeguarding.marking import category_words, what_it_looks_for

from .records import Outcome, Record, most_useful, noisiest, records_of

LOOKED_AT = 1_000
"""How many of the latest decisions the page is made from."""
MOST_LISTED = 10
MOST_EXPORTED = 5_000
"""Lines in one answer, which stays well below what Lambda passes."""
LONGEST_PLACE = 200
"""Characters of a line's `place`. DynamoDB refuses to look for anything much longer."""


@dataclass(frozen=True)
class RuleAtWork:
    """One rule, and what became of the messages that it held."""

    rule: str
    looks_for: str
    """In plain words."""
    category: str
    what: str
    """The category in plain English."""
    severity: str
    """As it is now; empty when the rule is not in force any more."""
    hits: int
    delivered: int
    returned: int
    declined: int
    withdrawn: int
    concerns: int
    delivered_page: str
    """The path of the last message that was delivered as it was; empty when there is none."""


@dataclass(frozen=True)
class RulesAtWork:
    """How a programme's rules have done of late."""

    programme_id: str
    programme_name: str
    decisions: int
    """How many of the latest decisions were looked at."""
    since: datetime | None
    """When the oldest of them was made."""
    without_rule: int
    """Decisions on messages in which no rule had found anything."""
    noisiest: tuple[RuleAtWork, ...]
    most_useful: tuple[RuleAtWork, ...]


def rules_at_work(viewer: Viewer, programme_id: str) -> RulesAtWork:
    """The rules by which the programme's latest held messages were held: two Queries and one GetItem. Raises
    NotFound for those who do not moderate the programme."""
    require(may_moderate(viewer, programme_id))
    found = _not_of(viewer, outcomes_of(programme_id, limit=LOOKED_AT))
    rules, _ = rules_in_force(programme_or_none(programme_id))
    rules = rules or load_rules()
    records = records_of(_as_value(one) for one in found)
    last = _last_delivered(found)
    return RulesAtWork(
        programme_id=programme_id,
        programme_name=_name(viewer, programme_id),
        decisions=len(found),
        since=found[-1].decided_at if found else None,
        without_rule=sum(not one.rules for one in found),
        noisiest=tuple(_row(one, rules, last) for one in noisiest(records)[:MOST_LISTED]),
        most_useful=tuple(_row(one, rules, last) for one in most_useful(records)[:MOST_LISTED]),
    )


def _not_of(viewer: Viewer, outcomes: Iterable[StoredOutcome]) -> list[StoredOutcome]:
    """Without those of the viewer's own pairs: what was found there is kept from them, as in the queue."""
    own = own_pairs(viewer)
    return [one for one in outcomes if one.pair_id not in own]


def _as_value(one: StoredOutcome) -> Outcome:
    return Outcome(one.decision, one.rules, one.has_concern)


def _name(viewer: Viewer, programme_id: str) -> str:
    return next(one.programme_name for one in viewer.memberships if one.programme_id == programme_id)


def _last_delivered(latest_first: Iterable[StoredOutcome]) -> dict[str, str]:
    """The page of the last message of each rule that was delivered as it was."""
    pages: dict[str, str] = {}
    for one in latest_first:
        for rule in one.rules:
            if _as_value(one).became(rule) == "delivered":
                pages.setdefault(rule, f"/moderation/{one.pair_id}/{one.message_id}")
    return pages


def _row(record: Record, rules: RuleSet, last_delivered: dict[str, str]) -> RuleAtWork:
    rule = rules.rule(record.rule)
    what = category_words(record.category)
    return RuleAtWork(
        rule=record.rule,
        looks_for=what_it_looks_for(rule) if rule else f"{what.capitalize()}.",
        category=record.category,
        what=what,
        severity=rule.severity.value if rule and not rule.is_off else "",
        hits=record.hits,
        delivered=record.delivered,
        returned=record.returned,
        declined=record.declined,
        withdrawn=record.withdrawn,
        concerns=record.concerns,
        delivered_page=last_delivered.get(record.rule, ""),
    )


def outcomes_as_lines(viewer: Viewer, programme_id: str, *, before: str = "", now: datetime) -> str:
    """The programme's outcomes as JSON Lines, the latest first, so many at a time: those before the `place`
    of a line follow it: two Queries, and one write that records the export. Nobody's name, and nobody's
    words.

    Raises NotFound for those who do not moderate the programme, and Invalid for what can be no place.
    """
    require(may_moderate(viewer, programme_id))
    if len(before) > LONGEST_PLACE:
        raise BrokenLink
    record_reading(
        programme_id,
        "exported",
        f"outcomes:{programme_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
    )
    found = _not_of(viewer, outcomes_of(programme_id, limit=MOST_EXPORTED, before=before))
    return "".join(json.dumps(_line(one), separators=(",", ":")) + "\n" for one in found)


def _line(one: StoredOutcome) -> dict[str, object]:
    return {
        "place": one.sk,
        "pair_id": one.pair_id,
        "message_id": one.message_id,
        "wording": int(one.round),
        "decided_at": order(one.decided_at),
        "sender": one.sender_role,
        "lane": one.lane,
        "severity": one.severity,
        "rules": sorted(one.rules),
        "categories": one.categories,
        "decision": one.decision,
        "concern": one.has_concern,
        "rules_version": one.rules_version,
        "policy_version": None if one.policy_version is None else int(one.policy_version),
    }
