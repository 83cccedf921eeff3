"""No text, however it is made, keeps the detectors busy for long."""

import pytest

from tests.shared.filtering.timing import costs_less_than

ORDINARY = "I got 23 out of 30 in physics. My mum says law, but I want to do history at Glasgow. " * 6
MADE_TO_BE_SLOW = [
    "a.",
    "a'", "a@", "a at ", "a dot ", "1 zz ", "m1 4 z ", "my user is ", "snap: ", "snap a ", "i post as ",
    "search a_", "her 5 ", "zz.gmail", "flat 2 ", "u/a ", "07700 ", "first bit ", "a on snap ", "a🐌gmail",
    "dd four nine zed ", "the rest of it is ",
    "@a.b", "code a b ", "live at number ", "house number ", "a_b.",
]  # fmt: skip


@pytest.mark.parametrize("piece", MADE_TO_BE_SLOW)
def test_five_thousand_characters_take_less_than_twenty_ordinary_messages(piece: str) -> None:
    assert costs_less_than(20, (piece * 5000)[:5000], ORDINARY[:500])
