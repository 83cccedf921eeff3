"""Tries drafts of rules on past messages, as each is asked for."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalice.app import Blueprint

from functions.reporting import counted, logger, told
from shared.conversations.rules import Checker
from shared.filtering import check
from shared.lab.backtesting import run_backtest
from shared.lab.items import backtest_of_key
from shared.platform.clock import now

from .batches import each_key, time_is_short

LEFT_FOR_THE_LAST_STEP = 15_000
"""Milliseconds of the function's minute that must be left to begin one more step."""

functions = Blueprint(__name__)


@functions.lambda_function(name="backtest_rules")
@counted()
def backtest_rules(event: dict[str, Any], context: Any) -> Any:
    return work_off(event, context, checker=check, clock=now)


def work_off(event: dict[str, Any], context: Any, *, checker: Checker, clock: Callable[[], datetime]) -> Any:
    """Goes on with each trial of the batch. Of a record only the key is used: the trial is read as it is now.
    One that fails is named in the answer and tried again, from where its last step left it."""

    enough = time_is_short(context, LEFT_FOR_THE_LAST_STEP)

    def run_one(pk: str, sk: str) -> None:
        key = backtest_of_key(pk, sk)
        if not key:
            return
        programme_id, backtest_id = key
        with told("a trial of rules could not go on", backtest_id=backtest_id):
            run = run_backtest(programme_id, backtest_id, checker=checker, clock=clock, enough=enough)
        logger.info(
            "trial of rules", extra={"backtest_id": backtest_id, "state": run.state, "read": run.read}
        )

    return each_key(event, context, run_one)
