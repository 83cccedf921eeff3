"""Stand-ins for the filter, and the readings that conversations' tests share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.conversations.actions import check_message
from shared.conversations.checking import Checked
from shared.conversations.items import Message, Step, held_listing, pair_key
from shared.conversations.steps import steps_of
from shared.filtering import WORRY_CATEGORIES, Finding, RecentMessage, RulesBroken, RuleSet, Severity, Verdict
from shared.platform.tables import ConversationsItem
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite

SOON = MONDAY + timedelta(seconds=2)
SENTENCE = "We’ve kept this back because it looks like a phone number. Please take it out."


def a_finding(
    category: str = "phone",
    severity: Severity = Severity.medium,
    *,
    start: int = 0,
    matched: str = "07700 900123",
    rule: str = "",
) -> Finding:
    return Finding(
        rule=rule or f"{category}.1",
        category=category,
        severity=severity,
        start=start,
        end=start + len(matched),
        matched=matched,
        sentence=SENTENCE,
    )


def a_verdict(*findings: Finding) -> Verdict:
    worry = any(one.category in WORRY_CATEGORIES for one in findings)
    return Verdict(
        hold=bool(findings),
        severity=max((one.severity for one in findings), key=lambda one: one.rank, default=Severity.none),
        lane="safeguarding" if worry else "moderation" if findings else "deliver",
        findings=findings,
        rules_version="rules-7",
    )


@dataclass
class TheFilter:
    """Holds what contains one of its words. Remembers what it was shown."""

    phone: str = "07700 900123"
    worry: str = "want to die"
    is_broken: bool = False
    seen: list[tuple[str, str, tuple[RecentMessage, ...]]] = field(default_factory=list)
    judged_by: list[RuleSet | None] = field(default_factory=list)

    def __call__(
        self, text: str, *, sender: str, recent: Sequence[RecentMessage] = (), rules: RuleSet | None = None
    ) -> Verdict:
        self.seen.append((text, sender, tuple(recent)))
        self.judged_by.append(rules)
        if self.is_broken:
            raise RulesBroken("no rules")
        found = [
            a_finding(category, severity, start=text.index(words), matched=words)
            for words, category, severity in (
                (self.phone, "phone", Severity.medium),
                (self.worry, "suicide", Severity.immediate),
            )
            if words in text
        ]
        return a_verdict(*found)


def stored(pair: TwoWhoWrite, message: Message) -> Message:
    """The message as it is in the table now."""
    return Message.get(message.pk, message.sk, consistent_read=True)


def history(message: Message) -> list[tuple[str, str | None]]:
    """What happened to it and the words that went with it."""
    return [(one.what, one.text) for one in steps_of(message.pair_id, message.message_id)]


def steps(message: Message) -> list[Step]:
    return list(steps_of(message.pair_id, message.message_id))


def check(message: Message, checker: Any = None, *, now: datetime = SOON) -> Checked:
    return check_message(message.pair_id, message.message_id, checker=checker or TheFilter(), now=now)


def held_in(pair: TwoWhoWrite) -> list[str]:
    rows = ConversationsItem.by_listing.query(held_listing(pair.programme_id))
    return [row.message_id for row in rows if isinstance(row, Message)]


def everything_of(pair: TwoWhoWrite) -> list[dict[str, Any]]:
    return [item.to_simple_dict() for item in ConversationsItem.query(pair_key(pair.pair_id)[0])]
