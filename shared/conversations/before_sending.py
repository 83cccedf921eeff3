"""Before sending: what a writer may want to take out of a text. Nothing is stored.

Of a worry nothing is said, so that nobody is discouraged from writing of one: a text with nothing else in it
is answered as a clean one is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.filtering import WORRY_CATEGORIES, Finding, RulesBroken
from shared.people.permissions import Viewer
from shared.platform.errors import Conflict
from shared.safeguarding.marking import category_words

from .actions import ENDED, own_message, part_in, require_changeable, text_to_send
from .checking import recent_of
from .items import Pair
from .programme_rules import programme_or_none, rules_in_force
from .rules import Checker, sender_of
from .steps import load_pair

LONGEST_SHOWN = 60
"""Characters of what was found that are shown."""


@dataclass(frozen=True)
class Detail:
    """One thing for which a message would be held."""

    category: str
    what: str
    """The category in plain English."""
    found: str
    """As the writer wrote it, shortened; empty for what no single place says."""
    sentence: str
    """What to do about it."""


@dataclass(frozen=True)
class BeforeSending:
    """What a text would be held for; nothing when it need not be changed, or could not be judged."""

    could_check: bool
    details: tuple[Detail, ...]


def check_before_sending(
    viewer: Viewer, pair_id: str, *, text: str, checker: Checker, now: datetime
) -> BeforeSending:
    """What the filter would hold this text for, if the viewer sent it now: two GetItems and a Query.

    Raises NotFound when the viewer takes no part in the pair, Invalid for a text that cannot be sent at all,
    and Conflict when the conversation has ended.
    """
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    text = text_to_send(text)
    if pair.status != "active":
        raise Conflict(ENDED, code="ended")
    return _found_in(text, viewer, pair, part, checker, now)


def check_before_changing(
    viewer: Viewer,
    pair_id: str,
    message_id: str,
    *,
    text: str,
    expected_round: int,
    checker: Checker,
    now: datetime,
) -> BeforeSending:
    """The same of new words for a returned message: one GetItem more.

    `expected_round` is the wording that the writer has before them. Raises NotFound when the message is not
    the viewer's, Invalid for a text that cannot be sent at all, and Conflict when it is not theirs to change
    any more.
    """
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    text = text_to_send(text)
    require_changeable(own_message(viewer, pair_id, message_id), pair, expected_round)
    return _found_in(text, viewer, pair, part, checker, now)


def _found_in(
    text: str, viewer: Viewer, pair: Pair, part: str, checker: Checker, now: datetime
) -> BeforeSending:
    rules, _ = rules_in_force(programme_or_none(pair.programme_id))
    recent = recent_of(pair.pair_id, viewer.person_id, now=now)
    try:
        verdict = checker(text, sender=sender_of(part), recent=recent, rules=rules)
    except RulesBroken:  # Sent, it will be held; that is no reason to keep anybody from sending it.
        return BeforeSending(could_check=False, details=())
    return BeforeSending(could_check=True, details=details_of(verdict.findings))


def details_of(findings: Iterable[Finding]) -> tuple[Detail, ...]:
    """What a writer is told of findings, in the order of their text: each sentence once, and no worry."""
    told: dict[str, Detail] = {}
    for finding in findings:
        if finding.category not in WORRY_CATEGORIES:
            found = shortened(finding.matched)
            what = category_words(finding.category)
            told.setdefault(finding.sentence, Detail(finding.category, what, found, finding.sentence))
    return tuple(told.values())


def shortened(words: str) -> str:
    """What was found, on one line that fits a page."""
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_SHOWN else f"{words[: LONGEST_SHOWN - 1]}…"
