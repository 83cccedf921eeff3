"""The bank holidays of the United Kingdom, by its three calendars.

They follow from the Banking and Financial Dealings Act 1971, schedule 1, and royal proclamation:
https://www.gov.uk/bank-holidays. A day proclaimed for one year only, such as a coronation, is not among them:
a programme names it in `closed_on`.
"""

from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter
from dateutil.relativedelta import MO, relativedelta

CALENDARS = ("england_and_wales", "scotland", "northern_ireland")


@cache
def bank_holidays(calendar: str, year: int) -> frozenset[date]:
    """The days of a year that are not worked. A calendar that is not one of CALENDARS has none."""
    if calendar not in CALENDARS:
        return frozenset()
    sunday = easter(year)
    days = {
        sunday - timedelta(days=2),
        _monday(date(year, 5, 1)),
        _last_monday(date(year, 5, 31)),
    }
    if calendar != "scotland":
        days |= {sunday + timedelta(days=1), _last_monday(date(year, 8, 31))}
    if calendar == "scotland":
        days |= {_monday(date(year, 8, 1))}
        days |= _in_lieu(date(year, 1, 1), date(year, 1, 2)) | _in_lieu(date(year, 11, 30))
    else:
        days |= _in_lieu(date(year, 1, 1))
    if calendar == "northern_ireland":
        days |= _in_lieu(date(year, 3, 17)) | _in_lieu(date(year, 7, 12))
    return frozenset(days | _in_lieu(date(year, 12, 25), date(year, 12, 26)))


def _monday(first: date) -> date:
    """The first Monday from this day on."""
    return first + relativedelta(weekday=MO(1))


def _last_monday(last: date) -> date:
    return last + relativedelta(weekday=MO(-1))


def _in_lieu(*days: date) -> set[date]:
    """The days, or for those at a weekend the next working days that are none of them."""
    working = {day for day in days if day.weekday() < 5}
    for day in days:
        if day.weekday() < 5:
            continue
        instead = day
        while instead.weekday() >= 5 or instead in working:
            instead += timedelta(days=1)
        working.add(instead)
    return working
