"""A detail given bit by bit: the last piece is held and the earlier messages are named."""

import pytest

from shared.filtering import RecentMessage, Verdict, check


def last_of(*texts: str) -> Verdict:
    """The verdict on the last text, sent after the others, which are m0, m1 and so on."""
    recent = [RecentMessage(f"m{number}", text) for number, text in enumerate(texts[:-1])]
    return check(texts[-1], sender="mentee", recent=recent)


@pytest.mark.parametrize(
    ("texts", "earlier"),
    [
        (("07700", "900", "123"), ("m0", "m1")),
        (("first bit is 07700", "lol ok", "then 900", "and 123 is the end"), ("m0", "m2")),
        (("oh seven seven", "double oh nine", "double oh one two three"), ("m0", "m1")),
        (("077009", "we got 5 marks", "00123"), ("m0",)),
        (tuple("07700900123"), tuple(f"m{number}" for number in range(10))),
    ],
)
def test_a_number_in_pieces_is_held_with_its_last(texts: tuple[str, ...], earlier: tuple[str, ...]) -> None:
    verdict = last_of(*texts)

    assert [f.recent_ids for f in verdict.findings if f.category == "phone"] == [earlier]


@pytest.mark.parametrize("texts", [("rhona.smith", "@outlook.com"), ("rhona at", "gmail dot com")])
def test_an_email_address_in_pieces_is_held(texts: tuple[str, ...]) -> None:
    assert any(finding.category in {"email", "link"} for finding in last_of(*texts).findings)


def test_a_postcode_in_pieces_is_held_with_its_last() -> None:
    assert [f.recent_ids for f in last_of("it is PH2", "8ZX").findings] == [("m0",)]


def test_an_account_in_pieces_is_held_with_its_last() -> None:
    assert [f.category for f in last_of("my other snap", "ola_07").findings] == ["handle"]


def test_ordinary_numbers_before_do_not_hold_a_message() -> None:
    assert not last_of("I got 23 out of 30", "the bus is the X76 at 7.45", "see you on the 14th at 3").hold


def test_a_whole_number_is_found_by_itself_and_names_no_other_message() -> None:
    verdict = last_of("I got 23 out of 30", "07700 900123")

    assert [finding.recent_ids for finding in verdict.findings] == [()]


def test_a_long_conversation_of_numbers_is_judged_at_once() -> None:
    last_of(*["0 1 2", "3 4 5", "6"] * 30, "7")
