"""Accepting every suggestion of a run in the background, so many in a minute as the policy lets invitations
out."""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.people.actions import who_asked
from shared.people.permissions import Viewer, may_manage_people
from shared.platform.clock import order
from shared.platform.errors import SignpostError
from shared.platform.tables import Lost, conditional
from shared.programmes.actions import policy_of

from ..items import MatchingRun, Suggestion, matching_pk, suggestions_prefix
from ..runs import IS_DECIDED, end_run
from .accepting import bring_together
from .starting import STANDS_STILL_AFTER

MINUTE = timedelta(minutes=1)
AT_ONCE = 25
"""How many suggestions are read at a time."""
NOT_ANY_MORE = "Whoever began this may not pair people any more. Please begin anew."
NO_POLICY = (
    "The settings of this programme can’t be read, so nobody can be paired. "
    "Please tell those who look after Signpost."
)


def introduce_all(run: MatchingRun, *, clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    """Goes on from the suggestion where it stopped, as far as may be by now. One that no longer holds says
    why, and stays. Raises Lost when another run is at it."""
    viewer = who_asked(run.accept_by or "")
    if viewer is None or not may_manage_people(viewer, run.programme_id):
        end_run(run, "done", clock(), problem=NOT_ANY_MORE)
        return
    policy = policy_of(run.programme_id)
    if policy is None:
        end_run(run, "done", clock(), problem=NO_POLICY)
        return
    each_minute = policy.invitations.most_each_minute
    while some := _next_suggestions(run):
        for item in some:
            now = clock()
            if item.state not in IS_DECIDED and not _may_go_on(run, each_minute, now):
                return
            _introduce(viewer, run, item, now)
            is_last = enough()
            _note(run, item, now, stops=is_last)
            if is_last:
                return
    end_run(run, "done", clock())


def _next_suggestions(run: MatchingRun) -> list[Suggestion]:
    pk = matching_pk(run.programme_id, run.cohort_id or "")
    prefix = suggestions_prefix(run.run_id)
    found = Suggestion.query(
        pk,
        Suggestion.sk.between(f"{prefix}{int(run.place):06}", f"{prefix}~"),
        consistent_read=True,
        limit=AT_ONCE,
        page_size=AT_ONCE,
    )
    return list(found)


def _may_go_on(run: MatchingRun, each_minute: int, now: datetime) -> bool:
    """Whether there is room for another in this minute. Otherwise the sweep wakes it in the next."""
    begun = run.accept_from or now
    minutes = max(0, (now - begun) // MINUTE)
    if int(run.tried) < each_minute * (minutes + 1):
        return True
    run.state, run.due_at, run.wakings = "accepting", order(begun + MINUTE * (minutes + 1)), 0
    with conditional():
        run.save()
    return False


def _introduce(viewer: Viewer, run: MatchingRun, item: Suggestion, now: datetime) -> None:
    if item.state in IS_DECIDED:
        return
    run.tried = int(run.tried) + 1
    try:
        bring_together(viewer, item, now=now)
        run.accepted = int(run.accepted) + 1
    except (SignpostError, Lost):
        run.refused = int(run.refused) + 1


def _note(run: MatchingRun, item: Suggestion, now: datetime, *, stops: bool) -> None:
    """Writes down how far it came. As `queued` it wakes the function anew."""
    run.place = int(item.suggestion_id.rpartition("-")[2]) + 1
    run.progress = min(99, 100 * int(run.place) // max(1, int(run.suggested)))
    run.state, run.wakings = ("queued" if stops else "accepting"), 0
    run.due_at = order(now + STANDS_STILL_AFTER)
    with conditional():
        run.save()
