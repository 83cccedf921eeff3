"""The stream functions that send e-mails."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from functions.reporting import counted
from functions.streams.send_notices import send_alerts, work_off, work_off_alerts
from shared.notices.items import Notice
from shared.notices.rules import Template
from shared.notices.sending import PAUSE
from tests.builders.clock import MONDAY
from tests.builders.notices import a_notice
from tests.builders.people import a_person
from tests.builders.programmes import a_programme
from tests.driver import Context, StreamDriver, at_once
from tests.fake_mailer import REFUSED, TOO_MANY, UNWELL, FakeMailer
from tests.faults import answering
from tests.shared.safeguarding.builders import alerted, alerts, raised_in

pytestmark = pytest.mark.usefixtures("tables")


def sending(mailer: FakeMailer, *, milliseconds: int = 60_000) -> StreamDriver:
    """A driver of both functions, which hand their e-mails to `mailer`."""

    def alerts(event: dict[str, Any], _context: Any) -> Any:
        return send_as_alerts(event, mailer, milliseconds=milliseconds)

    def others(event: dict[str, Any], _context: Any) -> Any:
        return send_others(event, mailer, milliseconds=milliseconds)

    return StreamDriver({"SendAlerts": alerts, "SendNotices": others}, shards=1)


def send_as_alerts(event: dict[str, Any], mailer: FakeMailer, *, milliseconds: int = 60_000) -> Any:
    return work_off_alerts(event, Context(milliseconds=milliseconds), mailer=mailer, clock=lambda: MONDAY)


def send_others(
    event: dict[str, Any],
    mailer: FakeMailer,
    *,
    milliseconds: int = 60_000,
    pause: Callable[[float], None] = at_once,
) -> Any:
    context = Context(milliseconds=milliseconds)
    return work_off(event, context, mailer=mailer, clock=lambda: MONDAY, pause=pause)


def states() -> dict[str, str]:
    return {notice.notice_id: notice.state for notice in Notice.scan()}


def batch(*notices: Notice) -> dict[str, Any]:
    """An event with the insertion of each of these."""
    images = [
        {"notice_id": {"S": one.notice_id}, "lane": {"S": one.lane}, "state": {"S": one.state}}
        for one in notices
    ]
    return {
        "Records": [
            {"eventName": "INSERT", "dynamodb": {"SequenceNumber": str(number), "NewImage": image}}
            for number, image in enumerate(images)
        ]
    }


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


def test_what_is_queued_is_sent() -> None:
    mailer = FakeMailer()
    driver = sending(mailer)
    notice = a_notice()

    driver.settle()

    assert mailer.asked == [notice.notice_id]
    assert states() == {notice.notice_id: "accepted"}


def test_an_alert_goes_out_while_the_e_mails_before_it_cannot_be_worked_off() -> None:
    mailer = FakeMailer()
    driver = sending(mailer)

    def broken(_event: dict[str, Any], _context: Any) -> Any:
        raise RuntimeError("whatever is sent here fails")

    driver.functions = {**driver.functions, "SendNotices": broken}
    invitations = {a_notice("invitation").notice_id for _ in range(12)}
    alert = a_notice("concern_alert")

    driver.settle()

    assert mailer.asked == [alert.notice_id]
    assert states() == {alert.notice_id: "accepted"} | dict.fromkeys(invitations, "queued")
    assert {failed.function for failed in driver.failed} == {"SendNotices"}


def test_an_e_mail_that_can_wait_leaves_room_behind_it_for_an_alert() -> None:
    first, second = a_notice("invitation"), a_notice("new_message")
    gone = a_notice(state="accepted")
    mailer = FakeMailer()
    pauses: list[tuple[int, float]] = []

    send_others(
        batch(first, gone, second), mailer, pause=lambda seconds: pauses.append((len(mailer.sent), seconds))
    )

    assert pauses == [(1, PAUSE), (2, PAUSE)]  # and none behind what was sent before


def test_a_vain_try_is_not_a_failure_of_the_record() -> None:
    mailer = FakeMailer(UNWELL)
    driver = sending(mailer)
    notice = a_notice("concern_alert")

    driver.settle()

    assert len(mailer.asked) == 1  # being put back tells the stream again, and it is not due yet
    assert states() == {notice.notice_id: "queued"}
    assert driver.failed == []


def test_when_the_service_asks_for_less_the_e_mails_that_can_wait_are_left_to_the_sweep() -> None:
    first, second = a_notice("new_message"), a_notice("new_message")
    mailer = FakeMailer(TOO_MANY)

    answer = send_others(batch(first, second), mailer)

    assert mailer.asked == [first.notice_id]
    assert answer == {"batchItemFailures": []}


def test_when_the_service_asks_for_less_alerts_are_tried_all_the_same() -> None:
    first, second = a_notice("concern_alert"), a_notice("concern_alert")
    mailer = FakeMailer(TOO_MANY)

    send_as_alerts(batch(first, second), mailer)

    assert mailer.asked == [first.notice_id, second.notice_id]


@pytest.mark.parametrize("template", ["concern_alert", "new_message"])
def test_what_there_is_no_time_for_stays_queued_for_the_sweep(template: Template) -> None:
    mailer = FakeMailer()
    driver = sending(mailer, milliseconds=20_000)
    notice = a_notice(template)

    driver.settle()

    assert mailer.asked == []
    assert states() == {notice.notice_id: "queued"}


def test_a_record_that_cannot_be_worked_off_is_reported_and_its_neighbours_go_on() -> None:
    good, bad = a_notice(notice_id="good"), a_notice(notice_id="bad")
    mailer = FakeMailer()
    event = batch(bad, good)
    del event["Records"][0]["dynamodb"]["NewImage"]["notice_id"]

    answer = send_others(event, mailer)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert mailer.asked == [good.notice_id]
    assert states()[bad.notice_id] == "queued"


def test_an_alert_that_is_refused_raises_the_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    boto3.client("sesv2", region_name="eu-west-2").create_email_identity(EmailIdentity="example.org")
    alert = a_notice("concern_alert")

    with answering("SendEmail", "BadRequestException"):
        send_alerts(batch(alert), Context())

    [metric] = [line for line in logged(capsys) if "_aws" in line]
    assert metric["OverdueAlerts"] == [1.0]
    assert metric["FailedNotices"] == [1.0]


def test_the_log_says_what_became_of_an_e_mail_and_not_whose(caplog: pytest.LogCaptureFixture) -> None:
    accepted = a_notice(notice_id="a1", path="/pairs/a-path")
    refused = a_notice(notice_id="r1", path="/pairs/a-path")

    send_others(batch(accepted), FakeMailer())
    send_others(batch(refused), FakeMailer(REFUSED))

    lines = [vars(record) for record in caplog.records]
    assert [(line["notice_id"], line["did"], line["code"]) for line in lines] == [
        ("a1", "accepted", ""),
        ("r1", "failed", "MessageRejected"),
    ]
    for secret in ("amina", "Amina", "example.org", "a-path", "not verified"):
        assert secret not in str(lines)


def test_when_the_mail_service_refuses_an_alert_the_next_are_told_at_once() -> None:
    programme = a_programme()
    a_person("safeguarding_lead", programme)
    coordinator = a_person("coordinator", programme)
    raised_in(programme)
    [alert] = alerts()

    with counted():
        send_as_alerts(batch(alert), FakeMailer(REFUSED))

    assert coordinator.address in alerted()
