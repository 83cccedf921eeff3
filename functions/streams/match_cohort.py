"""Looks for matches in each cohort as it is asked to, and introduces everybody when staff say so."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalice.app import Blueprint

from functions.reporting import count, counted, logger, told
from shared.matching.actions import run_matching
from shared.matching.items import run_of_key
from shared.matching.rules import Problem, Solution, Solver, Told
from shared.platform.clock import now

from .batches import each_key, time_is_short

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

    enough = time_is_short(context, LEFT_FOR_THE_LAST_STEP)

    def run_one(pk: str, sk: str) -> None:
        key = run_of_key(pk, sk)
        if key is None:
            return
        with told("a search for matches could not go on", run_id=key[2]):
            state = run_matching(*key, solver=solver, clock=clock, enough=enough)
        logger.info("search for matches", extra={"run_id": key[2], "state": state})
        if state == "failed":
            count("MatchingsFailed")

    return each_key(event, context, run_one)
