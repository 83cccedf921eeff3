"""Loading what staff decide on."""

from datetime import datetime

from pynamodb.expressions.update import Action

from shared.people.permissions import Viewer, may_manage_people, require
from shared.platform.errors import Conflict, NotFound
from shared.platform.tables import conditional, find

from .items import RUN_PREFIX, MatchingRun, Suggestion, matching_pk, suggestion_key

UNDER_WAY = frozenset({"waiting", "running", "queued", "accepting"})
ANOTHER = "Matches are being looked for anew. Please wait until that is done, and look again."
NEWER = "There are newer suggestions. Please look at those."
MEANWHILE = "Somebody else decided on this suggestion at the same moment. Please look again."
IS_DECIDED = {
    "accepted": "These two have been introduced already.",
    "declined": "This suggestion was declined already.",
    "taken_apart": "The mentor of this suggestion was given to somebody else.",
}


def latest_run(programme_id: str, cohort_id: str) -> MatchingRun | None:
    """The newest run of a cohort, or None: one Query."""
    found = MatchingRun.query(
        matching_pk(programme_id, cohort_id),
        MatchingRun.sk.startswith(RUN_PREFIX),
        consistent_read=True,
        scan_index_forward=False,
        limit=1,
        page_size=1,
    )
    return next(iter(found), None)


def is_of_it(viewer: Viewer, item: Suggestion) -> bool:
    """Whether the viewer is one of the two: then they neither read it nor decide on it."""
    return viewer.person_id in (item.mentor_id, item.mentee_id)


def to_decide(
    viewer: Viewer, programme_id: str, cohort_id: str, suggestion_id: str
) -> tuple[MatchingRun, Suggestion]:
    """A suggestion of the newest run, for those who may pair and are not of it themselves. Raises NotFound,
    and Conflict while a run is under way or when there is a newer one."""
    require(may_manage_people(viewer, programme_id))
    item = find(Suggestion, *suggestion_key(programme_id, cohort_id, suggestion_id))
    if item is None or is_of_it(viewer, item):
        raise NotFound
    run = require_latest(viewer, programme_id, cohort_id, item.run_id)
    if run.state in UNDER_WAY:
        raise Conflict(ANOTHER, code="under_way")
    return run, item


def require_latest(viewer: Viewer, programme_id: str, cohort_id: str, run_id: str) -> MatchingRun:
    """The run, where it is the newest of its cohort, for those who may pair. Raises NotFound, Conflict."""
    require(may_manage_people(viewer, programme_id))
    latest = latest_run(programme_id, cohort_id)
    if latest is None:
        raise NotFound
    if latest.run_id != run_id:
        raise Conflict(ANOTHER if latest.state in UNDER_WAY else NEWER, code="newer")
    return latest


def require_open(item: Suggestion) -> None:
    """Raises Conflict where the suggestion is decided on."""
    if item.state in IS_DECIDED:
        raise Conflict(IS_DECIDED[item.state], code="decided")


def decided(viewer: Viewer, state: str, now: datetime) -> list[Action]:
    """What is written of a suggestion when somebody decides on it."""
    return [
        Suggestion.state.set(state),
        Suggestion.decided_by.set(viewer.person_id),
        Suggestion.decided_by_name.set(viewer.name),
        Suggestion.decided_at.set(now),
        Suggestion.problem.remove(),
    ]


def end_run(run: MatchingRun, state: str, now: datetime, *, problem: str = "") -> None:
    """Ends what is being done, as `done` or `failed`. Raises Lost when it went on meanwhile."""
    run.state, run.problem, run.ended_at = state, problem or None, now
    run.progress, run.doing = (100 if state == "done" else run.progress), None
    run.due = run.due_at = None
    with conditional():
        run.save()
