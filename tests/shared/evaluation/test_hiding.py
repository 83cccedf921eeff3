"""Nobody is known by a number: not even to whoever knows how numbers are hidden, and reckons."""

from collections import defaultdict
from collections.abc import Iterator

import pytest

from shared.evaluation.hiding import shown

MOST_PEOPLE = {2: 30, 3: 24, 4: 18, 5: 14}
"""For so many answers to a question, up to how many people are tried."""


def tables(people: int, answers: int) -> Iterator[tuple[int, ...]]:
    """Every way in which so many people can answer."""
    if answers == 1:
        yield (people,)
        return
    for first in range(people + 1):
        for others in tables(people - first, answers - 1):
            yield (first, *others)


@pytest.mark.parametrize("fewest", [3, 5])
@pytest.mark.parametrize("answers", MOST_PEOPLE)
def test_no_hidden_number_can_be_reckoned_out(answers: int, fewest: int) -> None:
    """Whoever sees a page tries every table with the same total, and keeps those that look the same."""
    for people in range(1, MOST_PEOPLE[answers] + 1):
        alike: dict[tuple[int | None, ...], list[tuple[int, ...]]] = defaultdict(list)
        for counts in tables(people, answers):
            alike[shown(counts, fewest)].append(counts)
        for seen, possible in alike.items():
            for place, number in enumerate(seen):
                if number is None:
                    assert len({counts[place] for counts in possible}) > 1, (seen, possible)
                else:
                    assert number == 0 or number >= fewest


@pytest.mark.parametrize(
    ("counts", "seen"),
    [
        ((12, 6, 2), (12, None, None)),  # 20 people less 12 and 6 would be 2
        ((0, 1, 3, 8, 8), (0, None, None, 8, 8)),
        ((20, 0, 0), (20, 0, 0)),
        ((4, 0, 0), (None, None, None)),
        ((18, 2), (None, None)),
        ((10, 1, 1), (None, None, None)),  # two hidden of two together could only be one each
        ((0, 0, 2, 5, 5), (None,) * 5),
        ((), ()),
    ],
)
def test_what_is_shown_of_a_table(counts: tuple[int, ...], seen: tuple[int | None, ...]) -> None:
    assert shown(counts, 5) == seen


def test_the_order_of_answers_makes_no_difference() -> None:
    assert shown((2, 6, 12), 5) == tuple(reversed(shown((12, 6, 2), 5)))
