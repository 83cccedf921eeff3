"""The stream function that tries drafts of rules on past messages."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.streams.backtest_rules import work_off
from shared.filtering import check
from shared.lab.backtesting import start_backtest
from shared.lab.items import Backtest, backtest_key
from shared.lab.rules import STEP, read_sums
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.driver import Context, StreamDriver
from tests.shared.lab.builders import TREEHOUSE, drafts_a_rule, the_backtest

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


def asked(priya: Someone) -> str:
    drafts_a_rule(priya)
    return start_backtest(priya.viewer, priya.programme_id, messages=500, key="form-1", now=MONDAY)


def clock() -> datetime:
    return MONDAY


def record(pk: str, sk: str, *, number: str = "1") -> dict[str, Any]:
    keys = {"pk": {"S": pk}, "sk": {"S": sk}}
    return {"eventName": "INSERT", "dynamodb": {"Keys": keys, "NewImage": keys, "SequenceNumber": number}}


def run(*records: dict[str, Any], milliseconds: int = 60_000) -> list[str]:
    """The records that the function names as failed."""
    context = Context(milliseconds=milliseconds)
    answer = work_off({"Records": list(records)}, context, checker=check, clock=clock)
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def test_a_trial_that_was_asked_for_is_worked_off(pair: TwoWhoWrite, priya: Someone) -> None:
    a_message(pair, TREEHOUSE, state="delivered")
    backtest_id = asked(priya)

    assert run(record(*backtest_key(priya.programme_id, backtest_id))) == []

    found = the_backtest(priya.programme_id, backtest_id)
    assert (found.state, dict(read_sums(found.sums).counts)) == ("done", {"newly_held": 1})


def test_without_time_for_more_it_asks_to_be_woken_again(pair: TwoWhoWrite, priya: Someone) -> None:
    for number in range(STEP + 1):
        a_message(pair, TREEHOUSE, state="delivered", now=MONDAY - timedelta(minutes=number))
    woken = []

    def function(event: dict[str, Any], context: Any) -> Any:
        woken.append(the_backtest(priya.programme_id, backtest_id).state)
        return work_off(event, Context(milliseconds=10_000), checker=check, clock=clock)

    driver = StreamDriver({"BacktestRules": function})
    backtest_id = asked(priya)
    driver.settle()

    assert woken == ["waiting", "waiting", "waiting"]
    found = the_backtest(priya.programme_id, backtest_id)
    assert (found.state, read_sums(found.sums).read) == ("done", STEP + 1)


def test_one_that_fails_is_named_and_goes_on_from_its_last_step(pair: TwoWhoWrite, priya: Someone) -> None:
    backtest_id = asked(priya)
    broken = the_backtest(priya.programme_id, backtest_id)
    place = broken.place
    broken.place = "checked|many|"
    broken.save()
    key = backtest_key(priya.programme_id, backtest_id)

    assert run(record(*key, number="7")) == ["7"]
    Backtest(*key).update([Backtest.place.set(place)], add_version_condition=False)
    assert run(record(*key, number="7")) == []
    assert the_backtest(priya.programme_id, backtest_id).state == "done"


def test_what_is_no_trial_is_left_alone(tables: None) -> None:
    gone = record("PROGRAMME#gone", "BACKTEST#gone", number="3")

    assert run(record("PERSON#1", "ACCOUNT"), record("PROGRAMME#1", "PROGRAMME", number="2"), gone) == []
