"""The best couples of everybody at once: one assignment problem, over whole numbers.

The only module with numpy and scipy, which one function alone carries: nothing else may import it.

What is best: as many mentees as possible have a mentor; then the sum of `wishes.value` over all couples is as
large as can be, less `SPREAD` for each mentee that a mentor has beyond the first. It is found by
`min_weight_full_bipartite_matching` (LAPJVsp, Jonker and Volgenant 1987). That function knows full matchings
only, so each mentee can also have a place of their own which stands for nobody, and costs more than all
else together could. It takes a weight of zero for no edge, so none is zero. All sums stay far below 2^53, so
that its floating point numbers are exact.

A mentor stands once for each mentee they have room for. Everything is in the order of ids, so that the same
people are matched alike however they are read.

Everybody is compared with everybody, but by matrices and a few hundred mentees at a time: 10,000 by 10,000
takes seconds. Where that leaves more couples than can be weighed (`MOST_EDGES`), each mentee keeps the best
of them, and some that are spread evenly over everybody who fits, so that whoever many would like is not all
they have. If that should leave more mentees without a mentor than there must be, `_complete` finds who could
make way, among all who fit: as many are matched as if none had been left out, and only the sum may miss
something. docs/decisions.md says how much.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import maximum_bipartite_matching, min_weight_full_bipartite_matching

from shared.people.wishes import folded_school, keys_for, keys_of

from .rules import (
    MUST_PREFIX,
    TAKEN,
    Couple,
    Found,
    Party,
    Problem,
    Solution,
    Told,
    chosen,
    fits_strand,
    hindrance_of,
    room_of,
    strand_id,
)
from .wishes import SCORES, WHOLE, value, worth_of

SPREAD = 10_000
"""What a mentor's second mentee costs, the third twice that, and so on: as much as the last tenth of
somebody's wishes is worth, so that work is spread where it hardly matters to the mentees."""
MOST_EDGES = 6_000_000
"""Couples that are weighed, a mentor counted for each mentee they have room for. Some 100 bytes each."""
LEAST_KEPT = 12
"""Mentors whom each mentee keeps at least, where there are more couples than can be weighed."""
ROWS = 256
"""Mentees who are compared at a time."""

Mask = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Parts = npt.NDArray[np.float32]
Rows = slice | Whole
"""Some of the mentees."""


def solve(
    problem: Problem, *, told: Told = lambda _percent, _words: None, most_edges: int = MOST_EDGES
) -> Solution:
    """The best couples, and for each mentee without one how many mentors each rule took away."""
    told(5, "Looks at everybody’s checks, consents and wishes")
    table = _Table(problem)
    told(10, "Compares everybody with everybody")
    edges = _candidates(table, told, most_edges)
    told(60, "Weighs all couples against each other")
    couples = _assign(table, edges)
    told(75, "Finds out what stands in the way of those without anybody")
    return Solution(couples, dict(_counts(table, couples)))


# ── Everybody, as numbers ──────────────────────────────────────────────────


class _Table:
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


# ── Who is weighed for whom ────────────────────────────────────────────────


@dataclass(frozen=True)
class _Edges:
    """Couples that could be: mentee, mentor and score, by the mentee."""

    rows: Whole
    columns: Whole
    scores: Whole


def _blocks(table: _Table) -> Iterator[slice]:
    count = table.shape[0]
    return (slice(first, min(first + ROWS, count)) for first in range(0, count, ROWS))


def _candidates(table: _Table, told: Told, most_edges: int) -> _Edges:
    """Everybody who fits for each mentee, or as many of them as can be weighed."""
    count, mentors = table.shape
    room = int(np.ceil(table.room.mean())) if mentors else 1
    most = max(LEAST_KEPT, most_edges // max(1, count * room))
    kept: list[_Edges] = []
    left_out = 0
    for number, block in enumerate(_blocks(table)):
        fits, parts = table.feasible(block), table.parts(block)
        few = _kept(fits, parts, block, most, count)
        left_out += int(fits.sum() - few.sum())
        rows, columns = np.nonzero(few)
        kept.append(_Edges(rows + block.start, columns, _rounded(parts[rows, columns])))
        if number % 8 == 7:
            told(10 + 50 * block.stop // count, "Compares everybody with everybody")
    edges = _joined(kept)
    return _completed(table, edges) if left_out else edges


def _rounded(parts: Any) -> Any:
    """`wishes.rounded`, of many."""
    return (parts.astype(np.int64) * SCORES + WHOLE // 2) // WHOLE


def _joined(parts: Sequence[_Edges]) -> _Edges:
    empty = np.zeros(0, dtype=np.int64)
    return _Edges(
        np.concatenate([empty, *(one.rows for one in parts)]),
        np.concatenate([empty, *(one.columns for one in parts)]),
        np.concatenate([empty, *(one.scores for one in parts)]),
    )


def _kept(fits: Mask, parts: Parts, block: slice, most: int, count: int) -> Mask:
    """Of each row with more than `most` two thirds by score, and the rest spread evenly over all who fit.
    Among equals each mentee begins with another mentor, so that not all keep the same."""
    many = np.nonzero(fits.sum(axis=1) > most)[0]
    if not len(many):
        return fits
    theirs, mentors = fits[many], fits.shape[1]
    begins = (block.start + many) * mentors // max(1, count)
    turn = mentors - 1 - (np.arange(mentors)[None, :] - begins[:, None]) % mentors
    by_score = most * 2 // 3
    best = _best(np.where(theirs, parts[many].astype(np.int64) * mentors + turn, -1), by_score)
    kept = fits.copy()
    kept[many] = best | _best(np.where(theirs & ~best, turn, -1), most - by_score)
    return kept


def _best(keys: Whole, number: int) -> Mask:
    """The places of the largest keys of each row that are not negative, so many at most."""
    best = np.argpartition(keys, keys.shape[1] - number, axis=1)[:, keys.shape[1] - number :]
    mask = np.zeros(keys.shape, dtype=np.bool_)
    np.put_along_axis(mask, best, True, axis=1)
    return mask & (keys >= 0)


# ── As many as possible ────────────────────────────────────────────────────


def _completed(table: _Table, edges: _Edges) -> _Edges:
    """The edges, and those besides without which fewer mentees could be matched than is possible."""
    mentor_of = _as_many(table, edges)
    before = mentor_of.copy()
    _complete(table, mentor_of)
    rows = np.nonzero((mentor_of >= 0) & (mentor_of != before))[0]
    if not len(rows):
        return edges
    scores = np.array([_rounded(table.parts(slice(row, row + 1))[0, mentor_of[row]]) for row in rows])
    together = _joined([edges, _Edges(rows, mentor_of[rows], scores)])
    _, first = np.unique(together.rows * table.shape[1] + together.columns, return_index=True)
    return _Edges(together.rows[first], together.columns[first], together.scores[first])


def _as_many(table: _Table, edges: _Edges) -> Whole:
    """The mentor of each mentee, or -1, in a matching with as many as these edges allow."""
    matrix, of_slot = _in_slots(table, edges, np.ones(len(edges.rows)))
    found = maximum_bipartite_matching(matrix, perm_type="column")
    return np.where(found >= 0, of_slot[found], -1).astype(np.int64)


def _complete(table: _Table, mentor_of: Whole) -> None:
    """Matches whoever can be matched, among all who fit: who has a mentor makes way for another where they
    can have one too (Hall; Kuhn's way to look for it). Where no one can make way, nobody of those looked
    at ever can, so each mentor is looked at in vain once."""
    mentees_of: list[list[int]] = [[] for _ in table.mentors]
    for row, column in enumerate(mentor_of):
        if column >= 0:
            mentees_of[column].append(row)
    has_room = table.room > np.array([len(one) for one in mentees_of], dtype=np.int64)
    in_vain = np.zeros(len(table.mentors), dtype=np.bool_)
    for start in np.nonzero(mentor_of < 0)[0]:
        if not has_room.any():
            return
        seen = in_vain.copy()
        came_from = np.full(len(table.mentors), -1, dtype=np.int64)
        free = _who_can_make_way(table, int(start), mentees_of, has_room, seen, came_from)
        if free < 0:
            in_vain = seen
            continue
        column = free
        while column >= 0:  # along the way back, each takes the mentor that was found for them
            row = int(came_from[column])
            column_before = int(mentor_of[row])
            if column_before >= 0:
                mentees_of[column_before].remove(row)
            mentor_of[row] = column
            mentees_of[column].append(row)
            column = column_before
        has_room[free] = table.room[free] > len(mentees_of[free])


def _who_can_make_way(
    table: _Table, start: int, mentees_of: list[list[int]], has_room: Mask, seen: Mask, came_from: Whole
) -> int:
    """A mentor with room whom `start` reaches, if need be by others making way; -1 where there is none."""
    waiting = [start]
    for row in waiting:
        new = table.feasible(slice(row, row + 1))[0] & ~seen
        came_from[new] = row
        seen |= new
        if (free := np.nonzero(new & has_room)[0]).size:
            return int(free[0])
        waiting += [one for column in np.nonzero(new)[0] for one in mentees_of[column]]
    return -1


# ── The best of all ────────────────────────────────────────────────────────


def _in_slots(table: _Table, edges: _Edges, weights: npt.NDArray[np.float64]) -> tuple[Any, Whole]:
    """A matrix in which each mentor stands once for each mentee they have room for, the further times dearer;
    and the mentor of each of its columns. Nobody stands there more often than they are wanted."""
    count, mentors = table.shape
    wanted = np.bincount(edges.columns, minlength=mentors) if mentors else np.zeros(0, dtype=np.int64)
    slots = np.minimum(table.room, wanted)
    first = np.concatenate([[0], np.cumsum(slots)]).astype(np.int64)
    times = slots[edges.columns]
    rows = np.repeat(edges.rows, times)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
    columns = np.repeat(first[edges.columns], times) + nth
    data = np.repeat(weights, times) + SPREAD * nth
    matrix = sp.csr_matrix((data, (rows, columns)), shape=(count, int(first[-1])))
    return matrix, np.repeat(np.arange(mentors), slots)


def _assign(table: _Table, edges: _Edges) -> list[Found]:
    """The couples of which the sum is best, among those with as many mentees as possible."""
    if not len(edges.rows):
        return []
    best = value(SCORES)
    costs = (best + 1 - value_of(edges.scores)).astype(np.float64)
    matrix, of_slot = _in_slots(table, edges, costs)
    dearest = best + 1 + SPREAD * int(table.room.max())
    nobody = float(dearest * (min(matrix.shape) + 1))
    whole = sp.hstack([matrix, nobody * sp.identity(table.shape[0], format="csr")], format="csr")
    rows, columns = min_weight_full_bipartite_matching(whole)
    is_couple = columns < matrix.shape[1]
    rows, mentors = rows[is_couple], of_slot[columns[is_couple]]
    by_couple = edges.rows * table.shape[1] + edges.columns
    order = np.argsort(by_couple)
    at = order[np.searchsorted(by_couple, rows * table.shape[1] + mentors, sorter=order)]
    return [
        Found(table.columns[mentor], table.rows[row], int(score))
        for row, mentor, score in zip(rows, mentors, edges.scores[at], strict=True)
    ]


def value_of(scores: Whole) -> Whole:
    """`wishes.value`, of many."""
    return scores * (2 * SCORES - scores)


# ── Those who have nobody ──────────────────────────────────────────────────


def _counts(table: _Table, couples: Sequence[Found]) -> Iterator[tuple[int, dict[str, int]]]:
    """For each mentee without a mentor against whom nothing stands alone: how many each rule took away. Each
    mentor counts for the first rule that does."""
    alone: dict[str, int] = {}
    for hindrance in table.alone:
        if hindrance is not None:
            alone[hindrance.rule] = alone.get(hindrance.rule, 0) + 1
    matched = {one.mentee for one in couples}
    without = np.array([row for row, place in enumerate(table.rows) if place not in matched], dtype=np.int64)
    for first in range(0, len(without), ROWS):
        rows = without[first : first + ROWS]
        left = np.ones((len(rows), len(table.mentors)), dtype=np.bool_)
        taken: dict[str, Whole] = {}
        for rule, mask in table.against(rows):
            taken[rule] = (left & mask).sum(axis=1)
            left &= ~mask
        taken[TAKEN] = left.sum(axis=1)
        for number, row in enumerate(rows):
            counts = alone | {rule: int(numbers[number]) for rule, numbers in taken.items()}
            yield table.rows[row], {rule: count for rule, count in counts.items() if count}
