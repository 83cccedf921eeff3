"""Staff who write with somebody learn neither what was answered about them nor that it was taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.consents.answering import Said, answer_for_oneself, correct_birthday
from shared.consents.parents import send_parents_link
from shared.consents.views import consents_of
from shared.home.person import person_page
from shared.people.permissions import Role
from shared.platform.errors import NotFound
from shared.policies.presets import load_preset
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person, also_in
from tests.builders.programmes import a_programme
from tests.outbox import notices

LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    """The mentor is a coordinator too."""
    pair = a_pair(a_programme(policy=load_preset("brokered")))
    also_in(pair.programme, pair.mentor, role="coordinator")
    return pair


def sees(someone: Someone, pair: TwoWhoWrite) -> bool:
    try:
        consents_of(someone.viewer, pair.programme_id, pair.mentee.person_id, Role.MENTEE, now=MONDAY)
    except NotFound:
        return False
    return True


def is_linked(someone: Someone, pair: TwoWhoWrite) -> bool:
    """Whether the mentee's page leads them there."""
    return person_page(someone.viewer, pair.programme_id, pair.mentee.person_id, now=MONDAY).may_see_consents


def told_when_taken_back(pair: TwoWhoWrite) -> list[str]:
    viewer, programme_id = pair.mentee.viewer, pair.programme_id
    answer_for_oneself(viewer, programme_id, Said({"taking_part": "yes"}), now=MONDAY)
    answer_for_oneself(viewer, programme_id, Said({"taking_part": "no"}), now=LATER)
    return [one.address for one in notices("consent_withdrawn")]


def as_coordinator(pair: TwoWhoWrite) -> Someone:
    return replace(pair.mentor, role=Role.COORDINATOR)


def test_a_mentor_who_is_on_the_staff_is_neither_shown_nor_told(pair: TwoWhoWrite) -> None:
    priya = a_person("coordinator", pair.programme)

    assert (sees(as_coordinator(pair), pair), sees(priya, pair)) == (False, True)
    assert (is_linked(as_coordinator(pair), pair), is_linked(priya, pair)) == (False, True)
    assert told_when_taken_back(pair) == [priya.address]


def test_nor_do_they_answer_for_whom_they_write_with(pair: TwoWhoWrite) -> None:
    a_person("coordinator", pair.programme)
    whom = (as_coordinator(pair).viewer, pair.programme_id, pair.mentee.person_id)

    with pytest.raises(NotFound):
        send_parents_link(*whom, name="Samira Yusuf", address="samira.yusuf@example.org", now=MONDAY)
    with pytest.raises(NotFound):
        correct_birthday(*whom, born_on=None, now=MONDAY)


def test_an_administrator_is_told_where_the_only_coordinator_writes_with_them(pair: TwoWhoWrite) -> None:
    owen = a_person("administrator", pair.programme)

    assert (sees(as_coordinator(pair), pair), sees(owen, pair)) == (False, True)
    assert told_when_taken_back(pair) == [owen.address]


def test_where_nobody_else_is_there_they_are_shown_and_told(pair: TwoWhoWrite) -> None:
    assert sees(as_coordinator(pair), pair)
    assert is_linked(as_coordinator(pair), pair)
    assert told_when_taken_back(pair) == [pair.mentor.address]
