"""Who is weighed for whom: every couple that could be, or as many as there is room for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..rules import Told
from ..wishes import SCORES, WHOLE
from .table import ROWS, Mask, Parts, Table, Whole

LEAST_KEPT = 12
"""Mentors whom each mentee keeps at least, where there are more couples than can be weighed."""


@dataclass(frozen=True)
class Edges:
    """Couples that could be: mentee, mentor and score, by the mentee."""

    rows: Whole
    columns: Whole
    scores: Whole


def _blocks(table: Table) -> Iterator[slice]:
    count = table.shape[0]
    return (slice(first, min(first + ROWS, count)) for first in range(0, count, ROWS))


def candidates(table: Table, told: Told, most_edges: int) -> tuple[Edges, bool]:
    """Everybody who fits for each mentee, or as many of them as can be weighed; and whether that is all."""
    count, mentors = table.shape
    room = int(np.ceil(table.room.mean())) if mentors else 1
    most = max(LEAST_KEPT, most_edges // max(1, count * room))
    kept: list[Edges] = []
    left_out = 0
    for number, block in enumerate(_blocks(table)):
        fits, parts = table.feasible(block), table.parts(block)
        few = _kept(fits, parts, block, most, count)
        left_out += int(fits.sum() - few.sum())
        rows, columns = np.nonzero(few)
        kept.append(Edges(rows + block.start, columns, rounded(parts[rows, columns])))
        if number % 8 == 7:
            told(10 + 50 * block.stop // count, "Compares everybody with everybody")
    return joined(kept), not left_out


def rounded(parts: Any) -> Any:
    """`wishes.rounded`, of many."""
    return (parts.astype(np.int64) * SCORES + WHOLE // 2) // WHOLE


def joined(parts: Sequence[Edges]) -> Edges:
    empty = np.zeros(0, dtype=np.int64)
    return Edges(
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
