"""What the weekly looks and e-mails cost: by how many are due, never by how many there are."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.conversations.items import Pair, pair_key
from shared.conversations.watching import WATCHES_DUE, WEEKLY, Watch, watch_key
from shared.nudges.digests import send_digests
from shared.nudges.looking import MOST_AT_ONCE, TOGETHER, look_at_pairs
from shared.platform.clock import order
from shared.platform.tables import Item
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.fake_tables import FakeTables, fake_tables
from tests.faults import calls
from tests.shared.nudges.builders import e_mails

EIGHT_DAYS = MONDAY + timedelta(days=8)


@pytest.fixture
def tables() -> Iterator[FakeTables]:
    with fake_tables() as tables:
        yield tables


def add_pairs(tables: FakeTables, like: TwoWhoWrite, how_many: int, *, due_in: timedelta) -> None:
    """Pairs of the same programme with people of their own, the mentors waiting for an answer: stored without
    a request, as though they had been there before."""
    for number in range(how_many):
        pair_id = f"{int(due_in.total_seconds()):08x}{number:024x}"
        mentor_id, mentee_id = f"mentor-{pair_id}", f"mentee-{pair_id}"
        names = {
            f"{side}_{name}": "Somebody"
            for side in ("mentor", "mentee")
            for name in ("first_name", "surname")
        }
        store(
            tables,
            Pair(
                *pair_key(pair_id),
                pair_id=pair_id,
                programme_id=like.programme_id,
                programme_name=like.programme.name,
                mentor_id=mentor_id,
                mentee_id=mentee_id,
                mentor_address=f"{mentor_id}@example.org",
                mentee_address=f"{mentee_id}@example.org",
                created_at=MONDAY,
                **names,
            ),
            Watch(
                *watch_key(pair_id, WEEKLY),
                pair_id=pair_id,
                programme_id=like.programme_id,
                what=WEEKLY,
                due=WATCHES_DUE,
                due_at=order(EIGHT_DAYS + due_in),
            ),
        )


def store(tables: FakeTables, *items: Item) -> None:
    for item in items:
        kept = item.serialize()
        kept["version"] = {"N": "1"}
        tables.items[item.Meta.table_name][kept["pk"]["S"], kept["sk"]["S"]] = kept


def asked_for(due: int, later: int) -> Counter[str]:
    """What one run asks of the tables."""
    with fake_tables() as tables:
        like = a_pair()
        add_pairs(tables, like, due, due_in=timedelta(0))
        add_pairs(tables, like, later, due_in=timedelta(hours=1))
        with calls() as made:
            looked = look_at_pairs(lambda: EIGHT_DAYS)
        assert (looked.pairs, looked.failed) == (min(due, MOST_AT_ONCE), 0)
        return Counter(call.operation for call in made)


def test_a_run_costs_by_how_many_are_due_and_not_by_how_many_there_are() -> None:
    few = asked_for(due=2 * TOGETHER, later=10)
    many = asked_for(due=2 * TOGETHER, later=2_000)

    assert few == many
    assert few["Query"] == 1
    assert few["BatchGetItem"] <= 3 * 2
    assert few["UpdateItem"] + few["TransactWriteItems"] == 2 * TOGETHER


def test_one_run_looks_at_so_many_and_the_next_goes_on(tables: FakeTables) -> None:
    add_pairs(tables, a_pair(), MOST_AT_ONCE + 3, due_in=timedelta(0))

    assert look_at_pairs(lambda: EIGHT_DAYS).pairs == MOST_AT_ONCE
    assert look_at_pairs(lambda: EIGHT_DAYS).pairs == 3
    assert look_at_pairs(lambda: EIGHT_DAYS).pairs == 0


def test_a_run_stops_when_the_time_is_over_and_the_next_goes_on(tables: FakeTables) -> None:
    add_pairs(tables, a_pair(), 2 * TOGETHER, due_in=timedelta(0))
    times = iter([False, True])

    assert look_at_pairs(lambda: EIGHT_DAYS, enough=lambda: next(times)).pairs == TOGETHER
    assert look_at_pairs(lambda: EIGHT_DAYS).pairs == TOGETHER
    assert send_digests(lambda: EIGHT_DAYS, enough=lambda: True).sent == 0
    assert e_mails("weekly_digest") == []
