"""The function that records what the mail service says became of an e-mail."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.streams.record_receipts import record_receipts, work_off
from shared.notices.items import Notice, notice_key
from shared.platform.tables import find
from tests.builders.clock import MONDAY
from tests.builders.notices import a_notice
from tests.builders.people import a_person
from tests.builders.programmes import a_programme
from tests.driver import Context
from tests.outbox import written
from tests.shared.safeguarding.builders import raised_in

pytestmark = pytest.mark.usefixtures("tables")

TIMESTAMP = "2026-11-23T09:00:07.250Z"


def told(kind: str, notice_id: str, **part: Any) -> dict[str, Any]:
    """An event as Amazon SES publishes it, shortened to what stands in every one of its kind."""
    return {
        "eventType": kind,
        "mail": {
            "timestamp": "2026-11-23T09:00:01.000Z",
            "messageId": "0102018f2d",
            "destination": ["amina.yusuf@example.org"],
            "tags": {"ses:configuration-set": ["signpost"], "notice_id": [notice_id]},
        },
        kind.lower(): part,
    }


def by_topic(*events: dict[str, Any] | str) -> dict[str, Any]:
    texts = [event if isinstance(event, str) else json.dumps(event) for event in events]
    return {
        "Records": [
            {"EventSource": "aws:sns", "Sns": {"Type": "Notification", "Message": one}} for one in texts
        ]
    }


def by_bus(event: dict[str, Any]) -> dict[str, Any]:
    return {"version": "0", "source": "aws.ses", "detail-type": "Email Delivered", "detail": event}


def stored(notice: Notice) -> Notice:
    found = find(Notice, *notice_key(notice.notice_id))
    assert found is not None
    return found


@pytest.mark.parametrize("envelope", [by_topic, by_bus])
def test_a_delivery_is_recorded_from_either_envelope(envelope: Any) -> None:
    notice = a_notice(state="accepted")

    record_receipts(envelope(told("Delivery", notice.notice_id, timestamp=TIMESTAMP)), Context())

    assert stored(notice).state == "delivered"
    assert stored(notice).receipt_at == datetime(2026, 11, 23, 9, 0, 7, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (("Bounce", {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"}), "bounced"),
        (("Bounce", {"bounceType": "Transient", "bounceSubType": "MailboxFull"}), "bounced"),
        (("Complaint", {"complaintFeedbackType": "abuse"}), "complained"),
        (("Reject", {"reason": "Bad content"}), "failed"),
    ],
)
def test_what_went_wrong_is_recorded(event: tuple[str, dict[str, Any]], state: str) -> None:
    kind, part = event
    notice = a_notice(state="accepted")

    record_receipts(by_topic(told(kind, notice.notice_id, **part)), Context())

    assert stored(notice).state == state


def test_an_out_of_office_reply_does_not_undo_a_delivery() -> None:
    notice = a_notice(state="delivered")

    record_receipts(by_topic(told("Bounce", notice.notice_id, bounceType="Transient")), Context())

    assert stored(notice).state == "delivered"


def test_receipts_in_the_wrong_order_come_to_the_same() -> None:
    notice = a_notice(state="accepted")
    delivery = told("Delivery", notice.notice_id, timestamp=TIMESTAMP)
    bounce = told("Bounce", notice.notice_id, bounceType="Permanent", timestamp=TIMESTAMP)

    record_receipts(by_topic(bounce, delivery, bounce, delivery), Context())

    assert stored(notice).state == "bounced"


@pytest.mark.parametrize(
    "event",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        "[]",
        told("Send", "0f" * 16),
        told("DeliveryDelay", "0f" * 16, delayType="MailboxFull"),
        told("Delivery", "0f" * 16, timestamp=TIMESTAMP),
        {"eventType": "Delivery", "mail": {"timestamp": TIMESTAMP, "tags": {}}, "delivery": {}},
    ],
)
def test_what_is_no_receipt_of_ours_changes_nothing(event: Any) -> None:
    record_receipts(by_topic(event), Context())

    assert list(Notice.scan()) == []


def test_an_alert_that_bounced_raises_the_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    alert = a_notice("concern_alert", state="accepted")

    record_receipts(by_topic(told("Bounce", alert.notice_id, bounceType="Permanent")), Context())

    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [metric["OverdueAlerts"] for metric in metrics] == [[1.0]]


def test_the_log_does_not_name_the_reader(caplog: pytest.LogCaptureFixture) -> None:
    notice = a_notice(state="accepted")

    record_receipts(by_topic(told("Bounce", notice.notice_id, bounceType="Permanent")), Context())

    assert [record.notice_id for record in caplog.records] == [notice.notice_id]
    assert "amina" not in str([vars(record) for record in caplog.records])


def test_an_alert_that_bounced_is_made_good_by_telling_the_next_at_once() -> None:
    programme = a_programme()
    lead = a_person("safeguarding_lead", programme)
    coordinator = a_person("coordinator", programme)
    raised_in(programme)
    [alert] = written()
    assert alert.address == lead.address

    bounce = told("Bounce", alert.notice_id, bounceType="Permanent", timestamp=TIMESTAMP)
    work_off(by_topic(bounce, bounce), clock=lambda: MONDAY)

    told_then = [one.address for one in Notice.scan() if isinstance(one, Notice) and one.state == "queued"]
    assert sorted(told_then) == sorted([lead.address, coordinator.address])
