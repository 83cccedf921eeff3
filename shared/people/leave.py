"""What somebody may take part in by what they, and their parent or carer, have said.

Pure. What was said is stored; what follows from it is reckoned anew each time from the policy and the day. So
a policy that begins to ask parents, or a sixteenth birthday, takes effect by itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from shared.policies.people import Purpose, Side

GROWN_UP = 16
"""Until this age a parent or carer is asked, where the policy says `under_16`."""


@dataclass(frozen=True)
class Leave:
    """What was said of one person's taking part, and how old they are."""

    own: Mapping[str, str] = field(default_factory=dict)
    """For each purpose `yes` or `no`, as the person answered it."""
    parents: Mapping[str, str] = field(default_factory=dict)
    """Likewise a parent or carer."""
    born_on: date | None = None

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> Self:
        """From what `as_stored` made."""
        born_on = values.get("born_on")
        return cls(
            values.get("own") or {},
            values.get("parents") or {},
            date.fromisoformat(born_on) if born_on else None,
        )

    def as_stored(self) -> dict[str, Any]:
        born_on = self.born_on.isoformat() if self.born_on else ""
        return {"own": dict(self.own), "parents": dict(self.parents), "born_on": born_on}

    def for_purpose(self, purpose: Purpose, side: Side, today: date) -> str:
        """What holds: `yes` only where everybody who is asked said so; `asked` while a parent or carer has
        not answered; empty while the person has not. An answer to earlier words holds until there is
        another."""
        mine = self.own.get(purpose.id, "")
        if mine == "yes" and needs_parent(purpose, side, self.born_on, today):
            return self.parents.get(purpose.id) or "asked"
        return mine

    def in_force(self, purposes: Iterable[Purpose], side: Side, today: date) -> dict[str, str]:
        """What holds, for each purpose that was answered."""
        found = {one.id: self.for_purpose(one, side, today) for one in purposes}
        return {purpose: answer for purpose, answer in found.items() if answer}


def needs_parent(purpose: Purpose, side: Side, born_on: date | None, today: date) -> bool:
    """Whether a parent or carer must agree too: never a mentor's. Of a mentee whose birthday is not known,
    they must."""
    if side != "mentee":
        return False
    if purpose.parent == "under_16":
        return born_on is None or age_on(born_on, today) < GROWN_UP
    return purpose.parent == "always"


def age_on(born_on: date, today: date) -> int:
    """In whole years."""
    had_birthday = (today.month, today.day) >= (born_on.month, born_on.day)
    return today.year - born_on.year - (not had_birthday)
