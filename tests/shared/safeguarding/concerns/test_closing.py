"""Closing a concern: five things, and a second reader for what was severe."""

from datetime import timedelta

import pytest

from shared.notices.items import Notice, lane_due
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.concerns.acting import Done, record_act
from shared.safeguarding.concerns.answering import acknowledge, judge
from shared.safeguarding.concerns.closing import Closing, agree, close, reopen, send_back
from shared.safeguarding.concerns.lists import closed_concerns, open_concerns
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.racing import just_before_it_writes
from tests.shared.safeguarding.builders import a_new_concern, chronology, raised_in, the_concern

pytestmark = pytest.mark.usefixtures("tables")

SOON = MONDAY + timedelta(minutes=4)
LATER = MONDAY + timedelta(hours=2)
FILLED_IN = Closing(
    summary="Amina wrote that she wanted to disappear. She meant her exams.",
    action_taken="Morag spoke to her and to Ms Adeyemi at school.",
    decision="The school's counsellor sees her each week.",
    outcome="partly_founded",
    reasons="She has people to talk to, and says so.",
)

RING_HER_MOTHER = Done(
    "other", "I wrote to her mother.", next_step="Ring her mother", next_step_on=LATER.date().isoformat()
)


def in_hand(programme: RunningProgramme, lead: Someone, severity: str) -> str:
    """A concern that the lead is dealing with."""
    new = a_new_concern(severity, programme_id=programme.programme_id)
    concern_id = raised_in(programme, new)
    acknowledge(lead.viewer, concern_id, now=SOON)
    return concern_id


def closed(programme: RunningProgramme, lead: Someone) -> str:
    concern_id = in_hand(programme, lead, "medium")
    close(lead.viewer, concern_id, FILLED_IN, key="form-1", now=LATER)
    return concern_id


@pytest.mark.parametrize("severity", ["low", "medium"])
def test_what_was_never_severe_is_closed_at_once(
    programme: RunningProgramme, lead: Someone, severity: str
) -> None:
    concern_id = in_hand(programme, lead, severity)

    close(lead.viewer, concern_id, FILLED_IN, key="form-1", now=LATER)

    assert the_concern(concern_id).state == "closed"
    assert open_concerns(lead.viewer, programme.programme_id).concerns == ()
    (row,) = closed_concerns(lead.viewer, programme.programme_id).concerns
    assert (row.concern_id, row.outcome, row.closed_at) == (concern_id, "Partly founded", LATER)
    assert chronology(concern_id)[-1].details["reasons"] == FILLED_IN.reasons


@pytest.mark.parametrize("severity", ["high", "immediate"])
def test_what_is_severe_waits_for_a_second_reader_who_is_told(
    programme: RunningProgramme, lead: Someone, deputy: Someone, severity: str
) -> None:
    concern_id = in_hand(programme, lead, severity)

    close(lead.viewer, concern_id, FILLED_IN, key="form-1", now=LATER)

    assert the_concern(concern_id).state == "closing"
    asked = [one for one in Notice.by_due.query(lane_due("bulk")) if one.template == "concern_to_read"]
    assert [one.address for one in asked] == [deputy.address]
    with pytest.raises(Conflict, match="somebody else has to read it"):
        agree(lead.viewer, concern_id, now=LATER)
    agree(deputy.viewer, concern_id, now=LATER)
    assert the_concern(concern_id).state == "closed"


def test_making_it_less_severe_first_does_not_do_without_a_second_reader(
    programme: RunningProgramme, lead: Someone
) -> None:
    concern_id = in_hand(programme, lead, "high")
    judge(
        lead.viewer,
        concern_id,
        severity="low",
        category="wellbeing",
        reason="She meant her exams.",
        key="form-1",
        now=SOON,
    )

    close(lead.viewer, concern_id, FILLED_IN, key="form-2", now=LATER)

    assert the_concern(concern_id).state == "closing"


def test_the_second_reader_may_send_it_back_with_the_reason(
    programme: RunningProgramme, lead: Someone, deputy: Someone
) -> None:
    concern_id = in_hand(programme, lead, "high")
    close(lead.viewer, concern_id, FILLED_IN, key="form-1", now=LATER)

    send_back(deputy.viewer, concern_id, reason="Has her mother been told?", key="form-2", now=LATER)

    concern = the_concern(concern_id)
    assert (concern.state, concern.acknowledged_by) == ("acknowledged", lead.person_id)
    assert "Has her mother been told?" in [line.note for line in chronology(concern_id)]
    close(lead.viewer, concern_id, FILLED_IN, key="form-3", now=LATER + timedelta(hours=1))
    agree(deputy.viewer, concern_id, now=LATER + timedelta(hours=2))
    assert the_concern(concern_id).state == "closed"


def test_whoever_asked_for_the_closing_is_told_that_it_was_sent_back_and_not_why(
    programme: RunningProgramme, lead: Someone, deputy: Someone
) -> None:
    coordinator = a_person("coordinator", programme)
    concern_id = in_hand(programme, lead, "high")
    close(coordinator.viewer, concern_id, FILLED_IN, key="form-1", now=LATER)

    for _ in range(2):
        send_back(deputy.viewer, concern_id, reason="Has her mother been told?", key="form-2", now=LATER)

    letters = [one for one in Notice.by_due.query(lane_due("bulk")) if one.template == "concern_sent_back"]
    assert {one.address for one in letters} == {coordinator.address, lead.address}
    for one in letters:
        assert one.path == f"/concerns/{concern_id}"
        assert "mother" not in str(one.serialize())


def test_each_of_the_five_that_is_missing_has_its_sentence(
    programme: RunningProgramme, lead: Someone
) -> None:
    concern_id = in_hand(programme, lead, "medium")

    with pytest.raises(Invalid) as refused:
        close(lead.viewer, concern_id, Closing(outcome="surprising"), key="form-1", now=LATER)

    assert [one.field for one in refused.value.all] == [
        "summary",
        "action_taken",
        "decision",
        "outcome",
        "reasons",
    ]
    assert the_concern(concern_id).state == "acknowledged"


def test_the_same_form_sent_again_closes_it_once(programme: RunningProgramme, lead: Someone) -> None:
    concern_id = closed(programme, lead)

    close(lead.viewer, concern_id, FILLED_IN, key="form-1", now=LATER + timedelta(minutes=1))

    assert [line.what for line in chronology(concern_id)].count("closed") == 1


def test_what_is_closed_cannot_be_closed_again(programme: RunningProgramme, lead: Someone) -> None:
    concern_id = closed(programme, lead)

    with pytest.raises(Conflict, match="closed already"):
        close(lead.viewer, concern_id, FILLED_IN, key="form-2", now=LATER)
    with pytest.raises(Conflict, match="closed already"):
        agree(lead.viewer, concern_id, now=LATER)


def test_what_nobody_has_answered_cannot_be_closed(programme: RunningProgramme, lead: Someone) -> None:
    concern_id = raised_in(programme, a_new_concern("low", programme_id=programme.programme_id))

    with pytest.raises(Conflict, match="Nobody is dealing with this yet"):
        close(lead.viewer, concern_id, FILLED_IN, key="form-1", now=LATER)


def test_what_is_still_to_be_done_keeps_it_open(programme: RunningProgramme, lead: Someone) -> None:
    concern_id = in_hand(programme, lead, "low")
    record_act(lead.viewer, concern_id, RING_HER_MOTHER, key="form-1", now=SOON)

    with pytest.raises(Conflict, match="Ring her mother"):
        close(lead.viewer, concern_id, FILLED_IN, key="form-2", now=LATER)


def test_what_is_planned_while_it_waits_for_a_second_reader_keeps_it_open(
    programme: RunningProgramme, lead: Someone, deputy: Someone
) -> None:
    concern_id = in_hand(programme, lead, "high")
    close(lead.viewer, concern_id, FILLED_IN, key="form-1", now=LATER)
    record_act(lead.viewer, concern_id, RING_HER_MOTHER, key="form-2", now=LATER)

    with pytest.raises(Conflict, match="Ring her mother"):
        agree(deputy.viewer, concern_id, now=LATER)


@pytest.mark.parametrize("severity", ["low", "high"])
def test_nobody_closes_it_while_somebody_plans_a_next_step(
    programme: RunningProgramme, lead: Someone, deputy: Someone, severity: str
) -> None:
    concern_id = in_hand(programme, lead, severity)

    def plan() -> None:
        record_act(deputy.viewer, concern_id, RING_HER_MOTHER, key="form-2", now=LATER)

    with just_before_it_writes(plan), pytest.raises(Conflict, match="Ring her mother"):
        close(lead.viewer, concern_id, FILLED_IN, key="form-1", now=LATER)

    assert the_concern(concern_id).state == "acknowledged"


def test_whoever_opens_it_again_deals_with_it(
    programme: RunningProgramme, lead: Someone, deputy: Someone
) -> None:
    concern_id = closed(programme, lead)

    reopen(deputy.viewer, concern_id, reason="She wrote the same again.", key="form-2", now=LATER)

    concern = the_concern(concern_id)
    assert (concern.state, concern.acknowledged_by, concern.closing) == (
        "acknowledged",
        deputy.person_id,
        None,
    )
    assert closed_concerns(lead.viewer, programme.programme_id).concerns == ()
    with pytest.raises(Conflict, match="is not closed"):
        reopen(lead.viewer, concern_id, reason="I thought it was.", key="form-3", now=LATER)


def test_to_whom_it_is_about_it_cannot_be_closed_as_it_does_not_exist(
    programme: RunningProgramme, lead: Someone, deputy: Someone
) -> None:
    new = a_new_concern("low", about_id=deputy.person_id, programme_id=programme.programme_id)
    concern_id = raised_in(programme, new)
    acknowledge(lead.viewer, concern_id, now=SOON)

    for deed in (
        lambda: close(deputy.viewer, concern_id, FILLED_IN, key="form-1", now=LATER),
        lambda: agree(deputy.viewer, concern_id, now=LATER),
        lambda: reopen(deputy.viewer, concern_id, reason="It is about me.", key="form-1", now=LATER),
    ):
        with pytest.raises(NotFound):
            deed()
    close(lead.viewer, concern_id, FILLED_IN, key="form-1", now=LATER)
    assert closed_concerns(deputy.viewer, programme.programme_id).concerns == ()


def test_where_there_is_no_second_lead_the_coordinators_are_asked_to_read(
    programme: RunningProgramme, lead: Someone
) -> None:
    coordinator = a_person("coordinator", programme)
    concern_id = in_hand(programme, lead, "high")

    close(lead.viewer, concern_id, FILLED_IN, key="form-1", now=LATER)

    letters = [one for one in Notice.by_due.query(lane_due("bulk")) if one.template == "concern_to_read"]
    assert [one.address for one in letters] == [coordinator.address]
