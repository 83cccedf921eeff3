"""What became of held messages, kept beside what each was held for: how the rules are judged themselves."""

from collections.abc import Iterator
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.filtering import CATEGORIES, WORRY_CATEGORIES
from shared.platform.clock import order
from shared.platform.tables import is_new

from .items import Message, Outcome, outcome_key


def add_outcome(write: TransactWrite, message: Message, decision: str, *, now: datetime) -> None:
    """Adds what was decided on a held message to the transaction that decides it: `delivered`, `returned`,
    `declined` or `withdrawn`."""
    findings = message.findings or ()
    wording = int(message.round)
    pk, sk = outcome_key(message.programme_id, order(now), message.message_id, wording)
    outcome = Outcome(
        pk,
        sk,
        programme_id=message.programme_id,
        pair_id=message.pair_id,
        message_id=message.message_id,
        round=wording,
        decided_at=now,
        decision=decision,
        sender_role=message.sender_role,
        lane=message.lane,
        severity=message.severity,
        rules={
            one["rule"]: one["category"]
            for one in findings
            if one.get("rule") and one["category"] in CATEGORIES
        },
        categories=sorted({one["category"] for one in findings}),
        has_concern=message.concern_id is not None,
        rules_version=message.rules_version,
        policy_version=message.policy_version,
    )
    write.save(outcome, condition=is_new(Outcome))


UNDONE = "undone"


def take_outcome_back(write: TransactWrite, message: Message, decided_at: datetime) -> None:
    """Adds to the transaction that takes a decision back that it counts for nothing."""
    key = outcome_key(message.programme_id, order(decided_at), message.message_id, int(message.round))
    write.update(
        Outcome(*key),
        actions=[Outcome.decision.set(UNDONE)],
        condition=Outcome.pk.exists(),
        add_version_condition=False,
    )


MISSED = "missed"
"""The decision of an outcome by which a person said that the filter should have held a message."""


def add_miss(
    write: TransactWrite, message: Message, *, category: str, severity: str, has_concern: bool, now: datetime
) -> None:
    """Adds to a transaction that the filter let a message pass which it should have held for `category`."""
    wording = int(message.round)
    outcome = Outcome(
        *outcome_key(message.programme_id, order(now), message.message_id, wording),
        programme_id=message.programme_id,
        pair_id=message.pair_id,
        message_id=message.message_id,
        round=wording,
        decided_at=now,
        decision=MISSED,
        sender_role=message.sender_role,
        lane="safeguarding" if category in WORRY_CATEGORIES else "moderation",
        severity=severity,
        rules={},
        categories=[category],
        has_concern=has_concern,
        rules_version=message.rules_version,
        policy_version=message.policy_version,
    )
    write.save(outcome, condition=is_new(Outcome))


def outcomes_between(programme_id: str, first: datetime, after: datetime) -> Iterator[Outcome]:
    """The outcomes decided from `first` on and before `after`, the oldest first."""
    pk, _ = outcome_key(programme_id, "", "", 0)
    found = Outcome.query(pk, Outcome.sk.between(order(first), order(after)))
    return (one for one in found if _counts(one) and one.decided_at < after)


def outcomes_of(programme_id: str, *, limit: int, before: str = "") -> Iterator[Outcome]:
    """The programme's latest outcomes, the latest first, or those before one of them by its sort key: one
    Query, which DynamoDB answers a megabyte at a time. For those who have made sure that they may."""
    pk, _ = outcome_key(programme_id, "", "", 0)
    found = Outcome.query(
        pk, Outcome.sk < before if before else None, scan_index_forward=False, limit=limit, page_size=limit
    )
    return (one for one in found if _counts(one))


def _counts(one: object) -> bool:
    return isinstance(one, Outcome) and one.decision != UNDONE
