"""What is to be seen of who is away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shared.platform.clock import LONDON

from .items import Membership
from .permissions import Viewer, may_see_chain, may_set_days_away, programme_name, require
from .staff import absence_of, staff_roll


@dataclass(frozen=True)
class Named:
    """Somebody on the staff, to choose from."""

    person_id: str
    name: str


@dataclass(frozen=True)
class AwayRow:
    """Somebody who is away, now or later."""

    person_id: str
    name: str
    first_day: str
    """ISO date."""
    last_day: str
    """ISO date; that day they are still away."""
    days: str
    """Both in words."""
    is_now: bool
    stand_in_name: str
    """Who is told of concerns instead; empty when nobody is."""
    may_change: bool


@dataclass(frozen=True)
class AwayView:
    """Who of a programme's staff is away, and whom the viewer may note as away."""

    programme_id: str
    programme_name: str
    away: tuple[AwayRow, ...]
    may_choose: tuple[Named, ...]
    """Whom the viewer may note as away; always themselves, first."""
    stand_ins: tuple[Named, ...]
    """Who can stand in for somebody."""


def away_page(viewer: Viewer, programme_id: str, *, now: datetime) -> AwayView:
    """Those who come back soonest first: one Query. Raises NotFound."""
    require(may_see_chain(viewer, programme_id))
    staff = staff_roll(programme_id)
    active = named(one for one in staff if one.status == "active")
    choose = [one for one in active if may_set_days_away(viewer, programme_id, one.person_id)]
    return AwayView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        away=tuple(_rows(viewer, programme_id, staff, now.astimezone(LONDON).date())),
        may_choose=tuple(sorted(choose, key=lambda one: one.person_id != viewer.person_id)),
        stand_ins=tuple(active),
    )


def named(memberships: Iterable[Membership]) -> list[Named]:
    """Each person once."""
    found = {one.person_id: Named(one.person_id, name_in(one)) for one in memberships}
    return list(found.values())


def name_in(membership: Membership) -> str:
    return f"{membership.first_name} {membership.surname}"


def _rows(viewer: Viewer, programme_id: str, staff: Sequence[Membership], today: date) -> list[AwayRow]:
    names = {one.person_id: name_in(one) for one in staff if one.status == "active"}
    found: dict[str, AwayRow] = {}
    for one in staff:
        absence = absence_of(one)
        if absence is None or absence.last < today or one.status != "active":
            continue
        found[one.person_id] = AwayRow(
            person_id=one.person_id,
            name=name_in(one),
            first_day=absence.first.isoformat(),
            last_day=absence.last.isoformat(),
            days=days_in_words(absence.first, absence.last),
            is_now=absence.covers(today),
            stand_in_name=names.get(absence.stand_in, ""),
            may_change=may_set_days_away(viewer, programme_id, one.person_id),
        )
    return sorted(found.values(), key=lambda row: (row.last_day, row.name))


def days_in_words(first: date, last: date) -> str:
    """Such as `23 to 27 November`, or `28 November to 2 December 2026`."""
    if first == last:
        return f"{first.day} {first:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {last.day} {last:%B %Y}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%B}{year} to {last.day} {last:%B %Y}"
