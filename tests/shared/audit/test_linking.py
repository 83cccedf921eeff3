"""Linking records into their chain: each once, in order, whoever links and whatever is interrupted."""

from datetime import timedelta
from random import Random

import pytest

from functions.streams import link_audit
from shared.audit.actions import record_reading
from shared.audit.items import Link
from shared.audit.linking import AT_ONCE, NotLinked, link_due, link_waiting
from shared.audit.verifying import BEFORE_THE_FIRST, link_key
from shared.platform.tables import is_new
from tests.builders.clock import MONDAY
from tests.driver import StreamDriver
from tests.faults import Crash, answering, calls, crash, losing_answers
from tests.racing import just_before_it_writes

from .builders import MORAG, PROGRAMME, heads, links, recorded, several_recorded, waiting

pytestmark = pytest.mark.usefixtures("tables")

ANOTHER = "01jd1111111111111111111111"


def on(programme_id: str = PROGRAMME) -> list[str]:
    return [link.on for link in links(programme_id)]


def is_a_chain(programme_id: str = PROGRAMME) -> bool:
    found = links(programme_id)
    [head] = [one for one in heads() if one.programme_id == programme_id]
    return (
        [int(one.seq) for one in found] == list(range(1, len(found) + 1))
        and [one.previous for one in found] == [BEFORE_THE_FIRST, *(one.hash for one in found[:-1])]
        and (int(head.seq), head.hash) == (len(found), found[-1].hash)
        and len({one.record_id for one in found}) == len(found)
    )


def test_what_waits_is_linked_in_the_order_in_which_it_was_done() -> None:
    recorded("message:later", now=MONDAY + timedelta(minutes=5))
    recorded("message:earlier", why="Declined: please leave the number out")

    assert link_waiting(PROGRAMME) == 2

    assert on() == ["message:earlier", "message:later"]
    assert is_a_chain()
    assert waiting() == []
    first = links()[0]
    assert (first.by_name, first.what, first.at) == ("Morag Sinclair", "decided_on_message", MONDAY)
    assert first.why == "Declined: please leave the number out"


def test_more_than_fits_into_one_transaction_is_linked_in_several() -> None:
    done = several_recorded(AT_ONCE + 5)

    with calls() as made:
        assert link_waiting(PROGRAMME) == len(done)

    assert sum(call.operation == "TransactWriteItems" for call in made) == 2
    assert on() == done
    assert is_a_chain()


def test_a_later_record_goes_on_where_the_chain_ended() -> None:
    recorded("message:m-1")
    link_waiting(PROGRAMME)
    recorded("message:m-2", now=MONDAY + timedelta(hours=1))

    link_waiting(PROGRAMME)

    assert on() == ["message:m-1", "message:m-2"]
    assert is_a_chain()


def test_each_programme_has_a_chain_of_its_own() -> None:
    recorded("message:ours")
    recorded("message:theirs", programme_id=ANOTHER)

    link_waiting(PROGRAMME)
    link_waiting(ANOTHER)

    assert (on(), on(ANOTHER)) == (["message:ours"], ["message:theirs"])
    assert is_a_chain()
    assert is_a_chain(ANOTHER)


def test_linking_when_nothing_waits_changes_nothing_and_costs_one_query() -> None:
    recorded()
    link_waiting(PROGRAMME)

    with calls() as made:
        assert link_waiting(PROGRAMME) == 0

    assert [call.operation for call in made] == ["Query"]
    assert is_a_chain()


def test_a_record_that_is_handed_in_again_after_it_was_linked_is_not_linked_again() -> None:
    for minutes in (0, 3):
        at = MONDAY + timedelta(minutes=minutes)
        record_reading(PROGRAMME, "read_conversation", "pair:p-1", **MORAG, now=at)
        recorded(f"message:{minutes}", now=at)
        link_waiting(PROGRAMME)

    assert on() == ["pair:p-1", "message:0", "message:3"]
    assert is_a_chain()
    assert waiting() == []


class TestTwoWhoLink:
    def test_one_wins_and_the_other_finds_nothing_left(self) -> None:
        done = several_recorded(3)

        with just_before_it_writes(lambda: link_waiting(PROGRAMME)):
            assert link_waiting(PROGRAMME) == 0

        assert on() == done
        assert is_a_chain()

    def test_what_came_in_between_goes_on_after_the_others(self) -> None:
        done = several_recorded(3)

        def another_links_and_more_is_recorded() -> None:
            link_waiting(PROGRAMME)
            recorded("message:m-9", now=MONDAY - timedelta(hours=1))

        with just_before_it_writes(another_links_and_more_is_recorded):
            assert link_waiting(PROGRAMME) == 1

        assert on() == [*done, "message:m-9"]
        assert is_a_chain()


class TestWhateverIsInterrupted:
    @pytest.mark.parametrize("when", ["before", "after"])
    @pytest.mark.parametrize("number", range(1, 6))
    def test_it_is_linked_once_by_the_next_who_tries(self, when: str, number: int) -> None:
        done = several_recorded(3)

        with pytest.raises(Crash), crash(**{when: number}):
            link_waiting(PROGRAMME)
        link_waiting(PROGRAMME)

        assert on() == done
        assert is_a_chain()
        assert waiting() == []

    def test_an_answer_that_is_lost_links_nothing_twice(self) -> None:
        done = several_recorded(3)

        with losing_answers("TransactWriteItems", times=1), pytest.raises(Exception, match="Failed to write"):
            link_waiting(PROGRAMME)
        link_waiting(PROGRAMME)

        assert on() == done
        assert is_a_chain()


class TestTheStream:
    @pytest.mark.parametrize("seed", range(3))
    def test_links_everything_once_however_it_behaves(self, seed: int) -> None:
        rng = Random(seed)
        driver = StreamDriver({"LinkAudit": link_audit.work_off}, rng=rng, crashes=0.3, repeats=0.5)
        done = set()
        for number in range(25):
            at = MONDAY + timedelta(minutes=rng.randrange(60))
            programme_id = rng.choice((PROGRAMME, ANOTHER))
            recorded(f"message:{number}", programme_id=programme_id, now=at)
            done.add((programme_id, f"message:{number}"))
            if rng.random() < 0.3:
                driver.deliver_one()

        driver.settle()
        link_due(MONDAY + timedelta(hours=2))

        assert {(one, found) for one in (PROGRAMME, ANOTHER) for found in on(one)} == done
        assert len(on()) + len(on(ANOTHER)) == len(done)
        assert is_a_chain()
        assert is_a_chain(ANOTHER)
        assert waiting() == []

    def test_looks_at_a_programme_once_in_a_batch(self) -> None:
        several_recorded(5)
        keys = [{"pk": {"S": one.pk}, "sk": {"S": one.sk}} for one in waiting()]
        records = [
            {"eventName": "INSERT", "dynamodb": {"SequenceNumber": str(n), "Keys": key}}
            for n, key in enumerate(keys)
        ]

        with calls() as made:
            answer = link_audit.work_off({"Records": records}, None)

        assert answer == {"batchItemFailures": []}
        assert [call.operation for call in made] == [
            "Query",
            "BatchGetItem",
            "GetItem",
            "TransactWriteItems",
            "Query",
        ]


class TestTheSweep:
    def test_links_what_the_stream_missed_after_a_minute(self) -> None:
        recorded()

        assert link_due(MONDAY + timedelta(seconds=59)).linked == 0
        assert link_due(MONDAY + timedelta(seconds=60)).linked == 1
        assert is_a_chain()

    def test_a_chain_that_cannot_be_gone_on_with_holds_up_no_other(self) -> None:
        recorded()
        recorded(programme_id=ANOTHER)
        put_there(seq=1)

        late = link_due(MONDAY + timedelta(minutes=1))

        assert (late.linked, late.failed) == (1, 1)
        assert is_a_chain(ANOTHER)
        assert len(waiting()) == 1

    def test_ends_in_time(self) -> None:
        recorded()

        assert link_due(MONDAY + timedelta(minutes=1), enough=lambda: True).linked == 0


def test_where_something_stands_in_the_next_place_nothing_is_written_over() -> None:
    put_there(seq=1)
    recorded()

    with pytest.raises(NotLinked):
        link_waiting(PROGRAMME)

    assert on() == ["message:forged"]
    assert len(waiting()) == 1


def test_a_table_that_is_busy_is_asked_again_later_with_nothing_lost() -> None:
    recorded()

    with answering("TransactWriteItems", "ThrottlingException"), pytest.raises(Exception, match="transact"):
        link_waiting(PROGRAMME)

    assert len(waiting()) == 1


def put_there(*, seq: int) -> None:
    """A link that nobody has recorded."""
    Link(
        *link_key(PROGRAMME, seq),
        programme_id=PROGRAMME,
        record_id="forged",
        at=MONDAY,
        **MORAG,
        what="decided_on_message",
        on="message:forged",
        seq=seq,
        previous=BEFORE_THE_FIRST,
        hash="0" * 64,
    ).save(is_new(Link))
