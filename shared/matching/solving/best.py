"""The best of all couples, and who is left with nobody."""

from collections.abc import Iterator, Sequence

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from ..rules import TAKEN, Found, Problem, Solution, Told
from ..wishes import SCORES, value
from .candidates import Edges, candidates
from .completing import completed
from .slots import SPREAD, in_slots
from .table import ROWS, Table, Whole

MOST_EDGES = 6_000_000
"""Couples that are weighed, a mentor counted for each mentee they have room for. Some 100 bytes each."""


def solve(
    problem: Problem, *, told: Told = lambda _percent, _words: None, most_edges: int = MOST_EDGES
) -> Solution:
    """The best couples, and for each mentee without one how many mentors each rule took away."""
    told(5, "Looks at everybody’s checks, consents and wishes")
    table = Table(problem)
    told(10, "Compares everybody with everybody")
    edges, are_all = candidates(table, told, most_edges)
    if not are_all:
        edges = completed(table, edges)
    told(60, "Weighs all couples against each other")
    couples = _assign(table, edges)
    told(75, "Finds out what stands in the way of those without anybody")
    return Solution(couples, dict(_counts(table, couples)))


def _assign(table: Table, edges: Edges) -> list[Found]:
    """The couples of which the sum is best, among those with as many mentees as possible."""
    if not len(edges.rows):
        return []
    best = value(SCORES)
    costs = (best + 1 - value_of(edges.scores)).astype(np.float64)
    matrix, of_slot = in_slots(table, edges, costs)
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


def _counts(table: Table, couples: Sequence[Found]) -> Iterator[tuple[int, dict[str, int]]]:
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
