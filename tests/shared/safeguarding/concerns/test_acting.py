"""Acts, next steps, judging anew and handing over."""

from datetime import timedelta

import pytest

from shared.audit.items import Waiting, waiting_key
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.chain.climbing import escalate_due
from shared.safeguarding.concerns.acting import Done, finish_step, record_act
from shared.safeguarding.concerns.answering import acknowledge, judge
from shared.safeguarding.concerns.closing import close
from shared.safeguarding.concerns.lists import concern_list
from shared.safeguarding.items import STEPS_PREFIX, NextStep, step_key
from shared.safeguarding.views import concern_page
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.racing import just_before_it_writes
from tests.shared.safeguarding.builders import CLOSING, a_new_concern, chronology, raised_in, the_concern

pytestmark = pytest.mark.usefixtures("tables")

SOON = MONDAY + timedelta(minutes=4)
CALL = Done(
    "contacted_school",
    "She will see Amina today.",
    happened=f"{MONDAY:%Y-%m-%dT%H:%M}",
    how="telephone",
    whom="Ms Adeyemi, safeguarding lead",
    next_step="Ring Ms Adeyemi again",
    next_step_on=MONDAY.date().isoformat(),
)


@pytest.fixture
def concern_id(programme: RunningProgramme, lead: Someone) -> str:
    """One that the lead is dealing with."""
    made = raised_in(programme, a_new_concern("medium", programme_id=programme.programme_id))
    acknowledge(lead.viewer, made, now=SOON)
    return made


def step_of(concern_id: str) -> NextStep:
    (step,) = NextStep.query(step_key(concern_id, "")[0], NextStep.sk.startswith(STEPS_PREFIX))
    return step


def test_an_act_stands_in_the_chronology_once_with_whom_how_and_when(lead: Someone, concern_id: str) -> None:
    for _ in range(2):
        record_act(lead.viewer, concern_id, CALL, key="form-1", now=SOON)

    acts = [one for one in chronology(concern_id) if one.what == "action"]
    line = concern_page(lead.viewer, concern_id, now=SOON).chronology
    (shown,) = [one for one in line if one.kind == "action"]
    assert len(acts) == 1
    assert (shown.what, shown.why, shown.who) == (
        "Contacted the school or college",
        "She will see Amina today.",
        lead.name,
    )
    assert [one.words for one in shown.details if one.name in ("How", "With")] == [
        "By telephone",
        "Ms Adeyemi, safeguarding lead",
    ]


def test_everything_that_is_wrong_with_an_act_is_said_at_once(lead: Someone, concern_id: str) -> None:
    future = f"{SOON + timedelta(hours=1):%Y-%m-%dT%H:%M}"
    wrong = Done("contacted_services", " ", happened=future, next_step="Ring", next_step_on="2020-01-01")

    with pytest.raises(Invalid) as refused:
        record_act(lead.viewer, concern_id, wrong, key="form-1", now=SOON)

    said = {one.field: one.sentence for one in refused.value.all}
    assert set(said) == {"words", "happened", "whom", "next_step_on"}
    assert "in the future" in said["happened"]


def test_a_next_step_comes_back_to_the_list_when_its_day_is_over(
    programme: RunningProgramme, lead: Someone, concern_id: str
) -> None:
    record_act(lead.viewer, concern_id, CALL, key="form-1", now=SOON)
    tomorrow = MONDAY + timedelta(days=1)

    before = concern_list(lead.viewer, programme.programme_id, now=SOON)
    after = concern_list(lead.viewer, programme.programme_id, now=tomorrow)

    assert before.overdue == ()
    assert [one.words for one in after.overdue] == ["Ring Ms Adeyemi again"]
    assert [one.is_overdue for one in after.concerns] == [True]


def test_a_next_step_is_done_once_with_a_note(
    programme: RunningProgramme, lead: Someone, concern_id: str
) -> None:
    record_act(lead.viewer, concern_id, CALL, key="form-1", now=SOON)
    step_id = step_of(concern_id).step_id
    tomorrow = MONDAY + timedelta(days=1)

    for _ in range(2):
        finish_step(lead.viewer, concern_id, step_id, words="She is well.", key="form-2", now=tomorrow)

    assert [one.note for one in chronology(concern_id) if one.what == "step_done"] == ["She is well."]
    assert concern_list(lead.viewer, programme.programme_id, now=tomorrow).overdue == ()
    with pytest.raises(Conflict, match="done already"):
        finish_step(lead.viewer, concern_id, step_id, words="Once more.", key="form-3", now=tomorrow)


def test_a_next_step_about_somebody_is_not_listed_to_them(programme: RunningProgramme, lead: Someone) -> None:
    coordinator = a_person("coordinator", programme)
    new = a_new_concern("medium", about_id=coordinator.person_id, programme_id=programme.programme_id)
    about_them = raised_in(programme, new)
    record_act(lead.viewer, about_them, CALL, key="form-1", now=SOON)
    tomorrow = MONDAY + timedelta(days=1)

    shown = concern_list(coordinator.viewer, programme.programme_id, now=tomorrow)

    assert (shown.concerns, shown.overdue, shown.oldest) == ((), (), "")
    with pytest.raises(NotFound):
        record_act(coordinator.viewer, about_them, CALL, key="form-1", now=SOON)


@pytest.mark.parametrize(("severity", "minutes"), [("high", 30), ("immediate", 0)])
def test_what_becomes_more_urgent_before_anybody_answered_is_passed_on_sooner(
    programme: RunningProgramme, lead: Someone, severity: str, minutes: int
) -> None:
    concern_id = raised_in(programme, a_new_concern("medium", programme_id=programme.programme_id))

    judge(
        lead.viewer,
        concern_id,
        severity=severity,
        category="suicide",
        reason="Her mother rang.",
        key="form-1",
        now=SOON,
    )

    concern = the_concern(concern_id)
    assert (concern.severity, concern.state) == (severity, "open")
    assert concern.answer_by == SOON + timedelta(minutes=minutes)


def test_what_becomes_immediate_is_told_to_the_next_at_once(
    programme: RunningProgramme, lead: Someone
) -> None:
    a_person("coordinator", programme)
    concern_id = raised_in(programme, a_new_concern("low", programme_id=programme.programme_id))
    why = "Her mother rang."
    judge(
        lead.viewer,
        concern_id,
        severity="immediate",
        category="suicide",
        reason=why,
        key="form-1",
        now=SOON,
    )

    assert escalate_due(SOON).passed_on == 1
    assert "Priya Nair" in str([one.note for one in chronology(concern_id) if one.what == "passed_on"])


def test_what_is_judged_anew_keeps_how_it_was_judged_before(lead: Someone, concern_id: str) -> None:
    judge(
        lead.viewer,
        concern_id,
        severity="low",
        category="bullying",
        reason="It was about football.",
        key="form-1",
        now=SOON,
    )

    details = [one.details for one in chronology(concern_id) if one.what == "changed"]
    assert details == [{"severity": "low, was medium", "category": "bullying, was suicide"}]


def test_everything_that_is_done_stands_in_the_audit_record_without_what_was_written(
    programme: RunningProgramme, lead: Someone, concern_id: str
) -> None:
    record_act(lead.viewer, concern_id, CALL, key="form-1", now=SOON)
    concern_page(lead.viewer, concern_id, now=SOON)

    recorded = list(Waiting.query(waiting_key(programme.programme_id, "", "")[0]))
    assert {one.what for one in recorded} >= {"acknowledged_concern", "recorded_action", "read_concern"}
    assert not [one for one in recorded if "Adeyemi" in (one.why or "")]


def test_of_two_who_finish_a_step_at_once_the_second_is_told_so(
    programme: RunningProgramme, lead: Someone, concern_id: str
) -> None:
    record_act(lead.viewer, concern_id, CALL, key="form-1", now=SOON)
    step = step_of(concern_id)
    deputy = a_person("deputy", programme)

    def the_deputy_finishes() -> None:
        finish_step(deputy.viewer, concern_id, step.step_id, words="Rang her.", key="form-3", now=SOON)

    with pytest.raises(Conflict), just_before_it_writes(the_deputy_finishes):
        finish_step(lead.viewer, concern_id, step.step_id, words="Done.", key="form-2", now=SOON)


def test_a_concern_is_not_closed_over_a_step_that_is_added_at_that_moment(
    lead: Someone, concern_id: str
) -> None:
    def a_step_is_added() -> None:
        record_act(lead.viewer, concern_id, CALL, key="form-1", now=SOON)

    with (
        pytest.raises(Conflict, match="Something is still to be done"),
        just_before_it_writes(a_step_is_added),
    ):
        close(lead.viewer, concern_id, CLOSING, key="form-2", now=SOON)


def test_no_step_is_added_to_a_concern_that_is_closed_at_that_moment(lead: Someone, concern_id: str) -> None:
    def it_is_closed() -> None:
        close(lead.viewer, concern_id, CLOSING, key="form-2", now=SOON)

    with pytest.raises(Conflict), just_before_it_writes(it_is_closed):
        record_act(lead.viewer, concern_id, CALL, key="form-1", now=SOON)
