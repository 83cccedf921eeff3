"""What is drawn: by lot, the same again, and everybody once in a cohort."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.spot_checks.rules import (
    Agreement,
    Frame,
    bounds_of,
    draw,
    draw_some,
    week_before,
    week_of,
    weeks_left,
)

PAIRS = st.frozensets(st.text("abcdef0123456789", min_size=4, max_size=8), max_size=60)
SHARES = st.integers(0, 100).map(lambda hundredths: hundredths / 100)
SEEDS = st.text("0123456789abcdef", min_size=8, max_size=32)


def of(unread: frozenset[str], read: frozenset[str]) -> Frame:
    return Frame(unread - read, read)


@given(PAIRS, PAIRS, SEEDS, SHARES, st.integers(1, 30))
def test_the_same_values_draw_the_same_and_nobody_twice(
    unread: frozenset[str], read: frozenset[str], seed: str, share: float, left: int
) -> None:
    frame = of(unread, read)
    drawn = draw(frame, seed=seed, share=share, weeks_left=left)

    assert drawn == draw(of(frozenset(sorted(unread)), read), seed=seed, share=share, weeks_left=left)
    assert len(set(drawn)) == len(drawn)
    assert set(drawn) <= frame.unread | frame.read


@given(PAIRS, PAIRS, SEEDS, SHARES, st.integers(1, 30))
def test_at_least_the_policys_share_is_drawn(
    unread: frozenset[str], read: frozenset[str], seed: str, share: float, left: int
) -> None:
    frame = of(unread, read)

    drawn = draw(frame, seed=seed, share=share, weeks_left=left)

    assert len(drawn) >= share * len(frame.unread | frame.read) - 1e-9


@given(PAIRS, st.integers(1, 20), SHARES, st.lists(SEEDS, min_size=20, max_size=20))
def test_every_conversation_has_been_read_when_the_cohort_ends(
    pairs: frozenset[str], weeks: int, share: float, seeds: list[str]
) -> None:
    read: frozenset[str] = frozenset()
    for week in range(weeks):
        drawn = draw(Frame(pairs - read, read), seed=seeds[week], share=share, weeks_left=weeks - week)
        read |= set(drawn)

    assert read == pairs


@given(st.sets(st.integers(0, 400), min_size=8), SEEDS)
def test_who_was_read_once_is_not_left_alone(numbers: set[int], seed: str) -> None:
    read = frozenset(f"pair-{number}" for number in numbers)
    unread = frozenset(f"new-{number}" for number in range(40))

    drawn = draw(Frame(unread, read), seed=seed, share=0.2, weeks_left=40)

    assert read.intersection(drawn)


def test_another_seed_is_another_draw() -> None:
    frame = Frame(frozenset(f"pair-{number}" for number in range(500)), frozenset())

    one, other = (draw(frame, seed=seed, share=0.1, weeks_left=20) for seed in ("3f9a", "3f9b"))

    assert len(one) == len(other) == 50
    assert one != other


def test_of_nothing_nothing_is_drawn() -> None:
    assert draw(Frame(frozenset(), frozenset()), seed="3f9a", share=1, weeks_left=1) == ()
    assert draw_some((), seed="3f9a", share=1) == ()


def test_a_share_of_nothing_still_reads_everybody_once() -> None:
    drawn = draw(Frame(frozenset("abcd"), frozenset("xyz")), seed="3f9a", share=0, weeks_left=2)

    assert len(drawn) == 2
    assert set(drawn) <= set("abcd")


@pytest.mark.parametrize(
    ("ends_on", "left"),
    [("2026-11-29", 1), ("2026-11-30", 2), ("2026-12-20", 4), ("2026-09-01", 1), ("", 12)],
)
def test_the_weeks_left_count_this_one(ends_on: str, left: int) -> None:
    wednesday = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)

    assert weeks_left(ends_on, now=wednesday) == left


def test_a_week_begins_on_monday_by_the_clocks_of_the_country() -> None:
    in_summer = datetime(2026, 6, 7, 23, 30, tzinfo=UTC)  # half past midnight on Monday in London

    assert week_of(in_summer) == "2026-W24"
    first, after = bounds_of("2026-W24")
    assert first <= in_summer < after
    assert week_before("2027-W01") == "2026-W53"


def test_all_is_said_only_of_all() -> None:
    assert Agreement(read=300, agreed=299).share == 99
    assert Agreement(read=3, agreed=3).share == 100
    assert Agreement().share is None
