"""What was filled in about a concern, as it is kept: lines, moments and days, and every sentence at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from shared.platform.clock import LONDON
from shared.platform.errors import Invalid, require_none

from .rules import read_words

T = TypeVar("T")

LONGEST_LINE = 300
FURTHEST_STEP = timedelta(days=366)
LONGEST_AGO = timedelta(days=20 * 366)


class Wrong:
    """Gathers what is wrong with a form, so that a person is told of all of it at once."""

    def __init__(self) -> None:
        self.found: list[Invalid] = []

    def add(self, sentence: str, field: str) -> None:
        self.found.append(Invalid(sentence, field=field, code="missing"))

    def read(self, reader: Callable[..., T], *what: object, **how: object) -> T | None:
        """What the reader makes of it; None when it cannot be taken."""
        try:
            return reader(*what, **how)
        except Invalid as invalid:
            self.found.extend(invalid.all)
            return None

    def none(self) -> None:
        """Raises Invalid with everything that was found."""
        require_none(self.found)


def read_optional(text: str, *, field: str, most: int = 5_000) -> str:
    """As `read_words`; may be empty."""
    return read_words(text, field=field, most=most) if text.strip() else ""


def read_line(text: str, *, field: str) -> str:
    """One line, such as a name; may be empty."""
    return " ".join(read_optional(text, field=field, most=LONGEST_LINE).split())


def read_moment(text: str, *, field: str, now: datetime) -> datetime:
    """A moment such as `2026-11-20T17:01`, by the clock of the United Kingdom unless it says otherwise; this
    moment when it is empty. Raises Invalid for what is not one, for the future and for long ago."""
    if not text.strip():
        return now
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        sentence = "Please give a day and a time, for example 2026-11-20 17:01."
        raise Invalid(sentence, field=field, code="not_a_moment") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=LONDON)
    if moment > now:
        sentence = "This is in the future. Please give when it happened, or write it as a next step."
        raise Invalid(sentence, field=field, code="in_the_future")
    if moment < now - LONGEST_AGO:
        raise Invalid("Please check the year.", field=field, code="long_ago")
    return moment.astimezone(UTC)


def read_day(text: str, *, field: str, now: datetime) -> date:
    """A day from today on, such as `2026-11-30`. Raises Invalid."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        sentence = "Please give the day by which it is to be done, for example 2026-11-30."
        raise Invalid(sentence, field=field, code="not_a_day") from None
    today = now.astimezone(LONDON).date()
    if day < today:
        sentence = "This day is over. Please give one from today on."
        raise Invalid(sentence, field=field, code="in_the_past")
    if day > today + FURTHEST_STEP:
        sentence = "Please give a day within a year."
        raise Invalid(sentence, field=field, code="far_off")
    return day


def over_after(day: date) -> datetime:
    """The moment at which a day is over in the United Kingdom."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=LONDON).astimezone(UTC)
