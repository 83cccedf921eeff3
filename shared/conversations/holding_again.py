"""Taking back from its reader what should not have been delivered, for a person to decide on."""

from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.people.permissions import Viewer
from shared.platform.clock import order

from .checking import tell_moderators
from .items import HELD_DUE, Message, Pair, held_listing, held_order
from .rules import severity_rank
from .steps import save_with_step

SENTENCE = "A person who read this conversation asks for another look at this message."
FOUND_BY_A_PERSON = ""
"""The rule of a finding that no rule made."""


def hold_again(
    write: TransactWrite,
    pair: Pair,
    message: Message,
    *,
    category: str,
    severity: str,
    by: Viewer,
    now: datetime,
) -> None:
    """Adds to a running transaction that a delivered message is held, because a person found in it what the
    filter missed. From then on its reader does not see it, as with any held message, until somebody decides,
    and its writer cannot take it back.

    It is due at once, and moderators are told: it has been read already. The transaction is Lost when the
    message was changed since it was loaded.
    """
    message.findings = [
        *(message.findings or ()),
        {
            "rule": FOUND_BY_A_PERSON,
            "category": category,
            "severity": severity,
            "start": 0,
            "end": len(message.text),
            "matched": message.text,
            "sentence": SENTENCE,
            "recent_ids": [],
        },
    ]
    message.state = "held"
    message.lane = "moderation"
    message.severity = severity
    message.held_at = message.review_by = now
    message.due, message.due_at = HELD_DUE, order(now)
    message.listing = held_listing(message.programme_id)
    message.listing_order = held_order(severity_rank(severity), order(now), message.message_id)
    save_with_step(write, message, "held", now=now, by=by)
    tell_moderators(write, pair, message, now)
