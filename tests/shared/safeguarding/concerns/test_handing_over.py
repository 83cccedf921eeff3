"""Handing a concern to a colleague: nobody loses it before somebody has it."""

from datetime import datetime, timedelta

import pytest

from shared.notices.addresses import remember_bounce
from shared.notices.sending import record_receipt
from shared.platform.errors import Conflict, Invalid
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.chain.bounces import alert_not_read
from shared.safeguarding.chain.climbing import escalate, escalate_due, make_sure_of_alerts
from shared.safeguarding.concerns.answering import acknowledge, hand_over
from shared.safeguarding.concerns.closing import Closing, close
from shared.safeguarding.views import concern_page
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
IN_TWO_HOURS = SOON + timedelta(hours=2)
"""By when a concern of medium severity has to be taken up."""
CLOSING = Closing(
    summary="He was short with her after a bad day at school.",
    action_taken="Spoke to both of them.",
    decision="Nothing more is needed.",
    outcome="not_founded",
    reasons="They have talked about it and get on.",
)


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme(policy=a_policy_with([["coordinator"], ["regional_manager"]]))


@pytest.fixture
def manager(programme: RunningProgramme) -> Someone:
    return a_person("regional_manager", programme)


@pytest.fixture
def concern_id(
    programme: RunningProgramme, lead: Someone, deputy: Someone, coordinator: Someone, manager: Someone
) -> str:
    """Of medium severity; the lead is dealing with it."""
    concern_id = raised_in(programme, a_new_concern("medium", programme_id=programme.programme_id))
    acknowledge(lead.viewer, concern_id, now=SOON)
    return concern_id


def hand(lead: Someone, to: Someone, concern_id: str, key: str = "form-1") -> None:
    hand_over(lead.viewer, concern_id, to=to.person_id, note="I am away from noon.", key=key, now=SOON)


def told_at(moment: datetime) -> set[str]:
    """The addresses to which alerts were queued at a moment."""
    return {one.address for one in alerts() if one.template == "concern_alert" and one.queued_at == moment}


def test_the_colleague_is_told_once_and_until_they_answer_it_stays_with_whoever_has_it(
    lead: Someone, deputy: Someone, concern_id: str
) -> None:
    for _ in range(2):
        hand(lead, deputy, concern_id)

    concern = the_concern(concern_id)
    assert [one.address for one in alerts() if one.template == "concern_handed_over"] == [deputy.address]
    assert (concern.state, concern.acknowledged_by) == ("acknowledged", lead.person_id)
    assert (concern.handed_to, concern.answer_by) == (deputy.person_id, IN_TWO_HOURS)


def test_once_the_colleague_answers_it_is_theirs_and_climbs_no_further(
    lead: Someone, deputy: Someone, concern_id: str
) -> None:
    hand(lead, deputy, concern_id)

    acknowledge(deputy.viewer, concern_id, now=SOON + timedelta(minutes=5))

    concern = the_concern(concern_id)
    assert (concern.acknowledged_by, concern.handed_to, concern.answer_by) == (deputy.person_id, None, None)
    assert escalate_due(IN_TWO_HOURS).passed_on == 0


def test_what_the_colleague_does_not_take_up_climbs_from_the_first_step_and_whoever_has_it_hears_of_it(
    lead: Someone, deputy: Someone, coordinator: Someone, manager: Someone, concern_id: str
) -> None:
    hand(lead, deputy, concern_id)

    assert escalate_due(IN_TWO_HOURS - timedelta(seconds=1)).passed_on == 0
    assert escalate_due(IN_TWO_HOURS).passed_on == 1
    assert told_at(IN_TWO_HOURS) == {coordinator.address, lead.address}
    assert the_concern(concern_id).acknowledged_by == lead.person_id

    even_later = IN_TWO_HOURS + timedelta(hours=2)
    escalate(concern_id, now=even_later)
    assert told_at(even_later) == {manager.address, lead.address}


def test_whoever_is_told_as_it_climbs_can_take_it(
    lead: Someone, deputy: Someone, coordinator: Someone, concern_id: str
) -> None:
    hand(lead, deputy, concern_id)
    escalate(concern_id, now=IN_TWO_HOURS)

    acknowledge(coordinator.viewer, concern_id, now=IN_TWO_HOURS + timedelta(minutes=1))

    assert the_concern(concern_id).acknowledged_by == coordinator.person_id
    with pytest.raises(Conflict, match="already dealing"):
        acknowledge(deputy.viewer, concern_id, now=IN_TWO_HOURS + timedelta(minutes=2))


def test_whoever_has_it_can_keep_it_after_all(lead: Someone, deputy: Someone, concern_id: str) -> None:
    hand(lead, deputy, concern_id)

    acknowledge(lead.viewer, concern_id, now=SOON + timedelta(minutes=5))

    concern = the_concern(concern_id)
    assert (concern.acknowledged_by, concern.handed_to, concern.answer_by) == (lead.person_id, None, None)


def test_closing_it_ends_the_climbing(lead: Someone, deputy: Someone, concern_id: str) -> None:
    hand(lead, deputy, concern_id)

    close(lead.viewer, concern_id, CLOSING, key="form-2", now=SOON)

    concern = the_concern(concern_id)
    assert (concern.state, concern.handed_to, concern.answer_by) == ("closed", None, None)
    assert escalate_due(IN_TWO_HOURS).passed_on == 0


def test_when_the_e_mail_to_the_colleague_bounces_the_first_step_is_told_at_once(
    lead: Someone, deputy: Someone, coordinator: Someone, concern_id: str
) -> None:
    hand(lead, deputy, concern_id)
    (letter,) = [one for one in alerts() if one.template == "concern_handed_over"]

    record_receipt(letter.notice_id, "bounced", SOON)
    alert_not_read(letter.notice_id, now=SOON)

    assert told_at(SOON) == {coordinator.address, lead.address}


def test_a_colleague_whose_address_takes_no_mail_is_not_waited_for(
    lead: Someone, deputy: Someone, coordinator: Someone, concern_id: str
) -> None:
    remember_bounce(deputy.address, "bounced", at=MONDAY)
    hand(lead, deputy, concern_id)

    make_sure_of_alerts(concern_id, now=SOON)

    assert told_at(SOON) == {coordinator.address, lead.address}
    assert [one.note for one in chronology(concern_id) if one.what == "not_told"] == [deputy.name]


def test_making_sure_of_the_e_mails_sends_no_second_one(
    lead: Someone, deputy: Someone, concern_id: str
) -> None:
    hand(lead, deputy, concern_id)
    before = len(alerts())

    make_sure_of_alerts(concern_id, now=SOON)

    assert len(alerts()) == before


def test_it_cannot_be_handed_to_whoever_has_it(lead: Someone, coordinator: Someone, concern_id: str) -> None:
    with pytest.raises(Conflict, match=f"{lead.name} is already dealing with this"):
        hand(coordinator, lead, concern_id)


def test_it_is_handed_to_nobody_who_may_not_see_it(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    administrator = a_person("administrator", programme)
    new = a_new_concern("medium", about_id=coordinator.person_id, programme_id=programme.programme_id)
    concern_id = raised_in(programme, new)
    acknowledge(lead.viewer, concern_id, now=SOON)

    for one in (coordinator, administrator, lead):
        with pytest.raises(Invalid, match="choose a colleague"):
            hand(lead, one, concern_id)


def test_the_page_says_to_whom_it_was_handed_and_by_when_they_must_answer(
    lead: Someone, deputy: Someone, concern_id: str
) -> None:
    hand(lead, deputy, concern_id)

    mine = concern_page(lead.viewer, concern_id, now=SOON)
    theirs = concern_page(deputy.viewer, concern_id, now=SOON)

    assert (mine.handed_to_name, mine.is_mine, mine.answer_by) == (deputy.name, True, IN_TWO_HOURS)
    assert (theirs.is_handed_to_me, theirs.acknowledged_by_name) == (True, lead.name)
