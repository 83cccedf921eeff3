"""Who may be brought together, how well they fit, and what is said of it."""

from dataclasses import replace
from datetime import date

import pytest

from shared.matching.rules import (
    COUNTED,
    Apart,
    Party,
    counted,
    hindrance_of,
    kept_apart_by,
    room_of,
    rules_between,
    why_nobody,
)
from shared.matching.wishes import SCORES, score, value, why
from shared.people.participation import Facts
from shared.policies import Policy
from tests.builders.policies import a_policy

from .builders import a_matching_policy, a_party, knowing

TODAY = date(2026, 11, 23)
POLICY = a_matching_policy()

QUESTIONS = [
    {
        "id": "year",
        "asked_of": "mentee",
        "words": "Which year are they in?",
        "choices": ["Year 9", "Year 12"],
    },
    {
        "id": "for_whom",
        "asked_of": "mentor",
        "words": "With whom would they like to work?",
        "choices": ["Younger", "Older", "Both"],
    },
]
STRANDS = [
    {
        "id": "career",
        "name": "Career insight",
        "about": "What people do all day.",
        "question": "year",
        "answers": ["Year 9"],
        "topics": ["A usual day"],
        "mentor_question": "for_whom",
        "mentor_answers": ["Younger", "Both"],
    },
    {
        "id": "after",
        "name": "Life after school",
        "about": "What comes then.",
        "question": "year",
        "answers": ["Year 12"],
        "topics": ["Interviews"],
    },
]


def two_strands() -> Policy:
    return a_policy(eligibility={"questions": QUESTIONS, "strands": STRANDS})


def against(mentor: Party, mentee: Party, policy: Policy = POLICY, apart: Apart | None = None) -> list[str]:
    return rules_between(mentor, mentee, policy, apart or Apart())


def test_people_of_one_school_are_apart_however_it_is_written() -> None:
    mentor, mentee = a_party("m1", school="St. Brigid’s  Academy"), a_party("a", school="St Brigid s academy")

    assert against(mentor, mentee) == ["school"]
    assert against(mentor, mentee, a_matching_policy(same_school_apart=False)) == []
    assert against(replace(mentor, school=""), replace(mentee, school="")) == []


def test_who_knows_the_other_is_apart_whoever_of_them_said_so() -> None:
    mentor = a_party("m1", name="Callum Reid")

    assert against(mentor, a_party("a", knows=knowing("Callum Reid"))) == ["related"]
    assert against(
        replace(a_party("m1", knows=knowing("Amina Yusuf"))), a_party("a", name="Amina Yusuf")
    ) == ["related"]


def test_nobody_is_matched_with_themselves() -> None:
    assert against(a_party("x"), a_party("x")) == ["oneself"]


@pytest.mark.parametrize(
    ("year", "for_whom", "fits"),
    [
        ("Year 9", "Younger", True),
        ("Year 9", "Both", True),
        ("Year 9", "Older", False),
        ("Year 9", "", True),
        ("Year 12", "Younger", True),
        ("", "Older", True),
    ],
)
def test_a_mentor_is_for_the_groups_that_they_answered_for(year: str, for_whom: str, fits: bool) -> None:
    mentor = a_party("m1", answers={"for_whom": for_whom} if for_whom else {})
    mentee = a_party("a", answers={"year": year} if year else {})

    assert against(mentor, mentee, two_strands()) == ([] if fits else ["strand"])


def test_a_strand_asks_mentors_only_what_mentors_are_asked() -> None:
    with pytest.raises(ValueError, match="strand career: mentors are not asked year"):
        a_policy(eligibility={"questions": QUESTIONS, "strands": [STRANDS[0] | {"mentor_question": "year"}]})


def test_room_is_what_the_policy_says_or_fewer_less_those_they_have() -> None:
    policy = a_matching_policy(mentees_per_mentor=3)

    assert room_of(a_party("m1"), policy) == 3
    assert room_of(a_party("m1", most=2, pairs=1), policy) == 1
    assert room_of(a_party("m1", most=9, pairs=4), policy) == 0


def test_what_stands_against_somebody_alone_says_so_in_a_sentence() -> None:
    full = hindrance_of("mentor", a_party("m1", name="Callum Reid", pairs=1), POLICY, TODAY)
    suspended = hindrance_of("mentee", a_party("a", facts=Facts("Amina", "suspended")), POLICY, TODAY)

    assert full is not None
    assert full.sentence == "Callum has a mentee already, and no room for another."
    assert suspended is not None
    assert (suspended.rule, suspended.sentence) == ("standing", "Amina is suspended at the moment.")


def test_what_takes_mentors_away_is_counted_in_words() -> None:
    rule, sentence = why_nobody({"vetting": 3, "room": 5, "school": 1}, POLICY)

    assert rule == "room"
    assert sentence == (
        "No mentor fits. Of 9 mentors, 3 wait for their checks, 5 have no room, 1 is at the same school."
    )
    assert why_nobody({"taken": 2}, POLICY)[0] == "taken"
    assert why_nobody({}, POLICY)[1] == "There is no mentor in it yet."


def test_every_rule_has_its_words() -> None:
    must = a_matching_policy(
        preferences=[POLICY.matching.preferences[0].model_dump() | {"must": True, "id": "sector"}]
    )
    for rule in COUNTED:
        of = "must:sector" if rule == "must" else rule
        assert counted(of, 1, must).count("{") == counted(of, 2, must).count("{") == 0
    sentence = kept_apart_by("must:sector", a_party("m1"), a_party("a"), must)
    assert sentence == "Sam and Sam chose nothing alike under “Which fields interest you?”."


# ── Wishes ─────────────────────────────────────────────────────────────────


def test_a_score_is_what_share_of_a_mentees_wishes_comes_true() -> None:
    mentor = a_party("m1", "Music", "Sport")

    assert score(mentor, a_party("a", "Music"), POLICY) == SCORES
    assert score(mentor, a_party("a", "Music", "Health"), POLICY) == SCORES // 2
    assert score(mentor, a_party("a", "Music", mentors=("m2",)), POLICY) == 667
    assert score(mentor, a_party("a", mentors=("m1",)), POLICY) == SCORES
    assert score(mentor, a_party("a"), POLICY) == 0


def test_what_cannot_be_chosen_any_more_counts_for_nothing() -> None:
    assert score(a_party("m1", "Falconry", "Music"), a_party("a", "Falconry", "Music"), POLICY) == SCORES


def test_a_value_rises_more_slowly_the_more_somebody_has() -> None:
    steps = [value(one + 1) - value(one) for one in range(SCORES)]

    assert steps == sorted(steps, reverse=True)
    assert steps[-1] > 0


def test_where_nothing_speaks_for_two_it_says_so() -> None:
    mentor = a_party("m1", "Sport", name="Callum Reid")

    assert why(mentor, a_party("a", name="Amina Yusuf"), POLICY) == (
        "Amina has not said what they would like, so any mentor may do.",
    )
    assert why(mentor, a_party("a", "Music"), POLICY) == (
        "Nothing they chose is the same. Callum has room, and no rule is against it.",
    )
