"""Held messages that nobody has read in time."""

from datetime import datetime, timedelta

import pytest

from shared.conversations.items import HELD_DUE, Message
from shared.moderation.actions import deliver
from shared.moderation.overdue import OverdueHolds, overdue_holds
from shared.platform.clock import order
from tests.builders import MONDAY, WITH_A_NUMBER, Someone, TwoWhoWrite, a_message, a_pair, a_person, also_in

from .builders import notices

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def morag(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme)


def a_hold(pair: TwoWhoWrite, *, due: datetime = TUESDAY) -> Message:
    """A held message that should be read by `due`."""
    return a_message(pair, WITH_A_NUMBER, state="held", severity="medium", due=HELD_DUE, due_at=order(due))


def told() -> list[str]:
    return [notice.address for notice in notices("held_for_you")]


def test_the_safeguarding_leads_are_told_of_what_nobody_has_read_in_time(
    pair: TwoWhoWrite, morag: Someone
) -> None:
    held = a_hold(pair)

    assert overdue_holds(TUESDAY) == OverdueHolds(told=1)
    assert told() == [morag.address]
    assert notices("held_for_you")[0].path == f"/moderation/{pair.pair_id}/{held.message_id}"


def test_nobody_is_told_before_its_time(pair: TwoWhoWrite, morag: Someone) -> None:
    a_hold(pair)

    assert overdue_holds(TUESDAY - timedelta(minutes=1)) == OverdueHolds()
    assert told() == []


def test_they_are_told_once_a_day(pair: TwoWhoWrite, morag: Someone) -> None:
    a_hold(pair)

    for hours in (0, 1, 23, 24, 25):
        overdue_holds(TUESDAY + timedelta(hours=hours))

    assert told() == [morag.address] * 2


def test_nobody_is_told_of_what_was_decided_meanwhile(pair: TwoWhoWrite, morag: Someone) -> None:
    held = a_hold(pair)
    deliver(morag.viewer, pair.pair_id, held.message_id, wording=1, now=TUESDAY)

    assert overdue_holds(TUESDAY) == OverdueHolds()
    assert told() == []


def test_without_a_safeguarding_lead_the_coordinators_are_told(pair: TwoWhoWrite) -> None:
    priya = a_person("coordinator", pair.programme)
    a_hold(pair)

    overdue_holds(TUESDAY)

    assert told() == [priya.address]


def test_a_mentor_of_the_pair_is_not_told_whatever_else_they_are(pair: TwoWhoWrite) -> None:
    also_in(pair.programme, pair.mentor, role="safeguarding_lead")
    a_hold(pair)

    assert overdue_holds(TUESDAY) == OverdueHolds(nobody_told=1)
    assert told() == []
