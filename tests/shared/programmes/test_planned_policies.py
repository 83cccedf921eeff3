"""A change of policy that is planned takes effect by itself, once, and undoes nothing silently."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.platform.errors import Conflict
from shared.platform.tables import Lost, find, transaction
from shared.policies import Policy
from shared.programmes.actions import RunningProgramme, load_programme
from shared.programmes.items import Programme, programme_key
from shared.programmes.policies import (
    Author,
    PutInForce,
    add_policy,
    plan_policy,
    planned_of,
    policy_versions,
    put_in_force,
    take_back_planned,
)
from tests.builders.clock import MONDAY
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.shared.people.counting import requests_made

pytestmark = pytest.mark.usefixtures("tables")
MORAG, OWEN = Author("person-1", "Morag Sinclair"), Author("person-2", "Owen Hughes")
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme()


def loaded(programme: RunningProgramme) -> Programme:
    found = find(Programme, *programme_key(programme.programme_id))
    assert found is not None
    return found


def plan(programme: RunningProgramme, policy: Policy, *, at: datetime = MONDAY) -> None:
    with transaction() as write:
        plan_policy(write, loaded(programme), policy, by=OWEN, reason="A new term.", starts=TUESDAY, now=at)


def change(programme: RunningProgramme, *, at: datetime = MONDAY, **parts: Any) -> None:
    with transaction() as write:
        policy = load_programme(programme.programme_id).policy.model_copy(update=vars(a_policy(**parts)))
        add_policy(write, loaded(programme), policy, by=MORAG, reason="Half term.", now=at)


def in_force(programme: RunningProgramme) -> Policy:
    return load_programme(programme.programme_id).policy


LONGER = a_policy(cohort={"weeks": 12})


def test_what_is_planned_is_not_in_force_until_its_time(programme: RunningProgramme) -> None:
    plan(programme, LONGER)

    assert put_in_force(TUESDAY - timedelta(seconds=1)) == PutInForce(0, 0)
    assert in_force(programme).cohort.weeks is None
    assert put_in_force(TUESDAY) == PutInForce(1, 0)

    assert in_force(programme).cohort.weeks == 12
    latest, _ = policy_versions(programme.programme_id, limit=5)
    assert (latest.author_name, latest.reason) == ("Owen Hughes", "A new term.")
    assert (latest.planned_at, latest.at) == (MONDAY, TUESDAY)


def test_it_takes_effect_once_however_often_it_is_looked_for(programme: RunningProgramme) -> None:
    plan(programme, LONGER)
    put_in_force(TUESDAY)

    assert put_in_force(TUESDAY + timedelta(minutes=1)) == PutInForce(0, 0)
    assert load_programme(programme.programme_id).policy_version == 2


def test_loading_a_programme_stays_one_request(programme: RunningProgramme) -> None:
    plan(programme, LONGER)

    with requests_made() as requests:
        load_programme(programme.programme_id)

    assert len(requests) == 1


def test_a_change_in_between_is_kept_with_the_planned_one_on_top(programme: RunningProgramme) -> None:
    plan(programme, LONGER)

    change(programme, invitations={"usable_days": 30})
    assert in_force(programme).cohort.weeks is None
    put_in_force(TUESDAY)

    policy = in_force(programme)
    assert (policy.invitations.usable_days, policy.cohort.weeks) == (30, 12)
    assert [int(one.policy_version) for one in policy_versions(programme.programme_id, limit=5)] == [3, 2, 1]


def test_a_change_that_says_something_else_of_the_same_field_is_refused(programme: RunningProgramme) -> None:
    plan(programme, LONGER)

    with pytest.raises(Conflict, match=r"cohort\.weeks") as refused:
        change(programme, cohort={"weeks": 20})

    assert refused.value.code == "overlaps_planned"
    assert load_programme(programme.programme_id).policy_version == 1
    planned = planned_of(loaded(programme))
    assert planned is not None
    assert planned.policy == LONGER


def test_a_second_plan_is_refused_and_may_follow_once_the_first_was_taken_back(
    programme: RunningProgramme,
) -> None:
    plan(programme, LONGER)
    with pytest.raises(Conflict):
        plan(programme, a_policy(cohort={"weeks": 20}))

    with transaction() as write:
        take_back_planned(write, loaded(programme), by=OWEN, reason="Not this term.", now=MONDAY)
    plan(programme, a_policy(cohort={"weeks": 20}), at=MONDAY + timedelta(hours=1))
    put_in_force(TUESDAY)

    assert in_force(programme).cohort.weeks == 20


def test_whoever_loaded_it_before_it_took_effect_loses(programme: RunningProgramme) -> None:
    plan(programme, LONGER)
    before = loaded(programme)
    put_in_force(TUESDAY)

    with pytest.raises(Lost), transaction() as write:
        add_policy(write, before, a_policy(), by=MORAG, reason="Hurry.", now=TUESDAY)

    assert in_force(programme).cohort.weeks == 12


def test_a_plan_that_is_no_policy_any_longer_is_not_put_in_force(programme: RunningProgramme) -> None:
    """A later version of Signpost may read policies otherwise. What was in force goes on."""
    plan(programme, LONGER)
    item = loaded(programme)
    item.planned["moderation"] = "whatever"
    item.save()

    assert put_in_force(TUESDAY) == PutInForce(0, 1)
    assert in_force(programme) == a_policy()


def test_ground_rules_that_are_worded_anew_are_asked_anew(programme: RunningProgramme) -> None:
    rules = a_policy().ground_rules.model_dump() | {"mentee": ["Write when it suits you."]}

    change(programme, ground_rules=rules)

    assert in_force(programme).ground_rules.version == 2
