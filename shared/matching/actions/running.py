"""Looking for matches, as each run is asked for. A stream function works on it, and the sweep looks after
runs that stand still."""

from collections.abc import Callable, Iterator
from datetime import datetime

from shared.platform.clock import order
from shared.platform.errors import NotFound
from shared.platform.tables import Lost, conditional, find
from shared.programmes.actions import RunningProgramme, load_programme

from ..items import (
    MATCHINGS_DUE,
    MatchingRun,
    Suggestion,
    Unmatched,
    matching_pk,
    run_key,
    suggested_listing,
    suggestion_id_of,
    suggestion_key,
    suggestions_prefix,
    unmatched_key,
    unmatched_prefix,
)
from ..reading import read_problem
from ..rules import Party, Problem, Solution, Solver, hindrance_of, why_nobody
from ..runs import end_run
from ..wishes import notes, why
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
SPARE = "{name} could be matched: no mentee was left who fits."
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
        _clear(run)  # an earlier try broke off, and may have found others

    def told(percent: int, words: str) -> None:
        run.state, run.progress, run.doing = "running", percent, words
        run.due_at = order(clock() + STANDS_STILL_AFTER)
        with conditional():
            run.save()

    told(1, "Reads who takes part")
    programme = _programme(run.programme_id)
    if programme is None:
        end_run(run, "failed", clock(), problem=NO_POLICY)
        return
    kept = list(_locked(run))
    problem = read_problem(programme, run.cohort_id or "", kept=kept, now=clock())
    numbers = {"mentees": len(problem.mentees), "mentors": len(problem.mentors)}
    run.mentees, run.mentors = len(problem.mentees) + len(kept), len(problem.mentors)
    if max(numbers.values()) > MOST_PEOPLE:
        end_run(run, "failed", clock(), problem=TOO_LARGE.format(**numbers))
        return
    solution = solver(problem, told=told)
    told(80, "Writes down what it found")
    _write(run, problem, solution, kept)
    end_run(run, "done", clock())


def _programme(programme_id: str) -> RunningProgramme | None:
    try:
        return load_programme(programme_id)
    except (NotFound, ValueError, TypeError):
        return None


def _locked(run: MatchingRun) -> Iterator[Suggestion]:
    """The suggestions of the run before that are to be kept."""
    if not run.follows:
        return iter(())
    found = Suggestion.query(
        matching_pk(run.programme_id, run.cohort_id or ""),
        Suggestion.sk.startswith(suggestions_prefix(run.follows)),
        Suggestion.state == "locked",
        consistent_read=True,
    )
    return iter(found)


def _clear(run: MatchingRun) -> None:
    """Takes away what a try that broke off had written."""
    pk = matching_pk(run.programme_id, run.cohort_id or "")
    with Suggestion.batch_write() as write:
        for prefix in (suggestions_prefix(run.run_id), unmatched_prefix(run.run_id)):
            model = Suggestion if prefix.startswith("SUGGESTION") else Unmatched
            for one in model.query(pk, model.sk.startswith(prefix), attributes_to_get=["pk", "sk", "kind"]):
                write.delete(one)


def _write(run: MatchingRun, problem: Problem, solution: Solution, kept: list[Suggestion]) -> None:
    """The suggestions by the mentee's name, and those for whom nobody was found."""
    found = [_suggestion(run, problem, one.mentor, one.mentee, one.score) for one in solution.couples]
    found += [_kept(run, one) for one in kept]
    found.sort(key=lambda one: (one.mentee_name.casefold(), one.mentee_id))
    with Suggestion.batch_write() as write:
        for number, one in enumerate(found):
            one.suggestion_id = suggestion_id_of(run.run_id, number)
            one.pk, one.sk = suggestion_key(run.programme_id, run.cohort_id or "", one.suggestion_id)
            one.listing_order = one.suggestion_id
            write.save(one)
    mentees = list(_mentees_left(problem, solution))
    mentors = list(_mentors_left(problem, solution))
    with Unmatched.batch_write() as write:
        for number, left in enumerate([*mentees, *mentors]):
            left.run_id = run.run_id
            left.pk, left.sk = unmatched_key(run.programme_id, run.cohort_id or "", run.run_id, number)
            write.save(left)
    run.suggested, run.unmatched_mentees, run.unmatched_mentors = len(found), len(mentees), len(mentors)


def _suggestion(run: MatchingRun, problem: Problem, mentor: int, mentee: int, score: int) -> Suggestion:
    one, other = problem.mentors[mentor], problem.mentees[mentee]
    return Suggestion(
        run_id=run.run_id,
        programme_id=run.programme_id,
        cohort_id=run.cohort_id,
        mentor_id=one.person_id,
        mentor_name=one.name,
        mentee_id=other.person_id,
        mentee_name=other.name,
        score=score,
        why=list(why(one, other, problem.policy)),
        notes=notes(one, other) or None,
        listing=suggested_listing(run.run_id, one.person_id),
    )


def _kept(run: MatchingRun, before: Suggestion) -> Suggestion:
    return Suggestion(
        run_id=run.run_id,
        programme_id=run.programme_id,
        cohort_id=run.cohort_id,
        mentor_id=before.mentor_id,
        mentor_name=before.mentor_name,
        mentee_id=before.mentee_id,
        mentee_name=before.mentee_name,
        score=before.score,
        why=before.why,
        notes=before.notes,
        state="locked",
        decided_by=before.decided_by,
        decided_by_name=before.decided_by_name,
        decided_at=before.decided_at,
        listing=suggested_listing(run.run_id, before.mentor_id),
    )


def _mentees_left(problem: Problem, solution: Solution) -> Iterator[Unmatched]:
    matched = {one.mentee for one in solution.couples}
    for place in sorted(
        set(range(len(problem.mentees))) - matched, key=lambda n: _by_name(problem.mentees[n])
    ):
        mentee = problem.mentees[place]
        counts = dict(solution.counts.get(place, {}))
        own = hindrance_of("mentee", mentee, problem.policy, problem.today)
        rule, sentence = (own.rule, own.sentence) if own is not None else why_nobody(counts, problem.policy)
        yield Unmatched(
            person_id=mentee.person_id,
            name=mentee.name,
            role="mentee",
            rule=rule,
            sentence=sentence,
            counts=counts or None,
        )


def _mentors_left(problem: Problem, solution: Solution) -> Iterator[Unmatched]:
    """Mentors who are given nobody. One who has as many mentees as there is room for misses nothing."""
    matched = {one.mentor for one in solution.couples}
    for place in sorted(
        set(range(len(problem.mentors))) - matched, key=lambda n: _by_name(problem.mentors[n])
    ):
        mentor = problem.mentors[place]
        own = hindrance_of("mentor", mentor, problem.policy, problem.today)
        if own is not None and own.rule == "room" and mentor.pairs:
            continue
        yield Unmatched(
            person_id=mentor.person_id,
            name=mentor.name,
            role="mentor",
            rule=own.rule if own is not None else "spare",
            sentence=own.sentence if own is not None else SPARE.format(name=mentor.first_name),
        )


def _by_name(party: Party) -> tuple[str, str]:
    return party.name.casefold(), party.person_id


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
