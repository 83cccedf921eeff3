"""Passing a concern on until somebody answers."""

from datetime import timedelta

import pytest

from shared.policies.working_time import DAYS
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.chain.climbing import Overdue, PassedOn, escalate, escalate_due, make_sure_of_alerts
from shared.safeguarding.chain.rules import SOONEST_ANSWER
from shared.safeguarding.concerns.answering import acknowledge
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme, with_a_broken_policy
from tests.faults import answering
from tests.racing import just_before_it_writes
from tests.shared.safeguarding.builders import (
    CHAIN,
    a_new_concern,
    a_policy_with,
    alerted,
    alerts,
    chronology,
    raised_in,
    the_concern,
)

pytestmark = pytest.mark.usefixtures("tables")

IN_TIME = MONDAY + timedelta(minutes=9)
TOO_LATE = MONDAY + timedelta(minutes=10)


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme(policy=a_policy_with(CHAIN))


def test_nobody_else_is_told_while_there_is_time_to_answer(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    concern_id = raised_in(programme)

    assert escalate(concern_id, now=IN_TIME) is None
    assert alerted() == [lead.address]


def test_the_next_of_the_chain_is_told_when_nobody_has_answered(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    concern_id = raised_in(programme)

    assert escalate(concern_id, now=TOO_LATE) == PassedOn(told=1)
    assert alerted() == [lead.address, coordinator.address]
    assert [entry.what for entry in chronology(concern_id)] == ["raised", "told", "passed_on"]
    assert chronology(concern_id)[-1].note == coordinator.name
    assert the_concern(concern_id).answer_by == TOO_LATE + timedelta(minutes=10)


def test_the_top_of_the_chain_is_told_again_and_again(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    concern_id = raised_in(programme)

    for climb in range(1, 4):
        escalate(concern_id, now=MONDAY + timedelta(minutes=10 * climb))

    operations = "operations@example.org"
    assert sorted(alerted()) == sorted([lead.address, *[coordinator.address] * 3, *[operations] * 2])
    assert the_concern(concern_id).climbs == 3


def test_an_answered_concern_is_passed_on_no_further(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    concern_id = raised_in(programme)
    acknowledge(lead.viewer, concern_id, now=IN_TIME)

    assert escalate_due(TOO_LATE) == Overdue()
    assert escalate(concern_id, now=TOO_LATE) is None
    assert alerted() == [lead.address]


def test_passing_on_again_at_the_same_moment_changes_nothing(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    concern_id = raised_in(programme)

    assert escalate(concern_id, now=TOO_LATE) is not None
    assert escalate(concern_id, now=TOO_LATE) is None
    assert len(alerts()) == 2


def test_of_two_that_pass_on_at_the_same_moment_one_does(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    concern_id = raised_in(programme)

    with just_before_it_writes(lambda: escalate(concern_id, now=TOO_LATE)):
        assert escalate(concern_id, now=TOO_LATE) is None
    assert alerted() == [lead.address, coordinator.address]


def test_the_sweep_passes_on_every_concern_whose_time_is_up(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    programme_id = programme.programme_id
    first = raised_in(programme, a_new_concern(cause=("one",), programme_id=programme_id))
    second = raised_in(programme, a_new_concern(cause=("two",), programme_id=programme_id))
    waits = raised_in(programme, a_new_concern("medium", cause=("three",), programme_id=programme_id))

    assert escalate_due(TOO_LATE) == Overdue(passed_on=2)
    assert [the_concern(one).climbs for one in (first, second, waits)] == [1, 1, 0]


def test_a_concern_that_cannot_be_passed_on_holds_up_no_other(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    raised_in(programme, a_new_concern(cause=("the first",), programme_id=programme.programme_id))
    raised_in(programme)

    with answering("TransactWriteItems", "InternalServerError", times=1):
        assert escalate_due(TOO_LATE) == Overdue(passed_on=1, failed=1)


def test_a_concern_climbs_where_the_policy_cannot_be_read(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    concern_id = raised_in(programme)
    with_a_broken_policy(programme)

    assert escalate(concern_id, now=TOO_LATE) == PassedOn(told=2)
    assert the_concern(concern_id).answer_by == TOO_LATE + timedelta(minutes=SOONEST_ANSWER.minutes)


def test_what_there_is_no_time_for_is_left_to_the_next_run(
    programme: RunningProgramme, lead: Someone
) -> None:
    concern_id = raised_in(programme)

    assert escalate_due(TOO_LATE, enough=lambda: True) == Overdue()
    assert escalate_due(TOO_LATE) == Overdue(passed_on=1)
    assert the_concern(concern_id).climbs == 1


def test_with_nobody_on_the_staff_those_who_run_the_site_learn_the_reference_alone(
    programme: RunningProgramme,
) -> None:
    concern_id = raised_in(programme)

    assert escalate_due(MONDAY) == Overdue(passed_on=1, nobody_told=1)
    (notice,) = alerts()
    assert notice.address == "operations@example.org"
    assert notice.reference == the_concern(concern_id).reference
    assert concern_id not in (notice.path or "")
    assert notice.programme_name is None


def test_somebody_who_joins_the_staff_is_told_of_a_concern_nobody_could_be_told_of(
    programme: RunningProgramme,
) -> None:
    raised_in(programme)
    newcomer = a_person("safeguarding_lead", programme)

    assert escalate_due(MONDAY) == Overdue(passed_on=1)
    assert alerted() == [newcomer.address]


def test_when_the_whole_chain_was_told_those_who_run_the_site_learn_that_nobody_answered(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    concern_id = raised_in(programme)
    assert escalate_due(TOO_LATE) == Overdue(passed_on=1)

    assert escalate_due(TOO_LATE + timedelta(minutes=10)) == Overdue(passed_on=1, unanswered=1)

    (notice,) = [one for one in alerts() if one.template == "nobody_answered"]
    assert notice.address == "operations@example.org"
    assert notice.reference == the_concern(concern_id).reference
    assert concern_id not in (notice.path or "")


def test_the_hour_of_each_step_decides_which_chain_it_goes_by(tables: None) -> None:
    """Raised on Friday at half past four, and unanswered over the weekend."""
    ranks = [{"roles": ["safeguarding_lead"]}, {"roles": ["coordinator"]}]
    night = [{"roles": ["deputy"]}, {"roles": ["deputy", "regional_manager"]}]
    clocks = {severity: {"minutes": 60} for severity in ("low", "medium", "high", "immediate")}
    escalation = {"ranks": ranks, "out_of_hours_ranks": night, "acknowledge_within": clocks}
    programme = a_programme(policy=a_policy(escalation=escalation))
    roles = ("safeguarding_lead", "deputy", "coordinator", "regional_manager")
    morag, isla, priya, ruth = (a_person(role, programme) for role in roles)
    friday = MONDAY + timedelta(days=4, hours=7, minutes=30)

    concern_id = raised_in(programme, a_new_concern("high", programme_id=programme.programme_id), now=friday)
    escalate(concern_id, now=friday + timedelta(hours=1))
    in_the_morning = MONDAY + timedelta(days=7, minutes=5)
    escalate(concern_id, now=in_the_morning)

    told = [entry.note for entry in chronology(concern_id) if entry.what in ("told", "passed_on")]
    assert told == [morag.name, f"{isla.name}, {ruth.name}", priya.name]


def test_more_people_than_a_transaction_holds_are_all_told(programme: RunningProgramme) -> None:
    for number in range(45):
        a_person("safeguarding_lead", programme, first_name=f"Morag{number}")
        a_person("coordinator", programme, first_name=f"Priya{number}")
    concern_id = raised_in(programme)
    assert len(alerted()) == 40

    make_sure_of_alerts(concern_id, now=MONDAY)
    assert len(alerted()) == 45
    escalate(concern_id, now=TOO_LATE)

    assert len(set(alerted())) == 90


class TestTheStreamMakesSureOfAlerts:
    def test_an_alert_that_is_missing_is_queued(self, programme: RunningProgramme, lead: Someone) -> None:
        concern_id = raised_in(programme)
        alerts()[0].delete()

        make_sure_of_alerts(concern_id, now=MONDAY)

        assert alerted() == [lead.address]

    def test_doing_it_again_changes_nothing(self, programme: RunningProgramme, lead: Someone) -> None:
        concern_id = raised_in(programme)

        make_sure_of_alerts(concern_id, now=MONDAY)
        make_sure_of_alerts(concern_id, now=MONDAY)

        assert alerted() == [lead.address]
        assert the_concern(concern_id).climbs == 0

    def test_doing_it_again_later_tells_nobody_who_was_not_told_then(
        self, programme: RunningProgramme, lead: Someone
    ) -> None:
        concern_id = raised_in(programme)
        a_person("safeguarding_lead", programme, first_name="Fiona")

        make_sure_of_alerts(concern_id, now=IN_TIME)

        assert alerted() == [lead.address]

    def test_a_concern_with_nobody_to_tell_is_passed_on_at_once(self, programme: RunningProgramme) -> None:
        concern_id = raised_in(programme)

        assert make_sure_of_alerts(concern_id, now=MONDAY) == PassedOn(told=0)

    def test_an_answered_concern_needs_no_alert(self, programme: RunningProgramme, lead: Someone) -> None:
        concern_id = raised_in(programme)
        acknowledge(lead.viewer, concern_id, now=IN_TIME)
        alerts()[0].delete()

        assert make_sure_of_alerts(concern_id, now=TOO_LATE) is None
        assert alerts() == []


def test_a_shorter_list_at_night_takes_no_step_back_in_the_morning(tables: None) -> None:
    """By day four steps, at night one: whoever was reached by day is not begun with again."""
    roles = ["safeguarding_lead", "deputy", "coordinator", "regional_manager"]
    hours = {day: {"opens": "09:00", "closes": "17:00"} for day in DAYS}
    policy = a_policy(
        escalation={
            "ranks": [{"roles": [role]} for role in roles],
            "out_of_hours_ranks": [{"roles": ["safeguarding_lead"]}],
            "acknowledge_within": {name: {"minutes": 60} for name in ("immediate", "high", "medium", "low")},
        },
        working_time={"days": hours},
    )
    programme = a_programme(policy=policy)
    people = {role: a_person(role, programme) for role in roles}
    at_half_past_two = MONDAY.replace(hour=14, minute=30)
    new = a_new_concern("high", programme_id=programme.programme_id)
    concern_id = raised_in(programme, new, now=at_half_past_two)

    now, manager = at_half_past_two, people["regional_manager"].address
    while manager not in alerted() and now < at_half_past_two + timedelta(days=2):
        now += timedelta(hours=1)
        escalate(concern_id, now=now)

    assert now == at_half_past_two.replace(hour=9) + timedelta(days=1)
