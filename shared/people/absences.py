"""Days on which somebody on the staff is away, and who stands in for them."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Absence:
    """From the first day to the last, both of them whole days in the United Kingdom."""

    first: date
    last: date
    stand_in: str = ""
    """The person_id of who is told instead; empty when nobody is."""

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last

    def overlaps(self, other: "Absence") -> bool:
        return self.first <= other.last and other.first <= self.last
