"""What mentees lack to take part, when two act at the same moment."""

from datetime import timedelta

import pytest

from shared.consents.items import Need, need_key
from shared.consents.needs import needs_of, open_needs, put_off, say_needs
from shared.platform.errors import Busy
from shared.policies.presets import load_preset
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.faults import before_each
from tests.racing import just_before_it_writes

pytestmark = pytest.mark.usefixtures("tables")
LATER = MONDAY + timedelta(days=1)


def two() -> tuple[Someone, Someone]:
    """A coordinator and a mentee of a programme that asks what its mentees lack."""
    programme = a_programme(policy=load_preset("brokered"))
    return a_person("coordinator", programme), a_person("mentee", programme)


def test_a_form_that_is_sent_twice_at_once_is_kept_once() -> None:
    priya, amina = two()

    def says() -> None:
        say_needs(amina.viewer, amina.programme_id, ["device", "wifi"], now=MONDAY)

    with just_before_it_writes(says):
        says()

    rows = open_needs(priya.viewer, amina.programme_id, now=MONDAY).needs
    assert sorted(one.need for one in rows) == ["device", "wifi"]


def test_who_is_always_late_is_told_so() -> None:
    _, amina = two()
    say_needs(amina.viewer, amina.programme_id, ["device"], now=MONDAY)

    def changes() -> None:
        item = Need.get(*need_key(amina.person_id, amina.programme_id, "device"))
        item.save()

    with before_each("TransactWriteItems", changes), pytest.raises(Busy):
        say_needs(amina.viewer, amina.programme_id, [], now=LATER)
    assert [one.met_at for one in needs_of(amina.person_id, amina.programme_id)] == [None]


def test_a_need_that_changes_while_it_is_put_off_says_so() -> None:
    priya, amina = two()
    say_needs(amina.viewer, amina.programme_id, ["device"], now=MONDAY)

    def no_longer() -> None:
        say_needs(amina.viewer, amina.programme_id, [], now=LATER)

    waiting = [no_longer]
    with (
        before_each("PutItem", lambda: waiting.pop()() if waiting else None),
        pytest.raises(Busy),
    ):
        put_off(priya.viewer, amina.programme_id, amina.person_id, "device", now=LATER)
    assert open_needs(priya.viewer, amina.programme_id, now=LATER).needs == ()
