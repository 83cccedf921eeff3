"""What is arranged of a meeting, as it is kept with its item."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.conversations.items import Shared, shared_place
from shared.platform.clock import order

from .items import MEETINGS_DUE, meetings_listing, meetings_order

PARTS = ("mentor", "mentee")
OPEN = frozenset({"proposed", "accepted", "scheduled"})
"""States of a meeting that may yet take place: `proposed`; `accepted` by both, and waiting for the
coordinator without whom there is none; `scheduled`."""
DATED = frozenset({"accepted", "scheduled"})
"""Those with a time of their own."""
OVER = frozenset({"held", "missed"})
"""It took place, or was to and somebody did not come. The others: `refused` (no time suited), `called_off`,
`stopped` (somebody took back what they had agreed to) and `lapsed` (nobody answered in time)."""


@dataclass
class Plan:
    """Times are UTC, as `order` writes them."""

    kind: str
    """One of the policy's `MeetingKind`."""
    minutes: int
    slots: list[str] = field(default_factory=list)
    """The times that are proposed, to choose from; other ones for a meeting that has a time already."""
    proposed_by: str = ""
    """Who proposed them: `mentor`, `mentee` or `staff`."""
    agreed: list[str] = field(default_factory=list)
    """Who of the two has accepted what a coordinator proposed."""
    starts_at: str = ""
    """The time that stands; empty while none was accepted."""
    staff_id: str = ""
    """The coordinator who takes part."""
    staff_name: str = ""
    """Their first name."""
    place: str = ""
    """Where it is, in a coordinator's words, where people meet face to face."""
    admitted: dict[str, str] = field(default_factory=dict)
    """Whom the coordinator has let in, and when."""
    recording: dict[str, Any] = field(default_factory=dict)
    """What was asked and answered about recording it: see `recording`."""
    noted: list[str] = field(default_factory=list)
    """Who has said how it went."""
    said: dict[str, str] = field(default_factory=dict)
    """What each of them has said last: one of `noting.Happened`."""
    moves: int = 0
    """How often its time was accepted: the sequence of its calendar entry."""
    arranged_at: str = ""
    """Since when it stands as it is: with this time, and with this coordinator."""
    reminded: list[str] = field(default_factory=list)
    """Who was reminded of it at this time: `mentor`, `mentee`, and the id of a coordinator."""

    @property
    def begins(self) -> datetime | None:
        return datetime.fromisoformat(self.starts_at) if self.starts_at else None

    @property
    def ends(self) -> datetime | None:
        return self.begins + timedelta(minutes=self.minutes) if self.begins else None

    @property
    def proposed(self) -> list[datetime]:
        return [datetime.fromisoformat(one) for one in self.slots]

    @property
    def times(self) -> list[datetime]:
        """Every time that it takes, or may."""
        return [*([self.begins] if self.begins else []), *self.proposed]

    @property
    def is_disputed(self) -> bool:
        """Whether the two say different things: one that it took place and the other that it did not, or
        each that they were there alone."""
        mentor, mentee = (self.said.get(part) for part in PARTS)
        if mentor is None or mentee is None:
            return False
        return (mentor == "held") != (mentee == "held") or mentor == mentee == "other_missed"

    @property
    def to_remind(self) -> list[str]:
        """Who is yet to be reminded of it, as in `reminded`."""
        return [one for one in (*PARTS, self.staff_id) if one and one not in self.reminded]

    def is_over(self, now: datetime) -> bool:
        return self.ends is not None and now >= self.ends


def plan_of(item: Shared) -> Plan:
    return Plan(**(item.details or {}))


def keep(item: Shared, plan: Plan, state: str, *, now: datetime) -> None:
    """Puts the plan into the item, with its state and with its places: on the pair's page while somebody is
    to do something about it, in the programme's list while it is ahead, and in the queue of whoever reminds
    of it while somebody is to be reminded."""
    if state != item.state:
        item.settled_at = None if state in OPEN else now
    if state in OPEN:
        plan.arranged_at = (plan.arranged_at or order(now)) if state == "scheduled" else ""
    item.state, item.details = state, asdict(plan)
    stands = state in OPEN or (state in OVER and not set(PARTS) <= set(plan.noted))
    item.thread_at = shared_place(item.what, order(item.made_at)) if stands else None
    is_listed = state in DATED
    item.listing = meetings_listing(item.programme_id) if is_listed else None
    item.listing_order = meetings_order(plan.starts_at, item.item_id) if is_listed else None
    is_due = state == "scheduled" and bool(plan.to_remind) and not plan.is_over(now)
    item.due, item.due_at = (MEETINGS_DUE, order(now)) if is_due else (None, None)
