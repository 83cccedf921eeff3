"""Folded text knows where it came from, and never grows much beyond it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.filtering.folding import fold

ONE_FOR_MANY = ["½", "…", "🖕", "💯", "🔟", "ﬁ"]


@given(st.text(st.sampled_from([*"ab1 ", *ONE_FOR_MANY, "\u200b", "é"]), max_size=60))
@settings(max_examples=200, deadline=None)
def test_every_folded_character_stands_for_one_of_the_text(text: str) -> None:
    folded = fold(text)

    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    for at in range(len(folded.text)):
        start, end = folded.original_span(at, at + 1)
        assert folded.text[at] in fold(text[start:end]).text


@pytest.mark.parametrize("character", ONE_FOR_MANY)
def test_a_text_of_characters_that_stand_for_many_does_not_grow_without_bound(character: str) -> None:
    folded = fold(character * 5000)

    assert len(folded.text) <= 6000
    assert folded.text.startswith(fold(character * 50).text)
    assert folded.original_span(len(folded.text) - 1, len(folded.text)) == (4999, 5000)
