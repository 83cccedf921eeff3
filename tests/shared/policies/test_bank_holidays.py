"""Bank holidays, against the days published at https://www.gov.uk/bank-holidays and, for the years to come,
those that follow from the Banking and Financial Dealings Act 1971."""

import pytest

from shared.policies.bank_holidays import bank_holidays

ENGLAND = {
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
    2029: "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26",
    2030: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
}
SCOTLAND = {
    2024: "01-01 01-02 03-29 05-06 05-27 08-05 12-02 12-25 12-26",
    2025: "01-01 01-02 04-18 05-05 05-26 08-04 12-01 12-25 12-26",
    2026: "01-01 01-02 04-03 05-04 05-25 08-03 11-30 12-25 12-28",
    2027: "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28",
    2028: "01-03 01-04 04-14 05-01 05-29 08-07 11-30 12-25 12-26",
    2029: "01-01 01-02 03-30 05-07 05-28 08-06 11-30 12-25 12-26",
    2030: "01-01 01-02 04-19 05-06 05-27 08-05 12-02 12-25 12-26",
}
NORTHERN_IRELAND = {
    2024: "01-01 03-18 03-29 04-01 05-06 05-27 07-12 08-26 12-25 12-26",
    2025: "01-01 03-17 04-18 04-21 05-05 05-26 07-14 08-25 12-25 12-26",
    2026: "01-01 03-17 04-03 04-06 05-04 05-25 07-13 08-31 12-25 12-28",
    2027: "01-01 03-17 03-26 03-29 05-03 05-31 07-12 08-30 12-27 12-28",
    2028: "01-03 03-17 04-14 04-17 05-01 05-29 07-12 08-28 12-25 12-26",
    2029: "01-01 03-19 03-30 04-02 05-07 05-28 07-12 08-27 12-25 12-26",
    2030: "01-01 03-18 04-19 04-22 05-06 05-27 07-12 08-26 12-25 12-26",
}
CALENDARS = {"england_and_wales": ENGLAND, "scotland": SCOTLAND, "northern_ireland": NORTHERN_IRELAND}


@pytest.mark.parametrize(
    ("calendar", "year", "days"),
    [(calendar, year, days) for calendar, years in CALENDARS.items() for year, days in years.items()],
)
def test_the_days_that_are_not_worked(calendar: str, year: int, days: str) -> None:
    assert sorted(f"{day:%m-%d}" for day in bank_holidays(calendar, year)) == days.split()


def test_a_second_day_that_is_a_sunday_moves_past_the_first_ones_monday() -> None:
    """The first of January 2023 was a Sunday: in Scotland the second was worked by nobody, nor the third."""
    january = sorted(day for day in bank_holidays("scotland", 2023) if day.month == 1)

    assert [day.day for day in january] == [2, 3]


def test_a_calendar_that_is_none_has_no_days() -> None:
    assert bank_holidays("none", 2026) == frozenset()
