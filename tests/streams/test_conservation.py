"""Nothing is lost, and nothing gets through: random histories of all that people, streams, the mail service,
the bucket and bad luck do, held against what those who were answered have been told.

Two thousand histories in `make test` and twenty thousand in `make soak` (HISTORIES says how many, SEED
which). The tables are in memory, since an emulator would take an hour. What may happen is in histories/, one
module for each kind of people; what must hold is in histories/what_holds.py.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from functions.reporting import logger
from tests.builders.conversations import a_pair
from tests.builders.people import a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.fake_tables import fake_tables
from tests.streams.histories.model import STAFF, Stage
from tests.streams.histories.what_holds import WhatHolds

HISTORIES = int(os.environ.get("HISTORIES", "2000"))
SEED = int(os.environ.get("SEED", "2026"))
PARTS = 4
"""So that two processes share them."""
ENOUGH = 1_000
"""So many histories leave no deed out but by a fault. A handful, for a quick look, may."""
STEPS = 11


EVERY_DEED = {
    *("write", "report a worry", "word anew", "take back"),
    *("deliver", "claim and deliver", "return", "decline", "hand a message over", "undo"),
    *("deliver together", "deliver several", "ask for another look"),
    *("answer", "note", "judge", "hand over", "close", "agree", "send back", "reopen"),
    *("file", "open a file", "plan", "finish", "raise about a colleague", "keep from"),
    *("change the chain", "read everything or not"),
}
"""What somebody must have been told is done, at least once in all histories of a process."""


class Everything(WhatHolds):
    """Whatever people do, and whatever happens."""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The tables with everybody in them, made once."""
    with fake_tables() as tables:
        ranks = [["safeguarding_lead"], ["safeguarding_lead", "deputy"], ["regional_manager", "coordinator"]]
        programme = a_programme(policy=a_policy(escalation=a_chain(ranks)))
        roles = ("mentee", "mentor", *STAFF, "administrator")
        people = {role: a_person(role, programme) for role in roles}
        pair = a_pair(programme, mentor=people["mentor"], mentee=people["mentee"])
        made = Stage(tables, tables.keep(), people, pair)
        yield made
    left_out = EVERY_DEED - {deed for deed, times in made.done.items() if times}
    assert not left_out or HISTORIES < ENOUGH, "nothing is proved of what nobody has done"


def a_chain(ranks: list[list[str]]) -> dict[str, Any]:
    minutes = {"low": 240, "medium": 120, "high": 30, "immediate": 10}
    return {
        "ranks": [{"roles": roles} for roles in ranks],
        "acknowledge_within": {severity: {"minutes": wait} for severity, wait in minutes.items()},
    }


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_and_nothing_gets_through(part: int, stage: Stage) -> None:
    @seed(SEED * PARTS + part)
    def history() -> Everything:
        return Everything(stage)

    with unheard():
        run_state_machine_as_test(
            history,
            settings=settings(
                max_examples=HISTORIES // PARTS,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )


@contextmanager
def unheard() -> Iterator[None]:
    """Without the functions' log lines and metrics, of which there would be a million."""
    level = logger.log_level
    logger.setLevel("CRITICAL")
    logging.disable(logging.CRITICAL)
    try:
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            yield
    finally:
        logging.disable(logging.NOTSET)
        logger.setLevel(level)
