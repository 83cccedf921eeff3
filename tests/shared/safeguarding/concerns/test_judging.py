"""Judging a concern as more urgent than those who know of it were told."""

from datetime import timedelta

import pytest

from shared.policies.schema import Rank, Steps
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.chain.climbing import escalate, make_sure_of_alerts
from shared.safeguarding.concerns.answering import acknowledge, hand_over, judge
from shared.safeguarding.items import CONCERNS_DUE, Concern
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.shared.safeguarding.builders import (
    a_new_concern,
    a_policy_with,
    alerts,
    chronology,
    raised_in,
    the_concern,
)

pytestmark = pytest.mark.usefixtures("tables")

SOON = MONDAY + timedelta(minutes=4)


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme(policy=a_policy_with([["safeguarding_lead", "deputy"], ["regional_manager"]]))


@pytest.fixture
def concern_id(programme: RunningProgramme, lead: Someone, deputy: Someone, coordinator: Someone) -> str:
    """Of medium severity. It has climbed, and the coordinator, who is not in the first step, has answered."""
    a_person("regional_manager", programme)
    concern_id = raised_in(programme, a_new_concern("medium", programme_id=programme.programme_id))
    escalate(concern_id, now=MONDAY + timedelta(hours=2))
    acknowledge(coordinator.viewer, concern_id, now=MONDAY + timedelta(hours=2))
    return concern_id


LATER = MONDAY + timedelta(hours=3)


def raise_to(severity: str, by: Someone, concern_id: str, key: str = "form-1") -> None:
    judge(
        by.viewer,
        concern_id,
        severity=severity,
        category="suicide",
        reason="Her school says that she has not come home.",
        key=key,
        now=LATER,
    )


def test_what_becomes_more_urgent_begins_with_the_first_step_of_its_own_chain() -> None:
    policy = a_policy_with([["safeguarding_lead"], ["deputy"]])
    low = Steps(ranks=[Rank(roles=["coordinator"]), Rank(roles=["deputy"])])
    escalation = policy.escalation.model_copy(update={"by_severity": {"low": low}})
    other = a_programme("Night Owls", policy=policy.model_copy(update={"escalation": escalation}))
    people = [a_person(role, other) for role in ("safeguarding_lead", "deputy", "coordinator")]
    concern_id = raised_in(other, a_new_concern("low", programme_id=other.programme_id))
    assert the_concern(concern_id).told == [people[2].person_id]
    escalate(concern_id, now=MONDAY + timedelta(hours=5))

    raise_to("high", people[1], concern_id)

    assert the_concern(concern_id).told == [people[0].person_id]
    assert int(the_concern(concern_id).rank) == 0


def told_anew() -> list[str]:
    return sorted(one.address for one in alerts() if one.queued_at == LATER)


@pytest.mark.parametrize(("severity", "minutes"), [("immediate", 10), ("high", 30)])
def test_an_answered_concern_that_becomes_more_urgent_is_told_anew_to_the_whole_first_step_and_who_answered(
    severity: str, minutes: int, lead: Someone, deputy: Someone, coordinator: Someone, concern_id: str
) -> None:
    raise_to(severity, deputy, concern_id)

    assert told_anew() == sorted([lead.address, deputy.address, coordinator.address])
    concern = the_concern(concern_id)
    assert (concern.state, concern.acknowledged_by, int(concern.rank)) == ("open", None, 0)
    assert concern.answer_by == LATER + timedelta(minutes=minutes)
    assert [one.concern_id for one in Concern.by_due.query(CONCERNS_DUE)] == [concern_id]


def test_it_climbs_until_somebody_answers(lead: Someone, coordinator: Someone, concern_id: str) -> None:
    raise_to("immediate", lead, concern_id)

    assert escalate(concern_id, now=LATER + timedelta(minutes=10)) is not None
    assert int(the_concern(concern_id).rank) == 1

    acknowledge(coordinator.viewer, concern_id, now=LATER + timedelta(minutes=11))
    assert escalate(concern_id, now=LATER + timedelta(days=1)) is None


def test_whom_it_was_handed_to_is_told_as_well(
    programme: RunningProgramme, lead: Someone, coordinator: Someone, concern_id: str
) -> None:
    colleague = a_person("coordinator", programme, first_name="Iona", surname="Ferguson")
    note = "You know her school."
    hand_over(coordinator.viewer, concern_id, to=colleague.person_id, note=note, key="form-2", now=LATER)

    raise_to("high", lead, concern_id)

    assert {colleague.address, coordinator.address} <= set(told_anew())
    assert the_concern(concern_id).handed_to is None


def test_the_same_form_sent_again_tells_nobody_twice(lead: Someone, concern_id: str) -> None:
    for _ in range(2):
        raise_to("immediate", lead, concern_id)
        make_sure_of_alerts(concern_id, now=LATER)

    assert len(told_anew()) == 3
    whats = [one.what for one in chronology(concern_id) if one.at == LATER]
    assert whats == ["changed", "told"]


def test_what_becomes_less_urgent_stays_with_who_answered(
    lead: Someone, coordinator: Someone, concern_id: str
) -> None:
    raise_to("low", lead, concern_id)

    concern = the_concern(concern_id)
    assert told_anew() == []
    assert (concern.state, concern.acknowledged_by) == ("acknowledged", coordinator.person_id)
