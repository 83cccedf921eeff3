"""The clock. Only functions/ and command lines read it; actions and rules are given the time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def order(moment: datetime) -> str:
    """A moment as text that sorts as time does: UTC, fixed width, to the microsecond."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
