"""How many mentees a mentor has, and may have."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from shared.people.wishes import Wishes
from shared.policies import Policy
from shared.programmes.items import Cohort, cohort_key
from shared.programmes.rules import is_over

from .acquaintances import pairs_of
from .items import Pair, pair_key


def most_mentees(policy: Policy, wished: Wishes) -> int:
    """How many mentees a mentor may have: what the policy says, or fewer where they said so."""
    most = policy.matching.mentees_per_mentor
    return most if wished.most is None else min(most, wished.most)


def active_mentees(mentor_id: str, programme_id: str, *, now: datetime) -> int:
    """How many mentees a mentor writes with in the programme at present: a Query, a BatchGetItem for the
    conversations, and one for the cohorts they are in."""
    return active_mentees_of([mentor_id], programme_id, now=now)[mentor_id]


def active_mentees_of(mentor_ids: Sequence[str], programme_id: str, *, now: datetime) -> dict[str, int]:
    """The same of several mentors: a Query for each, and the two BatchGetItems for all."""
    going_on = Counter(one.mentor_id for one in active_pairs(mentor_ids, programme_id, now=now))
    return {mentor_id: going_on[mentor_id] for mentor_id in mentor_ids}


def active_pairs(person_ids: Sequence[str], programme_id: str, *, now: datetime) -> list[Pair]:
    """The conversations in the programme that go on of these people: as many requests."""
    ids = sorted({pair_id for person_id in person_ids for pair_id in pairs_of(person_id)})
    found = Pair.batch_get([pair_key(pair_id) for pair_id in ids], consistent_read=True) if ids else ()
    pairs = [one for one in found if one.programme_id == programme_id and one.status == "active"]
    keys = sorted({cohort_key(programme_id, one.cohort_id) for one in pairs if one.cohort_id})
    cohorts = Cohort.batch_get(keys) if keys else ()
    over = {one.cohort_id for one in cohorts if is_over(one.ends_on, now)}
    return [one for one in pairs if one.cohort_id not in over]
