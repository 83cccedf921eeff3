from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from infra.local.mailbox import Mail
from infra.local.receipts import GIVE_UP_AFTER, Receipts, Tags, events_for

TAGS: Tags = {"ses:configuration-set": "Mail-1", "notice_id": "01JD5"}


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
    known: dict[Mail, Tags] = {}
    receipts = Receipts(lambda _: known, published.append)
    mail = mail_to("priya@example.org")
    receipts.expect(mail)

    receipts.tell()
    assert published == []
    known[mail] = TAGS
    receipts.tell()
    assert [event["eventType"] for event in published] == ["Delivery"]


def test_the_tags_of_all_that_wait_are_asked_for_at_once_and_each_is_told_of_once() -> None:
    published: list[dict[str, Any]] = []
    asked: list[Collection[Mail]] = []
    known, unknown = mail_to("priya@example.org"), mail_to("daniel@example.org")

    def tags_of(mails: Collection[Mail]) -> dict[Mail, Tags]:
        asked.append(mails)
        return {known: TAGS} if known in mails else {}

    receipts = Receipts(tags_of, published.append)
    receipts.expect(known)
    receipts.expect(unknown)
    receipts.tell()
    receipts.tell()

    assert asked == [(known, unknown), (unknown,)]
    assert [event["mail"]["destination"] for event in published] == [["priya@example.org"]]


def test_an_email_that_nobody_knows_is_let_go() -> None:
    time = [0.0]
    asked: list[Mail] = []

    def tags_of(mails: Collection[Mail]) -> dict[Mail, Tags]:
        asked.extend(mails)
        return {}

    receipts = Receipts(tags_of, pytest.fail, clock=lambda: time[0])
    receipts.expect(mail_to("priya@example.org"))

    time[0] = GIVE_UP_AFTER
    receipts.tell()
    receipts.tell()

    assert len(asked) == 1
