"""No text, however it is made, keeps the detectors busy for long."""

import pytest

from tests.shared.filtering.timing import costs_less_than

# Enough of everything for every detector to read the text.
OPENS_EVERYTHING = (
    " my snap @ gmail.com www dot (at) number 3 flat street code backwards last four 123 # b4 slash bitly as"
    " everything _ u/ a b c 50% 07700 then [image] ///a.b mail every app £3 1:20 house 2"
)
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


@pytest.mark.parametrize(
    "piece", ["1", "10", "-", "x-", "at_a_", "🔟", "🖕", "…", "½", " ", "a.", "f-u-c-k "]
)
def test_time_grows_with_the_text_and_not_with_its_square_whatever_is_in_it(piece: str) -> None:
    def many(characters: int) -> str:
        return (piece * characters)[:characters] + OPENS_EVERYTHING

    assert costs_less_than(12, many(4800), many(1200))
