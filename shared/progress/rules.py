"""Pure decisions about how a cohort's pairs are getting on: what is chosen, in which order, and which numbers
may be told."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import mean, median
from typing import Any

HEARD: tuple[tuple[str, str, timedelta], ...] = (
    ("week", "Within 7 days", timedelta(days=7)),
    ("fortnight", "8 to 14 days ago", timedelta(days=14)),
    ("month", "15 to 28 days ago", timedelta(days=28)),
)
"""When the two were last heard of: the id, in words, and how long ago at most."""
LONGER, NEVER = "longer", "never"
HEARD_WORDS: Mapping[str, str] = {
    **{one: words for one, words, _ in HEARD},
    LONGER: "More than 28 days ago",
    NEVER: "Nothing yet",
}


@dataclass(frozen=True)
class Row:
    """How one pair is getting on. Nothing in it was written by either."""

    pair_id: str
    mentee_name: str
    mentor_name: str
    is_over: bool
    """Whether nothing more is written in it."""
    is_agreed: bool
    """Whether both have agreed how they go about it, where the policy asks for that."""
    stage_id: str
    stage: str
    """Its name; empty where the policy has no stages."""
    stage_number: int
    stage_since: datetime
    mentee_at: datetime | None
    """When the mentee's last delivered message was."""
    mentor_at: datetime | None
    heard: str
    """One of HEARD_WORDS, by whichever was later."""
    awaited: str
    """`mentee` or `mentor`: who has a message to answer; empty for neither."""
    mentee_answers_in: int | None
    """How long an answer takes on average, in minutes; None before the first."""
    mentor_answers_in: int | None
    times: int
    """How often they have been in touch, as the policy counts."""
    is_enough: bool
    is_late: bool
    """Whether they had the policy's weeks for it, and were in touch too seldom."""


def had_time(introduced_on: date, rested_days: int, weeks: int | None, today: date) -> bool:
    """Whether two have had the policy's weeks to be in touch: from the day on which they were introduced,
    and without the days on which their conversation rested. Never where the policy names no weeks."""
    return weeks is not None and today >= introduced_on + timedelta(weeks=weeks, days=rested_days)


def rests(rested_on: str | None, today: date) -> bool:
    """Whether the conversation rests, as was seen this morning, or yesterday before today's look."""
    return rested_on is not None and date.fromisoformat(rested_on) >= today - timedelta(days=1)


def heard_of(last: datetime | None, now: datetime) -> str:
    """Which of HEARD_WORDS fits."""
    if last is None:
        return NEVER
    return next((one for one, _, within in HEARD if now - last <= within), LONGER)


SHOWS: Mapping[str, str] = {
    "": "All that go on",
    "below": "In touch fewer times than hoped",
    "seldom": "In touch too seldom for how long they have had",
    "awaited": "A message waits for an answer",
    "not_agreed": "Not agreed yet",
    "over": "Ended",
}
"""What can be chosen, in words."""


def is_shown(row: Row, show: str) -> bool:
    """Whether a pair is among those chosen."""
    if show == "over" or row.is_over:
        return show == "over" and row.is_over
    chosen = {
        "below": not row.is_enough,
        "seldom": row.is_late,
        "awaited": bool(row.awaited),
        "not_agreed": not row.is_agreed,
    }
    return chosen.get(show, True)


_EVER = timedelta(days=100_000)


def _ago(moment: datetime | None, now: datetime) -> timedelta:
    return _EVER if moment is None else now - moment


SORTS: Mapping[str, str] = {
    "mentee": "Mentee",
    "mentor": "Mentor",
    "stage": "Stage",
    "mentee_at": "Mentee wrote",
    "mentor_at": "Mentor wrote",
    "mentee_answers": "Mentee answers in",
    "mentor_answers": "Mentor answers in",
    "times": "In touch",
}
"""By what the pairs can be put in order, as the column is called. What wants looking at comes first: the
earliest stage, whoever wrote longest ago, the slowest answer, the fewest times."""


def in_order(rows: Iterable[Row], sort: str, now: datetime) -> list[Row]:
    """By the column, the other way round with a `-` before it; those that are equal stay as they came, by the
    mentee's surname. Who never wrote did so longest ago."""
    column = sort.removeprefix("-")
    keys: dict[str, Callable[[Row], Any]] = {
        "mentor": lambda row: row.mentor_name.rpartition(" ")[2].casefold(),
        "stage": lambda row: (row.stage_number, row.stage_since),
        "mentee_at": lambda row: -_ago(row.mentee_at, now),
        "mentor_at": lambda row: -_ago(row.mentor_at, now),
        "mentee_answers": lambda row: -(row.mentee_answers_in or 0),
        "mentor_answers": lambda row: -(row.mentor_answers_in or 0),
        "times": lambda row: row.times,
    }
    found = list(rows)
    if column in keys:
        found.sort(key=keys[column], reverse=sort.startswith("-"))
    elif sort == "-mentee":
        found.reverse()
    return found


def typical(minutes: Iterable[int | None]) -> int | None:
    """The median; None where there is none."""
    known = [one for one in minutes if one is not None]
    return int(median(known)) if known else None


def told_as_typical(values: Iterable[int | None], *, fewest: int, step: int = 1) -> int | None:
    """What stands for the usual where nobody may be known by a number: the average of the `fewest` in the
    middle (one more, where that leaves as many on both sides), in whole steps. A median would be the value of
    one pair. None where there are fewer."""
    known = sorted(one for one in values if one is not None)
    if len(known) < fewest:
        return None
    beside = (len(known) - fewest) // 2
    return round(mean(known[beside : len(known) - beside]) / step) * step


def lasting_words(minutes: int | None) -> str:
    """A length of time as it is said: “3 hours”, “2 days”."""
    if minutes is None:
        return ""
    hours, days = round(minutes / 60), round(minutes / 1440)
    if days >= 2:
        return f"{days} days"
    if hours >= 1:
        return "1 hour" if hours == 1 else f"{hours} hours"
    return "under an hour"
