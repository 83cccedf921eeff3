"""A coordinator asks after somebody: at once, but never in quiet hours, and once a day."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from shared.audit.items import Waiting
from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.nudges.asking import Asked, send_asking
from shared.nudges.by_hand import ask_after
from shared.nudges.items import Nudged
from shared.nudges.stopping import choose_reminders
from shared.nudges.views import NOT_SENT, nudges_page
from shared.people.actions import suspend
from shared.people.items import Membership, membership_key
from shared.platform.tables import SafeguardingItem
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.racing import just_before_it_writes
from tests.shared.nudges.builders import e_mails, is_waited_for

NUDGES = {"tell_other_side": True, "quiet_from_hour": 17, "quiet_until_hour": 9}
TEN = MONDAY.replace(hour=10)
LATE = MONDAY.replace(hour=22)
NINE = MONDAY + timedelta(days=1)
"""When the quiet hours are over."""
A_MINUTE = timedelta(minutes=1)


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
    ask_after(priya.viewer, pair.pair_id, "mentee", now=LATE)

    assert [run_at(one) for one in (LATE, NINE - A_MINUTE)] == [Asked(), Asked()]
    assert letters() == []
    assert [run_at(one) for one in (NINE, NINE + A_MINUTE)] == [Asked(written=1), Asked()]
    assert letters() == [("asked_after", pair.mentee.address), ("they_are_asked", pair.mentor.address)]


def writes(pair: TwoWhoWrite, _: Someone) -> None:
    a_message(pair, by="mentee", state="delivered", now=LATE + A_MINUTE)


def writes_what_is_held(pair: TwoWhoWrite, _: Someone) -> None:
    a_message(pair, by="mentee", state="held", now=LATE + A_MINUTE)


def ends(pair: TwoWhoWrite, _: Someone) -> None:
    load_pair(pair.pair_id).update([Pair.status.set("ended")])


def rests(pair: TwoWhoWrite, priya: Someone) -> None:
    suspend(priya.viewer, pair.programme_id, pair.mentor.person_id, now=LATE + A_MINUTE)


def leaves(pair: TwoWhoWrite, _: Someone) -> None:
    member = Membership.get(*membership_key(pair.mentee.person_id, pair.programme_id, "mentee"))
    member.update([Membership.status.set("left")])


def wants_none(pair: TwoWhoWrite, _: Someone) -> None:
    choose_reminders(pair.mentee.viewer, wanted=False, now=LATE + A_MINUTE)


def meets(pair: TwoWhoWrite, _: Someone) -> None:
    load_pair(pair.pair_id).update([Pair.met_at.set(LATE + A_MINUTE)])


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (writes, "written"),
        (writes_what_is_held, "written"),
        (ends, "ended"),
        (rests, "rests"),
        (leaves, "rests"),
        (wants_none, "stopped"),
        (meets, "met"),
    ],
)
def test_what_goes_away_before_the_quiet_hours_are_over_is_not_asked_after(
    pair: TwoWhoWrite, priya: Someone, happens: Callable[[TwoWhoWrite, Someone], None], why: str
) -> None:
    ask_after(priya.viewer, pair.pair_id, "mentee", now=LATE)
    happens(pair, priya)

    assert [run_at(one) for one in (NINE, NINE + A_MINUTE)] == [Asked(dropped=1), Asked()]

    assert letters() == []
    [row] = nudges_page(priya.viewer, pair.programme_id).nudged
    assert (row.waits, row.not_sent) == (False, NOT_SENT[why])


def test_until_then_the_staff_see_that_it_waits(pair: TwoWhoWrite, priya: Someone) -> None:
    ask_after(priya.viewer, pair.pair_id, "mentee", now=LATE)

    [row] = nudges_page(priya.viewer, pair.programme_id).nudged
    assert (row.name, row.by_name, row.at, row.waits) == (pair.mentee.name, priya.name, NINE, True)

    assert run_at(NINE + timedelta(hours=9)) == Asked()  # the sweep was away for a day: it is quiet again
    [row] = nudges_page(priya.viewer, pair.programme_id).nudged
    assert (row.at, row.waits) == (NINE + timedelta(days=1), True)


def test_whoever_waits_and_wants_no_reminders_by_then_is_not_told(pair: TwoWhoWrite, priya: Someone) -> None:
    ask_after(priya.viewer, pair.pair_id, "mentee", now=LATE)
    choose_reminders(pair.mentor.viewer, wanted=False, now=LATE + A_MINUTE)

    run_at(NINE)

    assert letters() == [("asked_after", pair.mentee.address)]


def test_asked_after_twice_in_one_night_and_again_in_the_morning_they_are_written_to_once(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    for moment in (LATE, LATE + timedelta(hours=9), NINE - A_MINUTE):
        ask_after(priya.viewer, pair.pair_id, "mentee", now=moment)
    run_at(NINE)
    ask_after(priya.viewer, pair.pair_id, "mentee", now=NINE + A_MINUTE)
    run_at(NINE + 2 * A_MINUTE)

    assert len(e_mails("asked_after")) == 1


def test_two_runs_at_once_write_once(pair: TwoWhoWrite, priya: Someone) -> None:
    ask_after(priya.viewer, pair.pair_id, "mentee", now=LATE)

    with just_before_it_writes(lambda: run_at(NINE)):
        run_at(NINE)

    assert len(letters()) == 2


def test_one_that_cannot_be_looked_at_holds_up_no_other(pair: TwoWhoWrite, priya: Someone) -> None:
    jo = a_person("mentor", pair.programme, username="jo.tait", address="jo@example.org")
    rory = a_person("mentee", pair.programme, username="rory.mackay", address="rory@example.org")
    other = a_pair(pair.programme, mentor=jo, mentee=rory)
    for one in (pair, other):
        ask_after(priya.viewer, one.pair_id, "mentor", now=LATE)
    for broken in Nudged.scan(Nudged.person_id == pair.mentor.person_id):
        broken.update([Nudged.what.set(None)])

    assert run_at(NINE) == Asked(written=1, failed=1)
    assert run_at(NINE + A_MINUTE) == Asked()


def run_at(moment: datetime) -> Asked:
    return send_asking(lambda: moment)


def letters() -> list[tuple[str, str]]:
    found = [*e_mails("asked_after"), *e_mails("they_are_asked")]
    return [(one.template, one.address) for one in found]


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
