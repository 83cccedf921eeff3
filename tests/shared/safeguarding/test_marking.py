"""Marking what was found in a text."""

from hypothesis import given
from hypothesis import strategies as st

from shared.filtering import CATEGORIES
from shared.safeguarding.marking import CATEGORY_WORDS, Segment, category_words, segments

TEXT = "Ring me on 07700 900123, he hits me"


def span(start: int, end: int, category: str) -> dict[str, object]:
    return {"start": start, "end": end, "category": category}


def test_what_was_found_is_marked_in_plain_english() -> None:
    pieces = segments(TEXT, [span(11, 23, "phone"), span(25, 35, "abuse_disclosure")])

    assert pieces == (
        Segment("Ring me on "),
        Segment("07700 900123", "phone number"),
        Segment(", "),
        Segment("he hits me", "abuse", is_worry=True),
    )


def test_where_marks_overlap_both_are_named() -> None:
    pieces = segments("my insta is amina", [span(0, 17, "offplatform"), span(12, 17, "handle")])

    assert [(piece.text, piece.mark) for piece in pieces] == [
        ("my insta is ", "talking elsewhere"),
        ("amina", "talking elsewhere, account name"),
    ]


def test_a_text_without_findings_is_one_piece() -> None:
    assert segments(TEXT, None) == (Segment(TEXT),)


def test_every_category_of_the_filter_has_words_of_its_own() -> None:
    assert CATEGORY_WORDS.keys() >= CATEGORIES


def test_a_category_of_later_rules_is_shown_as_it_is_called() -> None:
    assert category_words("forced_marriage") == "forced marriage"


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70), st.sampled_from(sorted(CATEGORIES)))),
)
def test_no_word_of_the_text_is_ever_lost_or_doubled(text: str, spans: list[tuple[int, int, str]]) -> None:
    pieces = segments(text, [span(*one) for one in spans])

    assert "".join(piece.text for piece in pieces) == text
