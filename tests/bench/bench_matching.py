"""make bench-matching: seconds and memory for matching crowds, and what is lost where not all can be weighed.

Each crowd is matched in a process of its own, which says how much memory it took at most. In `few fit`, each
of 10,000 mentees has some 50 of 10,000 mentors who may be matched with them; in `all fit`, everybody has
everybody; in `several each`, 2,500 mentors have up to five mentees.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from random import Random
from typing import Any, Final

from shared.matching.rules import Apart, Party, Problem
from shared.matching.solving.best import solve
from shared.matching.solving.slots import SPREAD
from shared.matching.wishes import value
from shared.people.participation import Facts
from shared.people.wishes import Wishes
from tests.builders.policies import a_policy

PEOPLE: Final = 10_000
LANGUAGES: Final = [f"Language {number}" for number in range(200)]
FIELDS: Final = [f"Field {number}" for number in range(20)]


def _preference(name: str, choices: Sequence[str], *, must: bool, weight: int) -> dict[str, Any]:
    words = f"What would you choose among {name}?"
    return {
        "id": name,
        "mentee_words": words,
        "mentor_words": words,
        "choices": list(choices),
        "must": must,
        "weight": weight,
    }


def _crowd(mentors: int, mentees: int, *, must: bool, each: int = 1, seed: int = 1) -> Problem:
    """With `must`, two can be matched where they share one of 200 languages: one mentor in 200."""
    chance = Random(seed)
    policy = a_policy(
        matching={
            "preferences": [
                _preference("languages", LANGUAGES, must=must, weight=0),
                _preference("fields", FIELDS, must=False, weight=8),
            ],
            "mentees_per_mentor": each,
        }
    )

    def one(kind: str, number: int) -> Party:
        wishes = Wishes(
            preferences={
                "languages": (chance.choice(LANGUAGES),),
                "fields": tuple(chance.sample(FIELDS, chance.randint(1, 5))),
            },
            mentors=(f"m{chance.randrange(mentors):05}",) if kind == "e" and chance.random() < 0.2 else (),
        )
        school = f"School {chance.randrange(300)}"
        return Party(
            f"{kind}{number:05}", "Sam", "Reid", Facts("Sam", "active"), school=school, wishes=wishes
        )

    return Problem(
        mentors=[one("m", number) for number in range(mentors)],
        mentees=[one("e", number) for number in range(mentees)],
        policy=policy,
        apart=Apart(),
        today=date(2026, 11, 23),
    )


CROWDS: Final[dict[str, Callable[[], Problem]]] = {
    "few fit": lambda: _crowd(PEOPLE, PEOPLE, must=True),
    "few fit, too few mentors": lambda: _crowd(PEOPLE * 8 // 10, PEOPLE, must=True),
    "all fit": lambda: _crowd(PEOPLE, PEOPLE, must=False),
    "several each": lambda: _crowd(PEOPLE // 4, PEOPLE, must=False, each=5),
}


def _matched(name: str) -> None:
    problem = CROWDS[name]()
    before, worked = time.perf_counter(), time.process_time()
    solution = solve(problem)
    seconds, worked = time.perf_counter() - before, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    scores = sorted(one.score for one in solution.couples)
    sys.stdout.write(
        f"{name:>26}: {len(scores):,} of {len(problem.mentees):,} matched in {seconds:.1f} s "
        f"({worked:.1f} s of work), {peak:,.0f} MB; "
        f"score p5 {scores[len(scores) // 20]}, median {scores[len(scores) // 2]}\n"
    )


def _lost() -> None:
    """How much of the sum is lost to weighing fewer couples, where all can be weighed too."""
    problem = _crowd(2_000, 2_000, must=False)
    best = _sum(problem, most_edges=10**9)
    for kept in (600, 60, 12):
        share = _sum(problem, most_edges=2_000 * kept) / best
        sys.stdout.write(f"{kept:>5} of 2,000 mentors weighed for each: {share:.2%} of the best sum\n")


def _sum(problem: Problem, *, most_edges: int) -> int:
    busy: dict[int, int] = {}
    total = 0
    for one in solve(problem, most_edges=most_edges).couples:
        total += value(one.score) - SPREAD * busy.get(one.mentor, 0)
        busy[one.mentor] = busy.get(one.mentor, 0) + 1
    return total


def main() -> None:
    """Match each crowd in a process of its own, or the one that is named."""
    if len(sys.argv) > 1:
        _matched(sys.argv[1])
        return
    for name in CROWDS:
        subprocess.run([sys.executable, "-m", "tests.bench.bench_matching", name], check=True)
    _lost()


if __name__ == "__main__":
    main()
