"""A mentor once for each mentee they have room for."""

from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from .candidates import Edges
from .table import Table, Whole

SPREAD = 10_000
"""What a mentor's second mentee costs, the third twice that, and so on: as much as the last tenth of
somebody's wishes is worth, so that work is spread where it hardly matters to the mentees."""


def in_slots(table: Table, edges: Edges, weights: npt.NDArray[np.float64]) -> tuple[Any, Whole]:
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
