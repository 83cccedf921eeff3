"""Writing down what a run found: its suggestions, and those for whom there is nobody."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pynamodb.exceptions import PutError

from shared.platform.tables import ConversationsItem

from .items import (
    MatchingRun,
    Suggestion,
    Unmatched,
    matching_pk,
    suggested_listing,
    suggestion_id_of,
    suggestion_key,
    suggestions_prefix,
    unmatched_key,
    unmatched_prefix,
)
from .rules import Party, Problem, Solution, hindrance_of, why_nobody
from .wishes import notes, why

SPARE = "{name} could be matched: no mentee was left who fits."
AT_ONCE = 25
"""What DynamoDB takes in one call."""
TRIES = 12
LONGEST_PAUSE = 5.0
"""Seconds. A partition takes some 500 suggestions in a second, so that ten thousand have to wait."""

Stored = dict[str, Any]
Send = Callable[[Sequence[Stored], Sequence[Stored]], Sequence[Stored]]
"""Writes items and deletes keys, and gives back the requests that were not done."""


def clear(run: MatchingRun) -> None:
    """Takes away what a run had written. The run itself stays."""
    pk = matching_pk(run.programme_id, run.cohort_id or "")
    for model, prefix in (
        (Suggestion, suggestions_prefix(run.run_id)),
        (Unmatched, unmatched_prefix(run.run_id)),
    ):
        found = model.query(pk, model.sk.startswith(prefix), attributes_to_get=["pk", "sk", "kind"])
        in_batches([], [{"pk": one.pk, "sk": one.sk} for one in found])


def write_down(run: MatchingRun, problem: Problem, solution: Solution, kept: list[Suggestion]) -> None:
    """The suggestions by the mentee's name, and those for whom nobody was found."""
    found = [_suggestion(run, problem, one.mentor, one.mentee, one.score) for one in solution.couples]
    found += [_kept(run, one) for one in kept]
    found.sort(key=lambda one: (one.mentee_name.casefold(), one.mentee_id))
    cohort_id = run.cohort_id or ""
    for number, one in enumerate(found):
        one.suggestion_id = suggestion_id_of(run.run_id, number)
        one.pk, one.sk = suggestion_key(run.programme_id, cohort_id, one.suggestion_id)
        one.listing_order = one.suggestion_id
    mentees = list(_mentees_left(problem, solution))
    mentors = list(_mentors_left(problem, solution))
    for number, left in enumerate([*mentees, *mentors]):
        left.run_id = run.run_id
        left.pk, left.sk = unmatched_key(run.programme_id, cohort_id, run.run_id, number)
    in_batches([one.serialize() for one in (*found, *mentees, *mentors)])
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


# ── Many at once ───────────────────────────────────────────────────────────


def in_batches(
    puts: Sequence[Stored],
    deletes: Sequence[Stored] = (),
    *,
    send: Send | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Writes and deletes many items without any condition. What DynamoDB does not take is sent again, after a
    while that grows; PynamoDB would try three times without one. Raises PutError when it never takes it."""
    requests = [{"PutRequest": {"Item": one}} for one in puts]
    requests += [{"DeleteRequest": {"Key": one}} for one in deletes]
    for first in range(0, len(requests), AT_ONCE):
        _send_all(requests[first : first + AT_ONCE], send or _send, pause)


def _send_all(requests: Sequence[Stored], send: Send, pause: Callable[[float], None]) -> None:
    for tried in range(TRIES):
        puts = [one["PutRequest"]["Item"] for one in requests if "PutRequest" in one]
        deletes = [one["DeleteRequest"]["Key"] for one in requests if "DeleteRequest" in one]
        requests = send(puts, deletes)
        if not requests:
            return
        pause(min(LONGEST_PAUSE, 0.05 * 2**tried))
    raise PutError(f"{len(requests)} items could not be written")


def _send(puts: Sequence[Stored], deletes: Sequence[Stored]) -> Sequence[Stored]:
    table = ConversationsItem._get_connection()
    answer = table.batch_write_item(put_items=puts, delete_items=deletes) or {}
    left: Sequence[Stored] = answer.get("UnprocessedItems", {}).get(table.table_name, ())
    return left
