"""Checks each list of people as it is handed in, and sends its invitations when staff say so."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalice.app import Blueprint

from functions.reporting import counted, told
from shared.people.actions import run_import
from shared.people.import_files import BucketOfLists, ImportFiles
from shared.people.import_items import import_of_key
from shared.platform.clock import now

from .batches import each_key, time_is_short

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

    enough = time_is_short(context, LEFT_FOR_THE_LAST_STEP)

    def run_one(pk: str, sk: str) -> None:
        import_id = import_of_key(pk, sk)
        if import_id:
            with told("an import could not be worked off", import_id=import_id):
                run_import(import_id, files=files, clock=clock, enough=enough)

    return each_key(event, context, run_one)
