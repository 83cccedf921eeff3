"""Which of the held messages somebody wants to see in the queue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from shared.filtering import (
    ABUSE_CATEGORIES,
    CONTACT_CATEGORIES,
    REACH_CATEGORIES,
    WORRY_CATEGORIES,
    Severity,
)

from .rules import Claim

GROUPS: Mapping[str, frozenset[str]] = {
    "worry": WORRY_CATEGORIES,
    "contact": CONTACT_CATEGORIES,
    "elsewhere": REACH_CATEGORIES,
    "language": ABUSE_CATEGORIES,
}
"""What can be asked for by what was found."""
OTHERWISE = "otherwise"
"""Nothing was found in the words: every message is read, somebody is suspended, it could not be judged."""


@dataclass(frozen=True)
class Wanted:
    """Which held messages somebody wants to see; empty where it makes no difference."""

    severity: str = ""
    found: str = ""
    """One of GROUPS, or OTHERWISE."""
    reader: str = ""
    """`mine` for those that the viewer is reading, `nobody` for those that nobody is."""

    @classmethod
    def of(cls, severity: str, found: str, reader: str) -> Self:
        """Raises ValueError for what can be nobody's choice."""
        if severity not in ("", *Severity) or found not in ("", OTHERWISE, *GROUPS):
            raise ValueError
        if reader not in ("", "mine", "nobody"):
            raise ValueError
        return cls(severity, found, reader)

    @property
    def is_everything(self) -> bool:
        return not (self.severity or self.found or self.reader)


def is_wanted(
    wanted: Wanted, categories: Iterable[str], claim: Claim, person_id: str, *, now: datetime
) -> bool:
    """Whether a held message is among those wanted, but for its severity."""
    if wanted.reader == "mine" and not claim.is_of(person_id, now=now):
        return False
    if wanted.reader == "nobody" and claim.holds(now):
        return False
    if not wanted.found:
        return True
    groups = {name for name, group in GROUPS.items() if not group.isdisjoint(categories)}
    return wanted.found in (groups or {OTHERWISE})
