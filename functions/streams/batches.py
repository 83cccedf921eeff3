"""How the functions on streams work off a batch: record by record, each by its key or its new image.

Of most records only the key is used: what it names is read as it is now. One that fails is named in the
answer and tried again, and stops no other.
"""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from functions.reporting import told


def each_record(event: dict[str, Any], context: Any, work_off: Callable[[DynamoDBRecord], None]) -> Any:
    """The answer that names what failed."""
    return process_partial_response(
        event=event,
        record_handler=work_off,
        processor=BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False),
        context=context,
    )


def each_key(event: dict[str, Any], context: Any, work_off: Callable[[str, str], None]) -> Any:
    """As `each_record`; `work_off` is given pk and sk."""

    def one(record: DynamoDBRecord) -> None:
        with told("a stream record could not be read"):
            keys = record.dynamodb.keys if record.dynamodb else {}
            pk, sk = str(keys["pk"]), str(keys["sk"])
        work_off(pk, sk)

    return each_record(event, context, one)


def time_is_short(context: Any, left: int) -> Callable[[], bool]:
    """Whether fewer than `left` milliseconds remain, asked whenever it is called."""
    return lambda: bool(context.get_remaining_time_in_millis() < left)
