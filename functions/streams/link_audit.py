"""Links each new audit record into its programme's chain.

A second reader of the table's stream, apart from the one that looks after concerns: whatever goes wrong here
holds up no alert.
"""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from chalice.app import Blueprint

from functions.reporting import count, counted, told
from shared.audit.items import programme_of_waiting
from shared.audit.linking import link_waiting

functions = Blueprint(__name__)


@functions.lambda_function(name="link_audit")
@counted()
def link_audit(event: dict[str, Any], context: Any) -> Any:
    return work_off(event, context)


def work_off(event: dict[str, Any], context: Any) -> Any:
    """Links all that waits in each programme of the batch. Of a record only the key is used: what waits is
    read as it is now, and so a programme is looked at once. One that fails is named in the answer and tried
    again, and stops no other."""
    done: set[str] = set()

    def link_one(record: DynamoDBRecord) -> None:
        programme_id = _programme_id(record)
        if not programme_id or programme_id in done:
            return
        with told("audit records could not be linked", programme_id=programme_id):
            count("AuditRecordsLinked", link_waiting(programme_id))
        done.add(programme_id)

    return process_partial_response(
        event=event,
        record_handler=link_one,
        processor=BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False),
        context=context,
    )


def _programme_id(record: DynamoDBRecord) -> str:
    with told("a stream record could not be read"):
        keys = record.dynamodb.keys if record.dynamodb else {}
        return programme_of_waiting(str(keys["pk"]))
