"""Checks each message as it is written, and delivers or holds it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from chalice.app import Blueprint

from functions.checks import report_check
from functions.reporting import counted, told
from shared.conversations.checking import check_message
from shared.conversations.items import message_of_key
from shared.conversations.rules import Checker
from shared.filtering import check
from shared.platform.clock import now

functions = Blueprint(__name__)


@functions.lambda_function(name="filter_messages")
@counted()
def filter_messages(event: dict[str, Any], context: Any) -> Any:
    return work_off(event, context, checker=check, clock=now)


def work_off(event: dict[str, Any], context: Any, *, checker: Checker, clock: Callable[[], datetime]) -> Any:
    """Checks each message of the batch. What a record says but for its key is of no interest: the message is
    read as it is now. A record that cannot be worked off is named in the answer, and stops no other."""

    def check_one(record: DynamoDBRecord) -> None:
        key = _key(record)
        found = message_of_key(*key)
        if found is None:
            return  # a pair or a step: not for us
        pair_id, message_id = found
        with told("a message could not be checked", message_id=message_id):
            report_check(check_message(pair_id, message_id, checker=checker, now=clock()))

    return process_partial_response(
        event=event,
        record_handler=check_one,
        processor=BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False),
        context=context,
    )


def _key(record: DynamoDBRecord) -> tuple[str, str]:
    with told("a stream record could not be read"):
        keys = record.dynamodb.keys if record.dynamodb else {}
        return str(keys["pk"]), str(keys["sk"])
