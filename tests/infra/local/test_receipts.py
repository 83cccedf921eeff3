from __future__ import annotations

from typing import Any

import pytest

from infra.local.mailbox import Mail
from infra.local.receipts import GIVE_UP_AFTER, Receipts, events_for

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
    assert [event["eventType"] for event in events_for(mail_to(to), TAGS)] == kinds


def test_an_event_names_the_email_and_the_tags_it_was_sent_with() -> None:
    (event,) = events_for(mail_to("bounce@simulator.amazonses.com"), TAGS)

    assert event["mail"]["messageId"] == "0102@email.amazonses.com"
    assert event["mail"]["tags"] == {"ses:configuration-set": ["Mail-1"], "notice_id": ["01JD5"]}
    assert event["bounce"]["bounceType"] == "Permanent"
    assert event["bounce"]["bouncedRecipients"][0]["emailAddress"] == "bounce@simulator.amazonses.com"


def test_a_receipt_waits_until_the_tags_are_known() -> None:
    published: list[dict[str, Any]] = []
    known: list[dict[str, str] | None] = [None, TAGS]
    receipts = Receipts(lambda _: known.pop(0), published.append)
    receipts.expect(mail_to("priya@example.org"))

    receipts.tell()
    assert published == []
    receipts.tell()
    assert [event["eventType"] for event in published] == ["Delivery"]


def test_an_email_that_nobody_knows_is_let_go() -> None:
    time = [0.0]
    asked: list[Mail] = []
    receipts = Receipts(asked.append, pytest.fail, clock=lambda: time[0])
    receipts.expect(mail_to("priya@example.org"))

    time[0] = GIVE_UP_AFTER
    receipts.tell()
    receipts.tell()

    assert len(asked) == 1
