"""What a search finds, what comes first, and who sees what."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.policies.library import Library
from shared.resources.rules import (
    About,
    about_of,
    as_stored,
    findable_words,
    found_by,
    from_stored,
    in_order,
    is_for,
    may_lead_to,
    reading_minutes,
    slug_of,
    topics_in,
    wants_another_look,
)

LIBRARY = Library.model_validate(
    {"tags": ["Housing", "Money"], "strand_tags": {"moving_on": ["Money"]}, "link_hosts": ["www.gov.uk"]}
)


def a_piece(name: str, text: str = "Some words.", **fields: Any) -> About:
    made = about_of(
        name,
        text,
        title=name.replace("-", " ").capitalize(),
        summary="What it is about.",
        tags=["Housing"],
        audience="both",
        checked_on=date(2026, 11, 1),
    )
    return replace(made, **fields)


RENT = a_piece("renting-a-room", "Ask whether the deposit is protected, and look for damp.")
PURSE = a_piece("a-budget", "Rent comes first.", tags=("Money",))
CAFE = a_piece("work-in-a-café", "Ask for the rota.", tags=("Work",))


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("deposit", [RENT]),
        ("DEPOSIT damp", [RENT]),
        ("deposit rota", []),
        ("rent", [RENT, PURSE]),
        ("housing", [RENT]),
        ("cafe", [CAFE]),
        ("’", []),
        ("depo", [RENT]),
    ],
)
def test_every_word_must_be_found_and_titles_come_first(sought: str, found: list[About]) -> None:
    assert found_by([PURSE, CAFE, RENT], sought) == found


def test_a_search_as_long_as_an_address_counts_its_first_words_only() -> None:
    assert found_by([RENT], "deposit damp ask look for the renting room elephant") == [RENT]


def test_what_a_text_can_be_found_by_is_bounded_and_knows_no_addresses() -> None:
    words = findable_words(
        "See https://www.gov.uk/student-finance. " + " ".join(f"word{n}" for n in range(9_000))
    )

    assert len(words) == 600
    assert "student" not in words
    assert words[:2] == ["see", "word0"]


@pytest.mark.parametrize(("words", "minutes"), [(1, 1), (180, 1), (400, 2), (1_000, 6)])
def test_how_long_reading_takes_follows_from_the_words(words: int, minutes: int) -> None:
    assert reading_minutes("word " * words) == minutes


def test_what_is_for_the_strand_comes_first_and_what_is_anothers_last() -> None:
    theirs = a_piece("theirs", strands=("settling_in",))
    ours = a_piece("ours", strands=("moving_on",))
    common = a_piece("at-home", is_common=True)

    assert in_order([theirs, common, RENT, PURSE, ours], "moving_on", LIBRARY) == [
        *(ours, PURSE, RENT, common, theirs)
    ]


def test_without_a_strand_the_policys_order_of_topics_decides() -> None:
    assert in_order([CAFE, PURSE, RENT], "", LIBRARY) == [RENT, PURSE, CAFE]


def test_topics_are_those_of_the_policy_that_have_something() -> None:
    assert topics_in([RENT, CAFE], LIBRARY) == [("Housing", 1)]
    assert topics_in([RENT, CAFE], Library.model_validate({})) == [("Housing", 1), ("Work", 1)]


def test_a_mentor_sees_what_is_for_mentees_and_a_mentee_not_what_is_for_mentors() -> None:
    for_mentors, for_mentees = replace(RENT, audience="mentor"), replace(RENT, audience="mentee")

    assert is_for(for_mentees, "mentor")
    assert is_for(for_mentors, "mentor")
    assert is_for(for_mentees, "mentee")
    assert not is_for(for_mentors, "mentee")


def test_what_is_stored_is_what_was_known() -> None:
    piece = a_piece("renting", strands=("moving_on",), helplines=("shelter",))

    assert from_stored("renting", as_stored(piece)) == piece


def test_facts_want_another_look_after_a_year() -> None:
    assert not wants_another_look(RENT, date(2027, 11, 1))
    assert wants_another_look(RENT, date(2027, 11, 2))


def test_a_topic_has_a_place_in_an_address() -> None:
    assert slug_of("Health & wellbeing, über all") == "health-wellbeing-uber-all"


@pytest.mark.parametrize("hosts", [["www.gov.uk"], ["WWW.GOV.UK"], []])
def test_https_to_a_named_site_is_a_link(hosts: list[str]) -> None:
    assert may_lead_to("https://www.gov.uk/a?b=c", hosts)
    assert not may_lead_to("http://www.gov.uk/", hosts)
    assert not may_lead_to("https://localhost/", hosts)
