"""What holds for every text, whatever is in it."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.filtering import CONTACT_CATEGORIES, RecentMessage, check
from tests.shared.filtering.timing import costs_less_than

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=300)
CONTACT = [
    "07700 900123",
    "my number is oh seven seven double oh nine hundred one two three",
    "rhona.smith@example.org",
    "ola at outlook dot com",
    "www.example.org",
    "look at https://example.org/start",
    "the shop is woolshop.co.uk",
    "add me on snapchat",
    "my insta is kieran_07",
    "PH2 8ZX",
    "I live at 52 Laurel Drive",
    "0141 496 0333",
]
FOUND = [
    *CONTACT,
    "my dad punches me",
    "i want to die",
    "i cut my legs last night",
    "shall we meet up in town",
    "you are an idiot",
    "don't tell your parents",
    "i am so stressed",
    "smoked a joint before school",
    "they are bullying me",
    "let's talk on whatsapp instead",
]
ORDINARY = [
    "I finished my essay on Macbeth.",
    "The open day is on Tuesday!",
    "Chemistry was fun today.",
    "How was your week?",
    "My dog ate a sock.",
]
UNSEEN = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\ufe0f"]


@given(ANY_TEXT)
@settings(max_examples=300, deadline=None)
def test_any_text_gets_a_verdict_with_spans_that_cover_what_was_matched(text: str) -> None:
    for finding in check(text, sender="mentee").findings:
        assert 0 <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end] == finding.matched


@given(ANY_TEXT, st.lists(ANY_TEXT, max_size=4))
@settings(max_examples=100, deadline=None)
def test_any_recent_messages_may_come_before(text: str, earlier: list[str]) -> None:
    recent = [RecentMessage(str(number), message) for number, message in enumerate(earlier)]

    for finding in check(text, sender="mentor", recent=recent).findings:
        assert text[finding.start : finding.end] == finding.matched


@given(st.sampled_from(CONTACT), st.data())
@settings(max_examples=200, deadline=None)
def test_characters_that_cannot_be_seen_hide_no_contact_detail(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(UNSEEN)) + text[at:]

    assert _contact(text)


@given(
    st.sampled_from(CONTACT), st.sampled_from([str.upper, str.lower, str.title, str.swapcase, str.capitalize])
)
@settings(deadline=None)
def test_no_case_hides_a_contact_detail(text: str, change: "type[str]") -> None:
    assert _contact(change(text))


@given(st.sampled_from(CONTACT), st.data())
@settings(max_examples=100, deadline=None)
def test_no_width_hides_a_contact_detail(text: str, data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.integers(0, len(text) - 1)))
    wide = "".join(_wide(c) if at in chosen else c for at, c in enumerate(text))

    assert _contact(wide)


@given(st.sampled_from(FOUND), st.sampled_from(ORDINARY), st.booleans())
@settings(max_examples=200, deadline=None)
def test_an_ordinary_sentence_before_or_after_hides_nothing(text: str, ordinary: str, before: bool) -> None:
    alone = {finding.rule for finding in check(text, sender="mentee").findings}
    together = f"{ordinary} {text}" if before else f"{text}. {ordinary}"

    assert alone
    assert alone <= {finding.rule for finding in check(together, sender="mentee").findings}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a" * 5000,
        "👍" * 500,
        "\ud800\udfff\ud800",
        "\u202eabc\u202c",
        "." * 5000,
        "@" * 5000,
        "1" * 5000,
    ],
)
def test_odd_text_is_judged_like_any_other(text: str) -> None:
    check(text, sender="mentee")


ADVERSARIAL = [
    *(
        "a." * 2500,
        "0 " * 2500,
        "a@" * 2500,
        "my " * 1666,
        "i want to " * 500,
        "one two " * 625,
        "www." * 1250,
    ),
    *("a b " * 1250, "(" * 5000, "kill my " * 625, "07700 " * 833, "snap " * 1000, "*" * 2500 + "f" * 2500),
    *("f*" * 2500, "dot com " * 625, "1 a street " * 454, "at gmail " * 555, "a-" * 2500, "12/" * 1666),
    *("éa" * 2500, "f" * 5000, "u c k " * 833, ". " * 2500, "my dad my mum " * 357, "o" * 5000, "il0" * 1666),
    *("they he she " * 416, "i feel so " * 500, "\u200b" * 5000, "a\u0301" * 2500, "\u202e" * 5000),
]
ORDINARY_500 = (
    "My mum says I should do law but I want to do history, and my friend is going to Glasgow. I got 23 "
    "out of 30 and my teacher said I need to work on my essays. "
) * 3


@pytest.mark.parametrize("text", ADVERSARIAL, ids=lambda text: ascii(text[:8]))
def test_no_text_makes_the_filter_slow(text: str) -> None:
    assert costs_less_than(20, text, ORDINARY_500[:500])


def _contact(text: str) -> bool:
    return any(finding.category in CONTACT_CATEGORIES for finding in check(text, sender="mentee").findings)


def _wide(character: str) -> str:
    if "!" <= character <= "~":
        wide = chr(ord(character) + 0xFEE0)
        assert unicodedata.normalize("NFKC", wide) == character
        return wide
    return character
