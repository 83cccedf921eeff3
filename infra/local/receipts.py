"""What SES would say became of an e-mail. The emulator's SES never tells a configuration set's destination.

The events have the shape of SES's event publishing, and its simulator addresses choose the outcome:
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.local.mailbox import Mail

SIMULATOR = "simulator.amazonses.com"


def events_for(mail: Mail, configuration_set: str) -> Iterator[dict[str, Any]]:
    """The events SES would publish for one e-mail, one or two for each of its readers."""
    for reader in mail.to:
        local, _, domain = reader.lower().partition("@")
        outcome = local.partition("+")[0] if domain == SIMULATOR else "success"
        if outcome == "bounce":
            yield _event("Bounce", mail, configuration_set, _bounce(mail, reader))
            continue
        yield _event("Delivery", mail, configuration_set, _delivery(reader))
        if outcome == "complaint":
            yield _event("Complaint", mail, configuration_set, _complaint(mail, reader))


def _event(kind: str, mail: Mail, configuration_set: str, detail: dict[str, Any]) -> dict[str, Any]:
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
            "tags": {"ses:configuration-set": [configuration_set]},
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
