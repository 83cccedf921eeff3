"""Hours, days and clocks of a policy; `working_time.py` reckons with them."""

import re
from datetime import date, time
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from .base import Part

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Clock(Part):
    """How long something may wait for somebody."""

    minutes: int = Field(ge=1, le=10_080, description="How long, in minutes; a week at the most.")
    counts: Literal["always", "working_time"] = Field(
        "always", description="Whether nights, weekends and holidays count."
    )


def _by_the_clock(said: object) -> object:
    """Refuses numbers, which would be read as seconds, and times of another zone."""
    if isinstance(said, str) and not re.fullmatch(r"[0-9]{2}:[0-9]{2}(:00)?", said):
        raise ValueError("give a time of day, for example “09:00”")
    if not isinstance(said, str | time):
        raise ValueError("give a time of day in quotation marks, for example “09:00”")
    return said


ClockTime = Annotated[time, BeforeValidator(_by_the_clock)]


class Hours(Part):
    """From when until when, on one day, by the clock of the United Kingdom."""

    opens: ClockTime = Field(description="As in `09:00`.")
    closes: ClockTime = Field(description="Later than `opens`.")

    @model_validator(mode="after")
    def _opens_first(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens must come before closes")
        return self


class WorkingTime(Part):
    """When the programme's staff are at work; `working_time.py` reckons with it."""

    days: dict[Weekday, Hours] = Field(
        min_length=1, description="The days that are worked, and from when to when."
    )
    bank_holidays: Literal["none", "england_and_wales", "scotland", "northern_ireland"] = Field(
        "england_and_wales", description="Whose bank holidays are not worked."
    )
    closed_on: list[date] = Field(default=[], description="Further days that are not worked.")
