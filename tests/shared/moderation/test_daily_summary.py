"""What moderators are told each working morning."""

from datetime import timedelta

import pytest

from shared.moderation.actions import deliver
from shared.moderation.daily_summary import tell_what_waits
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone, a_person, also_in, is_away
from tests.outbox import notices

from .builders import a_held_message

MORNING = MONDAY + timedelta(days=1, hours=-3)
SATURDAY = MORNING + timedelta(days=4)


def told() -> list[tuple[str, int]]:
    return sorted((one.address, int(one.how_many or 0)) for one in notices("waiting_today"))


def test_the_coordinators_are_told_how_many_wait(pair: TwoWhoWrite, priya: Someone) -> None:
    for minutes in range(3):
        a_held_message(pair, now=MONDAY + timedelta(minutes=minutes))

    assert tell_what_waits(pair.programme_id, now=MORNING) == 1

    assert told() == [(priya.address, 3)]
    assert notices("waiting_today")[0].path == f"/programmes/{pair.programme_id}/moderation"


def test_they_are_told_once_a_day(pair: TwoWhoWrite, priya: Someone) -> None:
    a_held_message(pair)

    for hours in (0, 1, 2, 24):
        tell_what_waits(pair.programme_id, now=MORNING + timedelta(hours=hours))

    assert told() == [(priya.address, 1)] * 2


def test_nobody_is_told_that_nothing_waits(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair)
    deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=MONDAY)

    assert tell_what_waits(pair.programme_id, now=MORNING) == 0
    assert told() == []


@pytest.mark.usefixtures("priya")
def test_on_a_day_that_is_not_worked_nobody_is_told(pair: TwoWhoWrite) -> None:
    a_held_message(pair)

    assert tell_what_waits(pair.programme_id, now=SATURDAY) == 0


def test_without_a_coordinator_whoever_may_decide_is_told(pair: TwoWhoWrite) -> None:
    morag = a_person("safeguarding_lead", pair.programme)
    a_person("administrator", pair.programme)
    a_held_message(pair)

    tell_what_waits(pair.programme_id, now=MORNING)

    assert told() == [(morag.address, 1)]


def test_nobody_is_told_of_messages_of_a_pair_they_are_in(pair: TwoWhoWrite, priya: Someone) -> None:
    also_in(pair.programme, pair.mentor, role="coordinator")
    a_held_message(pair)

    tell_what_waits(pair.programme_id, now=MORNING)

    assert told() == [(priya.address, 1)]


def test_who_stands_in_for_a_coordinator_is_told_in_their_place(pair: TwoWhoWrite, priya: Someone) -> None:
    lead = a_person("safeguarding_lead", pair.programme)
    is_away(priya, stand_in=lead.person_id)
    a_held_message(pair)

    tell_what_waits(pair.programme_id, now=MORNING)

    assert told() == [(lead.address, 1)]
