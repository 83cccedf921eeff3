"""Recording costs one write, happens once, and waits for nobody."""

from datetime import timedelta

import pytest

from shared.audit.actions import record, record_reading
from shared.audit.items import Waiting
from shared.platform.clock import order
from shared.platform.tables import SafeguardingItem, transaction
from tests.builders.clock import MONDAY
from tests.faults import answering, calls

pytestmark = pytest.mark.usefixtures("tables")

PROGRAMME = "01jd0000000000000000000000"
MORAG = {"by_id": "morag", "by_name": "Morag Sinclair"}


def waiting() -> list[Waiting]:
    return [one for one in SafeguardingItem.scan() if isinstance(one, Waiting)]


def test_a_deed_is_recorded_with_what_it_changes_by_one_put_more() -> None:
    with calls() as made, transaction() as write:
        record(write, PROGRAMME, "decided_on_message", "message:m-1", **MORAG, now=MONDAY, why="Delivered")

    [call] = made
    assert [list(item) for item in call.asked["TransactItems"]] == [["Put"]]
    [found] = waiting()
    assert (found.by_name, found.what, found.on, found.why, found.at) == (
        "Morag Sinclair",
        "decided_on_message",
        "message:m-1",
        "Delivered",
        MONDAY,
    )
    assert (found.due, found.due_at) == ("AUDIT", order(MONDAY))


def test_reading_is_recorded_by_one_conditional_write() -> None:
    with calls() as made:
        record_reading(PROGRAMME, "read_conversation", "pair:p-1", **MORAG, now=MONDAY)

    [call] = made
    assert call.operation == "PutItem"
    assert "attribute_not_exists" in call.asked["ConditionExpression"]


def test_who_looks_again_within_ten_minutes_is_recorded_once() -> None:
    for minutes in (0, 4, 9, 10, 15):
        now = MONDAY + timedelta(minutes=minutes)
        record_reading(PROGRAMME, "read_conversation", "pair:p-1", **MORAG, now=now)

    assert [one.at for one in waiting()] == [MONDAY, MONDAY + timedelta(minutes=10)]


def test_what_is_being_linked_at_this_moment_counts_as_recorded() -> None:
    with answering("PutItem", "TransactionConflictException"):
        record_reading(PROGRAMME, "read_concern", "concern:c-1", **MORAG, now=MONDAY)


def test_where_reading_cannot_be_recorded_nothing_may_be_shown() -> None:
    with answering("PutItem", "InternalServerError"), pytest.raises(Exception, match="Failed to put item"):
        record_reading(PROGRAMME, "read_concern", "concern:c-1", **MORAG, now=MONDAY)


def test_a_record_says_from_whom_it_is_kept() -> None:
    kept = {"hidden_from": ["callum", "", "amina", "amina"]}
    record_reading(PROGRAMME, "read_concern", "concern:c-1", **MORAG, now=MONDAY, **kept)

    [found] = waiting()
    assert found.hidden_from == ["amina", "callum"]
