"""Which numbers are shown. Pure.

A number that counts a few people, one to fewer than the policy's `fewest_shown`, is hidden; and as many
others as it takes that nobody can reckon out a hidden number, who sees the rest, knows the total, and knows
how it is done. Nought is shown where anything is: it stands for nobody.
"""

from collections.abc import Sequence


def shown(counts: Sequence[int], fewest: int) -> tuple[int | None, ...]:
    """The counts of one table whose total is known, None for each that is hidden.

    What is hidden is every count up to some number, so that it hangs on the size of the counts alone and not
    on their places: then any two hidden ones might as well stand the other way round.
    """
    there = sorted(count for count in counts if count)
    up_to = fewest - 1
    hidden, rest = _parted(there, up_to)
    while hidden and rest and not _is_safe(hidden, rest[0], fewest):
        up_to = rest[0]
        hidden, rest = _parted(there, up_to)
    if sum(counts) < fewest or not rest:
        return (None,) * len(counts)
    return tuple(None if 0 < count <= up_to and hidden else count for count in counts)


def _parted(there: Sequence[int], up_to: int) -> tuple[list[int], list[int]]:
    return [one for one in there if one <= up_to], [one for one in there if one > up_to]


def _is_safe(hidden: Sequence[int], least_shown: int, fewest: int) -> bool:
    """Whether the sum of what is hidden, which anybody can reckon, leaves each of them open. It is decided by
    the sum and what is shown alone, so that the decision tells nothing more."""
    together = sum(hidden)
    if len(hidden) < 2:
        return False
    if max(hidden) < fewest:  # neither all one, nor all as large as a hidden one can be
        return len(hidden) < together < len(hidden) * (fewest - 1)
    if len(hidden) > 2:
        return True
    # One of the two is small, and the other is not, yet smaller than what is shown.
    smallest, largest = max(1, together - least_shown + 1), min(fewest - 1, together - fewest)
    return largest > smallest
