"""Pairs that have been in touch less often than the policy wants, brought to those who look after them."""

from collections import Counter
from datetime import datetime, timedelta

from shared.conversations.lists import every_pair
from shared.platform.tables import transaction
from shared.policies import Policy
from shared.programmes.actions import policy_of
from shared.programmes.desk import desk_of, set_seldom
from shared.programmes.items import Cohort
from shared.programmes.rules import day_of, is_over
from shared.relationship.interactions import counted

from .reading import EVERYBODY, WITHOUT_COHORT


def look_for_seldom(programme_id: str, *, now: datetime) -> int:
    """Puts on the desk how many pairs of each cohort have gone on for the policy's weeks and were in touch
    too seldom, and takes away what is so no longer; returns how many there are. Harmless to repeat. For the
    daily function: two Queries, and one for each megabyte of pairs."""
    policy = policy_of(programme_id)
    if policy is None or not _asks(policy):
        return 0
    desk = desk_of(programme_id, day_of(now))
    cohorts = {one.cohort_id: one for one in desk.cohorts}
    found = _count(programme_id, policy, cohorts, now)
    before = {one.of: int(one.how_many or 0) for one in desk.of("seldom")}
    for cohort_id in sorted(found.keys() | before.keys()):
        if found[cohort_id] == before.get(cohort_id, 0):
            continue
        cohort = cohorts.get(cohort_id)
        name = cohort.name if cohort else WITHOUT_COHORT
        with transaction() as write:
            set_seldom(write, programme_id, cohort_id, name=name, how_many=found[cohort_id], now=now)
    return found.total()


def _asks(policy: Policy) -> bool:
    wanted = policy.relationship
    return bool(wanted.interactions_least and wanted.interactions_within_weeks)


def _count(programme_id: str, policy: Policy, cohorts: dict[str, Cohort], now: datetime) -> Counter[str]:
    """By cohort, those that go on."""
    begun_by = now - timedelta(weeks=policy.relationship.interactions_within_weeks or 0)
    over = {one.cohort_id for one in cohorts.values() if is_over(one.ends_on, now)}
    return Counter(
        pair.cohort_id or EVERYBODY
        for pair in every_pair(programme_id)
        if pair.status == "active"
        and pair.cohort_id not in over
        and pair.created_at <= begun_by
        and not counted(pair, policy).is_enough
    )
