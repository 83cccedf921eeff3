"""A run that dies anywhere, or meets another, sends nothing twice and forgets nothing."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest

from shared.nudges.digests import send_digests
from shared.nudges.looking import look_at_pairs
from shared.platform.tables import Lost
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.builders.safeguarding import a_concern
from tests.fake_tables import fake_tables
from tests.faults import Crash, answering, calls, crash
from tests.racing import just_before_it_writes
from tests.shared.nudges.builders import e_mails, is_closed, is_waited_for, is_watched, watch_of

NIGHT = MONDAY + timedelta(days=7, hours=-2)
MORNING = MONDAY + timedelta(days=7)
ALL = Counter({"unanswered": 1, "asked_after": 1, "silent": 1})


def a_pair_of_which_everything_is_due() -> TwoWhoWrite:
    nudges = {"unanswered_days": 5, "silent_days": 6, "tell_other_side": True}
    pair = a_pair(a_programme(policy=a_policy(nudges=nudges)))
    a_person("coordinator", pair.programme)
    is_watched(pair)
    is_waited_for(pair)
    return pair


def told() -> Counter[str]:
    return Counter(what for one in e_mails("weekly_digest") for what in one.things or {})


def the_week() -> None:
    look_at_pairs(lambda: NIGHT)
    send_digests(lambda: MORNING)


def calls_of_a_week() -> int:
    with fake_tables():
        a_pair_of_which_everything_is_due()
        with calls() as made:
            the_week()
        assert told() == ALL
        return len(made)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_that_dies_anywhere_is_made_good_by_the_next(when: str) -> None:
    for number in range(1, calls_of_a_week() + 1):
        with fake_tables():
            pair = a_pair_of_which_everything_is_due()
            with pytest.raises(Crash), crash(**{when: number}):
                the_week()

            the_week()
            the_week()

            assert told() == ALL, number
            assert watch_of(pair).due is not None


def a_later_week(later: timedelta) -> None:
    look_at_pairs(lambda: NIGHT + later)
    send_digests(lambda: MORNING + later)


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_was_held_back_by_a_run_that_dies_anywhere_is_brought_once(when: str) -> None:
    for number in range(1, calls_of_a_week() + 1):
        with fake_tables():
            pair = a_pair_of_which_everything_is_due()
            look_at_pairs(lambda: NIGHT)
            concern = a_concern(pair)
            with suppress(Crash), crash(**{when: number}):
                send_digests(lambda: MORNING)
            send_digests(lambda: MORNING)
            is_closed(concern)

            for weeks in (1, 2):
                a_later_week(timedelta(weeks=weeks))

            assert told() == ALL, number


def test_two_runs_at_the_same_pair_note_it_once(tables: None) -> None:
    a_pair_of_which_everything_is_due()

    with just_before_it_writes(lambda: look_at_pairs(lambda: NIGHT)):
        assert look_at_pairs(lambda: NIGHT).noted == 0
    with just_before_it_writes(lambda: send_digests(lambda: MORNING)):
        send_digests(lambda: MORNING)

    assert told() == ALL


def test_what_comes_while_an_e_mail_is_written_goes_with_the_same_or_the_next(tables: None) -> None:
    a_pair_of_which_everything_is_due()
    look_at_pairs(lambda: NIGHT)
    other = a_pair_of_which_everything_is_due_in_a_programme_of_its_own()

    with just_before_it_writes(lambda: look_at_pairs(lambda: NIGHT)):
        send_digests(lambda: MORNING)
    send_digests(lambda: MORNING)

    assert told()["unanswered"] == 2
    assert watch_of(other).due is not None


def a_pair_of_which_everything_is_due_in_a_programme_of_its_own() -> TwoWhoWrite:
    nudges = {"unanswered_days": 5, "silent_days": None}
    programme = a_programme("Chess by Post", policy=a_policy(nudges=nudges))
    mentor = a_person("mentor", programme, address="ruth@example.org", username="ruth")
    mentee = a_person("mentee", programme, address="rory@example.org", username="rory")
    pair = a_pair(programme, mentor=mentor, mentee=mentee)
    is_watched(pair)
    is_waited_for(pair)
    return pair


def test_a_pair_that_cannot_be_looked_at_is_not_in_the_way_of_the_others(tables: None) -> None:
    pair = a_pair_of_which_everything_is_due()

    with answering("TransactWriteItems", "InternalServerError"):
        assert look_at_pairs(lambda: NIGHT).failed == 1
    assert look_at_pairs(lambda: NIGHT).pairs == 0

    assert look_at_pairs(lambda: NIGHT + timedelta(hours=1)).noted == 3
    assert watch_of(pair).noted is not None


def test_an_e_mail_that_cannot_be_written_is_tried_again_later(tables: None) -> None:
    a_pair_of_which_everything_is_due()
    look_at_pairs(lambda: NIGHT)

    with answering("TransactWriteItems", "InternalServerError", times=3):
        assert send_digests(lambda: MORNING).failed == 3
    assert send_digests(lambda: MORNING).sent == 0
    assert send_digests(lambda: MORNING + timedelta(hours=1)).sent == 3

    assert told() == ALL


def test_a_pair_is_watched_once(tables: None) -> None:
    pair = a_pair_of_which_everything_is_due()

    with pytest.raises(Lost):
        is_watched(pair)
