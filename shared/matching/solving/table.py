"""Everybody as numbers: who fits whom, and how much of each mentee's wishes comes true."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from shared.people.wishes import folded_school, keys_for, keys_of

from ..rules import MUST_PREFIX, Couple, Party, Problem, chosen, fits_strand, hindrance_of, room_of, strand_id
from ..wishes import worth_of

Mask = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Parts = npt.NDArray[np.float32]
Rows = slice | Whole
"""Some of the mentees."""
ROWS = 256
"""Mentees who are compared at a time."""


class Table:
    """The people of a problem as matrices: mentees in rows, mentors in columns, each in the order of ids.
    Only those against whom nothing stands by themselves."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        policy, today = problem.policy, problem.today
        self.alone = [hindrance_of("mentor", one, policy, today) for one in problem.mentors]
        self.rows = _in_order(
            problem.mentees,
            (hindrance_of("mentee", one, policy, today) is None for one in problem.mentees),
        )
        self.columns = _in_order(problem.mentors, (one is None for one in self.alone))
        self.mentees = [problem.mentees[place] for place in self.rows]
        self.mentors = [problem.mentors[place] for place in self.columns]
        self.room = np.array([room_of(one, policy) for one in self.mentors], dtype=np.int64)
        self._numbers = np.arange(len(self.mentees))
        self._chosen_by_mentees = self._choices(self.mentees)
        self._worth = self._worths()
        self._chosen_by_mentors = self._choices(self.mentors)
        self._must = {
            one.id: (_in_bits(self._chosen_by_mentees[one.id]), _in_bits(self._chosen_by_mentors[one.id]))
            for one in policy.matching.preferences
            if one.must
        }
        self._asked = self._sparse(self._who_asked())
        self._couples = dict(self._couples_apart())
        self._groups = list(self._by_group())

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.mentees), len(self.mentors)

    # Wishes

    def _choices(self, people: Sequence[Party]) -> dict[str, Parts]:
        """By preference, who chose what."""
        made: dict[str, Parts] = {}
        for preference in self.problem.policy.matching.preferences:
            column = {words: number for number, words in enumerate(preference.choices)}
            made[preference.id] = np.zeros((len(people), len(column)), dtype=np.float32)
            for row, one in enumerate(people):
                for words in chosen(one, preference.id, preference.choices):
                    made[preference.id][row, column[words]] = 1
        return made

    def _worths(self) -> dict[str, Parts]:
        """By preference, what a choice is worth to each mentee; under the empty name, whom they asked for."""
        worth = [worth_of(one, self.problem.policy) for one in self.mentees]
        made: dict[str, Parts] = {
            name: np.array([one.choices.get(name, 0) for one in worth], dtype=np.float32)
            for name in self._chosen_by_mentees
        }
        return made | {"": np.array([one.asked for one in worth], dtype=np.float32)}

    def parts(self, rows: Rows) -> Parts:
        """For each of these mentees and every mentor, how much comes true: `rounded` makes it what
        `wishes.score` says. All parts are whole and below 2^24, so that their sums are exact."""
        parts = np.zeros(self._shape_of(rows), dtype=np.float32)
        for name, choices in self._chosen_by_mentees.items():
            worth = choices[rows] * self._worth[name][rows, None]
            if worth.any():
                parts += worth @ self._chosen_by_mentors[name].T
        asked = self._asked[rows].tocoo()
        parts[asked.row, asked.col] += self._worth[""][rows][asked.row]
        return parts

    def _shape_of(self, rows: Rows) -> tuple[int, int]:
        return len(self._numbers[rows]), len(self.mentors)

    # Rules

    def against(self, rows: Rows) -> Iterator[tuple[str, Mask]]:
        """For these mentees, whom each rule keeps apart: `rules.rules_between`, in its order."""
        for rule, couples in self._couples.items():
            if couples.nnz:
                mask = np.zeros(self._shape_of(rows), dtype=np.bool_)
                found = couples[rows].tocoo()
                mask[found.row, found.col] = True
                yield rule, mask
        for rule, of_mentees, keeps_apart in self._groups:
            yield rule, keeps_apart[of_mentees[rows]]
        for preference in self.problem.policy.matching.preferences:
            if preference.must:
                ours, theirs = self._must[preference.id]
                alike = np.zeros(self._shape_of(rows), dtype=np.bool_)
                for one, other in zip(ours[rows].T, theirs.T, strict=True):
                    alike |= (one[:, None] & other[None, :]) != 0
                both: Mask = np.outer(ours[rows].any(axis=1), theirs.any(axis=1))
                yield f"{MUST_PREFIX}{preference.id}", both & ~alike

    def feasible(self, rows: Rows) -> Mask:
        """Who could be matched with these mentees."""
        fits = np.ones(self._shape_of(rows), dtype=np.bool_)
        for _, mask in self.against(rows):
            fits &= ~mask
        return fits

    def _couples_apart(self) -> Iterator[tuple[str, Any]]:
        """The rules that name couples, each as a sparse matrix."""
        apart = self.problem.apart
        everybody = {one.person_id for one in self.mentors} & {one.person_id for one in self.mentees}
        yield "oneself", self._sparse((one, one) for one in everybody)
        yield "together", self._sparse(apart.together)
        yield "never_again", self._sparse(apart.never_again)
        yield "declined", self._sparse(apart.declined)
        yield "related", self._sparse(self._related())

    def _by_group(self) -> Iterator[tuple[str, Whole, Mask]]:
        """The rules that go by a group: of each mentee its number, and by that whom it keeps apart."""
        policy = self.problem.policy
        if policy.matching.same_school_apart:
            schools = [folded_school(one.school) for one in self.mentors]
            yield (
                "school",
                *self._grouped(
                    [folded_school(one.school) for one in self.mentees],
                    lambda school: [bool(school) and school == one for one in schools],
                ),
            )
        strands = policy.eligibility.strands
        if any(one.mentor_question for one in strands):
            yield (
                "strand",
                *self._grouped(
                    [strand_id(one, strands) for one in self.mentees],
                    lambda strand: [not fits_strand(one, strand, strands) for one in self.mentors],
                ),
            )

    def _grouped(self, names: Sequence[str], apart: Any) -> tuple[Whole, Mask]:
        numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
        masks = [apart(name) for name in numbers] or [[False] * len(self.mentors)]
        return np.array([numbers[name] for name in names], dtype=np.int64), np.array(masks, dtype=np.bool_)

    def _related(self) -> Iterator[Couple]:
        """Couples of whom one wrote a name that may be the other's. Few wrote any, so names are looked up."""
        for knowing, known, turned in (
            (self.mentees, self.mentors, False),
            (self.mentors, self.mentees, True),
        ):
            if not any(one.wishes.knows for one in knowing):
                continue
            called: dict[str, list[str]] = {}
            for one in known:
                for key in keys_for(one.first_name, one.surname):
                    called.setdefault(key, []).append(one.person_id)
            for one in knowing:
                for key in {key for name in one.wishes.knows for key in keys_of(name.name)}:
                    for other in called.get(key, ()):
                        yield (one.person_id, other) if turned else (other, one.person_id)

    def _who_asked(self) -> Iterator[Couple]:
        for one in self.mentees:
            for mentor_id in set(one.wishes.mentors):
                yield mentor_id, one.person_id

    def _sparse(self, couples: Iterable[Couple]) -> Any:
        """Couples as a matrix, as far as both are here."""
        row = {one.person_id: number for number, one in enumerate(self.mentees)}
        column = {one.person_id: number for number, one in enumerate(self.mentors)}
        here = {(row[ours], column[theirs]) for theirs, ours in couples if ours in row and theirs in column}
        places = np.array(sorted(here), dtype=np.int64).reshape(-1, 2)
        values = np.ones(len(places), dtype=np.int8)
        return sp.csr_matrix((values, (places[:, 0], places[:, 1])), shape=self.shape)


def _in_bits(chosen_by: Parts) -> npt.NDArray[np.uint64]:
    """What each of many chose, a bit for each choice: what two share is found sixty-four at a time."""
    bits = np.packbits(chosen_by.astype(np.bool_), axis=1)
    whole = -(-max(1, bits.shape[1]) // 8) * 8
    return np.pad(bits, ((0, 0), (0, whole - bits.shape[1]))).view(np.uint64)


def _in_order(people: Sequence[Party], wanted: Iterable[bool]) -> list[int]:
    """The places of those who are wanted, by id."""
    places = [place for place, is_wanted in enumerate(wanted) if is_wanted]
    return sorted(places, key=lambda place: people[place].person_id)
