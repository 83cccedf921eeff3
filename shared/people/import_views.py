"""What the pages of lists show: how to make one, how far it is, and what is to be put right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.policies.people import Question
from shared.programmes.actions import cohorts_of, load_programme
from shared.programmes.cohorts import asked_for, free_places
from shared.programmes.rules import is_over

from .actions.imports import load_list
from .actions.invitations import open_cohort, questions_about, require_may_invite
from .import_files import UploadForm
from .import_items import LEFT_PREFIX, Import, ImportLeft, import_key, imports_listing
from .invitation_views import CohortChoice, may_invite
from .lists import LINE, TO_PUT_RIGHT, columns_for, example_of, sample_list, written_list
from .permissions import PARTICIPANTS, Role, Viewer, programme_name, require

LISTS_SHOWN = 10
LEFT_SHOWN = 50
"""Rows on one page, and what is left of the piece in which the last of them stands."""


@dataclass(frozen=True)
class ColumnView:
    """A column of a list, as it is explained."""

    heading: str
    about: str
    is_needed: bool
    example: str


@dataclass(frozen=True)
class ListRow:
    """A list that was handed in before."""

    import_id: str
    role: str
    state: str
    """As `items.Import` has it."""
    rows: int
    invited: int
    created_at: datetime


@dataclass(frozen=True)
class BeginListView:
    """How a list is made, and where it is begun."""

    programme_id: str
    programme_name: str
    role: str
    """For whom the columns are."""
    roles: tuple[str, ...]
    cohort_id: str
    cohorts: tuple[CohortChoice, ...]
    columns: tuple[ColumnView, ...]
    lists: tuple[ListRow, ...]
    """The latest, newest first."""


def begin_list_view(
    viewer: Viewer, programme_id: str, *, role: str = "", cohort_id: str = "", now: datetime
) -> BeginListView:
    """A GetItem and two Queries. Raises NotFound for those who invite nobody."""
    roles = [one for one in may_invite(viewer, programme_id) if Role(one) in PARTICIPANTS]
    require(bool(roles))
    policy = load_programme(programme_id).policy
    cohorts = [one for one in cohorts_of(programme_id) if not is_over(one.ends_on, now)]
    chosen = role if role in roles else roles[0]
    cohort = next((one for one in cohorts if one.cohort_id == cohort_id), None)
    questions = [one for one in asked_for(policy, cohort) if one.asked_of == chosen]
    found = Import.by_listing.query(
        imports_listing(programme_id), scan_index_forward=False, limit=LISTS_SHOWN
    )
    return BeginListView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        role=chosen,
        roles=tuple(roles),
        cohort_id=cohort.cohort_id if cohort is not None else "",
        cohorts=tuple(CohortChoice(one.cohort_id, one.name, free_places(one)) for one in cohorts),
        columns=tuple(_column_views(questions)),
        lists=tuple(
            ListRow(one.import_id, one.role, one.state, int(one.rows), int(one.invited), one.created_at)
            for one in found
            if isinstance(one, Import) and one.role in may_invite(viewer, programme_id)
        ),
    )


ABOUT = {
    "first_name": "As they like to be called. The person they write with sees it.",
    "surname": "Only staff see it.",
    "address": "Only staff see it. Each person needs one of their own.",
    "school": "School or college. Only staff see it.",
}
EXAMPLES = {
    "first_name": "Amina",
    "surname": "Yusuf",
    "address": "amina@example.org",
    "school": "Northfield Academy",
}


def _column_views(questions: list[Question]) -> Iterator[ColumnView]:
    for one in columns_for(questions):
        if one.question is None:
            yield ColumnView(one.heading, ABOUT[one.name], one.is_needed, EXAMPLES[one.name])
        else:
            yield ColumnView(one.heading, _accepted(one.question), True, example_of(one.question))


def _accepted(question: Question) -> str:
    match question.kind:
        case "yes_no":
            return "yes or no."
        case "number":
            return "A whole number."
        case _:
            return f"One of: {', '.join(question.choices)}."


def sample_of(viewer: Viewer, programme_id: str, *, role: str, cohort_id: str, now: datetime) -> str:
    """A list to begin with, as CSV. Raises NotFound, Invalid."""
    wanted = require_may_invite(viewer, programme_id, role)
    cohort = open_cohort(programme_id, cohort_id, now)
    return sample_list(questions_about(load_programme(programme_id), wanted, cohort))


# ── One list ───────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ProblemView:
    """What is to be put right in one cell; in the whole row where `column` is empty."""

    column: str
    reason: str


@dataclass(frozen=True)
class LeftRow:
    """A row that was not invited."""

    line: int
    name: str
    address: str
    problems: tuple[ProblemView, ...]


@dataclass(frozen=True)
class ImportView:
    """A list of people to be invited: how far it is, and what is to be put right."""

    import_id: str
    programme_id: str
    programme_name: str
    role: str
    cohort_id: str
    """The cohort they will all be in; empty where there is none."""
    state: str
    """As `items.Import` has it."""
    phase: str
    """`check`, then `invite`."""
    is_file: bool
    problem: str
    """Why it was refused, or stopped."""
    rows: int
    checked: int
    good: int
    known: int
    bad: int
    tried: int
    invited: int
    left: int
    minutes_left: int
    """How long the rest of the invitations takes, about."""
    unused: tuple[str, ...]
    left_rows: tuple[LeftRow, ...]
    next: str
    form: UploadForm | None
    """How the file is sent, while it is awaited."""

    @property
    def posts_to(self) -> str:
        """Where a form of the page leads besides this site."""
        return self.form.address if self.form else ""


def import_of(viewer: Viewer, item: Import, *, after: str = "", form: UploadForm | None = None) -> ImportView:
    """A loaded list: a GetItem, and a Query where rows are left."""
    import_id, programme_id = item.import_id, item.programme_id
    policy = load_programme(programme_id).policy
    has_left = item.bad or item.left
    rows, further = _left_of(import_id, after) if has_left else ((), "")
    to_come = int(item.good) - int(item.tried)
    return ImportView(
        import_id=import_id,
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        role=item.role,
        cohort_id=item.cohort_id or "",
        state=item.state,
        phase=item.phase,
        is_file=bool(item.is_file),
        problem=item.problem or "",
        rows=int(item.rows),
        checked=int(item.checked),
        good=int(item.good),
        known=int(item.known),
        bad=int(item.bad),
        tried=int(item.tried),
        invited=int(item.invited),
        left=int(item.left),
        minutes_left=-(-to_come // policy.invitations.most_each_minute),
        unused=tuple(item.unused or ()),
        left_rows=rows,
        next=further,
        form=form if item.state == "awaiting" else None,
    )


def _left_of(import_id: str, after: str) -> tuple[tuple[LeftRow, ...], str]:
    """Some rows that were not invited, and where to go on."""
    rows: list[LeftRow] = []
    last = after
    for left in _stored_left(import_id, after):
        if len(rows) >= LEFT_SHOWN:
            return tuple(rows), last
        rows += [_left_row(one) for one in left.people]
        last = left.sk.removeprefix(LEFT_PREFIX)
    return tuple(rows), ""


def _stored_left(import_id: str, after: str = "") -> Iterator[ImportLeft]:
    pk, _ = import_key(import_id)
    start, end = f"{LEFT_PREFIX}{after}", f"{LEFT_PREFIX}~"
    for one in ImportLeft.query(pk, ImportLeft.sk.between(start, end), page_size=LEFT_SHOWN):
        if isinstance(one, ImportLeft) and one.sk != start:
            yield one


def _left_row(stored: dict[str, Any]) -> LeftRow:
    first_name, surname, address, *_ = stored["cells"]
    return LeftRow(
        line=stored["line"],
        name=f"{first_name} {surname}".strip(),
        address=address,
        problems=tuple(ProblemView(column, reason) for column, reason in stored["problems"]),
    )


def to_correct(viewer: Viewer, programme_id: str, import_id: str) -> str:
    """The rows that were not invited, as CSV with what is to be put right in each: to be corrected and sent
    again. Raises NotFound."""
    item = load_list(viewer, programme_id, import_id)
    questions = [Question.model_validate(one) for one in item.asks or ()]
    headings = [one.heading for one in columns_for(questions)]
    rows = [
        [*_whole(one["cells"], len(headings)), str(one["line"]), _in_words(one["problems"])]
        for left in _stored_left(import_id)
        for one in left.people
    ]
    return written_list([*headings, LINE, TO_PUT_RIGHT], rows)


def _whole(cells: list[str], wanted: int) -> list[str]:
    return [*cells, *[""] * (wanted - len(cells))]


def _in_words(problems: list[list[str]]) -> str:
    return " ".join(f"{column}: {reason}" if column else reason for column, reason in problems)
