"""As many as possible: where couples had to be left out, who could make way for whom among all who fit."""

import numpy as np
from scipy.sparse.csgraph import maximum_bipartite_matching

from .candidates import Edges, joined, rounded
from .slots import in_slots
from .table import Mask, Table, Whole


def completed(table: Table, edges: Edges) -> Edges:
    """The edges, and those besides without which fewer mentees could be matched than is possible."""
    mentor_of = _as_many(table, edges)
    before = mentor_of.copy()
    _complete(table, mentor_of)
    rows = np.nonzero((mentor_of >= 0) & (mentor_of != before))[0]
    if not len(rows):
        return edges
    scores = np.array([rounded(table.parts(slice(row, row + 1))[0, mentor_of[row]]) for row in rows])
    together = joined([edges, Edges(rows, mentor_of[rows], scores)])
    _, first = np.unique(together.rows * table.shape[1] + together.columns, return_index=True)
    return Edges(together.rows[first], together.columns[first], together.scores[first])


def _as_many(table: Table, edges: Edges) -> Whole:
    """The mentor of each mentee, or -1, in a matching with as many as these edges allow."""
    matrix, of_slot = in_slots(table, edges, np.ones(len(edges.rows)))
    found = maximum_bipartite_matching(matrix, perm_type="column")
    return np.where(found >= 0, of_slot[found], -1).astype(np.int64)


def _complete(table: Table, mentor_of: Whole) -> None:
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
    table: Table, start: int, mentees_of: list[list[int]], has_room: Mask, seen: Mask, came_from: Whole
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
