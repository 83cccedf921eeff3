"""What is in and what is missing of a programme's endings: for its staff, and for whoever reminds of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from shared.conversations.ending_items import Ending, ending_key, endings_listing
from shared.conversations.items import Pair, pair_key
from shared.people.permissions import Viewer, may_manage_people, may_moderate, may_see_people, require
from shared.platform.errors import NotFound
from shared.platform.tables import find
from shared.policies.endings import Endings, Report
from shared.programmes.actions import load_programme
from shared.programmes.rules import day_of

from .rules import SIDES, Side, What, questions_of, standing

PAGE = 40
"""Pairs on one page. With them their conversations are looked up, at most a hundred at once."""
LONGEST_LATE = timedelta(days=90)
"""For so long after a report was due somebody may yet be reminded of it."""
WORDS: dict[What, str] = {"review": "Looking back", "report": "Report"}


@dataclass(frozen=True)
class In:
    """Whether one thing of one side is in."""

    what: str
    part: str
    state: Literal["in", "missing", "late"]
    at: datetime | None
    due_on: date | None


@dataclass(frozen=True)
class EndingRow:
    """A pair that ends, or has ended."""

    pair_id: str
    mentee_name: str
    mentor_name: str
    last_day: date
    is_over: bool
    papers: tuple[In, ...]


@dataclass(frozen=True)
class EndingsView:
    """A page of a programme's endings, the latest last day first."""

    programme_id: str
    programme_name: str
    rows: tuple[EndingRow, ...]
    asked: tuple[tuple[str, str], ...]
    """What is asked of whom: `review` or `report`, and `mentee` or `mentor`."""
    pays: bool
    """Whether an honorarium is paid for mentors' reports."""
    may_read: bool
    may_pay: bool
    next: str
    """The `after` of the next page; empty on the last."""
    is_first: bool


def endings(viewer: Viewer, programme_id: str, *, after: str = "", now: datetime) -> EndingsView:
    """One GetItem, one Query, one BatchGetItem, and a GetItem for a later page. It shows no words of
    anybody's. Pairs of the viewer's own are left out. Raises NotFound for who is not on the staff, and for an
    `after` that is none of its pairs."""
    require(may_see_people(viewer, programme_id))
    programme = load_programme(programme_id)
    asks = programme.policy.endings
    found = list(_listed(programme_id, before=_place(programme_id, after) if after else "", limit=PAGE + 1))
    page = found[:PAGE]
    pairs = _pairs(page)
    rows = (_row(one, pairs.get(one.pair_id), asks, now) for one in page)
    return EndingsView(
        programme_id=programme_id,
        programme_name=programme.name,
        rows=tuple(one for one in rows if one is not None and not _is_own(viewer, pairs[one.pair_id])),
        asked=_asked(asks),
        pays=any(one.honorarium_pounds for one in asks.reports),
        may_read=may_moderate(viewer, programme_id),
        may_pay=may_manage_people(viewer, programme_id),
        next=page[-1].pair_id if len(found) > PAGE else "",
        is_first=not after,
    )


def _is_own(viewer: Viewer, pair: Pair) -> bool:
    return viewer.person_id in (pair.mentor_id, pair.mentee_id)


def _place(programme_id: str, pair_id: str) -> str:
    ending = find(Ending, *ending_key(pair_id), consistent=False)
    if ending is None or ending.programme_id != programme_id or not ending.listing_order:
        raise NotFound
    return ending.listing_order


def _listed(
    programme_id: str, *, before: str = "", first: str = "", limit: int | None = None
) -> Iterator[Ending]:
    """The latest last day first; `before` a place in the list, and from the ISO date `first` on."""
    within = None
    if before:
        within = Ending.listing_order < before
    elif first:
        within = Ending.listing_order >= first
    found = Ending.by_listing.query(
        endings_listing(programme_id), within, scan_index_forward=False, limit=limit, page_size=limit
    )
    return (one for one in found if isinstance(one, Ending))


def _pairs(of: list[Ending]) -> dict[str, Pair]:
    keys = [pair_key(one.pair_id) for one in of]
    found = Pair.batch_get(keys, consistent_read=True) if keys else ()
    return {one.pair_id: one for one in found if isinstance(one, Pair)}


def _asked(asks: Endings) -> tuple[tuple[What, Side], ...]:
    whats: tuple[What, ...] = ("review", "report")
    return tuple((what, part) for what in whats for part in SIDES if questions_of(what, asks, part))


def _row(ending: Ending, pair: Pair | None, asks: Endings, now: datetime) -> EndingRow | None:
    if pair is None or ending.last_day is None:
        return None
    return EndingRow(
        pair_id=pair.pair_id,
        mentee_name=pair.mentee_name,
        mentor_name=pair.mentor_name,
        last_day=date.fromisoformat(ending.last_day),
        is_over=_is_over(ending, pair, now),
        papers=tuple(_in(ending, what, part, asks, now) for what, part in _asked(asks)),
    )


def _is_over(ending: Ending, pair: Pair, now: datetime) -> bool:
    return pair.status != "active" or str(ending.last_day) < day_of(now).isoformat()


def _in(ending: Ending, what: What, part: Side, asks: Endings, now: datetime) -> In:
    at: datetime | None = getattr(ending, f"{part}_{what}_at")
    report = asks.report_of(part) if what == "report" else None
    found = standing(str(ending.last_day), asks, is_over=False, in_last_stage=False, today=day_of(now))
    due_on = found.due_on(report) if report else None
    late = at is None and due_on is not None and due_on < day_of(now)
    return In(what, part, "in" if at else "late" if late else "missing", at, due_on)


# ── For whoever reminds of it ──────────────────────────────────────────────


@dataclass(frozen=True)
class ReportDue:
    """A report that is not in, of a pair whose last day has come."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    """`mentor` or `mentee`: who is to write it."""
    person_id: str
    first_name: str
    address: str
    last_day: date
    due_on: date
    """The last day on which it is in time."""


def reports_due(programme_id: str, *, now: datetime) -> list[ReportDue]:
    """The reports that are asked for and not in, from each pair's last day until long after they were due,
    for reminders: one GetItem, one Query of the index, and a BatchGetItem for a hundred pairs. What was
    removed with its conversation is not in the list. Raises NotFound or ValueError without a policy."""
    programme = load_programme(programme_id)
    reports = programme.policy.endings.reports
    if not reports:
        return []
    today = day_of(now)
    longest = timedelta(days=max(one.due_days for one in reports))
    first = (today - longest - LONGEST_LATE).isoformat()
    waiting = [
        one
        for one in _listed(programme_id, first=first)
        if str(one.last_day) <= today.isoformat() and any(_is_missing(one, report) for report in reports)
    ]
    pairs = _pairs(waiting)
    due = (
        _due(pairs[ending.pair_id], ending, report)
        for ending in waiting
        for report in reports
        if ending.pair_id in pairs and _is_missing(ending, report)
    )
    return [one for one in due if today <= one.due_on + LONGEST_LATE]


def _is_missing(ending: Ending, report: Report) -> bool:
    return getattr(ending, f"{report.asked_of}_report_at") is None


def _due(pair: Pair, ending: Ending, report: Report) -> ReportDue:
    last_day, by_mentor = date.fromisoformat(str(ending.last_day)), report.asked_of == "mentor"
    return ReportDue(
        pair_id=pair.pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        part=report.asked_of,
        person_id=pair.mentor_id if by_mentor else pair.mentee_id,
        first_name=pair.mentor_first_name if by_mentor else pair.mentee_first_name,
        address=pair.mentor_address if by_mentor else pair.mentee_address,
        last_day=last_day,
        due_on=last_day + timedelta(days=report.due_days),
    )
