"""Finding the best couples of everybody at once, beside slower ways that leave nothing out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from shared.matching.rules import Apart, Party, Problem, Solution, hindrance_of, room_of, rules_between
from shared.matching.solving.best import solve
from shared.matching.solving.slots import SPREAD
from shared.matching.wishes import SCORES, rounded, score, value, worth_of
from shared.people.participation import Facts
from shared.people.wishes import Wishes

from .builders import SECTORS, a_matching_policy, a_party, knowing

TODAY = date(2026, 11, 23)
LANGUAGES = {
    "id": "language",
    "mentee_words": "Which languages do you speak?",
    "mentor_words": "Which languages do you speak?",
    "choices": ["English", "Gaelic"],
    "weight": 0,
    "must": True,
}


def a_problem(
    mentors: Sequence[Party], mentees: Sequence[Party], *, apart: Apart | None = None, **policy: Any
) -> Problem:
    return Problem(mentors, mentees, a_matching_policy(**policy), apart or Apart(), TODAY)


def couples(problem: Problem, solution: Solution) -> set[tuple[str, str]]:
    return {
        (problem.mentors[one.mentor].person_id, problem.mentees[one.mentee].person_id)
        for one in solution.couples
    }


def worth(problem: Problem, solution: Solution) -> tuple[int, int]:
    """How many are matched, and the sum that counts among those with as many."""
    busy: dict[int, int] = {}
    total = 0
    for one in solution.couples:
        mentor, mentee = problem.mentors[one.mentor], problem.mentees[one.mentee]
        assert not rules_between(mentor, mentee, problem.policy, problem.apart)
        assert one.score == score(mentor, mentee, problem.policy)
        total += value(one.score) - SPREAD * busy.get(one.mentor, 0)
        busy[one.mentor] = busy.get(one.mentor, 0) + 1
        assert busy[one.mentor] <= room_of(mentor, problem.policy)
    assert len({one.mentee for one in solution.couples}) == len(solution.couples)
    return len(solution.couples), total


def may_be(problem: Problem, mentor: Party, mentee: Party) -> bool:
    return not (
        hindrance_of("mentor", mentor, problem.policy, problem.today)
        or hindrance_of("mentee", mentee, problem.policy, problem.today)
        or rules_between(mentor, mentee, problem.policy, problem.apart)
    )


def best_by_trying(problem: Problem) -> tuple[int, int]:
    """What is best, found by trying everything."""
    choices = [
        [None, *(place for place, mentor in enumerate(problem.mentors) if may_be(problem, mentor, mentee))]
        for mentee in problem.mentees
    ]
    found = (0, 0)
    for given_to in product(*choices):
        busy: dict[int, int] = {}
        total = matched = 0
        for place, mentee in zip(given_to, problem.mentees, strict=True):
            if place is None:
                continue
            mentor = problem.mentors[place]
            total += value(score(mentor, mentee, problem.policy)) - SPREAD * busy.get(place, 0)
            busy[place] = busy.get(place, 0) + 1
            matched += 1
        if all(number <= room_of(problem.mentors[place], problem.policy) for place, number in busy.items()):
            found = max(found, (matched, total))
    return found


def best_dense(problem: Problem) -> tuple[int, int]:
    """What is best in a crowd, by the solver for whole matrices: a couple that may not be costs more than all
    others. Each mentor has one mentee."""
    never = 10**12
    costs = np.full((len(problem.mentees), len(problem.mentors)), never, dtype=np.int64)
    liked = [frozenset(one.wishes.preferences["sector"]) for one in problem.mentors]
    for row, mentee in enumerate(problem.mentees):
        worth_each = worth_of(mentee, problem.policy)
        likes = frozenset(mentee.wishes.preferences["sector"])
        for column, mentor in enumerate(problem.mentors):
            if mentor.school != mentee.school and (alike := len(likes & liked[column])):
                asked = worth_each.asked if mentor.person_id in mentee.wishes.mentors else 0
                costs[row, column] = -value(rounded(asked + alike * worth_each.choices["sector"]))
    found = costs[linear_sum_assignment(costs)]
    real = found[found < never]
    return len(real), -int(real.sum())


# ── What is best ───────────────────────────────────────────────────────────


def test_each_gets_what_they_wished_for_where_that_is_possible() -> None:
    problem = a_problem(
        [a_party("m1", "Music"), a_party("m2", "Health")], [a_party("a", "Health"), a_party("b", "Music")]
    )

    assert couples(problem, solve(problem)) == {("m1", "b"), ("m2", "a")}


def test_as_many_as_possible_come_before_how_well_they_fit() -> None:
    only_callum = a_party("b", "Health", knows=knowing("Grace Osei"))
    problem = a_problem(
        [a_party("m1", "Music", name="Callum Reid"), a_party("m2", "Health", name="Grace Osei")],
        [a_party("a", "Music"), only_callum],
    )

    assert couples(problem, solve(problem)) == {("m1", "b"), ("m2", "a")}


def test_two_who_get_half_come_before_one_who_gets_all_and_one_who_gets_nothing() -> None:
    half = [a_party("m1", "Music", "Sport"), a_party("m2", "Health")]
    problem = a_problem(half, [a_party("a", "Music", "Sport"), a_party("b", "Music", "Health")])
    greedy = value(1_000) + value(500)
    assert worth(problem, solve(problem))[1] == max(greedy, 2 * value(500))

    split = a_problem(
        [a_party("m1", "Music", "Sport"), a_party("m2", "Sport")],
        [a_party("a", "Music", "Sport"), a_party("b", "Music", "Health")],
    )
    scores = {split.mentees[one.mentee].person_id: one.score for one in solve(split).couples}
    assert scores == {"a": 500, "b": 500}


def test_mentees_are_spread_over_mentors_where_it_makes_no_difference_to_them() -> None:
    problem = a_problem([a_party("m1"), a_party("m2")], [a_party("a"), a_party("b")], mentees_per_mentor=5)

    assert {mentor for mentor, _ in couples(problem, solve(problem))} == {"m1", "m2"}


def test_a_mentor_has_no_more_mentees_than_they_said() -> None:
    problem = a_problem(
        [a_party("m1", most=2)], [a_party("a"), a_party("b"), a_party("c")], mentees_per_mentor=5
    )

    assert len(solve(problem).couples) == 2


def test_who_stands_apart_by_the_policy_or_by_name_is_not_matched() -> None:
    mentors = [
        a_party("m1", school="Northfield Academy"),
        a_party("m2", name="Callum Reid"),
        a_party("m3"),
        a_party("m4"),
        a_party("m5"),
        a_party("m6", facts=Facts("Kit", "suspended")),
        a_party("m7", most=0),
    ]
    mentee = a_party("a", school="NORTHFIELD ACADEMY.", knows=knowing("Mr Reid"))
    apart = Apart(
        together=frozenset({("m3", "a")}),
        never_again=frozenset({("m4", "a")}),
        declined=frozenset({("m5", "a")}),
    )

    solution = solve(a_problem(mentors, [mentee], apart=apart))

    assert not solution.couples
    assert solution.counts == {
        0: {
            "standing": 1,
            "room": 1,
            "together": 1,
            "never_again": 1,
            "declined": 1,
            "related": 1,
            "school": 1,
        }
    }


def test_a_preference_that_must_be_shared_keeps_apart_who_chose_otherwise() -> None:
    def speaking(person_id: str, *languages: str) -> Party:
        return replace(a_party(person_id), wishes=Wishes({"language": languages} if languages else {}))

    problem = a_problem(
        [speaking("m1", "Gaelic"), speaking("m2", "English"), speaking("m3")],
        [speaking("a", "English"), speaking("b", "English"), speaking("c", "English")],
        preferences=[LANGUAGES],
    )
    solution = solve(problem)

    assert {mentor for mentor, _ in couples(problem, solution)} == {"m2", "m3"}
    (left,) = solution.counts.values()
    assert left == {"must:language": 1, "taken": 2}


def test_where_there_is_nobody_there_is_nothing_to_solve() -> None:
    assert solve(a_problem([], [a_party("a")])).counts == {0: {}}
    assert not solve(a_problem([a_party("m1")], [])).couples
    assert not solve(a_problem([], [])).couples


# ── Beside slower ways ─────────────────────────────────────────────────────

wished = st.lists(st.sampled_from(SECTORS), unique=True)
ids = st.sampled_from(["m1", "m2", "m3", "m4"])


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    mentors = [
        a_party(f"m{n}", *draw(wished), most=draw(st.sampled_from([None, 0, 1, 2])), school=draw(schools))
        for n in range(1, draw(st.integers(0, 4)) + 1)
    ]
    mentees = [
        a_party(f"e{n}", *draw(wished), mentors=tuple(draw(st.lists(ids, max_size=2))), school=draw(schools))
        for n in range(1, draw(st.integers(0, 5)) + 1)
    ]
    some = st.frozensets(st.tuples(ids, st.sampled_from(["e1", "e2", "e3", "e4", "e5"])), max_size=8)
    apart = Apart(together=draw(some), never_again=draw(some), declined=draw(some))
    return a_problem(mentors, mentees, apart=apart, mentees_per_mentor=draw(st.integers(1, 3)))


schools = st.sampled_from(["", "Northfield", "St Brigid’s"])


@given(problems())
@settings(max_examples=150, deadline=None)
def test_nothing_better_is_found_by_trying_everything(problem: Problem) -> None:
    assert worth(problem, solve(problem)) == best_by_trying(problem)


@given(problems(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_people_are_read_makes_no_difference(problem: Problem, order: Random) -> None:
    mentors, mentees = list(problem.mentors), list(problem.mentees)
    order.shuffle(mentors)
    order.shuffle(mentees)
    shuffled = replace(problem, mentors=mentors, mentees=mentees)

    assert couples(problem, solve(problem)) == couples(shuffled, solve(shuffled))


@given(problems())
@settings(max_examples=100, deadline=None)
def test_as_many_are_matched_where_not_all_couples_can_be_weighed(problem: Problem) -> None:
    assert len(solve(problem, most_edges=0).couples) == best_by_trying(problem)[0]


def a_crowd(count: int, *, seed: int, knows: int = 0) -> Problem:
    chance = Random(seed)
    choices = [f"Field {n}" for n in range(30)]

    def one(kind: str, number: int) -> Party:
        liked = chance.sample(choices, 3)
        asked = tuple(f"m{chance.randrange(count):05}" for _ in range(chance.randrange(3)))
        wishes = Wishes(preferences={"sector": tuple(liked)}, mentors=asked if kind == "e" else ())
        school = f"School {chance.randrange(20)}"
        return replace(a_party(f"{kind}{number:05}", school=school), wishes=wishes)

    preference = {
        "id": "sector",
        "mentee_words": "Which fields interest you?",
        "mentor_words": "Which fields do you work in?",
        "choices": choices,
        "weight": 8,
        "must": True,
    }
    return a_problem(
        [one("m", number) for number in range(count)],
        [one("e", number) for number in range(count)],
        preferences=[preference],
    )


def test_a_thousand_by_a_thousand_is_the_optimum_of_the_whole_matrix() -> None:
    problem = a_crowd(1_000, seed=5)

    assert worth(problem, solve(problem)) == best_dense(problem)


def test_little_is_lost_where_not_all_couples_can_be_weighed() -> None:
    problem = a_crowd(400, seed=6)
    matched, best = best_dense(problem)

    found = worth(problem, solve(problem, most_edges=400 * 30))

    assert found[0] == matched
    assert found[1] >= 0.99 * best


def test_everybody_is_matched_though_all_wish_for_the_same() -> None:
    problem = a_problem(
        [a_party(f"m{n:03}", "Music" if n < 20 else "Sport") for n in range(200)],
        [a_party(f"e{n:03}", "Music") for n in range(200)],
    )

    assert len(solve(problem, most_edges=0).couples) == 200


def test_scores_run_from_nothing_to_everything() -> None:
    problem = a_problem(
        [a_party("m1", *SECTORS), a_party("m2")],
        [a_party("a", *SECTORS, mentors=("m1",)), a_party("b", "Music")],
    )

    assert sorted(one.score for one in solve(problem).couples) == [0, SCORES]
