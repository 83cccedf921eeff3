"""What a run found, as staff see it: a page of suggestions, a page of those for whom there is nobody."""

from dataclasses import dataclass
from datetime import datetime

from shared.people.permissions import Viewer, may_manage_people, require
from shared.platform.errors import NotFound

from .items import MatchingRun, Suggestion, Unmatched, matching_pk, suggestions_prefix, unmatched_prefix
from .runs import UNDER_WAY, is_of_it, latest_run

PAGE = 50
MOST_SPARE = 90
"""Mentors without a mentee of whom the best are offered: with a policy and a mentee, what one BatchGetItem
takes."""


@dataclass(frozen=True)
class RunView:
    """A search for matches, and how far it came."""

    run_id: str
    cohort_id: str
    cohort_name: str
    state: str
    is_under_way: bool
    progress: int
    """In percent."""
    doing: str
    problem: str
    mentees: int
    mentors: int
    suggested: int
    unmatched_mentees: int
    unmatched_mentors: int
    accepted: int
    """By having all accepted at once; so is `refused`."""
    refused: int
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class SuggestionRow:
    """Two who could be brought together."""

    suggestion_id: str
    mentor_id: str
    mentor_name: str
    mentee_id: str
    mentee_name: str
    score: int
    """How much of the mentee's wishes comes true, in percent."""
    why: tuple[str, ...]
    notes: tuple[str, ...]
    state: str
    is_open: bool
    problem: str
    pair_id: str
    decided_by: str


@dataclass(frozen=True)
class SuggestionsPage:
    """The newest run of a cohort, and a page of what it suggests by the mentee's name."""

    run: RunView | None
    """None before the first."""
    rows: tuple[SuggestionRow, ...]
    next: str
    """The `after` of the next page; empty on the last."""


@dataclass(frozen=True)
class UnmatchedRow:
    """Somebody for whom nobody was found."""

    person_id: str
    name: str
    role: str
    rule: str
    sentence: str
    is_own: bool
    """Whether it stands against themselves, and not against each of those whom they could have had."""


@dataclass(frozen=True)
class UnmatchedPage:
    """The newest run of a cohort, and a page of those whom it left, mentees before mentors."""

    run: RunView | None
    rows: tuple[UnmatchedRow, ...]
    next: str


def suggestions(viewer: Viewer, programme_id: str, cohort_id: str, *, after: str = "") -> SuggestionsPage:
    """Two Queries, whatever there is; what is suggested for the viewer is left out. Raises NotFound for who
    may not pair, and for an `after` that is none of ours."""
    require(may_manage_people(viewer, programme_id))
    run = latest_run(programme_id, cohort_id)
    if run is None:
        return SuggestionsPage(None, (), "")
    found = Suggestion.query(
        matching_pk(programme_id, cohort_id),
        Suggestion.sk.between(*_between(suggestions_prefix(run.run_id), after)),
        consistent_read=True,
        limit=PAGE + 1,
        page_size=PAGE + 1,
    )
    items = list(found)
    rows = tuple(row_of(one) for one in items[:PAGE] if not is_of_it(viewer, one))
    return SuggestionsPage(run_view(run), rows, _next(items))


def unmatched(viewer: Viewer, programme_id: str, cohort_id: str, *, after: str = "") -> UnmatchedPage:
    """Two Queries, whatever there is, without the viewer. Raises NotFound as `suggestions` does."""
    require(may_manage_people(viewer, programme_id))
    run = latest_run(programme_id, cohort_id)
    if run is None:
        return UnmatchedPage(None, (), "")
    found = Unmatched.query(
        matching_pk(programme_id, cohort_id),
        Unmatched.sk.between(*_between(unmatched_prefix(run.run_id), after)),
        consistent_read=True,
        limit=PAGE + 1,
        page_size=PAGE + 1,
    )
    items = list(found)
    rows = tuple(
        UnmatchedRow(one.person_id, one.name, one.role, one.rule, one.sentence, is_own=not one.counts)
        for one in items[:PAGE]
        if one.person_id != viewer.person_id
    )
    return UnmatchedPage(run_view(run), rows, _next(items))


def spare_mentors(run: MatchingRun) -> list[str]:
    """The person_ids of mentors for whom a run found nobody, though nothing stands against them: of the first
    MOST_SPARE by name. One Query."""
    first = f"{unmatched_prefix(run.run_id)}{int(run.unmatched_mentees):06}"
    found = Unmatched.query(
        matching_pk(run.programme_id, run.cohort_id or ""),
        Unmatched.sk.between(first, f"{unmatched_prefix(run.run_id)}~"),
        limit=MOST_SPARE,
        page_size=MOST_SPARE,
    )
    return [one.person_id for one in found if one.rule == "spare"]


def _between(prefix: str, after: str) -> tuple[str, str]:
    """The sort keys of a page: those after the number `after`, from the first on without one."""
    if after and not (after.isascii() and after.isdigit() and len(after) <= 6):
        raise NotFound
    return f"{prefix}{int(after) + 1 if after else 0:06}", f"{prefix}~"


def _next(items: list[Suggestion] | list[Unmatched]) -> str:
    return str(int(items[PAGE - 1].sk.rpartition("#")[2])) if len(items) > PAGE else ""


def row_of(item: Suggestion) -> SuggestionRow:
    return SuggestionRow(
        suggestion_id=item.suggestion_id,
        mentor_id=item.mentor_id,
        mentor_name=item.mentor_name,
        mentee_id=item.mentee_id,
        mentee_name=item.mentee_name,
        score=(int(item.score) + 5) // 10,
        why=tuple(item.why),
        notes=tuple(item.notes or ()),
        state=item.state,
        is_open=item.state in ("suggested", "locked"),
        problem=item.problem or "",
        pair_id=item.pair_id or "",
        decided_by=item.decided_by_name or "",
    )


def run_view(run: MatchingRun) -> RunView:
    return RunView(
        run_id=run.run_id,
        cohort_id=run.cohort_id or "",
        cohort_name=run.cohort_name or "",
        state=run.state,
        is_under_way=run.state in UNDER_WAY,
        progress=int(run.progress),
        doing=run.doing or "",
        problem=run.problem or "",
        mentees=int(run.mentees),
        mentors=int(run.mentors),
        suggested=int(run.suggested),
        unmatched_mentees=int(run.unmatched_mentees),
        unmatched_mentors=int(run.unmatched_mentors),
        accepted=int(run.accepted),
        refused=int(run.refused),
        asked_by=run.asked_by_name,
        asked_at=run.asked_at,
        ended_at=run.ended_at,
    )
