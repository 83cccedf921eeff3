"""Asking for suggestions."""

from datetime import datetime, timedelta

from shared.people.permissions import Viewer, may_manage_people, require
from shared.platform.clock import order
from shared.platform.errors import Conflict, NotFound, Refused
from shared.platform.ids import derived_id, new_id
from shared.platform.tables import Lost, find, is_new, transaction
from shared.programmes.actions import load_programme
from shared.programmes.cohorts import cohort_of
from shared.programmes.items import Cohort
from shared.programmes.rules import is_over

from ..items import MATCHINGS_DUE, Board, MatchingRun, board_key, run_key
from ..runs import ANOTHER, UNDER_WAY, latest_run

STANDS_STILL_AFTER = timedelta(minutes=20)
"""A run that has not got on for so long has failed. One run of the function takes a quarter of an hour at
most."""
WAITS = "Waits for its turn"


def start_run(viewer: Viewer, programme_id: str, cohort_id: str, *, key: str, now: datetime) -> str:
    """Has matches looked for in a cohort, or with an empty `cohort_id` among all who are unpaired, and gives
    the run's id. Asked twice with one `key`, it is asked once.

    Raises NotFound, Refused when the cohort is over, Conflict while another run is under way.
    """
    require(may_manage_people(viewer, programme_id))
    load_programme(programme_id)
    cohort = _cohort(programme_id, cohort_id, now)
    ours = derived_id("matching", viewer.person_id, programme_id, cohort_id, key)
    before = latest_run(programme_id, cohort_id)
    if before is not None and before.key == ours:
        return before.run_id
    if before is not None and before.state in UNDER_WAY:
        raise Conflict(ANOTHER, code="under_way")
    run_id = new_id(now)
    run = MatchingRun(
        *run_key(programme_id, cohort_id, run_id),
        run_id=run_id,
        programme_id=programme_id,
        cohort_id=cohort_id or None,
        cohort_name=cohort.name if cohort is not None else None,
        key=ours,
        follows=before.run_id if before is not None else None,
        doing=WAITS,
        asked_by=viewer.person_id,
        asked_by_name=viewer.name,
        asked_at=now,
        due=MATCHINGS_DUE,
        due_at=order(now + STANDS_STILL_AFTER),
    )
    key_of_board = board_key(programme_id, cohort_id)
    board = find(Board, *key_of_board) or Board(*key_of_board)
    try:
        _turn_to(board, run, before)
        with transaction() as write:
            write.save(run, condition=is_new(MatchingRun))
            write.save(board)
    except Lost:
        return _asked_meanwhile(programme_id, cohort_id, ours)
    return run_id


def _turn_to(board: Board, run: MatchingRun, before: MatchingRun | None) -> None:
    """Raises Lost when another run began since `before` was read."""
    if board.run_id != (before.run_id if before is not None else None):
        raise Lost
    board.run_id = run.run_id


def _asked_meanwhile(programme_id: str, cohort_id: str, key: str) -> str:
    latest = latest_run(programme_id, cohort_id)
    if latest is None or latest.key != key:
        raise Conflict(ANOTHER, code="under_way")
    return latest.run_id


def _cohort(programme_id: str, cohort_id: str, now: datetime) -> Cohort | None:
    cohort = cohort_of(programme_id, cohort_id)
    if cohort_id and cohort is None:
        raise NotFound
    if cohort is not None and is_over(cohort.ends_on, now):
        raise Refused(f"{cohort.name} is over, so nobody is matched in it any more.", code="cohort_over")
    return cohort
