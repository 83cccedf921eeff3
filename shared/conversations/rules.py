"""Decisions about messages: whether a text can be taken, and whether it may be passed on."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from shared.filtering import WORRY_CATEGORIES, Finding, RecentMessage, RuleSet, Severity, Verdict
from shared.people.participation import Pause
from shared.policies import Policy
from shared.policies.working_time import runs_out

LONGEST = 5_000
"""Characters in one message, as people count them: an emoji of one code point is one."""

CHECK_AFTER = timedelta(seconds=30)
"""When the sweep looks at a message that no stream has brought to the filter."""
LONGEST_WAIT = timedelta(minutes=10)
MOST_ATTEMPTS = 5
"""After so many checks that came to nothing, a person reads the message instead."""

RECENT_FOR = timedelta(days=14)
MOST_RECENT = 12
"""How far back the filter looks for the other pieces of a detail given bit by bit."""

MOST_FINDINGS = 40
"""What is kept of a verdict; a text of nothing but links would otherwise outgrow its item."""
LONGEST_MATCH = 200

REVIEW_WITHIN = timedelta(hours=2)
"""By when a held message is to be decided on where the programme's policy cannot be read."""

MAY_YET_BE_READ = frozenset({"delivered", "pending", "held", "scheduled"})
"""States of a message that its reader has, or may yet have."""

WITHDRAWABLE = frozenset({"pending", "held", "returned", "scheduled"})
"""States from which a writer can take back what its reader has not seen."""


def shows_what_nobody_read(policy: Policy) -> bool:
    """Whether mentees are shown what a mentor tells of themselves, which only the filter has looked at: not
    where a person reads every message first, though it was written before that came to be so."""
    return policy.moderation.mode == "filtered"


LAST_MESSAGE = "last_message"
"""What a message is about that one side sends after the end. A person reads it, whatever the filter says."""


def last_day(ended_on: str, agreed_on: str, cohort_ends_on: str) -> str:
    """The last day of two, past or to come: the earliest of the day on which somebody ended it, the day that
    both agreed on, and the last of their cohort. All are ISO dates, or empty."""
    return min((one for one in (ended_on, agreed_on, cohort_ends_on) if one), default="")


def may_withdraw(state: str, *, was_delivered: bool) -> bool:
    """Whether a writer can take a message back. This wording may have been delivered before somebody asked
    for another look at it: then a person decides, unless one has asked the writer to change it."""
    return state in WITHDRAWABLE and (not was_delivered or state == "returned")


class Checker(Protocol):
    """The filter, judging by `rules` or else by the package's own. Raises RulesBroken without any."""

    def __call__(
        self,
        text: str,
        *,
        sender: Literal["mentee", "mentor"],
        recent: Sequence[RecentMessage],
        rules: RuleSet | None,
    ) -> Verdict: ...


def sender_of(role: str) -> Literal["mentor", "mentee"]:
    """A writer's part as the filter knows it."""
    return "mentor" if role == "mentor" else "mentee"


Way = Literal["telephone", "text", "email"]
"""How a message may reach the staff instead of being written here."""
ARRIVED: Mapping[Way, str] = {"telephone": "telephone", "text": "text message", "email": "e-mail"}


# What was typed


def as_typed(text: str) -> str:
    """The text as it is kept: line breaks of one kind, nothing empty around it, otherwise as it was typed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def problem_with(text: str) -> str:
    """Why this text cannot be sent, in a sentence for the writer; empty when it can.

    Control characters are refused rather than removed, so that nothing is sent that the writer did not see.
    """
    if len(text) > LONGEST:
        over = len(text) - LONGEST
        return (
            f"Your message has {len(text):,} characters, and {LONGEST:,} is the most that fits. "
            f"Please take out {over:,}, or send it in two parts."
        )
    if not any(_can_be_seen(character) for character in text):
        return "Please write something before you send it."
    if any(unicodedata.category(character) == "Cs" for character in text):
        return (
            "Your message has half a character in it, often from an emoji. Please take it out and send again."
        )
    if any(_is_control(character) for character in text):
        return (
            "Your message has a hidden character in it that we cannot pass on. That can happen when text is "
            "pasted. Please type that part again."
        )
    return ""


def _can_be_seen(character: str) -> bool:
    # Braille's blank is a symbol to Unicode and nothing to a reader.
    return (
        unicodedata.category(character)[0] not in "ZC" and character not in "\u2800\u3164\uffa0\u115f\u1160"
    )


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and character not in "\n\t"


# What the filter said


@dataclass(frozen=True)
class Decision:
    """What becomes of a pending message."""

    state: Literal["delivered", "held"]
    severity: str
    lane: str
    findings: tuple[Mapping[str, Any], ...]
    rules_version: str
    worry: str = ""
    """The category of the most severe worry, when there is one."""
    unchecked: bool = False
    """Whether no rules could judge it."""


def decide(
    verdict: Verdict,
    *,
    mode: str,
    pair_status: str,
    pauses: Sequence[Pause] = (),
    has_file: bool = False,
) -> Decision:
    """Passed on only when nothing whatever speaks against it; `pair_status` and `pauses` as in
    `why_stopped`. What a file holds the filter cannot judge."""
    found = [_kept(finding) for finding in most_severe(verdict.findings)]
    found += why_stopped(pair_status=pair_status, pauses=pauses)
    if has_file:
        found.append(_finding("attachment", Severity.medium, "A person looks at the file first."))
    clear = not (verdict.hold or found or verdict.lane != "deliver" or mode != "filtered")
    lane = "deliver" if clear else "safeguarding" if verdict.lane == "safeguarding" else "moderation"
    return Decision(
        state="delivered" if clear else "held",
        severity=worst(str(verdict.severity), *(str(f["severity"]) for f in found)),
        lane=lane,
        findings=tuple(found),
        rules_version=verdict.rules_version,
        worry=_worst_worry(verdict),
    )


def _worst_worry(verdict: Verdict) -> str:
    """The category of the most severe worry. Of two as severe, the one that says more than that somebody is
    not well."""
    worries = [f for f in verdict.findings if f.category in WORRY_CATEGORIES]
    worst = max(worries, key=lambda f: (f.severity.rank, f.category != "wellbeing"), default=None)
    return worst.category if worst else "wellbeing" if verdict.lane == "safeguarding" else ""


def undecided(verdict: Verdict | None = None) -> Decision:
    """For what no rules, or no policy, could judge: a person reads it. What was found is kept, and a worry is
    one without a policy too."""
    note = "The filter could not judge this message, so a person must."
    found = [_kept(finding) for finding in most_severe(verdict.findings)] if verdict else []
    found.append(_finding("unchecked", Severity.medium, note))
    return Decision(
        state="held",
        severity=worst(*(str(f["severity"]) for f in found)),
        lane="safeguarding" if verdict and verdict.lane == "safeguarding" else "moderation",
        findings=tuple(found),
        rules_version=verdict.rules_version if verdict else "",
        worry=_worst_worry(verdict) if verdict else "",
        unchecked=verdict is None,
    )


def is_unjudged(findings: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a message is held only because no rules, or no policy, could judge it."""
    return any(one["category"] == "unchecked" for one in findings)


def most_severe(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that are kept, in their order in the text."""
    kept = sorted(findings, key=lambda f: -f.severity.rank)[:MOST_FINDINGS]
    return sorted(kept, key=lambda f: (f.start, f.end, f.rule))


def spans_of(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Where in the text the findings are, for showing them marked."""
    return [
        {"start": f["start"], "end": f["end"], "category": f["category"]}
        for f in findings
        if f["end"] > f["start"]
    ]


def _kept(finding: Finding) -> dict[str, Any]:
    kept = asdict(finding)
    kept.update(severity=str(finding.severity), matched=finding.matched[:LONGEST_MATCH])
    kept["recent_ids"] = list(finding.recent_ids)
    return kept


def why_stopped(*, pair_status: str, pauses: Sequence[Pause]) -> list[dict[str, Any]]:
    """What speaks against passing on anything in a conversation, whatever the message says, as findings.
    `pauses`: why it rests. What somebody who is suspended wrote is not to arrive as though nothing had
    happened, and they read nothing."""
    found = []
    if pair_status != "active":
        found.append(_finding("pair_ended", Severity.low, "This conversation had ended when it was checked."))
    if any(pause.what == "standing" for pause in pauses):
        note = "One of the two was suspended, or had left, when it was checked."
        found.append(_finding("suspended", Severity.medium, note))
    if resting := [pause.sentence for pause in pauses if pause.what != "standing"]:
        found.append(_finding("paused", Severity.low, " ".join(resting)))
    return found


def _finding(category: str, severity: Severity, note: str) -> dict[str, Any]:
    """A finding of ours, about no place in the text."""
    return _kept(Finding(category, category, severity, 0, 0, "", "", (), note))


def worst(*severities: str) -> str:
    """The most severe of them; none of none."""
    return max((Severity(one) for one in severities), key=lambda one: one.rank, default=Severity.none).value


def review_by(severity: str, policy: Policy | None, *, now: datetime) -> datetime:
    """By when somebody should have decided on what is held now. What nothing was found in waits like what is
    not urgent."""
    if policy is None:
        return now + REVIEW_WITHIN
    clocks = {str(one): clock for one, clock in policy.moderation.review_within.items()}
    return runs_out(clocks.get(severity, clocks["low"]), now, policy.working_time)


def severity_rank(severity: str) -> int:
    """0 for none, 4 for immediate."""
    return Severity(severity).rank


def wait_after(attempt: int) -> timedelta:
    """How long the sweep waits after its nth check of one message: 30 s, then twice as long each time, up to
    LONGEST_WAIT, so that what waited through a long outage does not wait as long again."""
    doublings = min(max(attempt - 1, 0), 16)
    return min(CHECK_AFTER * (1 << doublings), LONGEST_WAIT)
