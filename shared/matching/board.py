"""What the pages about matching show to staff: the board of a cohort, and one suggestion on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.people.permissions import Viewer, may_manage_people, may_moderate, programme_name, require
from shared.platform.errors import NotFound
from shared.platform.tables import find
from shared.programmes.items import Cohort, cohort_key

from .choosing import Candidate, candidates_for
from .items import Suggestion, suggestion_key
from .rules import MUST_PREFIX
from .runs import UNDER_WAY, is_of_it, latest_run
from .suggested import (
    RunView,
    SuggestionRow,
    UnmatchedRow,
    row_of,
    run_view,
    suggestions,
    unmatched,
)

EVERYBODY = "everybody"
"""Stands in addresses for the cohort where all who are unpaired are matched."""


@dataclass(frozen=True)
class LeftRow:
    """Somebody for whom nobody was found, and where that can be mended."""

    person_id: str
    name: str
    role: str
    sentence: str
    page: str
    """Empty where there is nothing to mend."""
    page_says: str


@dataclass(frozen=True)
class BoardView:
    """Matching in one cohort, or among all who are unpaired."""

    programme_id: str
    programme_name: str
    cohort_id: str
    """Empty for everybody."""
    place: str
    """Where the board is."""
    cohort_name: str
    may_read: bool
    """Whether the viewer may read the conversations that come of it."""
    run: RunView | None
    show: str
    """`suggested` or `left`."""
    suggested: tuple[SuggestionRow, ...]
    left: tuple[LeftRow, ...]
    next: str
    """The `after` of the next page; empty on the last."""
    after: str
    """The `after` of this one."""


@dataclass(frozen=True)
class SuggestionView:
    """One suggestion, to be decided on."""

    programme_id: str
    programme_name: str
    place: str
    """Where the board is."""
    suggestion: SuggestionRow
    is_under_way: bool
    """Whether something is being done with all of them just now: then nothing can be decided."""
    find: str
    candidates: tuple[Candidate, ...]
    """Mentors whom the mentee could have instead, or why not."""


def place_of(programme_id: str, cohort_id: str) -> str:
    """The address of a board."""
    return f"/programmes/{programme_id}/cohorts/{cohort_id or EVERYBODY}/matching"


def board(viewer: Viewer, programme_id: str, cohort_id: str, *, show: str = "", after: str = "") -> BoardView:
    """Two Queries; before the first run one, and a GetItem for the cohort. Raises NotFound for who may not
    pair."""
    require(may_manage_people(viewer, programme_id))
    show = "left" if show == "left" else "suggested"
    suggested: tuple[SuggestionRow, ...] = ()
    left: tuple[LeftRow, ...] = ()
    if show == "left":
        others = unmatched(viewer, programme_id, cohort_id, after=after)
        run, following = others.run, others.next
        left = tuple(_left(programme_id, one) for one in others.rows)
    else:
        page = suggestions(viewer, programme_id, cohort_id, after=after)
        run, following, suggested = page.run, page.next, page.rows
    return BoardView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        cohort_id=cohort_id,
        place=place_of(programme_id, cohort_id),
        cohort_name=run.cohort_name if run is not None else _name_of(programme_id, cohort_id),
        may_read=may_moderate(viewer, programme_id),
        run=run,
        show=show,
        suggested=suggested,
        left=left,
        next=following,
        after=after,
    )


def _name_of(programme_id: str, cohort_id: str) -> str:
    if not cohort_id:
        return ""
    cohort = find(Cohort, *cohort_key(programme_id, cohort_id), consistent=False)
    if cohort is None:
        raise NotFound
    return cohort.name


def suggestion_page(
    viewer: Viewer,
    programme_id: str,
    cohort_id: str,
    suggestion_id: str,
    *,
    looked_for: str = "",
    now: datetime,
) -> SuggestionView:
    """The suggestion and the state of its run, a GetItem and a Query; and while it can be changed, what
    `candidates_for` costs. Raises NotFound."""
    require(may_manage_people(viewer, programme_id))
    item = find(Suggestion, *suggestion_key(programme_id, cohort_id, suggestion_id))
    run = latest_run(programme_id, cohort_id)
    if item is None or run is None or run.run_id != item.run_id or is_of_it(viewer, item):
        raise NotFound
    row = row_of(item)
    is_under_way = run.state in UNDER_WAY
    can_change = row.is_open and not is_under_way
    return SuggestionView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        place=place_of(programme_id, cohort_id),
        suggestion=row,
        is_under_way=is_under_way,
        find=looked_for.strip(),
        candidates=candidates_for(viewer, run, item, looked_for=looked_for.strip(), now=now)
        if can_change
        else (),
    )


def run_of(viewer: Viewer, programme_id: str, cohort_id: str) -> RunView:
    """The newest run by itself: one Query. Raises NotFound."""
    require(may_manage_people(viewer, programme_id))
    run = latest_run(programme_id, cohort_id)
    if run is None:
        raise NotFound
    return run_view(run)


# ── Where it can be mended ─────────────────────────────────────────────────

THEMSELVES: Mapping[str, tuple[str, str]] = {
    "vetting": ("{person}#vetting", "What they have shown"),
    "leave": ("{person}/consents?as={role}", "What they agreed to"),
    "standing": ("{person}", "Look at their account"),
    "method": ("{person}", "Look at what is known of them"),
    "room": ("{person}/wishes?as={role}", "How many mentees they want"),
    "related": ("{person}/wishes?as={role}", "Whom they know"),
    "never_again": ("{person}/wishes?as={role}", "Whom they are kept apart from"),
    "school": ("{person}", "Look at their school"),
    "strand": ("{person}", "Look at what was answered about them"),
    "must": ("{person}/wishes?as={role}", "What they chose"),
    "taken": ("{people}/invite?role=mentor", "Invite another mentor"),
    "nobody": ("{people}/invite?role=mentor", "Invite a mentor"),
}
"""By what stands in somebody's way, the page on which it can be mended, and what its link says."""
MENTORS: Mapping[str, tuple[str, str]] = {
    "vetting": ("{people}?show=mentor&vetting=due", "Mentors and their checks"),
    "leave": ("{people}?show=mentor", "Mentors of the programme"),
    "standing": ("{people}?show=mentor", "Mentors of the programme"),
    "method": ("{people}?show=mentor", "Mentors of the programme"),
    "room": ("{people}/invite?role=mentor", "Invite another mentor"),
    "declined": ("{people}/invite?role=mentor", "Invite another mentor"),
}
"""The same where it is the mentors whom a mentee could have had."""


def _left(programme_id: str, row: UnmatchedRow) -> LeftRow:
    kind = "must" if row.rule.startswith(MUST_PREFIX) else row.rule
    pages = {**THEMSELVES, **({} if row.is_own else MENTORS)}
    page, says = pages.get(kind, ("", ""))
    people = f"/programmes/{programme_id}/people"
    person = f"{people}/{row.person_id}"
    return LeftRow(
        person_id=row.person_id,
        name=row.name,
        role=row.role,
        sentence=row.sentence,
        page=page.format(people=people, person=person, role=row.role),
        page_says=says,
    )
