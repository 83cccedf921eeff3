"""Pure decisions about nudges: what is due, for whom, and when it may be sent."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from shared.notices.things import Thing
from shared.platform.clock import LONDON, order
from shared.policies.nudging import Nudges
from shared.policies.working_time import DAYS

Side = Literal["mentor", "mentee"]
To = Literal["mentor", "mentee", "staff"]

LOOKS_BEGIN = timedelta(hours=11)
"""So long before the weekly e-mails the first pairs are looked at, and the others one after the other."""
LOOKS_END = timedelta(hours=1)
AT_LEAST_BETWEEN = timedelta(days=6)
"""Nobody gets two weekly e-mails in less, in however many programmes they are."""


@dataclass(frozen=True)
class Due:
    """Something that somebody is to be reminded of."""

    what: Thing
    to: To
    cause: str
    """What it follows from. The same is not brought to anybody twice."""

    @property
    def key(self) -> str:
        return f"{self.what}#{self.to}"


@dataclass(frozen=True)
class Standing:
    """How it stands between two, as far as both of them can see it."""

    since: datetime
    """When something was last delivered, or when they met, or were brought together."""
    last_sender: Side | None
    """Who wrote what was delivered last, where they have not met since."""
    ends_on: str = ""
    """ISO date of the last day of writing; empty without one."""


def other_side(side: Side) -> Side:
    return "mentee" if side == "mentor" else "mentor"


def due_by(standing: Standing, nudges: Nudges, at: datetime) -> Iterator[Due]:
    """What is due at the moment `at`.

    It hangs on nothing but what was delivered, so that nobody can tell from a reminder, or from its absence,
    whether something was held.
    """
    since = order(standing.since)
    waited = at - standing.since
    writer = standing.last_sender
    if writer and nudges.unanswered_days and waited >= timedelta(days=nudges.unanswered_days):
        yield Due("unanswered", other_side(writer), since)
        if nudges.tell_other_side:
            yield Due("asked_after", writer, since)
    if nudges.silent_days and waited >= timedelta(days=nudges.silent_days):
        yield Due("silent", "staff", since)
    if standing.ends_on:
        left = date.fromisoformat(standing.ends_on) - at.astimezone(LONDON).date()
        if timedelta(0) <= left <= timedelta(days=nudges.ending_days):
            yield Due("ending", "mentor", standing.ends_on)
            yield Due("ending", "mentee", standing.ends_on)


def next_digest(nudges: Nudges, after: datetime) -> datetime:
    """When the next weekly e-mails go out, later than `after`, in UTC."""
    first = after.astimezone(LONDON).date()
    ahead = (DAYS.index(nudges.digest) - first.weekday()) % 7
    for days in (ahead, ahead + 7):
        moment = _clock(first + timedelta(days=days), nudges.quiet_until_hour)
        if moment > after:
            return moment
    raise AssertionError("a week has each day once")


def next_look(nudges: Nudges, pair_id: str, after: datetime) -> datetime:
    """When a pair is looked at next: in the hours before the weekly e-mails, each at a time of its own."""
    span = int((LOOKS_BEGIN - LOOKS_END).total_seconds())
    share = int(hashlib.sha256(pair_id.encode()).hexdigest()[:8], 16) % span
    ahead = LOOKS_BEGIN - timedelta(seconds=share)
    return next_digest(nudges, after + ahead) - ahead


A_WHILE = timedelta(hours=2)
"""So long before a meeting those are reminded of it who agreed on it on the same day."""
AT_THE_LATEST = timedelta(minutes=30)
"""How long before a meeting a reminder of the same morning still is of use."""


def remind_at(begins: datetime, arranged_at: datetime, nudges: Nudges) -> datetime | None:
    """When those who take part in a meeting are reminded of it: the day before, as soon as the quiet hours
    are over. Where it was arranged later than that, on the morning of its day; a while before it begins; or
    at once. None where all that is left before it are quiet hours."""
    day = begins.astimezone(LONDON).date()
    before, same = (_clock(one, nudges.quiet_until_hour) for one in (day - timedelta(days=1), day))
    wanted = [before, *([same] if same + AT_THE_LATEST <= begins else []), begins - A_WHILE]
    later = [one for one in wanted if one >= arranged_at and not_quiet(nudges, one) == one]
    at = later[0] if later else not_quiet(nudges, arranged_at)
    return at if at < begins else None


def not_quiet(nudges: Nudges, moment: datetime) -> datetime:
    """`moment`, or when the quiet hours end that it falls in."""
    here = moment.astimezone(LONDON)
    begins, ends = nudges.quiet_from_hour, nudges.quiet_until_hour
    if begins < ends:
        is_quiet = begins <= here.hour < ends
        is_tomorrow = False
    else:
        is_quiet = here.hour >= begins or here.hour < ends
        is_tomorrow = here.hour >= begins
    if not is_quiet:
        return moment
    return _clock(here.date() + timedelta(days=int(is_tomorrow)), ends)


def _clock(day: date, hour: int) -> datetime:
    """When the clocks of the United Kingdom show this hour."""
    return datetime.combine(day, time(hour), tzinfo=LONDON).astimezone(UTC)
