"""Makes sure that everybody who must know of a concern is told, as soon as it is raised or passed on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from chalice.app import Blueprint

from functions.alerts import report_passed_on
from functions.reporting import counted, told
from shared.platform.clock import now
from shared.safeguarding.chain.climbing import make_sure_of_alerts
from shared.safeguarding.items import concern_of_key

functions = Blueprint(__name__)


@functions.lambda_function(name="escalate_concerns")
@counted()
def escalate_concerns(event: dict[str, Any], context: Any) -> Any:
    return work_off(event, context, clock=now)


def work_off(event: dict[str, Any], context: Any, *, clock: Callable[[], datetime]) -> Any:
    """Looks after each concern of the batch. Of a record only the key is used: the concern is read as it is
    now. One that fails is named in the answer and tried again, and stops no other."""

    def look_after(record: DynamoDBRecord) -> None:
        concern_id = _concern_id(record)
        if concern_id:
            with told("a concern could not be looked after", concern_id=concern_id):
                _make_sure(concern_id, clock())

    return process_partial_response(
        event=event,
        record_handler=look_after,
        processor=BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False),
        context=context,
    )


def _make_sure(concern_id: str, moment: datetime) -> None:
    passed_on = make_sure_of_alerts(concern_id, now=moment)
    if passed_on:
        report_passed_on(passed_on, concern_id=concern_id)


def _concern_id(record: DynamoDBRecord) -> str:
    with told("a stream record could not be read"):
        keys = record.dynamodb.keys if record.dynamodb else {}
        return concern_of_key(str(keys["pk"]), str(keys["sk"]))
