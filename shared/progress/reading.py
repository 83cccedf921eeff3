"""Reads a cohort's pairs, and how each is getting on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shared.cohorts.views import CohortRow, both, row_of
from shared.conversations.agreement import agreement_of
from shared.conversations.items import Pair
from shared.conversations.lists import cohort_pairs
from shared.people.permissions import Viewer, may_see_people, require
from shared.policies import Policy
from shared.programmes.actions import load_programme
from shared.programmes.rules import day_of
from shared.relationship.interactions import counted
from shared.relationship.rules import stage_of

from .rules import Row, had_time, heard_of, rests

EVERYBODY = "everybody"
"""What stands for the pairs in no cohort, in an address."""
WITHOUT_COHORT = "Without a cohort"
AT_ONCE = 400
"""Pairs that are read for a page: what one answer of DynamoDB holds easily."""
MOST = 5_000
"""Pairs in a report or a file."""


@dataclass(frozen=True)
class Whole:
    """A cohort, or all that is in none."""

    policy: Policy
    cohort: CohortRow | None

    @property
    def name(self) -> str:
        return self.cohort.name if self.cohort else WITHOUT_COHORT


def whole_of(viewer: Viewer, programme_id: str, cohort_id: str, *, now: datetime) -> Whole:
    """One request. Raises NotFound, also for who is not on the programme's staff."""
    require(may_see_people(viewer, programme_id))
    if cohort_id == EVERYBODY:
        return Whole(load_programme(programme_id).policy, None)
    policy, cohort = both(programme_id, cohort_id)
    return Whole(policy, row_of(cohort, now))


def rows_of(whole: Whole, programme_id: str, *, after: str = "", now: datetime) -> tuple[list[Row], bool]:
    """The pairs by the mentee's surname, as many as one request reads, and whether more follow."""
    cohort_id = whole.cohort.cohort_id if whole.cohort else ""
    pairs, has_more = cohort_pairs(programme_id, cohort_id, after=after, limit=AT_ONCE)
    is_over = whole.cohort is not None and whole.cohort.state == "over"
    return [_row(pair, whole.policy, is_over, now) for pair in pairs], has_more


def every_row(whole: Whole, programme_id: str, *, now: datetime) -> Iterator[Row]:
    """All of them, MOST at the most: for a report or a file, a request for each 400."""
    after, has_more, read = "", True, 0
    while has_more and read < MOST:
        rows, has_more = rows_of(whole, programme_id, after=after, now=now)
        yield from rows
        read += len(rows)
        after = rows[-1].pair_id if rows else ""
        has_more = has_more and bool(rows)


def asks_for_touch(policy: Policy) -> bool:
    """Whether the staff are told of pairs that are too seldom in touch."""
    wanted = policy.relationship
    return bool(wanted.interactions_least and wanted.interactions_within_weeks)


def is_late(pair: Pair, policy: Policy, today: date) -> bool:
    """Whether a pair that goes on, and does not rest, was in touch too seldom for how long it has had."""
    if not asks_for_touch(policy) or counted(pair, policy).is_enough:
        return False
    weeks, rested = policy.relationship.interactions_within_weeks, int(pair.rested_days)
    return had_time(day_of(pair.created_at), rested, weeks, today)


def _row(pair: Pair, policy: Policy, is_over: bool, now: datetime) -> Row:
    stages = policy.relationship.stages
    stage = stage_of(stages, pair.stage)
    last = max((one for one in (pair.mentor_wrote_at, pair.mentee_wrote_at) if one), default=None)
    ended = is_over or pair.status != "active"
    wrote_last = {pair.mentor_id: "mentee", pair.mentee_id: "mentor"}
    in_touch, today = counted(pair, policy), day_of(now)
    return Row(
        pair_id=pair.pair_id,
        mentee_name=pair.mentee_name,
        mentor_name=pair.mentor_name,
        is_over=ended,
        is_agreed=agreement_of(pair, policy).stands,
        stage_id=stage.id if stage else "",
        stage=stage.name if stage else "",
        stage_number=stages.index(stage) + 1 if stage else 0,
        stage_since=pair.stage_since or pair.created_at,
        mentee_at=pair.mentee_wrote_at,
        mentor_at=pair.mentor_wrote_at,
        heard=heard_of(last, now),
        awaited="" if ended else wrote_last.get(pair.last_sender_id or "", ""),
        mentee_answers_in=_mean(pair.mentee_reply_minutes, pair.mentee_replies),
        mentor_answers_in=_mean(pair.mentor_reply_minutes, pair.mentor_replies),
        times=in_touch.times,
        is_enough=in_touch.is_enough,
        is_late=not (ended or rests(pair.rested_on, today)) and is_late(pair, policy, today),
    )


def _mean(minutes: float, replies: float) -> int | None:
    return int(minutes / replies) if replies else None


def going_on(rows: Sequence[Row]) -> list[Row]:
    return [one for one in rows if not one.is_over]
