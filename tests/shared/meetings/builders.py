"""Two who may meet, and meetings of theirs."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from shared.conversations.arranged import MEETING
from shared.conversations.items import Shared, shared_key
from shared.meetings.answering import answer
from shared.meetings.items import meetings_order
from shared.meetings.link import give_link
from shared.meetings.plan import Plan, plan_of
from shared.meetings.proposing import Proposal, propose
from shared.meetings.rules import Typed
from shared.meetings.running import run_meeting
from shared.platform.clock import LONDON, order
from shared.policies import Policy
from shared.policies.bank_holidays import bank_holidays
from shared.policies.presets import load_preset
from shared.programmes.rules import day_of
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme

LINK = "https://teams.microsoft.com/meet/3654821094377?p=Hk3vLq9ZbTfWm2Xc"
PASSWORD = "aB3dE9"
THURSDAY = ("2026-11-26", "14:00")
"""A time that every preset with meetings online takes, seen from MONDAY."""
ONLINE: dict[str, Any] = {
    "delivery": {"methods": ["message", "video"]},
    "meetings": {"kinds": ["video"], "link_hosts": ["teams.microsoft.com"]},
}
"""The parts of a policy by which two may meet online at any time."""


def two_who_meet(preset: str | Policy, *, name: str = "Career Ladders", **facts: object) -> TwoWhoWrite:
    """Two who have agreed to everything, and chosen every way of being in touch that there is. `facts` as for
    `a_person`, of the mentee."""
    policy = load_preset(preset) if isinstance(preset, str) else preset
    programme, methods = a_programme(name, policy=policy), set(policy.delivery.methods)
    mentor = a_person("mentor", programme, methods=methods)
    mentee = a_person("mentee", programme, **({"methods": methods} | facts))
    return a_pair(programme, mentor=mentor, mentee=mentee)


def times(*typed: tuple[str, str]) -> list[Typed]:
    return [Typed(*one) for one in typed]


def proposed(
    pair: TwoWhoWrite,
    *typed: tuple[str, str],
    by: Someone | None = None,
    kind: str = "video",
    minutes: str = "30",
    reason: str = "",
    place: str = "",
    key: str = "form-1",
    now: datetime = MONDAY,
) -> str:
    """A meeting that the mentor, or `by`, has proposed; its id."""
    proposal = Proposal(kind, minutes, times(*(typed or (THURSDAY,))), reason, place)
    made = propose((by or pair.mentor).viewer, pair.pair_id, proposal, key=key, now=now)
    return made.item_id


def accepted(
    pair: TwoWhoWrite, meeting_id: str, by: Someone | None = None, *, now: datetime = MONDAY
) -> None:
    """The mentee, or `by`, accepts the first time."""
    chosen = plan(pair, meeting_id).slots[0]
    answer((by or pair.mentee).viewer, pair.pair_id, meeting_id, chosen=chosen, now=now)


def arranged(
    pair: TwoWhoWrite,
    *typed: tuple[str, str],
    coordinator: Someone | None = None,
    kind: str = "video",
    now: datetime = MONDAY,
) -> str:
    """A meeting that both have accepted and, where there is one, the coordinator has taken on; its id."""
    meeting_id = proposed(pair, *typed, kind=kind, now=now)
    accepted(pair, meeting_id, now=now)
    if coordinator is not None:
        run_meeting(coordinator.viewer, pair.pair_id, meeting_id, deed="take_on", now=now)
    return meeting_id


def with_link(
    pair: TwoWhoWrite, meeting_id: str, by: Someone | None = None, *, now: datetime = MONDAY
) -> str:
    """The mentor, or `by`, gives its link."""
    give_link(
        (by or pair.mentor).viewer,
        pair.pair_id,
        meeting_id,
        url=LINK,
        password=PASSWORD,
        has_waiting_room=False,
        now=now,
    )
    return meeting_id


def stored(pair: TwoWhoWrite, meeting_id: str) -> Shared:
    return Shared.get(*shared_key(pair.pair_id, MEETING, meeting_id))


def plan(pair: TwoWhoWrite, meeting_id: str) -> Plan:
    return plan_of(stored(pair, meeting_id))


def begins(pair: TwoWhoWrite, meeting_id: str, moment: datetime) -> None:
    """Puts it at another moment, as though it had been arranged for then."""
    item = stored(pair, meeting_id)
    starts_at = order(moment)
    item.details = asdict(replace(plan_of(item), starts_at=starts_at))
    item.listing_order = meetings_order(starts_at, meeting_id)
    item.save()


def a_day_ahead(now: datetime) -> str:
    """A weekday, no holiday anywhere, at least three days ahead."""
    day = day_of(now) + timedelta(days=3)
    closed = set().union(
        *(
            bank_holidays(of, year)
            for of in ("scotland", "england_and_wales", "northern_ireland")
            for year in (day.year, day.year + 1)
        )
    )
    while day.weekday() > 4 or day in closed:
        day += timedelta(days=1)
    return day.isoformat()


def london(moment: str) -> datetime:
    """`2026-11-26 14:00` by the clocks of the United Kingdom."""
    return datetime.fromisoformat(moment).replace(tzinfo=LONDON)
