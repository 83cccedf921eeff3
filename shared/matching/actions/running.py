"""Looking for matches, as each run is asked for. A stream function works on it, and the sweep looks after
runs that stand still."""

from collections.abc import Callable, Collection
from datetime import datetime

from shared.platform.clock import order
from shared.platform.errors import NotFound
from shared.platform.tables import Lost, conditional, find
from shared.programmes.actions import RunningProgramme, load_programme

from ..items import MATCHINGS_DUE, MatchingRun, Suggestion, matching_pk, run_key, suggestions_prefix
from ..reading import couples_together, read_problem
from ..rules import Couple, Solver
from ..runs import end_run
from ..writing import clear, write_down
from .introducing import introduce_all
from .starting import STANDS_STILL_AFTER

NO_POLICY = (
    "The settings of this programme can’t be read, so nobody can be matched. "
    "Please tell those who look after Signpost."
)
TOO_LARGE = (
    "There are too many people to be matched at once: {mentees} mentees and {mentors} mentors. Please match "
    "them in cohorts."
)
STOOD_STILL = (
    "It came to a standstill. Please start it again. If that happens twice, tell whoever looks after "
    "Signpost."
)
MOST_WAKINGS = 5
MOST_PEOPLE = 20_000
"""Mentees, or mentors, of one run: what the function's memory and its quarter of an hour are enough for."""


def run_matching(
    programme_id: str,
    cohort_id: str,
    run_id: str,
    *,
    solver: Solver,
    clock: Callable[[], datetime],
    enough: Callable[[], bool] = lambda: False,
) -> str:
    """Works on a run until it is done, and says what state it is in; when all are to be accepted, until
    `enough` says that the time is over. Run again, it finds the same and writes it once."""
    run = find(MatchingRun, *run_key(programme_id, cohort_id, run_id))
    if run is None:
        return "gone"
    try:
        if run.state in ("waiting", "running"):
            _find_matches(run, solver, clock)
        elif run.state in ("queued", "accepting"):
            introduce_all(run, clock=clock, enough=enough)
    except Lost:
        return "lost"  # somebody else is at it
    return str(run.state)


def _find_matches(run: MatchingRun, solver: Solver, clock: Callable[[], datetime]) -> None:
    if run.state == "running":
        clear(run)  # an earlier try broke off, and may have found others

    def told(percent: int, words: str) -> None:
        run.state, run.progress, run.doing = "running", percent, words
        run.due_at = order(clock() + STANDS_STILL_AFTER)
        with conditional():
            run.save()

    told(1, "Reads who takes part")
    _forget_the_last_but_one(run)
    programme = _programme(run.programme_id)
    if programme is None:
        end_run(run, "failed", clock(), problem=NO_POLICY)
        return
    together = couples_together(run.programme_id, now=clock())
    kept = _locked(run, together)
    problem = read_problem(programme, run.cohort_id or "", together=together, kept=kept, now=clock())
    numbers = {"mentees": len(problem.mentees), "mentors": len(problem.mentors)}
    run.mentees, run.mentors = len(problem.mentees) + len(kept), len(problem.mentors)
    if max(numbers.values()) > MOST_PEOPLE:
        end_run(run, "failed", clock(), problem=TOO_LARGE.format(**numbers))
        return
    solution = solver(problem, told=told)
    told(80, "Writes down what it found")
    write_down(run, problem, solution, kept)
    end_run(run, "done", clock())


def _programme(programme_id: str) -> RunningProgramme | None:
    try:
        return load_programme(programme_id)
    except (NotFound, ValueError, TypeError):
        return None


def _forget_the_last_but_one(run: MatchingRun) -> None:
    """Of the run before, what is locked is kept for this one, should it have to begin again. Nobody sees or
    needs what the one before that had found: the names in it go."""
    before = _run_before(run)
    earlier = _run_before(before) if before is not None else None
    if earlier is not None:
        clear(earlier)


def _run_before(run: MatchingRun) -> MatchingRun | None:
    key = run_key(run.programme_id, run.cohort_id or "", run.follows or "")
    return find(MatchingRun, *key) if run.follows else None


def _locked(run: MatchingRun, together: Collection[Couple]) -> list[Suggestion]:
    """The suggestions of the run before that are to be kept: those that are locked, and whose mentee has no
    conversation by now."""
    if not run.follows:
        return []
    found = Suggestion.query(
        matching_pk(run.programme_id, run.cohort_id or ""),
        Suggestion.sk.startswith(suggestions_prefix(run.follows)),
        filter_condition=Suggestion.state == "locked",
        consistent_read=True,
    )
    have_somebody = {mentee for _, mentee in together}
    return [one for one in found if one.mentee_id not in have_somebody]


def wake_matchings(now: datetime) -> int:
    """Has those go on that may introduce more people by now, and gives up the runs that stand still. For the
    sweep. Gives how many were given up."""
    given_up = 0
    for found in MatchingRun.by_due.query(MATCHINGS_DUE, MatchingRun.due_at <= order(now)):
        if not isinstance(found, MatchingRun):
            continue
        try:
            given_up += _look_after(found, now)
        except Lost:
            continue  # it went on by itself
    return given_up


def _look_after(run: MatchingRun, now: datetime) -> int:
    if run.state == "accepting" and int(run.wakings) < MOST_WAKINGS:
        run.state, run.wakings = "queued", int(run.wakings) + 1
        run.due_at = order(now + STANDS_STILL_AFTER)
        with conditional():
            run.save()
        return 0
    end_run(run, "done" if run.state in ("queued", "accepting") else "failed", now, problem=STOOD_STILL)
    return 1
