"""Checks each list of people as it is handed in, and sends its invitations when staff say so."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from chalice.app import Blueprint

from functions.reporting import counted, told
from shared.people.actions import run_import
from shared.people.import_files import BucketOfLists, ImportFiles
from shared.people.import_items import import_of_key
from shared.platform.clock import now

LEFT_FOR_THE_LAST_STEP = 15_000
"""Milliseconds of the function's minute that must be left to begin one more step."""

functions = Blueprint(__name__)
files = BucketOfLists()


@functions.lambda_function(name="import_people")
@counted()
def import_people(event: dict[str, Any], context: Any) -> Any:
    return work_off(event, context, files=files, clock=now)


def work_off(
    event: dict[str, Any], context: Any, *, files: ImportFiles, clock: Callable[[], datetime]
) -> Any:
    """Goes on with each list of the batch. Of a record only the key is used: the list is read as it is now.
    One that fails is named in the answer and tried again, from where its last step left it."""

    def run_one(record: DynamoDBRecord) -> None:
        import_id = _import_id(record)
        if import_id:
            with told("an import could not be worked off", import_id=import_id):
                run_import(import_id, files=files, clock=clock, enough=enough)

    def enough() -> bool:
        return bool(context.get_remaining_time_in_millis() < LEFT_FOR_THE_LAST_STEP)

    return process_partial_response(
        event=event,
        record_handler=run_one,
        processor=BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False),
        context=context,
    )


def _import_id(record: DynamoDBRecord) -> str:
    with told("a stream record could not be read"):
        keys = record.dynamodb.keys if record.dynamodb else {}
        return import_of_key(str(keys["pk"]), str(keys["sk"]))
