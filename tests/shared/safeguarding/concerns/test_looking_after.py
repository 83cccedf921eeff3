"""What somebody deals with who cannot any more is somebody else's."""

from datetime import timedelta

import pytest

from shared.people import actions as people
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.chain.climbing import escalate
from shared.safeguarding.concerns.answering import acknowledge, colleagues, hand_over
from shared.safeguarding.concerns.closing import close
from shared.safeguarding.concerns.looking_after import LookedAfter, look_after_answered, suspend
from shared.safeguarding.views import concern_head
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person, is_away
from tests.builders.programmes import a_programme
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
TOMORROW = MONDAY + timedelta(days=1)


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme(policy=a_policy_with([["safeguarding_lead", "deputy"], ["coordinator"]]))


@pytest.fixture
def owen(programme: RunningProgramme) -> Someone:
    return a_person("administrator", programme)


@pytest.fixture
def concern_id(
    programme: RunningProgramme, lead: Someone, deputy: Someone, coordinator: Someone, owen: Someone
) -> str:
    """A severe one that the lead is dealing with."""
    concern_id = raised_in(programme, a_new_concern("immediate", programme_id=programme.programme_id))
    acknowledge(lead.viewer, concern_id, now=SOON)
    return concern_id


def told_at(moment: object) -> set[str]:
    return {one.address for one in alerts() if one.queued_at == moment}


def test_what_somebody_deals_with_who_is_suspended_climbs_anew_at_once(
    owen: Someone, lead: Someone, deputy: Someone, concern_id: str
) -> None:
    suspend(owen.viewer, lead.programme_id, lead.person_id, now=TOMORROW)

    concern = the_concern(concern_id)
    assert (concern.state, concern.acknowledged_by) == ("open", None)
    assert told_at(TOMORROW) == {deputy.address}
    assert "given_back" in [one.what for one in chronology(concern_id)]
    assert escalate(concern_id, now=TOMORROW + timedelta(minutes=10)) is not None


def test_where_that_was_interrupted_the_morning_makes_it_good(
    programme: RunningProgramme, owen: Someone, lead: Someone, concern_id: str
) -> None:
    people.suspend(owen.viewer, lead.programme_id, lead.person_id, now=SOON)

    first = look_after_answered(programme.programme_id, now=TOMORROW)
    again = look_after_answered(programme.programme_id, now=TOMORROW)

    assert (first, again) == (LookedAfter(given_back=1), LookedAfter())


def test_what_waits_for_a_second_reader_is_given_back_too(
    owen: Someone, lead: Someone, concern_id: str
) -> None:
    close(lead.viewer, concern_id, CLOSING, key="form-1", now=SOON)

    suspend(owen.viewer, lead.programme_id, lead.person_id, now=TOMORROW)

    assert the_concern(concern_id).state == "open"


def test_what_somebody_away_deals_with_is_handed_to_their_stand_in(
    programme: RunningProgramme, lead: Someone, coordinator: Someone, concern_id: str
) -> None:
    is_away(lead, stand_in=coordinator.person_id)

    looked = look_after_answered(programme.programme_id, now=TOMORROW)

    concern = the_concern(concern_id)
    assert looked == LookedAfter(to_stand_in=1)
    assert (concern.acknowledged_by, concern.handed_to) == (lead.person_id, coordinator.person_id)
    assert told_at(TOMORROW) == {coordinator.address}


def test_with_nobody_to_stand_in_it_climbs_anew(
    programme: RunningProgramme, lead: Someone, deputy: Someone, concern_id: str
) -> None:
    is_away(lead)

    look_after_answered(programme.programme_id, now=TOMORROW)

    assert the_concern(concern_id).state == "open"
    assert deputy.address in told_at(TOMORROW)


def test_what_somebody_deals_with_who_is_there_stays_theirs(
    programme: RunningProgramme, lead: Someone, concern_id: str
) -> None:
    assert look_after_answered(programme.programme_id, now=TOMORROW) == LookedAfter()
    assert the_concern(concern_id).acknowledged_by == lead.person_id


def test_those_who_may_read_it_second_are_reminded_once_a_day(
    programme: RunningProgramme, lead: Someone, deputy: Someone, concern_id: str
) -> None:
    close(lead.viewer, concern_id, CLOSING, key="form-1", now=SOON)

    for hours in (0, 1, 24):
        look_after_answered(programme.programme_id, now=TOMORROW + timedelta(hours=hours))

    asked = letters("concern_to_read")
    assert [one.address for one in asked] == [deputy.address] * 3


class TestTakingOver:
    def test_a_colleague_takes_it_over_with_the_reason_and_who_had_it_is_told(
        self, lead: Someone, deputy: Someone, concern_id: str
    ) -> None:
        for _ in range(2):
            takes_over(deputy, concern_id)

        concern = the_concern(concern_id)
        assert (concern.state, concern.acknowledged_by) == ("acknowledged", deputy.person_id)
        (line,) = [one for one in chronology(concern_id) if one.what == "taken_over"]
        assert (line.note, line.details) == ("Morag is at court this week.", {"from": lead.name})
        asked = letters("concern_taken_over")
        assert [one.address for one in asked] == [lead.address]

    def test_it_ends_a_hand_over_that_nobody_has_taken_up(
        self, lead: Someone, deputy: Someone, coordinator: Someone, concern_id: str
    ) -> None:
        note = "I am away."
        hand_over(lead.viewer, concern_id, to=coordinator.person_id, note=note, key="form-1", now=SOON)

        takes_over(deputy, concern_id)

        concern = the_concern(concern_id)
        assert (concern.acknowledged_by, concern.handed_to, concern.answer_by) == (
            deputy.person_id,
            None,
            None,
        )

    def test_the_form_offers_it_to_everybody_but_who_has_it(
        self, lead: Someone, deputy: Someone, concern_id: str
    ) -> None:
        theirs = concern_head(deputy.viewer, concern_id, with_people=colleagues, now=SOON)
        own = concern_head(lead.viewer, concern_id, with_people=colleagues, now=SOON)

        assert "Myself: I take it over now" in [one.words for one in theirs.colleagues]
        assert lead.person_id not in [one.value for one in (*theirs.colleagues, *own.colleagues)]


def takes_over(someone: Someone, concern_id: str) -> None:
    note = "Morag is at court this week."
    hand_over(someone.viewer, concern_id, to=someone.person_id, note=note, key="form-2", now=SOON)
