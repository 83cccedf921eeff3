"""Pairs that have been in touch less often than the policy wants, brought to those who look after them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from shared.conversations.items import Pair, pair_key
from shared.conversations.lists import every_pair
from shared.conversations.resting import taking_part_in
from shared.platform.tables import Lost, conditional, transaction
from shared.policies import Policy
from shared.programmes.actions import policy_of
from shared.programmes.desk import desk_of, set_seldom
from shared.programmes.items import Cohort
from shared.programmes.rules import day_of, is_over
from shared.relationship.interactions import counted

from .reading import EVERYBODY, WITHOUT_COHORT, asks_for_touch, is_late

TOGETHER = 100
"""Pairs that are read together."""


def look_for_seldom(programme_id: str, *, now: datetime) -> int:
    """Puts on the desk how many pairs of each cohort have had the policy's weeks and were in touch too
    seldom, and takes away what is so no longer; returns how many there are. Of a pair that rests the day is
    noted, and does not count. Harmless to repeat. For the daily function: two Queries, and where the policy
    asks for it one for each megabyte of pairs, and one request for some thirty of those below its least."""
    policy = policy_of(programme_id)
    if policy is None:
        return 0
    desk = desk_of(programme_id, day_of(now))
    cohorts = {one.cohort_id: one for one in desk.cohorts}
    found = _count(programme_id, policy, cohorts, now) if asks_for_touch(policy) else Counter()
    before = {one.of: int(one.how_many or 0) for one in desk.of("seldom")}
    for cohort_id in sorted(found.keys() | before.keys()):
        if found[cohort_id] == before.get(cohort_id, 0):
            continue
        cohort = cohorts.get(cohort_id)
        name = cohort.name if cohort else WITHOUT_COHORT
        with transaction() as write:
            set_seldom(write, programme_id, cohort_id, name=name, how_many=found[cohort_id], now=now)
    return found.total()


def _count(programme_id: str, policy: Policy, cohorts: dict[str, Cohort], now: datetime) -> Counter[str]:
    """By cohort, those that go on."""
    today = day_of(now)
    over = {one.cohort_id for one in cohorts.values() if is_over(one.ends_on, now)}
    below = [
        pair
        for pair in every_pair(programme_id)
        if pair.status == "active" and pair.cohort_id not in over and not counted(pair, policy).is_enough
    ]
    return Counter(pair.cohort_id or EVERYBODY for pair in _awake(below, now) if is_late(pair, policy, today))


def _awake(pairs: Sequence[Pair], now: datetime) -> Iterator[Pair]:
    """Those that do not rest. Of the others it is noted once a day: they cannot be in touch."""
    for first in range(0, len(pairs), TOGETHER):
        some = pairs[first : first + TOGETHER]
        together = taking_part_in(some, now=now)
        for pair in some:
            if together[pair.pair_id].pauses:
                _note_rest(pair, day_of(now).isoformat())
            else:
                yield pair


def _note_rest(pair: Pair, today: str) -> None:
    is_new = Pair.rested_on.does_not_exist() | (Pair.rested_on != today)
    with suppress(Lost), conditional():
        Pair(*pair_key(pair.pair_id)).update(
            [Pair.rested_days.add(1), Pair.rested_on.set(today)],
            condition=Pair.pk.exists() & is_new,
            add_version_condition=False,
        )
