"""Reckoning in the hours that a programme's staff are at work."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from shared.platform.clock import LONDON

from .bank_holidays import bank_holidays
from .hours import Clock, Weekday, WorkingTime

DAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FURTHEST = timedelta(days=400)
"""How far ahead is looked. Whatever is due later is due then: a calendar closed for a year is a mistake."""


def is_working(moment: datetime, working: WorkingTime) -> bool:
    """Whether somebody is at work at this moment."""
    return any(start <= moment < end for start, end in _spells(moment, working, days=1))


def why_outside(
    start: datetime, end: datetime, working: WorkingTime
) -> Literal["", "weekday", "closed", "hours"]:
    """Why this stretch is not within the hours of one day: nobody works on such a day of the week, it is a
    bank holiday or closed, or it begins before or lasts beyond the hours. Empty when it is within them."""
    day = start.astimezone(LONDON).date()
    if DAYS[day.weekday()] not in working.days:
        return "weekday"
    if _is_closed(day, working):
        return "closed"
    spells = _spells(start, working, days=1)
    return "" if any(opens <= start and end <= closes for opens, closes in spells) else "hours"


def after_working(moment: datetime, duration: timedelta, working: WorkingTime) -> datetime:
    """When so much working time has passed since `moment`, in UTC; with none, when work begins next."""
    moment = moment.astimezone(UTC)  # by the clock on the wall, sums would miss the hour that comes or goes
    left = duration
    for start, end in _spells(moment, working, days=FURTHEST.days):
        start = max(start, moment)
        if end <= start:
            continue
        if start + left < end or (start + left == end and left):
            return start + left
        left -= end - start
    return moment + FURTHEST


def runs_out(clock: Clock, moment: datetime, working: WorkingTime) -> datetime:
    """When a clock that begins at `moment` has run out."""
    duration = timedelta(minutes=clock.minutes)
    return moment + duration if clock.counts == "always" else after_working(moment, duration, working)


def _spells(moment: datetime, working: WorkingTime, *, days: int) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of work from the day of `moment` on, in order, in UTC."""
    first = moment.astimezone(LONDON).date()
    for ahead in range(days):
        day = first + timedelta(days=ahead)
        hours = working.days.get(DAYS[day.weekday()])
        if hours and not _is_closed(day, working):
            yield _at(day, hours.opens), _at(day, hours.closes)


def _is_closed(day: date, working: WorkingTime) -> bool:
    return day in working.closed_on or day in bank_holidays(working.bank_holidays, day.year)


def _at(day: date, clock: time) -> datetime:
    """The moment at which the clocks of the United Kingdom show this, in UTC."""
    return datetime.combine(day, clock, tzinfo=LONDON).astimezone(UTC)
