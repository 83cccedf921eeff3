"""Lists of concerns: open ones with what is overdue, and closed ones."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pynamodb.expressions.condition import Condition

from shared.audit.actions import record_reading
from shared.people.permissions import Viewer, may_see_concerns, programme_name, require
from shared.platform.clock import LONDON, order
from shared.platform.errors import BrokenLink
from shared.platform.tables import DueIndex, ListingIndex

from ..items import Concern, NextStep, concerns_listing, steps_due
from ..marking import category_words
from ..rules import SEVERITIES
from .lines import OUTCOMES
from .reading import may_see

PAGE = 200
"""Concerns on one page."""
MOST_STEPS = 100
PLACE = re.compile(r"[01]#[5-9]#[0-9TZ:.\-]{10,40}#[0-9a-z]{1,64}")
PLACE_CLOSED = re.compile(r"[0-9TZ:.\-]{10,40}#[0-9a-z]{1,64}")
"""What stands in links to further pages."""


@dataclass(frozen=True)
class Touched:
    """What a programme's concerns, open or closed, came from or are about."""

    pairs: frozenset[str]
    people: frozenset[str]

    def has(self, pair_id: str, *person_ids: str) -> bool:
        return pair_id in self.pairs or not self.people.isdisjoint(person_ids)


def touched_by_concerns(programme_id: str) -> Touched:
    """For what has to be kept because of them: every concern of the programme, a Query for each page."""
    found = [
        one
        for state in ("open", "closed")
        for one in Concern.by_listing.query(concerns_listing(programme_id, state))
        if isinstance(one, Concern)
    ]
    return Touched(
        pairs=frozenset(one.pair_id for one in found if one.pair_id),
        people=frozenset(one.about_id for one in found if one.about_id),
    )


@dataclass(frozen=True)
class ConcernRow:
    """A concern in the list."""

    concern_id: str
    reference: str
    about_name: str
    category: str
    severity: str
    state: str
    raised_at: datetime
    answer_by: datetime | None
    acknowledged_by_name: str
    handed_to_name: str = ""
    """Whom it was handed to and who has not taken it up."""
    is_overdue: bool = False
    """A next step of it is overdue."""


@dataclass(frozen=True)
class StepRow:
    """A next step that is overdue."""

    concern_id: str
    step_id: str
    reference: str
    about_name: str
    words: str
    by_day: date
    added_by_name: str


@dataclass(frozen=True)
class ConcernList:
    """A page of a programme's concerns: those nobody has answered first, then most severe, then oldest."""

    programme_id: str
    programme_name: str
    concerns: tuple[ConcernRow, ...]
    severity: str = ""
    """The one that is shown; empty for all."""
    overdue: tuple[StepRow, ...] = ()
    """What was to be done by now, whatever is shown."""
    next: str = ""
    """The `after` of the next page; empty on the last."""
    is_first: bool = True
    oldest: str = ""
    """How long the oldest of those shown has been open."""


@dataclass(frozen=True)
class ClosedRow:
    """A closed concern in the list."""

    concern_id: str
    reference: str
    about_name: str
    category: str
    severity: str
    outcome: str
    raised_at: datetime
    closed_at: datetime


@dataclass(frozen=True)
class ClosedList:
    """A page of a programme's closed concerns, the latest first."""

    programme_id: str
    programme_name: str
    concerns: tuple[ClosedRow, ...]
    next: str
    is_first: bool


def open_concerns(viewer: Viewer, programme_id: str) -> ConcernList:
    """The first page of the programme's concerns that are not closed, as far as the viewer may see them: one
    Query."""
    require(may_see_concerns(viewer, programme_id))
    found = _open(viewer, programme_id, "", "")
    rows = tuple(row(one) for one in found[:PAGE])
    return ConcernList(programme_id, programme_name(viewer, programme_id), rows, next=_next(found), oldest="")


def look_through(
    viewer: Viewer, programme_id: str, *, severity: str = "", after: str = "", now: datetime
) -> ConcernList:
    """`concern_list`, written down: it says whom concerns are about, what of, and what is to be done. One
    write more, once in ten minutes."""
    require(may_see_concerns(viewer, programme_id))
    _note_looked_through(viewer, programme_id, now)
    return concern_list(viewer, programme_id, severity=severity, after=after, now=now)


def look_through_closed(viewer: Viewer, programme_id: str, *, before: str = "", now: datetime) -> ClosedList:
    """`closed_concerns`, written down like those that are open."""
    require(may_see_concerns(viewer, programme_id))
    _note_looked_through(viewer, programme_id, now)
    return closed_concerns(viewer, programme_id, before=before)


def _note_looked_through(viewer: Viewer, programme_id: str, now: datetime) -> None:
    record_reading(
        programme_id,
        "looked_through_concerns",
        f"concerns:{programme_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
    )


def concern_list(
    viewer: Viewer, programme_id: str, *, severity: str = "", after: str = "", now: datetime
) -> ConcernList:
    """A page of the programme's concerns that are not closed, and every next step that is overdue: two
    Queries. What the viewer may not see is left out by the queries, so that no number tells of it."""
    require(may_see_concerns(viewer, programme_id))
    severity = severity if severity in SEVERITIES else ""
    found = _open(viewer, programme_id, severity, after)
    overdue = _overdue(viewer, programme_id, now)
    late = {step.concern_id for step in overdue}
    oldest = min((one.raised_at for one in found[:PAGE]), default=None)
    return ConcernList(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        concerns=tuple(row(one, is_overdue=one.concern_id in late) for one in found[:PAGE]),
        severity=severity,
        overdue=overdue,
        next=_next(found),
        is_first=not after,
        oldest=_age(now - oldest) if oldest else "",
    )


def _open(viewer: Viewer, programme_id: str, severity: str, after: str) -> list[Concern]:
    if after and not PLACE.fullmatch(after):
        raise BrokenLink
    shown = _visible(viewer)
    if severity:
        shown &= Concern.severity == severity
    found = Concern.by_listing.query(
        concerns_listing(programme_id, "open"),
        ListingIndex.listing_order > (after or " "),
        filter_condition=shown,
        limit=PAGE + 1,
    )
    return [one for one in found if isinstance(one, Concern) and may_see(viewer, one)]


def _visible(viewer: Viewer) -> Condition:
    """Neither about the viewer nor otherwise kept from them. A list of person_ids is kept as JSON, in which
    `contains` finds one with its quotation marks."""
    shown: Condition = (Concern.about_id != viewer.person_id) & ~Concern.kept_from.contains(viewer.person_id)
    return shown


def _next(found: list[Concern]) -> str:
    return (found[PAGE - 1].listing_order or "") if len(found) > PAGE else ""


def _overdue(viewer: Viewer, programme_id: str, now: datetime) -> tuple[StepRow, ...]:
    due = NextStep.by_due.query(
        steps_due(programme_id),
        DueIndex.due_at <= order(now),
        filter_condition=~NextStep.hidden_from.contains(viewer.person_id),
        limit=MOST_STEPS,
    )
    return tuple(
        StepRow(
            one.concern_id,
            one.step_id,
            one.reference,
            one.about_name,
            one.words,
            date.fromisoformat(one.by_day),
            one.added_by_name,
        )
        for one in due
        if isinstance(one, NextStep) and viewer.person_id not in one.hidden_from
    )


def row(concern: Concern, *, is_overdue: bool = False) -> ConcernRow:
    return ConcernRow(
        concern_id=concern.concern_id,
        reference=concern.reference,
        about_name=concern.about_name,
        category=category_words(concern.category),
        severity=concern.severity,
        state=concern.state,
        raised_at=concern.raised_at,
        answer_by=concern.answer_by,
        acknowledged_by_name=concern.acknowledged_by_name or "",
        handed_to_name=concern.handed_to_name or "",
        is_overdue=is_overdue,
    )


def closed_concerns(viewer: Viewer, programme_id: str, *, before: str = "") -> ClosedList:
    """A page of those that were closed, the latest first, as far as the viewer may see them: one Query.
    Raises BrokenLink for a `before` that is no place."""
    require(may_see_concerns(viewer, programme_id))
    if before and not PLACE_CLOSED.fullmatch(before):
        raise BrokenLink
    found = [
        one
        for one in Concern.by_listing.query(
            concerns_listing(programme_id, "closed"),
            ListingIndex.listing_order < (before or "~"),
            filter_condition=_visible(viewer),
            scan_index_forward=False,
            limit=PAGE + 1,
        )
        if isinstance(one, Concern) and may_see(viewer, one)
    ]
    return ClosedList(
        programme_id,
        programme_name(viewer, programme_id),
        tuple(_closed_row(one) for one in found[:PAGE]),
        next=_next(found),
        is_first=not before,
    )


def _closed_row(concern: Concern) -> ClosedRow:
    outcome = (concern.closing or {}).get("outcome", "")
    return ClosedRow(
        concern_id=concern.concern_id,
        reference=concern.reference,
        about_name=concern.about_name,
        category=category_words(concern.category),
        severity=concern.severity,
        outcome=OUTCOMES.get(outcome, ""),
        raised_at=concern.raised_at,
        closed_at=concern.closed_at or concern.raised_at,
    )


def _age(age: timedelta) -> str:
    """How long, in the largest unit that says enough."""
    minutes = int(age.total_seconds() // 60)
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def is_over(by_day: str, now: datetime) -> bool:
    """Whether a day by which something was to be done is over."""
    return date.fromisoformat(by_day) < now.astimezone(LONDON).date()
