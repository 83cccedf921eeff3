"""What the demonstration's mentors have shown, recorded as a coordinator records it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from shared.people.actions import record_vetting
from shared.people.permissions import Viewer
from shared.people.vetting import Asked, Given, everything_asked
from shared.programmes.actions import load_programme
from shared.programmes.rules import day_of


def show_what_is_asked(
    coordinator: Viewer, programme_id: str, mentor: Viewer, *, now: datetime, check_ends_in: int = 400
) -> None:
    """Records all that the programme asks of the mentor: one of its checks, which ends in so many days, every
    step and every training."""
    asked = everything_asked(load_programme(programme_id).policy.vetting)
    checks = [one for one in asked if one.kind == "check"][:1]
    today = day_of(now)
    for at, one in enumerate([one for one in asked if one.kind != "check"] + checks):
        given = _given(one, coordinator, today, today + timedelta(days=check_ends_in))
        record_vetting(
            coordinator,
            programme_id,
            mentor.person_id,
            given,
            key=f"{mentor.first_name}-{one.what}",
            now=now + timedelta(seconds=at),
        )


def _given(one: Asked, coordinator: Viewer, today: date, ends_on: date) -> Given:
    on = (today - timedelta(days=90)).isoformat()
    if one.kind == "training":
        return Given(one.what, on, minutes=str(one.minutes))
    if one.kind == "check":
        return Given(
            one.what, on, ends_on=ends_on.isoformat(), number="001726354819", seen_by=coordinator.name
        )
    return Given(one.what, on)
