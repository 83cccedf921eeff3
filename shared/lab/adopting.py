"""Adopting a draft: from then on the programme's messages are judged by it."""

from datetime import datetime

from shared.people.permissions import Viewer, may_change_rules, require
from shared.platform.errors import Conflict, Invalid
from shared.platform.tables import Lost, find, transaction
from shared.policies import FilterChanges, Policy
from shared.programmes.items import Programme, programme_key
from shared.programmes.policies import Author, add_policy
from shared.safeguarding.rules import read_words

from .drafting import Drafted, drafted, require_usable
from .items import Backtest, Draft, backtest_key
from .keeping_apart import sums_for
from .rules import wording_of

LONGEST_REASON = 1_000

RULES_CHANGED = (
    "The rules have changed since this draft was made. Please look again at what it would change. Nothing is "
    "lost: the draft is still here."
)
DRAFT_CHANGED = (
    "The draft has changed since you opened this page. Please look at it again before you adopt it."
)
NO_DRAFT = "There is no draft to adopt. It may have been adopted already: see Changes to the rules."
NO_DIFFERENCE = "The draft says what the rules in force say, so there is nothing to adopt."
UNTRIED = (
    "This wording of the draft has not been tried on past messages. Tick the box to adopt it all the same."
)
MISSED = (
    "With this draft, messages for which a concern was opened would no longer be held as a worry. Tick the "
    "box if it is to be adopted all the same, and say why."
)


def adopt_draft(
    viewer: Viewer,
    programme_id: str,
    *,
    wording: str,
    reason: str,
    untried: bool = False,
    despite_missed: bool = False,
    now: datetime,
) -> int:
    """Puts the draft in force, and gives the new version of the policy. The draft is gone then.

    `wording` is that of the draft which the viewer saw. `untried` and `despite_missed` say that it is meant
    although it was not tried in this wording, or although known concerns would be missed. Raises NotFound,
    Invalid, and Conflict when the draft or the rules in force have changed.
    """
    require(may_change_rules(viewer, programme_id))
    if not reason.strip():
        raise Invalid("Please say why the rules are changed.", field="reason", code="empty")
    reason = read_words(reason, field="reason", most=LONGEST_REASON)
    found = drafted(programme_id)
    draft = _require_adoptable(found, wording)
    _require_tried(viewer, programme_id, found, untried=untried, despite_missed=despite_missed)
    return _adopt(viewer, found, draft, reason, now)


def _require_adoptable(found: Drafted, wording: str) -> Draft:
    if found.draft is None:
        raise Conflict(NO_DRAFT, code="no_draft")
    if found.is_outdated:
        raise Conflict(RULES_CHANGED, code="rules_changed")
    if found.changes == found.in_force:
        raise Conflict(NO_DIFFERENCE, code="no_difference")
    if wording != wording_of(found.in_force, found.changes):
        raise Conflict(DRAFT_CHANGED, code="draft_changed")
    require_usable(found.changes)
    return found.draft


def _require_tried(
    viewer: Viewer, programme_id: str, found: Drafted, *, untried: bool, despite_missed: bool
) -> None:
    backtest = latest_backtest(programme_id, found)
    if backtest is None or backtest.state != "done" or not is_of_this_wording(backtest, found):
        if not untried:
            raise Invalid(UNTRIED, field="untried", code="untried")
    elif sums_for(viewer, backtest).count("concerns_missed") and not despite_missed:
        raise Invalid(MISSED, field="despite_missed", code="concerns_missed")


def latest_backtest(programme_id: str, found: Drafted) -> Backtest | None:
    """The latest trial of the draft, of whatever wording: one GetItem, or none."""
    if found.draft is None or not found.draft.backtest_id:
        return None
    return find(Backtest, *backtest_key(programme_id, found.draft.backtest_id))


def is_of_this_wording(backtest: Backtest, found: Drafted) -> bool:
    return bool(backtest.wording == wording_of(found.in_force, found.changes))


def _adopt(viewer: Viewer, found: Drafted, draft: Draft, reason: str, now: datetime) -> int:
    programme = find(Programme, *programme_key(found.programme.programme_id))
    if programme is None or int(programme.policy_version) != found.programme.policy_version:
        raise Conflict(RULES_CHANGED, code="rules_changed")
    author = Author(viewer.person_id, f"{viewer.first_name} {viewer.surname}")
    policy = _with(found.programme.policy, found.changes)
    try:
        with transaction() as write:
            version = add_policy(write, programme, policy, by=author, reason=reason, now=now)
            write.delete(draft)
    except Lost:
        raise Conflict(RULES_CHANGED, code="rules_changed") from None
    return version


def _with(policy: Policy, changes: FilterChanges) -> Policy:
    return policy.model_copy(update={"filter": changes})
