"""What the coordinator's page of a cohort shows, and the file made of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from shared.audit.actions import record_reading
from shared.meetings.ahead import meetings_from
from shared.people.lists import written_list
from shared.people.permissions import Viewer, may_moderate, programme_name
from shared.policies import Policy

from .papers import FormIn, ReportIn, papers_in
from .reading import EVERYBODY, asks_for_touch, every_row, going_on, rows_of, whole_of
from .rules import HEARD_WORDS, SHOWS, SORTS, Row, in_order, is_shown, lasting_words, typical

PAGE = 50
"""Pairs on a page."""


@dataclass(frozen=True)
class Wanted:
    """What is chosen. Anything that is not known chooses nothing."""

    show: str = ""
    """One of SHOWS."""
    stage: str = ""
    """The id of a stage."""
    heard: str = ""
    """One of HEARD_WORDS."""
    sort: str = ""
    """One of SORTS, with a `-` before it for the other way round."""
    page: int = 1
    after: str = ""
    """The last pair of those read before, where there are more than are read at once."""


@dataclass(frozen=True)
class Bar:
    """One bar of a chart, which can be chosen."""

    id: str
    words: str
    count: int
    percent: int
    """Of those that go on."""


@dataclass(frozen=True)
class Choice:
    """Something to choose, and how many pairs that would be."""

    id: str
    words: str
    count: int


@dataclass(frozen=True)
class Column:
    """A column by which the pairs can be put in order."""

    id: str
    words: str
    sort: str
    """What a link asks for: the other way round where they are in this order already."""
    is_chosen: bool
    """Whether they are in this order, or the other way round."""


@dataclass(frozen=True)
class Line(Row):
    """A pair on the page, with what lies apart from it."""

    meeting_at: datetime | None
    """When their next meeting begins."""
    reports: tuple[ReportIn, ...]
    """Those that are asked of the two."""


@dataclass(frozen=True)
class ProgressView:
    """How a cohort's pairs are getting on."""

    programme_id: str
    programme_name: str
    cohort_id: str
    """`everybody` for those in no cohort."""
    cohort_name: str
    rows: tuple[Line, ...]
    found: int
    """How many pairs were chosen; those of `rows` are a page of them."""
    going_on: int
    least: int
    """How often two should have been in touch, by the policy; 0 where it does not say."""
    enough: int
    """How many of those that go on have been, as often."""
    mentee_answers_in: int | None
    """Half of the mentees answer sooner on average, in minutes."""
    mentor_answers_in: int | None
    meetings_ahead: int
    """Of how many of those that go on a meeting is arranged."""
    has_meetings: bool
    forms: tuple[FormIn, ...]
    has_reports: bool
    stages: tuple[Bar, ...]
    heard: tuple[Bar, ...]
    shows: tuple[Choice, ...]
    columns: tuple[Column, ...]
    wanted: Wanted
    has_stages: bool
    next_page: int
    """0 on the last."""
    after: str
    """The `after` of those that are not read yet; empty where all were."""
    may_read: bool
    """Whether the viewer reads conversations."""


def progress(
    viewer: Viewer, programme_id: str, cohort_id: str, wanted: Wanted, *, now: datetime
) -> ProgressView:
    """Two requests, one more where there are meetings, and one more where there are forms or reports, however
    many pairs there are; of more than 400 so many at a time, by surname, with one request more.

    Raises NotFound for who is not on the programme's staff, and for no such cohort.
    """
    whole = whole_of(viewer, programme_id, cohort_id, now=now)
    rows, has_more = rows_of(whole, programme_id, after=wanted.after, now=now)
    wanted = _known(wanted, whole.policy)
    chosen = in_order((one for one in rows if _is_chosen(one, wanted)), wanted.sort, now)
    first = (wanted.page - 1) * PAGE
    active = going_on(rows)
    page = chosen[first : first + PAGE]
    meetings = _next_meetings(programme_id, whole.policy, now)
    forms, reports = papers_in(whole, programme_id, [one.pair_id for one in page])
    return ProgressView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        cohort_id=cohort_id,
        cohort_name=whole.name,
        rows=tuple(
            Line(
                **{one.name: getattr(row, one.name) for one in fields(row)},
                meeting_at=meetings.get(row.pair_id),
                reports=reports[row.pair_id],
            )
            for row in page
        ),
        found=len(chosen),
        going_on=len(active),
        least=whole.policy.relationship.interactions_least,
        enough=sum(one.is_enough for one in active),
        mentee_answers_in=typical(one.mentee_answers_in for one in active),
        mentor_answers_in=typical(one.mentor_answers_in for one in active),
        meetings_ahead=sum(one.pair_id in meetings for one in active),
        has_meetings=bool(whole.policy.meetings.kinds),
        forms=forms,
        has_reports=any(reports.values()),
        stages=stage_bars(active, whole.policy),
        heard=heard_bars(active),
        shows=_choices(rows, whole.policy),
        columns=_columns(wanted.sort, whole.policy),
        wanted=wanted,
        has_stages=bool(whole.policy.relationship.stages),
        next_page=wanted.page + 1 if len(chosen) > first + PAGE else 0,
        after=rows[-1].pair_id if has_more and rows else "",
        may_read=may_moderate(viewer, programme_id),
    )


def _next_meetings(programme_id: str, policy: Policy, now: datetime) -> dict[str, datetime]:
    """By pair, when the next one begins: of the 200 next in the programme."""
    if not policy.meetings.kinds:
        return {}
    found = meetings_from(programme_id, now)
    return {one.pair_id: one.starts_at for one in sorted(found, key=lambda one: one.starts_at, reverse=True)}


def _known(wanted: Wanted, policy: Policy) -> Wanted:
    stages = {one.id for one in policy.relationship.stages}
    return Wanted(
        show=wanted.show if wanted.show in SHOWS else "",
        stage=wanted.stage if wanted.stage in stages else "",
        heard=wanted.heard if wanted.heard in HEARD_WORDS else "",
        sort=wanted.sort if wanted.sort.removeprefix("-") in SORTS else "",
        page=max(1, wanted.page),
        after=wanted.after,
    )


def _is_chosen(row: Row, wanted: Wanted) -> bool:
    return (
        is_shown(row, wanted.show) and wanted.stage in ("", row.stage_id) and wanted.heard in ("", row.heard)
    )


def stage_bars(active: Sequence[Row], policy: Policy) -> tuple[Bar, ...]:
    """How many of those that go on are in each stage."""
    counts = Counter(one.stage_id for one in active)
    return tuple(_bar(one.id, one.name, counts[one.id], len(active)) for one in policy.relationship.stages)


def heard_bars(active: Sequence[Row]) -> tuple[Bar, ...]:
    """When those that go on were last heard of."""
    counts = Counter(one.heard for one in active)
    return tuple(_bar(one, words, counts[one], len(active)) for one, words in HEARD_WORDS.items())


def _bar(one: str, words: str, count: int, of: int) -> Bar:
    return Bar(one, words, count, round(100 * count / of) if of else 0)


def _choices(rows: Sequence[Row], policy: Policy) -> tuple[Choice, ...]:
    asked = {
        "below": bool(policy.relationship.interactions_least),
        "seldom": asks_for_touch(policy),
        "not_agreed": policy.relationship.agreement.is_asked,
    }
    return tuple(
        Choice(one, words, sum(is_shown(row, one) for row in rows))
        for one, words in SHOWS.items()
        if asked.get(one, True)
    )


def _columns(sort: str, policy: Policy) -> tuple[Column, ...]:
    now_by, is_back = sort.removeprefix("-") or "mentee", sort.startswith("-")
    return tuple(
        Column(
            id=one,
            words=words,
            sort=f"-{one}" if one == now_by and not is_back else one,
            is_chosen=one == now_by,
        )
        for one, words in SORTS.items()
        if one != "stage" or policy.relationship.stages
    )


def progress_file(viewer: Viewer, programme_id: str, cohort_id: str, *, now: datetime) -> str:
    """Every pair of the cohort, 5,000 at the most, as CSV that no spreadsheet takes for a formula. That it
    was made is recorded first. Raises NotFound."""
    whole = whole_of(viewer, programme_id, cohort_id, now=now)
    record_reading(
        programme_id,
        "exported_progress",
        f"programme:{programme_id}" if cohort_id == EVERYBODY else f"cohort:{cohort_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
    )
    headings = [
        *("Mentee", "Mentor", "Goes on", "Stage", "In it since", "Mentee wrote", "Mentor wrote"),
        *("Mentee answers in", "Mentor answers in", "Times in touch", "As often as wanted"),
    ]
    return written_list(headings, [_line(one) for one in every_row(whole, programme_id, now=now)])


def _line(row: Row) -> list[str]:
    return [
        row.mentee_name,
        row.mentor_name,
        "no" if row.is_over else "yes",
        row.stage,
        _day(row.stage_since),
        _day(row.mentee_at),
        _day(row.mentor_at),
        lasting_words(row.mentee_answers_in),
        lasting_words(row.mentor_answers_in),
        str(row.times),
        "yes" if row.is_enough else "no",
    ]


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""
