"""Which held messages are asked for."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.moderation.choosing import Wanted, is_wanted
from shared.moderation.rules import Claim

NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("categories", "groups"),
    [
        (["phone"], {"contact"}),
        (["phone", "suicide"], {"contact", "worry"}),
        (["meet_in_person"], {"elsewhere"}),
        (["abuse"], {"language"}),
        ([], {"otherwise"}),
        (["suspended"], {"otherwise"}),
    ],
)
def test_a_message_is_asked_for_by_what_was_found(categories: list[str], groups: set[str]) -> None:
    every = ("worry", "contact", "elsewhere", "language", "otherwise")

    wanted = {one for one in every if is_wanted(Wanted(found=one), categories, Claim(), "priya", now=NINE)}

    assert wanted == groups


@pytest.mark.parametrize("reader", ["mine", "nobody", ""])
def test_a_message_is_asked_for_by_who_reads_it(reader: str) -> None:
    mine = Claim("priya", "Priya Nair", NINE + timedelta(minutes=1))
    theirs = Claim("morag", "Morag Sinclair", NINE + timedelta(minutes=1))
    over = Claim("morag", "Morag Sinclair", NINE)

    wanted = [is_wanted(Wanted(reader=reader), [], one, "priya", now=NINE) for one in (mine, theirs, over)]

    assert wanted == {"mine": [True, False, False], "nobody": [False, False, True], "": [True] * 3}[reader]
