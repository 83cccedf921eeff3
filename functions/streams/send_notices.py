"""Sends e-mails as they are queued, the alerts of a batch first."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from chalice.app import Blueprint

from functions.alerts import move_on
from functions.reporting import counted, report, told
from shared.notices.mailer import Mailer, SesMailer
from shared.notices.sending import send
from shared.platform.clock import now

TIME_FOR_ONE = 25_000
"""Milliseconds that one e-mail may take, the mail service's slowest answer included."""

functions = Blueprint(__name__)
mailer = SesMailer()


@functions.lambda_function(name="send_notices")
@counted()
def send_notices(event: dict[str, Any], context: Any) -> Any:
    return work_off(event, context, mailer=mailer, clock=now)


def work_off(event: dict[str, Any], context: Any, *, mailer: Mailer, clock: Callable[[], datetime]) -> Any:
    """Tries each e-mail of the batch once, while the time lasts and the mail service takes more. What is left
    stays queued and due: the sweep sends it."""
    full = False

    def try_one(record: DynamoDBRecord) -> None:
        nonlocal full
        image = _image(record)
        if context.get_remaining_time_in_millis() < TIME_FOR_ONE or (full and not _is_alert(image)):
            return
        with told("a notice could not be worked off", notice_id=image["notice_id"]):
            outcome = send(image["notice_id"], mailer=mailer, now=clock())
        report(outcome)
        if outcome.stands_out:
            move_on(outcome.notice_id, clock())
        full = full or outcome.too_many

    records = sorted(event["Records"], key=lambda record: not _is_alert(_image(DynamoDBRecord(record))))
    return process_partial_response(
        event={"Records": records},
        record_handler=try_one,
        processor=BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False),
    )


def _image(record: DynamoDBRecord) -> dict[str, Any]:
    stream = record.dynamodb
    return stream.new_image if stream else {}


def _is_alert(image: dict[str, Any]) -> bool:
    return image.get("lane") == "alert"
