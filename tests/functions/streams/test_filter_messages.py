"""The stream function that checks messages."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from functions.streams.filter_messages import filter_messages, work_off
from shared.conversations.actions import write_message
from shared.conversations.items import Message
from shared.conversations.rules import Checker
from shared.filtering import RecentMessage, RulesBroken, RuleSet, Verdict
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED, TwoWhoWrite, a_message, a_pair
from tests.builders.people import a_person
from tests.driver import Context, StreamDriver
from tests.faults import answering
from tests.outbox import notices
from tests.shared.conversations.builders import TheFilter, history, stored

pytestmark = pytest.mark.usefixtures("tables")


def check(event: dict[str, Any], checker: Checker | None = None) -> Any:
    return work_off(event, Context(), checker=checker or TheFilter(), clock=lambda: MONDAY)


def filtering(checker: Checker | None = None, **more: Any) -> StreamDriver:
    return StreamDriver({"FilterMessages": lambda event, _: check(event, checker)}, **more)


def event_of(*messages: Message) -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": str(number),
                    "Keys": {"pk": {"S": one.pk}, "sk": {"S": one.sk}},
                },
            }
            for number, one in enumerate(messages)
        ]
    }


def states(pair: TwoWhoWrite, *messages: Message) -> list[str]:
    return [stored(pair, one).state for one in messages]


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


def metrics_of(lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: value for line in lines if "_aws" in line for name, value in line.items()}


def test_what_is_written_is_checked_and_passed_on_or_held() -> None:
    pair = a_pair()
    a_person("coordinator", pair.programme)
    driver = filtering()
    messages = [
        write_message(pair.mentee.viewer, pair.pair_id, text=text, key=text, now=MONDAY)
        for text in (CLEAN, WITH_A_NUMBER, WORRIED)
    ]

    driver.settle()

    assert states(pair, *messages) == ["delivered", "held", "held"]
    assert driver.failed == []


def test_the_filter_that_ships_holds_a_phone_number_and_lets_a_clean_message_pass() -> None:
    pair = a_pair()
    a_person("coordinator", pair.programme)
    clean, number = a_message(pair), a_message(pair, WITH_A_NUMBER)

    answer = filter_messages(event_of(clean, number), Context())

    assert answer == {"batchItemFailures": []}
    assert states(pair, clean, number) == ["delivered", "held"]


@pytest.mark.parametrize("seed", range(3))
def test_crashes_and_repeats_lose_nothing_and_do_nothing_twice(seed: int) -> None:
    pair = a_pair()
    a_person("coordinator", pair.programme)
    a_person("safeguarding_lead", pair.programme)
    driver = filtering(rng=Random(seed), crashes=0.4, repeats=0.4)
    messages = [
        write_message(pair.mentor.viewer, pair.pair_id, text=text, key=str(number), now=MONDAY)
        for number, text in enumerate([CLEAN, WITH_A_NUMBER, WORRIED, CLEAN])
    ]

    driver.settle()

    assert states(pair, *messages) == ["delivered", "held", "held", "delivered"]
    assert [len(history(one)) for one in messages] == [2, 2, 2, 2]
    kinds = sorted(one.template for one in notices())
    assert kinds == ["concern_alert", *["held_for_you"] * 2, *["new_message"] * 2]


def test_a_record_that_cannot_be_read_is_reported_and_its_neighbours_go_on() -> None:
    pair = a_pair()
    first, second = a_message(pair), a_message(pair, by="mentor")
    event = event_of(first, second, first)
    event["Records"][0]["dynamodb"]["Keys"] = {"pk": {"S": first.pk}}

    answer = check(event)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert states(pair, first, second) == ["delivered", "delivered"]


def test_a_record_of_a_message_that_is_not_there_is_reported() -> None:
    pair = a_pair()
    gone = a_message(pair)
    gone.delete()

    assert check(event_of(gone)) == {"batchItemFailures": [{"itemIdentifier": "0"}]}


def test_a_message_that_always_fails_goes_to_the_failure_destination_and_stays_held_back() -> None:
    pair = a_pair()
    driver = filtering(shards=1)
    poison = a_message(pair)
    poison.update(actions=[Message.pair_id.set("no-such-pair")])
    others = [a_message(pair, by="mentor") for _ in range(4)]

    driver.settle()

    assert f"{poison.pk} {poison.sk}" in {key for failed in driver.failed for key in failed.keys}
    assert states(pair, poison, *others) == ["pending", *["delivered"] * 4]


def test_other_things_in_the_table_are_none_of_its_business() -> None:
    event = {
        "Records": [
            {"dynamodb": {"SequenceNumber": "1", "Keys": {"pk": {"S": "PAIR#1"}, "sk": {"S": sk}}}}
            for sk in ("PAIR", "STEP#1#000001")
        ]
    }

    assert check(event) == {"batchItemFailures": []}


def test_only_the_stored_message_counts_whatever_the_record_says() -> None:
    pair = a_pair()
    message = a_message(pair, WITH_A_NUMBER)
    event = event_of(message)
    event["Records"][0]["dynamodb"]["NewImage"] = {"text": {"S": CLEAN}, "state": {"S": "pending"}}

    check(event)

    assert states(pair, message) == ["held"]


def test_while_the_database_is_unwell_the_message_waits_and_is_checked_after() -> None:
    pair = a_pair()
    message = a_message(pair)
    event = event_of(message)

    with answering("TransactWriteItems", "InternalServerError"):
        assert check(event) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert states(pair, message) == ["pending"]

    assert check(event) == {"batchItemFailures": []}
    assert states(pair, message) == ["delivered"]


def test_broken_rules_hold_everything_and_raise_the_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(text: str, *, sender: str, recent: Sequence[RecentMessage], rules: RuleSet | None) -> Verdict:
        raise RulesBroken("phone.yaml: this is no rule")

    pair = a_pair()
    a_person("coordinator", pair.programme)
    message = a_message(pair, "A sentence that no log may hold.")

    from functions.reporting import metrics

    metrics.log_metrics(lambda event, _: check(event, broken))(event_of(message), Context())

    lines = logged(capsys)
    assert states(pair, message) == ["held"]
    assert metrics_of(lines)["RulesBroken"] == [1.0]
    assert "no log may hold" not in json.dumps(lines)
    assert "this is no rule" not in json.dumps(lines)


def test_a_run_tells_how_many_were_checked_and_held_and_how_long_they_waited(
    capsys: pytest.CaptureFixture[str],
) -> None:
    pair = a_pair()
    held = a_message(pair, WITH_A_NUMBER)
    delivered = a_message(pair)

    filter_messages(event_of(held, delivered, delivered), Context())

    lines = logged(capsys)
    metrics = metrics_of(lines)
    assert (metrics["MessagesChecked"], metrics["MessagesHeld"]) == ([1.0, 1.0], [1.0])
    assert len(metrics["CheckAge"]) == 2
    assert metrics["HeldUnseen"] == [1.0]
    assert "RulesBroken" not in metrics
    for secret in ("07700", "Amina", "example.org"):
        assert secret not in json.dumps(lines)
