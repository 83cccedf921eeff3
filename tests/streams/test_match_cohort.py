"""The function that looks for matches, woken as the table's stream wakes it."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from functions.streams import match_cohort
from shared.matching.actions import accept_all, start_run
from shared.matching.items import run_key
from tests.builders.clock import MONDAY
from tests.driver import Context
from tests.faults import Crash, crash
from tests.shared.matching.builders import Cohort, people

pytestmark = pytest.mark.usefixtures("tables")


def woken(cohort: Cohort, *, context: Any = None) -> Any:
    """What the function answers to the record of the newest run."""
    key = run_key(*cohort.at, cohort.latest().run_id)
    record = {
        "eventName": "INSERT",
        "dynamodb": {
            "SequenceNumber": "111",
            "Keys": dict(zip(("pk", "sk"), ({"S": part} for part in key), strict=True)),
        },
    }
    return match_cohort.work_off(
        {"Records": [record]}, context or Context(), solver=match_cohort.solve, clock=lambda: MONDAY
    )


def asked(cohort: Cohort) -> str:
    return start_run(cohort.coordinator.viewer, *cohort.at, key="form-1", now=MONDAY)


def test_the_matches_of_a_cohort_are_found_and_written_down() -> None:
    cohort = people(3, 3, cohort=True)
    asked(cohort)

    assert woken(cohort) == {"batchItemFailures": []}

    run = cohort.latest()
    assert (run.state, run.progress, run.mentees, run.mentors, run.suggested) == ("done", 100, 3, 3, 3)
    assert len(cohort.couples("suggested")) == 3
    assert cohort.left() == {}


def test_a_run_that_broke_off_is_done_again_from_the_start() -> None:
    cohort = people(2, 2)
    asked(cohort)

    with crash(after=8), pytest.raises(Crash):
        woken(cohort)
    assert cohort.latest().state == "running"

    assert woken(cohort) == {"batchItemFailures": []}
    assert (cohort.latest().state, len(cohort.couples())) == ("done", 2)


def test_a_record_of_something_else_is_left_alone() -> None:
    record = {
        "eventName": "INSERT",
        "dynamodb": {"SequenceNumber": "1", "Keys": {"pk": {"S": "PAIR#1"}, "sk": {"S": "PAIR"}}},
    }

    answer = match_cohort.work_off(
        {"Records": [record]}, Context(), solver=match_cohort.solve, clock=lambda: MONDAY
    )

    assert answer == {"batchItemFailures": []}


def test_everybody_is_introduced_when_staff_say_so() -> None:
    cohort = people(2, 2, cohort=True)
    run_id = asked(cohort)
    woken(cohort)

    accept_all(cohort.coordinator.viewer, *cohort.at, run_id, now=MONDAY + timedelta(minutes=1))
    woken(cohort)

    run = cohort.latest()
    assert (run.state, run.accepted, run.refused) == ("done", 2, 0)
    assert len(cohort.couples("accepted")) == 2


def test_the_site_starts_without_the_tools_of_this_function() -> None:
    """The site has no numpy: it is in a layer that this function alone has."""
    said = "import app, sys; print(sorted({'numpy', 'scipy'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
