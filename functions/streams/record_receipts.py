"""Records what the mail service says became of an e-mail.

Amazon SES publishes its events to a topic (infra/resources.yaml), which hands each on as text in an
envelope; the same event on a bus comes as a mapping. Both are read. Format of the events:
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from chalice.app import Blueprint

from functions.alerts import move_on
from functions.reporting import counted, logger, report, told
from shared.notices.rules import Receipt
from shared.notices.sending import record_receipt
from shared.people.actions import note_mail
from shared.platform.clock import now

functions = Blueprint(__name__)

PARTS = {"Delivery": "delivery", "Bounce": "bounce", "Complaint": "complaint", "Reject": "reject"}
"""Which events say what became of an e-mail, and which part of the event tells more."""


@functions.lambda_function(name="record_receipts")
def record_receipts(event: dict[str, Any], _context: Any) -> None:
    work_off(event, clock=now)


@counted()
def work_off(event: dict[str, Any], *, clock: Callable[[], datetime]) -> None:
    """Notes each receipt. An alert that did not arrive is made good at once: somebody else is told."""
    for told_by_ses in _events(event):
        read = _read(told_by_ses)
        if read is None:
            logger.info("an event that is no receipt of ours", event_type=told_by_ses.get("eventType"))
            continue
        notice_id, receipt, at = read
        with told("a receipt could not be recorded", notice_id=notice_id):
            report(record_receipt(notice_id, receipt, at))
            note_mail(notice_id, receipt)
        if receipt != "delivered":  # also when it was noted before: whoever did so may have died since
            move_on(notice_id, clock())


def _events(event: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The mail service's events in either envelope. The topic's first message is a greeting in plain
    words."""
    if "detail" in event:
        yield event["detail"]
    for record in event.get("Records", ()):
        try:
            message = json.loads(record["Sns"]["Message"])
        except ValueError:
            message = None
        yield message if isinstance(message, dict) else {}


def _read(event: dict[str, Any]) -> tuple[str, Receipt, datetime] | None:
    """Which e-mail, what became of it and when; None for anything else the service tells."""
    kind = event.get("eventType", "")
    mail = event.get("mail", {})
    notice_ids = mail.get("tags", {}).get("notice_id", [])
    if kind not in PARTS or not notice_ids:
        return None
    part = event.get(PARTS[kind], {})
    at = datetime.fromisoformat(part.get("timestamp") or mail["timestamp"])
    return notice_ids[0], _receipt(kind, part), at


def _receipt(kind: str, part: dict[str, Any]) -> Receipt:
    if kind == "Bounce":
        return "bounced" if part.get("bounceType") == "Permanent" else "bounced_for_now"
    receipts: dict[str, Receipt] = {
        "Delivery": "delivered",
        "Complaint": "complained",
        "Reject": "rejected",
    }
    return receipts[kind]
