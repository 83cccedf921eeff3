from __future__ import annotations

from typing import Any

import pytest

from infra.local.mailbox import Mail
from infra.local.receipts import TAKES, Receipts, events_for

TAGS = {"ses:configuration-set": "Mail-1", "notice_id": "01JD5"}


def mail_to(*to: str) -> Mail:
    return Mail(
        id="0102@email.amazonses.com",
        sender="Signpost <signpost@mail.example.org>",
        to=to,
        subject="A new message",
        text="Sign in to read it.",
        html="",
        sent_at="2026-11-18T09:47:40.000+00:00",
        tags=TAGS,
    )


@pytest.mark.parametrize(
    ("to", "kinds"),
    [
        ("priya@example.org", ["Delivery"]),
        ("bounce@simulator.amazonses.com", ["Bounce"]),
        ("bounce+priya@simulator.amazonses.com", ["Bounce"]),
        ("complaint@simulator.amazonses.com", ["Delivery", "Complaint"]),
        ("success@simulator.amazonses.com", ["Delivery"]),
        ("bounce@example.org", ["Delivery"]),
    ],
)
def test_the_address_chooses_what_becomes_of_an_email(to: str, kinds: list[str]) -> None:
    assert [event["eventType"] for event in events_for(mail_to(to))] == kinds


def test_an_event_names_the_email_and_the_tags_it_was_sent_with() -> None:
    (event,) = events_for(mail_to("bounce@simulator.amazonses.com"))

    assert event["mail"]["messageId"] == "0102@email.amazonses.com"
    assert event["mail"]["tags"] == {"ses:configuration-set": ["Mail-1"], "notice_id": ["01JD5"]}
    assert event["bounce"]["bounceType"] == "Permanent"
    assert event["bounce"]["bouncedRecipients"][0]["emailAddress"] == "bounce@simulator.amazonses.com"


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_what_became_of_an_email_is_told_once_and_a_moment_after_it_was_sent() -> None:
    clock, published = Clock(), list[dict[str, Any]]()
    receipts = Receipts(published.append, clock)
    receipts.expect(mail_to("priya@example.org"))

    receipts.tell()
    assert published == []
    clock.seconds = TAKES
    receipts.tell()
    receipts.tell()

    assert [event["eventType"] for event in published] == ["Delivery"]


def test_what_cannot_be_published_is_told_the_next_time() -> None:
    clock, published = Clock(), list[dict[str, Any]]()
    is_well = False

    def publish(event: dict[str, Any]) -> None:
        if not is_well:
            raise ConnectionRefusedError
        published.append(event)

    receipts = Receipts(publish, clock)
    receipts.expect(mail_to("priya@example.org"))
    clock.seconds = TAKES
    with pytest.raises(ConnectionRefusedError):
        receipts.tell()

    is_well = True
    receipts.tell()

    assert [event["mail"]["destination"] for event in published] == [["priya@example.org"]]
