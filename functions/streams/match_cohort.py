"""Looks for matches in each cohort as it is asked to, and introduces everybody when staff say so."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from chalice.app import Blueprint

from functions.reporting import count, counted, logger, told
from shared.matching.actions import run_matching
from shared.matching.items import run_of_key
from shared.matching.rules import Problem, Solution, Solver, Told
from shared.platform.clock import now

LEFT_FOR_THE_LAST_STEP = 30_000
"""Milliseconds of the function's quarter of an hour that must be left to introduce another two."""

functions = Blueprint(__name__)


@functions.lambda_function(name="match_cohort")
@counted()
def match_cohort(event: dict[str, Any], context: Any) -> Any:
    return work_off(event, context, solver=solve, clock=now)


def solve(problem: Problem, *, told: Told) -> Solution:
    # The site imports this module too, and has no numpy: it is in a layer that this function alone has.
    from shared.matching.solving.best import solve as solve_with_numpy

    return solve_with_numpy(problem, told=told)


def work_off(event: dict[str, Any], context: Any, *, solver: Solver, clock: Callable[[], datetime]) -> Any:
    """Goes on with each run of the batch. Of a record only the key is used: the run is read as it is now. One
    that fails is named in the answer and tried again."""

    def run_one(record: DynamoDBRecord) -> None:
        key = _run(record)
        if key is None:
            return
        with told("a search for matches could not go on", run_id=key[2]):
            state = run_matching(*key, solver=solver, clock=clock, enough=enough)
        logger.info("search for matches", extra={"run_id": key[2], "state": state})
        if state == "failed":
            count("MatchingsFailed")

    def enough() -> bool:
        return bool(context.get_remaining_time_in_millis() < LEFT_FOR_THE_LAST_STEP)

    return process_partial_response(
        event=event,
        record_handler=run_one,
        processor=BatchProcessor(event_type=EventType.DynamoDBStreams, raise_on_entire_batch_failure=False),
        context=context,
    )


def _run(record: DynamoDBRecord) -> tuple[str, str, str] | None:
    with told("a stream record could not be read"):
        keys = record.dynamodb.keys if record.dynamodb else {}
        return run_of_key(str(keys["pk"]), str(keys["sk"]))
