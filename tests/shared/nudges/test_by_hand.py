"""A coordinator asks after somebody: at once, but never in quiet hours, and once a day."""

from datetime import timedelta

import pytest

from shared.audit.items import Waiting
from shared.nudges.by_hand import ask_after
from shared.nudges.stopping import choose_reminders
from shared.platform.tables import SafeguardingItem
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.racing import just_before_it_writes
from tests.shared.nudges.builders import e_mails, is_waited_for

NUDGES = {"tell_other_side": True, "quiet_from_hour": 17, "quiet_until_hour": 9}
TEN = MONDAY.replace(hour=10)


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    pair = a_pair(a_programme(policy=a_policy(nudges=NUDGES)))
    is_waited_for(pair, by="mentor", now=MONDAY - timedelta(days=2))
    return pair


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


def test_it_goes_at_once_in_the_day(pair: TwoWhoWrite, priya: Someone) -> None:
    ask_after(priya.viewer, pair.pair_id, "mentee", now=TEN)

    [letter] = e_mails("asked_after")
    assert (letter.address, letter.not_before) == (pair.mentee.address, None)


def test_in_quiet_hours_it_goes_once_they_are_over(pair: TwoWhoWrite, priya: Someone) -> None:
    ask_after(priya.viewer, pair.pair_id, "mentee", now=MONDAY.replace(hour=22))

    letters = [*e_mails("asked_after"), *e_mails("they_are_asked")]
    assert [one.not_before for one in letters] == [MONDAY + timedelta(days=1)] * 2


def test_two_coordinators_at_one_moment_ask_once(pair: TwoWhoWrite, priya: Someone) -> None:
    ruth = a_person("coordinator", pair.programme, first_name="Ruth", surname="Adeyemi")

    with just_before_it_writes(lambda: ask_after(ruth.viewer, pair.pair_id, "mentee", now=TEN)):
        ask_after(priya.viewer, pair.pair_id, "mentee", now=TEN)

    assert len(e_mails("asked_after")) == len(e_mails("they_are_asked")) == 1


def test_on_another_day_they_can_be_asked_after_again(pair: TwoWhoWrite, priya: Someone) -> None:
    for days in (0, 0, 1):
        ask_after(priya.viewer, pair.pair_id, "mentee", now=TEN + timedelta(days=days))

    assert len(e_mails("asked_after")) == 2


def test_whoever_waits_and_wants_no_reminders_is_told_on_the_page_alone(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    choose_reminders(pair.mentor.viewer, wanted=False, now=MONDAY)

    ask_after(priya.viewer, pair.pair_id, "mentee", now=TEN)

    assert len(e_mails("asked_after")) == 1
    assert e_mails("they_are_asked") == []


def test_whoever_is_not_waiting_is_not_told(pair: TwoWhoWrite, priya: Someone) -> None:
    ask_after(priya.viewer, pair.pair_id, "mentor", now=TEN)

    assert [one.address for one in e_mails("asked_after")] == [pair.mentor.address]
    assert e_mails("they_are_asked") == []


def test_that_somebody_was_asked_after_is_in_the_audit_record(pair: TwoWhoWrite, priya: Someone) -> None:
    ask_after(priya.viewer, pair.pair_id, "mentee", now=TEN)

    [record] = [one for one in SafeguardingItem.scan() if isinstance(one, Waiting)]
    assert (record.what, record.on, record.by_id) == (
        "asked_after",
        f"pair:{pair.pair_id}",
        priya.person_id,
    )
