"""Writing thousands of items where the table takes only so many at once."""

from collections.abc import Sequence
from typing import Any

import pytest
from pynamodb.exceptions import PutError

from shared.matching.writing import AT_ONCE, LONGEST_PAUSE, TRIES, in_batches

Stored = dict[str, Any]


class ABusyTable:
    """Takes so many of each call, and remembers what it has."""

    def __init__(self, takes: int) -> None:
        self.takes = takes
        self.has: list[str] = []
        self.waited: list[float] = []

    def send(self, puts: Sequence[Stored], _deletes: Sequence[Stored]) -> list[Stored]:
        assert len(puts) <= AT_ONCE
        self.has += [one["pk"]["S"] for one in puts[: self.takes]]
        return [{"PutRequest": {"Item": one}} for one in puts[self.takes :]]


def items(number: int) -> list[Stored]:
    return [{"pk": {"S": f"{place}"}} for place in range(number)]


def test_what_is_not_taken_is_sent_again_after_a_while_that_grows() -> None:
    table = ABusyTable(takes=10)

    in_batches(items(60), send=table.send, pause=table.waited.append)

    assert sorted(table.has, key=int) == [str(place) for place in range(60)]
    assert table.waited[:2] == [0.05, 0.1]


def test_what_is_never_taken_fails_in_the_end() -> None:
    table = ABusyTable(takes=0)

    with pytest.raises(PutError):
        in_batches(items(3), send=table.send, pause=table.waited.append)
    assert (len(table.waited), max(table.waited)) == (TRIES, LONGEST_PAUSE)
