"""Decisions about spot checks: what is drawn, and what may be said of what was read."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil

from shared.platform.clock import LONDON

READ_ANEW = Fraction(1, 4)
"""The part of a draw that goes to conversations which were read before, so that nobody who has been read
once can count on being left alone."""


@dataclass(frozen=True)
class Frame:
    """What a draw was made from: the conversations with something new to read, in any order."""

    unread: frozenset[str]
    """Never read in this cohort."""
    read: frozenset[str]
    """Read before, with something delivered since."""


def draw(frame: Frame, *, seed: str, share: float, weeks_left: int) -> tuple[str, ...]:
    """The conversations to be read this week, in the order drawn.

    At least `share` (0 to 1) of all of them, and of those never read as many as must be read each week for
    all to have been read in the `weeks_left` of the cohort, this one included. The same values give the same
    draw, on any machine: each conversation's lot is the SHA-256 of the seed and its id.
    """
    size = ceil(Fraction(str(share)) * (len(frame.unread) + len(frame.read)))
    needed = ceil(Fraction(len(frame.unread), max(weeks_left, 1)))
    anew = min(len(frame.read), ceil(size * READ_ANEW))
    first = min(len(frame.unread), max(needed, size - anew))
    second = min(len(frame.read), max(anew if size else 0, size - first))
    return lots(frame.unread, seed)[:first] + lots(frame.read, seed)[:second]


def draw_some(frame: Collection[str], *, seed: str, share: float) -> tuple[str, ...]:
    """A `share` (0 to 1) of all, rounded up, in the order drawn."""
    return lots(frame, seed)[: ceil(Fraction(str(share)) * len(set(frame)))]


def lots(ids: Collection[str], seed: str) -> tuple[str, ...]:
    """The ids in the order that the seed gives them."""
    return tuple(sorted(set(ids), key=lambda one: (hashlib.sha256(f"{seed}#{one}".encode()).digest(), one)))


def week_of(moment: datetime) -> str:
    """The week as ISO 8601 writes it, such as `2026-W48`, by the calendar of the United Kingdom."""
    year, week, _ = moment.astimezone(LONDON).isocalendar()
    return f"{year}-W{week:02}"


def week_before(week: str) -> str:
    return _iso(monday_of(week) - timedelta(days=7))


def _iso(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(week: str) -> date:
    """The first day of a week that `week_of` gave."""
    year, number = week.split("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def bounds_of(week: str) -> tuple[datetime, datetime]:
    """From when until when the week lasts in the United Kingdom."""
    monday = monday_of(week)
    first, after = (datetime.combine(day, datetime.min.time(), LONDON) for day in _ends(monday))
    return first, after


def _ends(monday: date) -> tuple[date, date]:
    return monday, monday + timedelta(days=7)


def weeks_left(ends_on: str, *, now: datetime) -> int:
    """How many weeks of a cohort are left, this one included; 1 at the least. `ends_on` is an ISO date, or
    empty where the conversations are of no cohort: then a term is reckoned with."""
    if not ends_on:
        return WEEKS_OF_A_TERM
    days = (date.fromisoformat(ends_on) - monday_of(week_of(now))).days
    return max(days // 7 + 1, 1)


WEEKS_OF_A_TERM = 12


@dataclass(frozen=True)
class Agreement:
    """How often a second reader decided as the moderator had."""

    read: int = 0
    agreed: int = 0

    @property
    def share(self) -> int | None:
        """In hundredths, rounded down so that all is said only of all; None before anything was read."""
        return self.agreed * 100 // self.read if self.read else None


def in_chunks(ids: Sequence[str], size: int) -> list[list[str]]:
    """The ids in their order, in pieces of at most `size`."""
    return [list(ids[start : start + size]) for start in range(0, len(ids), size)]
