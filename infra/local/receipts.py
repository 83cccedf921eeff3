"""What SES would say became of an e-mail. The emulator's SES never tells a configuration set's destination.

The events have the shape of SES's event publishing, and its simulator addresses choose the outcome. The tags
an e-mail was sent with come back in its events; the emulator drops them, so they are looked up elsewhere.
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from infra.local.mailbox import Mail

SIMULATOR = "simulator.amazonses.com"
GIVE_UP_AFTER = 30.0  # seconds

Tags = dict[str, str]


class Receipts:
    """Publishes what became of each e-mail, as soon as its tags are known.

    `tags_of` gives the tags, by e-mail, of those that it can; an e-mail that stays unknown is let go.
    """

    def __init__(
        self,
        tags_of: Callable[[Collection[Mail]], Mapping[Mail, Tags]],
        publish: Callable[[dict[str, Any]], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tags_of = tags_of
        self._publish = publish
        self._clock = clock
        self._waiting: dict[Mail, float] = {}

    def expect(self, mail: Mail) -> None:
        """Note an e-mail that has been sent."""
        self._waiting[mail] = self._clock()

    def tell(self) -> None:
        """Publish the events of each e-mail that can now be told of."""
        if not self._waiting:
            return
        for mail, tags in self._tags_of(tuple(self._waiting)).items():
            for event in events_for(mail, tags):
                self._publish(event)
            del self._waiting[mail]
        for mail, since in tuple(self._waiting.items()):
            if self._clock() - since >= GIVE_UP_AFTER:
                del self._waiting[mail]


def events_for(mail: Mail, tags: Tags) -> Iterator[dict[str, Any]]:
    """The events SES would publish for one e-mail, one or two for each of its readers."""
    for reader in mail.to:
        local, _, domain = reader.lower().partition("@")
        outcome = local.partition("+")[0] if domain == SIMULATOR else "success"
        if outcome == "bounce":
            yield _event("Bounce", mail, tags, _bounce(mail, reader))
            continue
        yield _event("Delivery", mail, tags, _delivery(reader))
        if outcome == "complaint":
            yield _event("Complaint", mail, tags, _complaint(mail, reader))


def _event(kind: str, mail: Mail, tags: Tags, detail: dict[str, Any]) -> dict[str, Any]:
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
            "tags": {name: [value] for name, value in tags.items()},
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
