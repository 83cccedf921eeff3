"""A concern that turns out to be about somebody on the staff is kept from them from then on."""

from datetime import datetime, timedelta

import pytest

from shared.platform.errors import Conflict, Invalid, NotFound
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.chain.climbing import escalate, make_sure_of_alerts
from shared.safeguarding.concerns.acting import Done, record_act
from shared.safeguarding.concerns.answering import acknowledge, hand_over
from shared.safeguarding.concerns.closing import close
from shared.safeguarding.concerns.history import person_history
from shared.safeguarding.concerns.keeping_from import keep_from
from shared.safeguarding.concerns.lists import concern_list
from shared.safeguarding.concerns.looking_after import NotAll, look_after_answered
from shared.safeguarding.views import concern_page
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.racing import just_before_it_writes
from tests.shared.safeguarding.builders import (
    CLOSING,
    a_new_concern,
    a_policy_with,
    alerts,
    chronology,
    letters,
    raised_in,
    the_concern,
)

pytestmark = pytest.mark.usefixtures("tables")

SOON = MONDAY + timedelta(minutes=4)
LATER = MONDAY + timedelta(minutes=9)


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme(policy=a_policy_with([["safeguarding_lead"], ["deputy"], ["coordinator"]]))


@pytest.fixture
def concern_id(programme: RunningProgramme, lead: Someone, deputy: Someone) -> str:
    """About "somebody else": the lead, as it turns out, who was told first."""
    new = a_new_concern("high", about_id="", programme_id=programme.programme_id)
    return raised_in(programme, new)


def keeps(someone: Someone, concern_id: str, whom: Someone, *, is_about: bool = True) -> None:
    keep_from(
        someone.viewer,
        concern_id,
        whom=whom.person_id,
        is_about=is_about,
        reason="She writes of Morag, who runs this.",
        key="form-1",
        now=LATER,
    )


def asked_to_read(at: datetime = LATER) -> set[str]:
    return {one.address for one in letters("concern_to_read") if one.queued_at == at}


def nobody(programme_id: str, person_id: str) -> tuple[str, ...]:
    return ()


def test_it_does_not_exist_any_more_to_whom_it_is_about(
    lead: Someone, deputy: Someone, concern_id: str
) -> None:
    for _ in range(2):
        keeps(deputy, concern_id, lead)

    with pytest.raises(NotFound):
        concern_page(lead.viewer, concern_id, now=LATER)
    assert concern_list(lead.viewer, lead.programme_id, now=LATER).concerns == ()
    history = person_history(deputy.viewer, lead.programme_id, lead.person_id, companions=nobody, now=LATER)
    assert [one.concern_id for one in history.concerns] == [concern_id]
    assert [one.what for one in chronology(concern_id)].count("kept_from") == 1


def test_others_are_told_at_once_instead_of_whoever_was(
    lead: Someone, deputy: Someone, concern_id: str
) -> None:
    keeps(deputy, concern_id, lead)

    assert [one.address for one in alerts() if one.queued_at == LATER] == [deputy.address]
    make_sure_of_alerts(concern_id, now=LATER)
    escalate(concern_id, now=LATER + timedelta(hours=1))
    assert lead.address not in [one.address for one in alerts() if one.queued_at >= LATER]


def test_what_they_dealt_with_is_somebody_else_s(lead: Someone, deputy: Someone, concern_id: str) -> None:
    acknowledge(lead.viewer, concern_id, now=SOON)

    keeps(deputy, concern_id, lead, is_about=False)

    concern = the_concern(concern_id)
    assert (concern.state, concern.acknowledged_by, concern.about_id) == ("open", None, "")


def test_what_somebody_else_deals_with_stays_theirs(lead: Someone, deputy: Someone, concern_id: str) -> None:
    acknowledge(deputy.viewer, concern_id, now=SOON)

    keeps(deputy, concern_id, lead)

    assert the_concern(concern_id).acknowledged_by == deputy.person_id


def test_its_overdue_steps_are_hidden_with_it(lead: Someone, deputy: Someone, concern_id: str) -> None:
    acknowledge(deputy.viewer, concern_id, now=SOON)
    day = MONDAY.date().isoformat()
    done = Done("other", "Rang her.", next_step="Ring her again", next_step_on=day)
    record_act(deputy.viewer, concern_id, done, key="form-2", now=SOON)

    keeps(deputy, concern_id, lead)

    tomorrow = MONDAY + timedelta(days=1)
    assert concern_list(lead.viewer, lead.programme_id, now=tomorrow).overdue == ()
    assert len(concern_list(deputy.viewer, lead.programme_id, now=tomorrow).overdue) == 1


def test_a_step_that_is_added_at_that_very_moment_is_not_seen_by_them_either(
    lead: Someone, deputy: Someone, concern_id: str
) -> None:
    done = Done("other", "Rang her aunt.", next_step="Ring her aunt", next_step_on=MONDAY.date().isoformat())

    def plan() -> None:
        record_act(deputy.viewer, concern_id, done, key="form-2", now=SOON)

    with just_before_it_writes(lambda: keeps(deputy, concern_id, lead)), pytest.raises(Conflict):
        plan()
    plan()

    tomorrow = MONDAY + timedelta(days=1)
    assert concern_list(deputy.viewer, lead.programme_id, now=tomorrow).overdue
    assert concern_list(lead.viewer, lead.programme_id, now=tomorrow).overdue == ()


def test_it_is_not_handed_to_whom_it_is_kept_from_at_that_very_moment(
    programme: RunningProgramme, lead: Someone, deputy: Someone, coordinator: Someone, concern_id: str
) -> None:
    acknowledge(deputy.viewer, concern_id, now=SOON)
    to = lead.person_id

    with just_before_it_writes(lambda: keeps(coordinator, concern_id, lead)), pytest.raises(Invalid):
        hand_over(deputy.viewer, concern_id, to=to, note="Yours, please.", key="form-2", now=LATER)

    assert the_concern(concern_id).handed_to is None
    assert lead.address not in [one.address for one in alerts() if one.queued_at == LATER]


def test_they_are_not_asked_to_read_it_second_at_that_very_moment(
    programme: RunningProgramme, lead: Someone, deputy: Someone, coordinator: Someone, concern_id: str
) -> None:
    acknowledge(deputy.viewer, concern_id, now=SOON)

    with just_before_it_writes(lambda: keeps(coordinator, concern_id, lead)):
        close(deputy.viewer, concern_id, CLOSING, key="form-2", now=LATER)

    assert the_concern(concern_id).state == "closing"
    assert asked_to_read() == {coordinator.address}


def test_nor_are_they_reminded_of_it_then(
    programme: RunningProgramme, lead: Someone, deputy: Someone, coordinator: Someone, concern_id: str
) -> None:
    acknowledge(deputy.viewer, concern_id, now=SOON)
    close(deputy.viewer, concern_id, CLOSING, key="form-2", now=SOON)
    before, tomorrow = asked_to_read(SOON), LATER + timedelta(days=1)

    with (
        just_before_it_writes(lambda: keeps(coordinator, concern_id, lead, is_about=False)),
        pytest.raises(NotAll),
    ):
        look_after_answered(programme.programme_id, now=tomorrow)
    look_after_answered(programme.programme_id, now=tomorrow)

    assert lead.address in before
    assert asked_to_read(tomorrow) == {coordinator.address}


def test_what_is_about_somebody_already_is_only_kept_from_others(
    programme: RunningProgramme, lead: Someone, deputy: Someone
) -> None:
    new = a_new_concern("high", programme_id=programme.programme_id)
    concern_id = raised_in(programme, new)

    with pytest.raises(Conflict, match="about somebody else already"):
        keeps(deputy, concern_id, lead)
    keeps(deputy, concern_id, lead, is_about=False)

    assert the_concern(concern_id).about_id == "amina"


def test_from_nobody_unknown_and_not_from_oneself(
    programme: RunningProgramme, lead: Someone, deputy: Someone, concern_id: str
) -> None:
    stranger = a_person("safeguarding_lead", a_programme("Night Owls"), first_name="Una", surname="Boyd")

    for one in (stranger, deputy):
        with pytest.raises(Invalid):
            keeps(deputy, concern_id, one)
