"""That the tables in memory answer as the emulator does. What rests on them is worth no more than they."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from shared.moderation.actions import ask_to_change, claim
from shared.platform.errors import SignpostError
from shared.platform.tables import TABLES, connection
from shared.safeguarding.concerns.answering import acknowledge, add_note
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED
from tests.fake_tables import FakeTables
from tests.streams.world import World

Asked = tuple[str, dict[str, Any], dict[str, Any]]
READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})


def everything_of(answer: dict[str, Any]) -> Any:
    """What an answer says of items; how they are ordered matters but in a BatchGetItem."""
    if "Responses" in answer:
        return {
            table: sorted(found, key=lambda one: (one["pk"]["S"], one["sk"]["S"]))
            for table, found in answer["Responses"].items()
        }
    return answer.get("Item"), answer.get("Items"), "LastEvaluatedKey" in answer


@pytest.mark.usefixtures("tables")
def test_the_tables_in_memory_answer_as_the_emulator_does() -> None:
    """All that a busy hour asked of the emulator is asked of them again, in its order."""
    asked: list[Asked] = []
    events = connection().client.meta.events

    def before(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["asked"] = dict(params)

    def after(parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        asked.append((model.name, context["asked"], parsed))

    events.register("before-parameter-build.dynamodb", before)
    events.register("after-call.dynamodb", after)
    try:
        a_busy_hour()
    finally:
        events.unregister("before-parameter-build.dynamodb", before)
        events.unregister("after-call.dynamodb", after)

    memory = FakeTables()
    refused = 0
    for operation, request, answer in asked:
        if "Error" in answer:
            refused += 1
            with pytest.raises(Exception, match=answer["Error"]["Code"]):
                memory._make_api_call(operation, request)
        elif operation in READS:
            assert everything_of(memory._make_api_call(operation, request)) == everything_of(answer)
        else:
            memory._make_api_call(operation, request)

    assert refused
    assert {operation for operation, _, _ in asked} >= READS | {"PutItem", "UpdateItem", "TransactWriteItems"}
    for table in TABLES:
        stored = {(one["pk"]["S"], one["sk"]["S"]): one for one in all_of(table)}
        assert memory.items[table.Meta.table_name] == stored


def all_of(table: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = connection().client.scan(TableName=table.Meta.table_name)["Items"]
    return found


def a_busy_hour() -> None:
    world = World(rng=Random(3), crashes=0.1, repeats=0.3)
    number = world.write(WITH_A_NUMBER)
    for text in (CLEAN, WORRIED):
        world.write(text)
    world.driver.settle()
    for viewer in (world.coordinator.viewer, world.lead.viewer):
        try:
            claim(viewer, world.pair.pair_id, number, now=world.now)
            ask_to_change(viewer, world.pair.pair_id, number, reason="Without it.", wording=1, now=world.now)
        except SignpostError:
            pass
    [concern] = world.concerns()
    world.now += timedelta(minutes=40)
    world.sweep()
    acknowledge(world.lead.viewer, concern.concern_id, now=world.now)
    for _ in range(2):
        add_note(world.lead.viewer, concern.concern_id, words="Rang her.", key="form-1", now=world.now)
    world.driver.settle()
    world.sweep()
