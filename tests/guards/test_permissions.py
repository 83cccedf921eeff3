"""Every function may do what its code does, on the paths too that only faults reach.

Each runs with all that can be due for it; its calls to DynamoDB are noted, and compared with its policy.
"""

import json
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.schedules import daily, sweep
from functions.streams import backtest_rules, import_people, match_cohort
from shared.conversations.actions import withdraw_message
from shared.conversations.views import conversation
from shared.lab.backtesting import start_backtest
from shared.lab.items import backtest_key
from shared.matching.actions import accept_all, lock, start_run
from shared.matching.items import run_key
from shared.notices.sending import record_receipt
from shared.people import actions as people
from shared.people.import_items import import_key
from shared.safeguarding.chain.bounces import alert_not_read
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED, TwoWhoWrite, a_message, a_pair
from tests.builders.people import a_person
from tests.builders.programmes import a_programme, with_a_broken_policy
from tests.builders.safeguarding import a_concern
from tests.driver import Context, Function, at_once
from tests.fake_mailer import TOO_MANY, FakeMailer
from tests.faults import Call, Crash, calls, crash
from tests.shared.lab.builders import drafts_a_rule
from tests.shared.matching.builders import people as people_to_match
from tests.shared.matching.builders import plainly
from tests.shared.nudges.builders import e_mails, is_waited_for, is_watched
from tests.shared.people.fake_files import FakeFiles
from tests.streams.world import World

pytestmark = pytest.mark.usefixtures("tables")

POLICIES = Path(__file__).parents[2] / ".chalice"
IN_A_TRANSACTION = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}

Permission = tuple[str, str]
"""An action, and what it is done to: a table, or `<table>/index/*`."""


def needed(made: list[Call]) -> set[Permission]:
    return {permission for call in made for permission in _needed(call.operation, call.asked)}


def _needed(operation: str, asked: dict[str, Any]) -> Iterator[Permission]:
    if operation == "TransactWriteItems":
        for item in asked["TransactItems"]:
            for what, part in item.items():
                yield IN_A_TRANSACTION[what], part["TableName"]
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        for table in asked["RequestItems"]:
            yield f"dynamodb:{operation}", table
    elif "TableName" in asked:
        where = f"{asked['TableName']}/index/*" if "IndexName" in asked else asked["TableName"]
        yield f"dynamodb:{operation}", where


def granted(function: str) -> set[Permission]:
    policy = json.loads((POLICIES / f"policy-{function}.json").read_text())
    return {
        (action, _thing(resource))
        for statement in policy["Statement"]
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def _thing(resource: dict[str, Any]) -> str:
    """`directory` for the table's own resource, `directory/index/*` for its indexes."""
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0]).casefold()
    text = resource["Fn::Sub"]
    return text.replace("${", "").replace(".Arn}", "").casefold() if isinstance(text, str) else ""


def noting(function: Function, made: list[Call]) -> Function:
    def noted(event: dict[str, Any], context: Any) -> Any:
        with calls() as found:
            try:
                return function(event, context)
            finally:
                made.extend(found)

    return noted


def test_the_stream_functions_may_do_what_they_do() -> None:
    world = World(mailer=FakeMailer(TOO_MANY))
    policies = {
        "FilterMessages": "filter-messages",
        "EscalateConcerns": "escalate-concerns",
        "SendAlerts": "send-alerts",
        "SendNotices": "send-notices",
        "LinkAudit": "link-audit",
    }
    made: dict[str, list[Call]] = {name: [] for name in policies}
    world.driver.functions = {
        name: noting(function, made[name]) for name, function in world.driver.functions.items()
    }
    for text in (CLEAN, WITH_A_NUMBER, WORRIED):
        world.write(text)
    taken_back = world.write(WORRIED, by="mentor")
    withdraw_message(world.pair.mentor.viewer, world.pair.pair_id, taken_back, now=world.now)
    a_concern(world.pair, answer_within=timedelta(0))
    conversation(world.lead.viewer, world.pair.pair_id, now=world.now)
    world.driver.settle()
    with_a_broken_policy(world.pair.programme)
    world.write(WORRIED)
    world.driver.settle()

    assert all(made.values())
    for name, policy in policies.items():
        assert needed(made[name]) - granted(policy) == set(), name


def test_the_sweep_may_do_all_that_can_be_due() -> None:
    world = World(mailer=FakeMailer(TOO_MANY))
    world.write(CLEAN)
    world.write(WORRIED)
    a_message(world.pair, WITH_A_NUMBER, state="held")
    a_concern(world.pair)
    conversation(world.lead.viewer, world.pair.pair_id, now=world.now)
    _an_import(world)
    _a_backtest(world)
    is_watched(world.pair, now=world.now)
    is_watched(a_waiting_pair(world), now=world.now)
    world.now += timedelta(days=2)

    with calls() as made:
        for _ in range(2):
            world.now += timedelta(minutes=1)
            sweep.run(Context(), mailer=world.mailer, checker=world.checker, clock=world.clock, pause=at_once)

        for days in (14, 21):
            world.now = MONDAY + timedelta(days=days)
            sweep.run(Context(), mailer=world.mailer, checker=world.checker, clock=world.clock, pause=at_once)

    assert {message.state for message in world.messages()} == {"delivered", "held"}
    assert e_mails("weekly_digest")
    assert needed(made) - granted("sweep") == set()


def a_waiting_pair(world: World) -> TwoWhoWrite:
    """One of whom waits for an answer, of which nothing stands in the way."""
    programme = world.pair.programme
    mentee = a_person("mentee", programme, first_name="Rory", surname="Mackay")
    pair = a_pair(programme, mentor=world.pair.mentor, mentee=mentee)
    is_waited_for(pair, now=world.now)
    return pair


def test_the_function_of_the_day_may_do_what_it_does() -> None:
    world = World()
    for text in (CLEAN, WITH_A_NUMBER):
        a_message(world.pair, text, state="delivered")
    a_programme("Routes into Medicine")
    conversation(world.lead.viewer, world.pair.pair_id, now=world.now)
    world.driver.settle()

    with calls() as made:
        daily.run(Context(milliseconds=600_000), clock=world.clock)

    assert needed(made) - granted("daily") == set()


def test_the_function_that_invites_several_may_do_what_it_does() -> None:
    world = World()
    import_id = _an_import(world)
    event = {
        "Records": [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": "1",
                    "Keys": {"pk": {"S": import_key(import_id)[0]}, "sk": {"S": import_key(import_id)[1]}},
                },
            }
        ]
    }

    with calls() as made:
        import_people.work_off(event, Context(), files=FakeFiles(), clock=world.clock)

    assert world.notices("invitation")
    assert needed(made) - granted("import-people") == set()


def test_the_function_that_tries_rules_may_do_what_it_does() -> None:
    world = World()
    for text in (CLEAN, WITH_A_NUMBER):
        a_message(world.pair, text, state="delivered")
        a_message(world.pair, text, state="held")
    event = {
        "Records": [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": "1",
                    "Keys": dict(
                        zip(("pk", "sk"), ({"S": part} for part in _a_backtest(world)), strict=True)
                    ),
                },
            }
        ]
    }

    with calls() as made:
        backtest_rules.work_off(event, Context(), checker=world.checker, clock=world.clock)

    assert {"Query", "PutItem"} <= {call.operation for call in made}
    assert needed(made) - granted("backtest-rules") == set()


def test_the_function_that_looks_for_matches_may_do_what_it_does() -> None:
    cohort = people_to_match(2, 2, cohort=True)
    viewer = cohort.coordinator.viewer

    def woken(*, breaks_off_after: int = 0) -> None:
        pk, sk = run_key(*cohort.at, cohort.latest().run_id)
        record = {"SequenceNumber": "1", "Keys": {"pk": {"S": pk}, "sk": {"S": sk}}}
        event = {"Records": [{"eventName": "INSERT", "dynamodb": record}]}
        with crash(after=breaks_off_after) if breaks_off_after else nullcontext(), suppress(Crash):
            match_cohort.work_off(event, Context(), solver=plainly, clock=lambda: MONDAY)

    start_run(viewer, *cohort.at, key="form-1", now=MONDAY)
    with calls() as made:
        woken()
        lock(viewer, *cohort.at, cohort.suggested()[0].suggestion_id, now=MONDAY)
        start_run(viewer, *cohort.at, key="form-2", now=MONDAY + timedelta(hours=1))
        woken(breaks_off_after=12)
        woken()
        accept_all(viewer, *cohort.at, cohort.latest().run_id, now=MONDAY)
        woken()

    assert len(cohort.couples("accepted")) == 2
    assert needed(made) - granted("match-cohort") == set()


def _a_backtest(world: World) -> tuple[str, str]:
    drafts_a_rule(world.coordinator, now=world.now)
    programme_id = world.pair.programme_id
    viewer = world.coordinator.viewer
    backtest_id = start_backtest(viewer, programme_id, messages=500, key="form-1", now=world.now)
    return backtest_key(programme_id, backtest_id)


def _an_import(world: World) -> str:
    asked = people.import_people(
        world.coordinator.viewer,
        world.pair.programme_id,
        role="mentee",
        text="Bilal, Khan, bilal.khan@example.org",
        key="form-1",
        now=world.now,
    )
    return asked.import_id


def test_the_function_that_records_receipts_may_do_what_it_does() -> None:
    world = World()
    world.write(WORRIED)
    world.driver.settle()
    alerts = world.notices("concern_alert")
    assert alerts

    with calls() as made:
        record_receipt(alerts[0].notice_id, "delivered", world.now)
        for alert in alerts:
            record_receipt(alert.notice_id, "bounced", world.now)
            alert_not_read(alert.notice_id, now=world.now)

    assert len(world.notices("concern_alert")) > len(alerts)
    assert needed(made) - granted("record-receipts") == set()
    assert needed(made) - granted("send-alerts") == set()
    assert needed(made) - granted("sweep") == set()
