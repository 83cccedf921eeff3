"""Which pairs are brought to those who look after them because they are too seldom in touch, and which are
not."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.people.actions import reinstate, suspend
from shared.policies.presets import load_preset
from shared.programmes.actions import RunningProgramme
from shared.programmes.desk import desk_of
from shared.programmes.items import Programme, programme_key
from shared.programmes.rules import day_of
from shared.progress.rules import had_time
from shared.progress.seldom import look_for_seldom
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme

pytestmark = pytest.mark.usefixtures("tables")

TWELVE_WEEKS = {"interactions_least": 4, "interactions_within_weeks": 12, "logged_ways": ["Visit"]}
DUE = MONDAY + timedelta(weeks=12)


@pytest.fixture
def ours(tables: None) -> RunningProgramme:
    return a_programme(policy=a_policy(relationship=TWELVE_WEEKS))


def two(ours: RunningProgramme, handle: str, *, mentor: Someone | None = None, **changes: Any) -> TwoWhoWrite:
    mentee = a_person("mentee", ours, username=handle, address=f"{handle}@example.org")
    cohort_id = changes.pop("cohort_id", "")
    pair = a_pair(ours, mentor=mentor, mentee=mentee, cohort_id=cohort_id)
    if changes:
        load_pair(pair.pair_id).update([getattr(Pair, name).set(value) for name, value in changes.items()])
    return pair


def on_the_desk(ours: RunningProgramme, now: datetime) -> int:
    return sum(int(one.how_many or 0) for one in desk_of(ours.programme_id, day_of(now)).of("seldom"))


def mornings(ours: RunningProgramme, first: datetime, days: int) -> list[int]:
    """How many are found each morning; the look of a morning is made twice."""
    found = []
    for day in range(days):
        for _ in range(2):
            look = look_for_seldom(ours.programme_id, now=first + timedelta(days=day))
        found.append(look)
    return found


def test_their_weeks_begin_on_the_day_they_were_introduced_whatever_day_that_is(
    ours: RunningProgramme,
) -> None:
    two(ours, "amina")
    mid_month = MONDAY + timedelta(days=9, hours=7)
    two(
        ours,
        "isla",
        mentor=a_person("mentor", ours, username="jo.tait", address="jo@example.org"),
        created_at=mid_month,
    )

    assert mornings(ours, DUE - timedelta(days=1), 2) == [0, 1]
    assert mornings(ours, DUE + timedelta(days=8), 2) == [1, 2]


def test_two_mentees_of_one_mentor_are_counted_each_for_themselves(ours: RunningProgramme) -> None:
    grace = a_person("mentor", ours)
    two(ours, "amina", mentor=grace, confirmed_interactions=4)
    two(ours, "isla", mentor=grace, confirmed_interactions=3)

    assert mornings(ours, DUE, 1) == [1]


def test_what_has_ended_is_brought_to_nobody_and_leaves_the_desk(ours: RunningProgramme) -> None:
    pair = two(ours, "amina")
    assert mornings(ours, DUE, 1) == [1]

    load_pair(pair.pair_id).update([Pair.status.set("ended")])

    assert mornings(ours, DUE + timedelta(days=1), 1) == [0]
    assert on_the_desk(ours, DUE) == 0


def test_the_days_on_which_a_conversation_rests_do_not_count(ours: RunningProgramme) -> None:
    pair, priya = two(ours, "amina"), a_person("coordinator", ours)
    before = DUE - timedelta(days=3)
    assert mornings(ours, before, 1) == [0]
    suspend(priya.viewer, ours.programme_id, pair.mentor.person_id, now=before)

    assert mornings(ours, before + timedelta(days=1), 5) == [0] * 5
    assert int(load_pair(pair.pair_id).rested_days) == 5

    goes_on = before + timedelta(days=6)
    reinstate(priya.viewer, ours.programme_id, pair.mentor.person_id, now=goes_on)
    assert mornings(ours, goes_on, 3) == [0, 0, 1]


def test_a_pair_on_the_desk_that_rests_now_leaves_it(ours: RunningProgramme) -> None:
    pair, priya = two(ours, "amina"), a_person("coordinator", ours)
    assert mornings(ours, DUE, 1) == [1]

    suspend(priya.viewer, ours.programme_id, pair.mentor.person_id, now=DUE)

    assert mornings(ours, DUE + timedelta(days=1), 1) == [0]
    assert on_the_desk(ours, DUE) == 0


def test_a_policy_that_asks_no_more_leaves_nothing_on_the_desk(ours: RunningProgramme) -> None:
    two(ours, "amina")
    assert mornings(ours, DUE, 1) == [1]
    stored = Programme.get(*programme_key(ours.programme_id))
    relationship = {**stored.policy["relationship"], "interactions_within_weeks": None}
    stored.update([Programme.policy.set({**stored.policy, "relationship": relationship})])

    assert mornings(ours, DUE + timedelta(days=1), 1) == [0]
    assert on_the_desk(ours, DUE) == 0


def test_without_weeks_nobody_is_ever_late() -> None:
    assert not had_time(date(2026, 1, 5), 0, None, date(2036, 1, 5))
    assert load_preset("college-pilot").relationship.interactions_within_weeks is not None
