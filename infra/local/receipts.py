"""What SES would say became of an e-mail. The emulator's SES never tells a configuration set's destination.

The events have the shape of SES's event publishing, and its simulator addresses choose the outcome. The tags
an e-mail was sent with come back in its events.
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from infra.local.mailbox import Mail

SIMULATOR = "simulator.amazonses.com"
TAKES = 1.0
"""Seconds from an e-mail to its events. Its sender has noted by then, as a rule, that it was accepted."""


class Receipts:
    """Publishes what became of each e-mail, once, a second after it was sent."""

    def __init__(
        self, publish: Callable[[dict[str, Any]], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._publish = publish
        self._clock = clock
        self._waiting: list[tuple[float, Mail]] = []

    def expect(self, mail: Mail) -> None:
        """Note an e-mail that has been sent."""
        self._waiting.append((self._clock() + TAKES, mail))

    def tell(self) -> None:
        """Publish the events whose time has come. What cannot be published stays for the next time."""
        while self._waiting and self._waiting[0][0] <= self._clock():
            for event in events_for(self._waiting[0][1]):
                self._publish(event)
            del self._waiting[0]


def events_for(mail: Mail) -> Iterator[dict[str, Any]]:
    """The events SES would publish for one e-mail, one or two for each of its readers."""
    for reader in mail.to:
        local, _, domain = reader.lower().partition("@")
        outcome = local.partition("+")[0] if domain == SIMULATOR else "success"
        if outcome == "bounce":
            yield _event("Bounce", mail, _bounce(mail, reader))
            continue
        yield _event("Delivery", mail, _delivery(reader))
        if outcome == "complaint":
            yield _event("Complaint", mail, _complaint(mail, reader))


def _event(kind: str, mail: Mail, detail: dict[str, Any]) -> dict[str, Any]:
    return {
        "eventType": kind,
        "mail": {
            "timestamp": mail.sent_at,
            "source": mail.sender,
            "messageId": mail.id,
            "destination": list(mail.to),
            "headersTruncated": False,
            "headers": [],
            "commonHeaders": {"from": [mail.sender], "to": list(mail.to), "subject": mail.subject},
            "tags": {name: [value] for name, value in mail.tags.items()},
        },
        kind.lower(): {"timestamp": mail.sent_at, **detail},
    }


def _delivery(reader: str) -> dict[str, Any]:
    return {
        "processingTimeMillis": 400,
        "recipients": [reader],
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": "a1-1.smtp-out.amazonses.com",
    }


def _bounce(mail: Mail, reader: str) -> dict[str, Any]:
    return {
        "feedbackId": f"bounce-{mail.id}",
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [
            {
                "emailAddress": reader,
                "action": "failed",
                "status": "5.1.1",
                "diagnosticCode": "smtp; 550 5.1.1 user unknown",
            }
        ],
        "reportingMTA": "dsn; a1-1.smtp-out.amazonses.com",
    }


def _complaint(mail: Mail, reader: str) -> dict[str, Any]:
    return {
        "feedbackId": f"complaint-{mail.id}",
        "complainedRecipients": [{"emailAddress": reader}],
        "complaintFeedbackType": "abuse",
        "userAgent": "Amazon SES Mailbox Simulator",
    }
