"""Sends e-mails as they are queued: alerts by a function of their own, so that none waits behind an e-mail
that can wait, however many of those there are."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from chalice.app import Blueprint

from functions.alerts import move_on
from functions.reporting import counted, report, told
from shared.notices.mailer import Mailer, SesMailer
from shared.notices.sending import PAUSE, Outcome, send
from shared.platform.clock import now

from .batches import each_record

TIME_FOR_ONE: Final = 25_000
"""Milliseconds that one e-mail may take, the mail service's slowest answer included."""

functions = Blueprint(__name__)
mailer = SesMailer()


@functions.lambda_function(name="send_alerts")
@counted()
def send_alerts(event: dict[str, Any], context: Any) -> Any:
    return work_off_alerts(event, context, mailer=mailer, clock=now)


@functions.lambda_function(name="send_notices")
@counted()
def send_notices(event: dict[str, Any], context: Any) -> Any:
    return work_off(event, context, mailer=mailer, clock=now)


def work_off_alerts(
    event: dict[str, Any], context: Any, *, mailer: Mailer, clock: Callable[[], datetime]
) -> Any:
    """Tries each alert of the batch once, also when the mail service asks us to send less, while the time
    lasts. Whoever cannot be reached is made good at once."""

    def try_one(notice_id: str) -> None:
        outcome = _send(notice_id, mailer, clock())
        if outcome.stands_out:
            move_on(notice_id, clock())

    return _each(event, context, try_one)


def work_off(
    event: dict[str, Any],
    context: Any,
    *,
    mailer: Mailer,
    clock: Callable[[], datetime],
    pause: Callable[[float], None] = time.sleep,
) -> Any:
    """Tries each e-mail of the batch once, at its pace, while the time lasts and the mail service takes
    more."""
    full = False

    def try_one(notice_id: str) -> None:
        nonlocal full
        if full:
            return
        outcome = _send(notice_id, mailer, clock())
        full = outcome.too_many
        if outcome.did != "left":
            pause(PAUSE)

    return _each(event, context, try_one)


def _send(notice_id: str, mailer: Mailer, at: datetime) -> Outcome:
    with told("a notice could not be worked off", notice_id=notice_id):
        outcome = send(notice_id, mailer=mailer, now=at)
    report(outcome)
    return outcome


def _each(event: dict[str, Any], context: Any, try_one: Callable[[str], None]) -> Any:
    """What there is no time for stays queued and due: the sweep sends it."""

    def handle(record: DynamoDBRecord) -> None:
        notice_id = record.dynamodb.new_image["notice_id"] if record.dynamodb else ""
        if context.get_remaining_time_in_millis() >= TIME_FOR_ONE:
            try_one(notice_id)

    return each_record(event, context, handle)
