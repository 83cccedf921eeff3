"""Links each new audit record into its programme's chain.

A second reader of the table's stream, apart from the one that looks after concerns: whatever goes wrong here
holds up no alert.
"""

from typing import Any

from chalice.app import Blueprint

from functions.reporting import count, counted, told
from shared.audit.items import programme_of_waiting
from shared.audit.linking import link_waiting

from .batches import each_key

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

    def link_one(pk: str, _sk: str) -> None:
        programme_id = programme_of_waiting(pk)
        if not programme_id or programme_id in done:
            return
        with told("audit records could not be linked", programme_id=programme_id):
            count("AuditRecordsLinked", link_waiting(programme_id))
        done.add(programme_id)

    return each_key(event, context, link_one)
