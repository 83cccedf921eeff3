"""A programme's first page says what waits, whoever has begun with it."""

from datetime import timedelta

import pytest

from shared.home.programme import WaitingLine, programme_home
from shared.home.views import home
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.concerns.acting import Done, record_act
from shared.safeguarding.concerns.lists import PAGE
from shared.spot_checks.drawing import draw_week
from tests.builders.clock import MONDAY
from tests.builders.conversations import a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.builders.safeguarding import a_concern
from tests.shared.spot_checks.builders import a_conversation

NEXT_DAY = MONDAY + timedelta(days=1)


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme()


@pytest.fixture
def morag(programme: RunningProgramme) -> Someone:
    return a_person("safeguarding_lead", programme)


def line(viewer: Someone, what: str) -> WaitingLine | None:
    lines = programme_home(viewer.viewer, viewer.programme_id, now=NEXT_DAY).lines
    return next((one for one in lines if one.what == what), None)


def test_a_concern_that_waits_for_its_second_reader(programme: RunningProgramme, morag: Someone) -> None:
    pair = a_pair(programme)
    concern = a_concern(pair, state="closing", acknowledged_by="isla", acknowledged_by_name="Isla Grant")

    found = line(morag, "closing")

    assert found is not None
    assert (found.count, found.first[0].page) == (1, f"/concerns/{concern.concern_id}")
    assert line(morag, "concerns") is None


def test_a_next_step_that_is_overdue(programme: RunningProgramme, morag: Someone) -> None:
    concern = a_concern(a_pair(programme))
    call = Done(
        "contacted_school",
        "Rang the school; the head of year was out.",
        how="telephone",
        whom="The office",
        next_step="Ring the head of year again",
        next_step_on=f"{MONDAY:%Y-%m-%d}",
    )
    record_act(morag.viewer, concern.concern_id, call, key="form-1", now=MONDAY)

    found = line(morag, "steps")

    assert found is not None
    assert (found.count, found.first[0].page) == (1, f"/concerns/{concern.concern_id}")


def test_conversations_drawn_to_be_read(programme: RunningProgramme, morag: Someone) -> None:
    a_conversation(programme)
    draw_week(programme.programme_id, now=MONDAY)

    found = line(morag, "spot_checks")

    assert found is not None
    assert (found.count, found.has_more) == (1, False)
    assert found.first[0].name == "Jamie Walsh 1 and Hannah Okafor 1"


def test_more_concerns_than_are_counted_are_said_to_be_more(
    programme: RunningProgramme, morag: Someone
) -> None:
    pair = a_pair(programme)
    for _ in range(PAGE + 1):
        a_concern(pair)

    (desk,) = home(morag.viewer, now=MONDAY).desks

    assert (desk.unanswered, desk.concerns_more) == (PAGE, True)
