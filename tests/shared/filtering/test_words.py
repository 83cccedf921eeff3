"""How people hide a word, and what only looks as if they had."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.filtering import check, load_rules
from shared.filtering.folding import fold
from shared.filtering.sentences import Written, sentences_in


def words_of(text: str) -> list[str]:
    return [word for sentence in load_rules().vocabulary.sentences(fold(text)) for word in sentence.words]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("that lecture was sh1te", "shite"),
        ("shi+e weather here", "shite"),
        ("sh💩t, wrong file", "shit"),
        ("shxt i was meant to reply", "shit"),
        ("you absolute cvnt", "cunt"),
        ("c*nt", "cunt"),
        ("kn0b of a bus driver", "knob"),
        ("what a b@stard of a paper", "bastard"),
        ("ur a c u n t", "cunt"),
        ("b-i-t-c-h", "bitch"),
        ("dick-head", "dickhead"),
        ("f_u_c_k this", "fuck"),
        ("fu🤬ck this", "fuck"),
        ("fuuuuuck", "fuck"),
        ("f*** this", "fuck"),
    ],
)
def test_a_disguised_word_is_read_as_the_word_it_hides(written: str, meant: str) -> None:
    assert meant in words_of(written)


@pytest.mark.parametrize(
    "written", ["f@#k sake miss", "f@ck it", "a$$ signal out here", "🖕🖕 thats for you", "fffffuuuuu"]
)
def test_a_disguised_curse_is_held_whichever_spelling_it_is_read_as(written: str) -> None:
    assert check(written, sender="mentee").hold


@pytest.mark.parametrize(
    "written",
    [
        "They went from B to A* after the remark",
        "I got A*A*A, so that is two A*s, and my friend got D*DD",
        "maths+physics is a good mix for engineering",
        "He scored 455 and 85 of 90",
        "Use b* for the conjugate in question 4",
        "I love❤my course",
        "It's in C. I. T. Block on the left",
        "Section 4.b.ii and 4.c.i are the hard ones",
        "We drove through Twatt in Orkney and took a photo of the sign",
        "The Wankel engine has a rotor and no pistons",
    ],
)
def test_grades_sums_and_place_names_hide_nothing(written: str) -> None:
    assert not check(written, sender="mentee").hold


@given(st.text(st.sampled_from("afuck i1.,!?@-_'🤬\n "), max_size=40))
@settings(max_examples=500, deadline=None)
def test_a_text_read_by_chunks_is_read_as_it_would_be_in_one_piece(text: str) -> None:
    vocabulary = load_rules().vocabulary
    plain = fold(text).text
    whole = Written(plain, [plain], [vocabulary._chunk(plain)])

    by_chunks = vocabulary.sentences(fold(text))
    in_one = sentences_in(whole, vocabulary.skippable)

    assert [(s.words, s.spans) for s in by_chunks] == [(s.words, s.spans) for s in in_one]


def test_a_hidden_word_is_marked_where_it_stands() -> None:
    findings = check("this is f u c k i n g long", sender="mentee").findings

    assert "f u c k i n g" in [finding.matched for finding in findings]
