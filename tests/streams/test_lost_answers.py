"""What AWS has carried out while its answer was lost is answered right when it is asked for again, and done
once."""

from collections.abc import Callable
from typing import Any

import pytest
from pynamodb.exceptions import PynamoDBException

from shared.conversations.actions import change_message, withdraw_message, write_message
from shared.moderation.actions import ask_to_change, claim, decline, deliver
from shared.platform.errors import Conflict
from shared.safeguarding.concerns.answering import acknowledge
from shared.safeguarding.concerns.closing import Closing, agree, close
from shared.safeguarding.raising.reporting import Worry, report_worry
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED
from tests.faults import losing_answers
from tests.streams.world import World

pytestmark = pytest.mark.usefixtures("tables")

CLOSING = Closing(
    summary="She wrote that she wanted to die, and meant it.",
    action_taken="Her school and her mother know.",
    decision="Children’s services go on with it.",
    outcome="well_founded",
    reasons="She is safe, and seen each week.",
)
REASON = "Please take the telephone number out of it."


def asked_again(do: Callable[[], Any], *, operation: str = "TransactWriteItems") -> Any:
    """What the second asking answers, the first one's answer being lost."""
    with losing_answers(operation, times=1), pytest.raises(PynamoDBException):
        do()
    return do()


@pytest.fixture
def world(tables: None) -> World:
    return World()


def held(world: World, text: str = WITH_A_NUMBER) -> str:
    message_id = world.write(text)
    world.driver.settle()
    assert world.message(message_id).state == "held"
    return message_id


def test_a_message_is_stored_once(world: World) -> None:
    writer = world.pair.mentee.viewer

    written = asked_again(
        lambda: write_message(writer, world.pair.pair_id, text=CLEAN, key="form-a", now=world.now)
    )

    assert [one.message_id for one in world.messages()] == [written.message_id]
    assert world.steps(written.message_id) == ["written"]


@pytest.mark.parametrize("decision", ["deliver", "ask_to_change", "decline"])
def test_a_decision_is_made_once_and_its_writer_told_once(world: World, decision: str) -> None:
    message_id = held(world)
    viewer, pair_id = world.coordinator.viewer, world.pair.pair_id
    verbs: dict[str, Callable[[], Any]] = {
        "deliver": lambda: deliver(viewer, pair_id, message_id, wording=1, now=MONDAY),
        "ask_to_change": lambda: ask_to_change(
            viewer, pair_id, message_id, reason=REASON, wording=1, now=MONDAY
        ),
        "decline": lambda: decline(viewer, pair_id, message_id, reason=REASON, wording=1, now=MONDAY),
    }

    decided = asked_again(verbs[decision])

    assert world.message(message_id).state == decided.state
    assert world.steps(message_id) == ["written", "held", decided.state]
    with pytest.raises(Conflict, match="Priya Nair has already"):
        deliver(world.lead.viewer, pair_id, message_id, wording=1, now=MONDAY)


def test_a_claim_is_the_claimants(world: World) -> None:
    message_id = held(world)

    asked_again(
        lambda: claim(world.coordinator.viewer, world.pair.pair_id, message_id, now=MONDAY),
        operation="PutItem",
    )

    with pytest.raises(Conflict, match="Priya Nair is reading"):
        claim(world.lead.viewer, world.pair.pair_id, message_id, now=MONDAY)


def test_a_returned_message_is_changed_once(world: World) -> None:
    message_id = held(world)
    pair_id, writer = world.pair.pair_id, world.pair.mentee.viewer
    ask_to_change(world.coordinator.viewer, pair_id, message_id, reason=REASON, wording=1, now=MONDAY)

    changed = asked_again(
        lambda: change_message(writer, pair_id, message_id, text=CLEAN, expected_round=1, now=MONDAY)
    )

    assert (changed.round, changed.state) == (2, "pending")
    assert world.steps(message_id) == ["written", "held", "returned", "changed"]


def test_a_message_is_taken_back_once(world: World) -> None:
    message_id = held(world)

    asked_again(
        lambda: withdraw_message(world.pair.mentee.viewer, world.pair.pair_id, message_id, now=MONDAY)
    )

    assert world.steps(message_id) == ["written", "held", "withdrawn"]


def test_a_concern_is_acknowledged_once(world: World) -> None:
    held(world, WORRIED)
    [concern] = world.concerns()

    asked_again(lambda: acknowledge(world.lead.viewer, concern.concern_id, now=MONDAY))

    [concern] = world.concerns()
    assert (concern.state, concern.acknowledged_by) == ("acknowledged", world.lead.person_id)
    with pytest.raises(Conflict, match="Morag Sinclair is already dealing with this"):
        acknowledge(world.coordinator.viewer, concern.concern_id, now=MONDAY)


def test_a_second_reader_agrees_once(world: World) -> None:
    held(world, WORRIED)
    concern_id = world.concerns()[0].concern_id
    acknowledge(world.lead.viewer, concern_id, now=MONDAY)
    close(world.lead.viewer, concern_id, CLOSING, key="form-a", now=MONDAY)

    asked_again(lambda: agree(world.coordinator.viewer, concern_id, now=world.moment()))

    assert world.concerns()[0].state == "closed"
    with pytest.raises(Conflict, match="closed already"):
        agree(world.lead.viewer, concern_id, now=world.moment())


def test_a_worry_is_reported_once_and_its_reporter_learns_who_was_told(world: World) -> None:
    worry = Worry("He keeps asking which bus I take home.", "soon")

    answer = asked_again(
        lambda: report_worry(world.pair.mentee.viewer, worry, acquaintances=(), key="form-a", now=MONDAY)
    )

    [concern] = world.concerns()
    assert (answer.reference, answer.people_told) == (concern.reference, True)
    assert len(world.notices("concern_alert")) == 1


def test_a_check_is_made_once(world: World) -> None:
    message_id = world.write(WORRIED)

    with losing_answers("TransactWriteItems", times=1):
        world.driver.settle()

    assert world.steps(message_id) == ["written", "held"]
    assert len(world.concerns()) == len(world.notices("concern_alert")) == 1
