"""The stream function that makes sure of alerts."""

import json
from random import Random
from typing import Any

import pytest

from functions.streams.escalate_concerns import escalate_concerns, work_off
from shared.platform.clock import now
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.chain.climbing import escalate
from shared.safeguarding.concerns.answering import acknowledge
from shared.safeguarding.items import concern_key, entry_key
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.driver import Context, StreamDriver
from tests.faults import answering
from tests.shared.safeguarding.builders import a_new_concern, alerted, alerts, raised_in, the_concern

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme()


@pytest.fixture
def lead(programme: RunningProgramme) -> Someone:
    return a_person("safeguarding_lead", programme)


def look_after(event: dict[str, Any], context: Any = None) -> Any:
    return work_off(event, context or Context(), clock=lambda: MONDAY)


def streams(**more: Any) -> StreamDriver:
    return StreamDriver({"EscalateConcerns": look_after}, **more)


def event_of(*keys: tuple[str, str]) -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": str(number),
                    "Keys": {"pk": {"S": pk}, "sk": {"S": sk}},
                },
            }
            for number, (pk, sk) in enumerate(keys)
        ]
    }


def failures(answer: Any) -> list[str]:
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def metrics_of(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    return {name: value for line in lines if "_aws" in line for name, value in line.items()}


def test_an_alert_that_was_not_queued_with_its_concern_is_queued(
    programme: RunningProgramme, lead: Someone
) -> None:
    driver = streams()
    raised_in(programme)
    for alert in alerts():
        alert.delete()

    driver.settle()

    assert alerted() == [lead.address]


def test_a_concern_of_a_programme_without_staff_is_brought_to_those_who_run_the_site(
    programme: RunningProgramme, capsys: pytest.CaptureFixture[str]
) -> None:
    concern_id = raised_in(programme, now=now())

    escalate_concerns(event_of(concern_key(concern_id)), Context())

    assert alerted() == ["operations@example.org"]
    assert metrics_of(capsys)["OverdueAlerts"] == [1.0]


def test_whatever_lambda_does_everybody_is_told_once(programme: RunningProgramme, lead: Someone) -> None:
    for seed in range(3):
        driver = streams(rng=Random(seed), crashes=0.4, repeats=0.4)
        new = a_new_concern(cause=(str(seed),), programme_id=programme.programme_id)
        concern_id = raised_in(programme, new)
        before = len(alerts())
        alerts()[-1].delete()

        driver.settle()

        assert len(alerts()) == before
        assert the_concern(concern_id).climbs == 0


def test_a_concern_that_was_passed_on_tells_the_next_once(programme: RunningProgramme, lead: Someone) -> None:
    coordinator = a_person("coordinator", programme)
    driver = streams(repeats=0.5)
    concern_id = raised_in(programme)
    due = the_concern(concern_id).answer_by
    assert due is not None
    escalate(concern_id, now=due)

    driver.settle()

    assert sorted(alerted()) == sorted([lead.address, lead.address, coordinator.address])


def test_an_answered_concern_is_left_alone(programme: RunningProgramme, lead: Someone) -> None:
    concern_id = raised_in(programme)
    acknowledge(lead.viewer, concern_id, now=MONDAY)
    for alert in alerts():
        alert.delete()

    assert look_after(event_of(concern_key(concern_id))) == {"batchItemFailures": []}

    assert alerts() == []


def test_a_record_that_fails_is_named_and_its_neighbours_go_on(
    programme: RunningProgramme, lead: Someone
) -> None:
    bad = raised_in(programme, a_new_concern(cause=("one",), programme_id=programme.programme_id))
    good = raised_in(programme)
    for alert in alerts():
        alert.delete()

    with answering("GetItem", "InternalServerError", table="safeguarding", times=1):
        answer = look_after(event_of(concern_key(bad), concern_key(good)))

    assert failures(answer) == ["0"]
    assert alerted() == [lead.address]


def test_while_the_outbox_is_not_reached_the_record_comes_again(
    programme: RunningProgramme, lead: Someone
) -> None:
    driver = streams()
    raised_in(programme)
    for alert in alerts():
        alert.delete()

    with answering("PutItem", "ResourceNotFoundException", table="outbox", times=3):
        driver.settle()

    assert alerted() == [lead.address]


def test_what_is_no_concern_is_passed_over(programme: RunningProgramme, lead: Someone) -> None:
    concern_id = raised_in(programme)

    assert look_after(event_of(entry_key(concern_id, "told"))) == {"batchItemFailures": []}


def test_a_record_without_a_key_is_named_as_failed() -> None:
    answer = look_after({"Records": [{"eventName": "INSERT", "dynamodb": {"SequenceNumber": "7"}}]})

    assert failures(answer) == ["7"]
