"""One meeting in a line, as its viewer sees it: on the pair's page, in lists, and on its own page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.conversations.arranged import MEETING
from shared.conversations.items import Pair, Shared
from shared.conversations.views import other_name
from shared.platform.clock import order
from shared.policies import Policy

from .plan import DATED, OPEN, OVER, Plan, plan_of
from .rules import KIND_WORDS, kinds_for

MOST_ON_CARD = 4

OFF = ("Does not take place", "withdrawn")
"""Said alike whether somebody called it off, or took back what they had agreed to."""
ASKED = ("Please say how it went", "change")
WORDS: dict[str, tuple[str, str]] = {
    "accepted": ("Waits for a coordinator", "person"),
    "scheduled": ("Arranged", "done"),
    "held": ("Took place", "done"),
    "missed": ("Did not take place", "withdrawn"),
    "refused": ("No time suited", "withdrawn"),
    "lapsed": ("Nobody answered in time", "withdrawn"),
    "called_off": OFF,
    "stopped": OFF,
}


@dataclass(frozen=True)
class Slot:
    """A time that is proposed. `value` is what a form sends for it."""

    value: str
    at: datetime
    has_passed: bool


@dataclass(frozen=True)
class MeetingLine:
    """A meeting, in short."""

    id: str
    pair_id: str
    kind: str
    """In words: “Video call”."""
    state: str
    """To the two `stopped` is `called_off`: nobody is told that the other took something back. How it went
    is to each what they have said themselves; until then it is `scheduled`."""
    status: str
    status_kind: str
    starts_at: datetime | None
    minutes: int
    slots: tuple[Slot, ...]
    """The times that are proposed; of a meeting that has a time, other ones for it."""
    proposed_by: str
    """`you`, a first name, or “your coordinator”."""
    waits_for_me: bool
    """Whether the viewer is to answer, or to say how it went."""
    staff_name: str
    """First name of the coordinator who takes part."""
    place: str


@dataclass(frozen=True)
class MeetingsCard:
    """What stands of meetings on the pair's page."""

    lines: tuple[MeetingLine, ...]
    """The one that begins next first; then what waits for an answer."""
    has_meetings: bool
    """Whether there are meetings in this programme, or were any."""
    may_propose: bool


def meetings_card(
    items: Iterable[Shared], pair: Pair, part: str, policy: Policy | None, now: datetime
) -> MeetingsCard:
    """From what was read for the pair's page anyway."""
    found = [one for one in items if one.what == MEETING]
    lines = sorted((line_of(one, pair, part, now) for one in found), key=_soonest)
    kinds = kinds_for(part, policy.meetings) if policy else []
    return MeetingsCard(
        lines=tuple(lines[:MOST_ON_CARD]),
        has_meetings=bool(found) or bool(policy and policy.meetings.kinds),
        may_propose=bool(kinds) and part != "staff",
    )


def _soonest(line: MeetingLine) -> tuple[bool, str]:
    first = line.starts_at or min((one.at for one in line.slots), default=None)
    return line.starts_at is None, order(first) if first else ""


def line_of(item: Shared, pair: Pair, part: str, now: datetime) -> MeetingLine:
    plan = plan_of(item)
    status, kind = _status(item, plan, pair, part, now)
    answers = part != "staff" and bool(plan.slots) and item.state in OPEN and part not in plan.agreed
    waits = answers and plan.proposed_by != part and any(one > now for one in plan.proposed)
    return MeetingLine(
        id=item.item_id,
        pair_id=item.pair_id,
        kind=KIND_WORDS.get(plan.kind, plan.kind),
        state=_state(item, plan, part),
        status=status,
        status_kind=kind,
        starts_at=plan.begins,
        minutes=plan.minutes,
        slots=tuple(Slot(order(one), one, one <= now) for one in plan.proposed),
        proposed_by=_proposer(plan, pair, part),
        waits_for_me=waits or wants_account(item, plan, part, now),
        staff_name=plan.staff_name,
        place=plan.place,
    )


def wants_account(item: Shared, plan: Plan, part: str, now: datetime) -> bool:
    """Whether the viewer, who was to be there, has not said how it went."""
    is_past = item.state in OVER or (item.state == "scheduled" and plan.is_over(now))
    return part in ("mentor", "mentee") and is_past and part not in plan.noted


def _state(item: Shared, plan: Plan, part: str) -> str:
    if part == "staff":
        return str(item.state)
    if item.state in OVER:
        own = plan.said.get(part)
        return "scheduled" if own is None else "held" if own == "held" else "missed"
    return "called_off" if item.state == "stopped" else str(item.state)


def _status(item: Shared, plan: Plan, pair: Pair, part: str, now: datetime) -> tuple[str, str]:
    if item.state == "proposed":
        return _proposed(plan, pair, part, now)
    begins = plan.begins
    if item.state in OVER and part == "staff" and plan.is_disputed:
        return "The two say different things", "person"
    if item.state in OVER and part != "staff":
        return WORDS[_state(item, plan, part)] if part in plan.said else ASKED
    if item.state in DATED and plan.is_over(now):
        if item.state == "accepted":
            return "Did not take place: no coordinator", "withdrawn"
        return ASKED if part not in plan.noted and part != "staff" else ("Over", "done")
    if item.state == "scheduled" and begins is not None and begins <= now:
        return "Now", "done"
    return WORDS[item.state]


def _proposed(plan: Plan, pair: Pair, part: str, now: datetime) -> tuple[str, str]:
    if not any(one > now for one in plan.proposed):
        return WORDS["lapsed"]
    names = {"mentor": pair.mentor_first_name, "mentee": pair.mentee_first_name}
    awaited = [one for one in names if one != plan.proposed_by and one not in plan.agreed]
    if part in awaited:
        return "Waits for your answer", "change"
    return f"Waits for {' and '.join(names[one] for one in awaited)}", "waiting"


def _proposer(plan: Plan, pair: Pair, part: str) -> str:
    if not plan.proposed_by:
        return ""
    if plan.proposed_by == part and part != "staff":
        return "you"
    if plan.proposed_by == "staff":
        return plan.staff_name or "your coordinator"
    if part == "staff":
        return pair.mentor_first_name if plan.proposed_by == "mentor" else pair.mentee_first_name
    return other_name(pair, part)
