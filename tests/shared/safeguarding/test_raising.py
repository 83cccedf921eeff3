"""Raising a concern."""

from datetime import timedelta

import pytest

from shared.people.permissions import Role
from shared.platform.tables import Lost
from shared.safeguarding.items import CONCERNS_DUE, Concern, concerns_listing
from tests.builders.clock import MONDAY
from tests.builders.conversations import WORRIED

from .builders import (
    MORAG,
    OWEN,
    PRIYA,
    a_new_concern,
    a_policy_with,
    a_staff_member,
    alerted,
    alerts,
    chronology,
    raised,
    the_concern,
)

pytestmark = pytest.mark.usefixtures("tables")


def test_a_concern_keeps_what_was_written_and_tells_the_first_of_the_chain() -> None:
    concern_id = raised()

    concern = the_concern(concern_id)
    assert concern.words == WORRIED
    assert concern.state == "open"
    assert [entry.what for entry in chronology(concern_id)] == ["raised", "told"]
    assert [(notice.address, notice.reference) for notice in alerts()] == [(MORAG.address, concern.reference)]
    assert alerts()[0].path == f"/concerns/{concern_id}"


def test_an_alert_says_nothing_of_who_or_why() -> None:
    raised()

    stored = str(alerts()[0].to_simple_dict())
    assert "Amina" not in stored
    assert "suicide" not in stored
    assert "want to die" not in stored


def test_somebody_must_answer_within_the_minutes_of_its_severity() -> None:
    concern_id = raised(a_new_concern("immediate"))

    assert the_concern(concern_id).answer_by == MONDAY + timedelta(minutes=10)
    assert [item.concern_id for item in Concern.by_due.query(CONCERNS_DUE)] == [concern_id]


def test_the_list_has_the_most_severe_first_and_then_the_oldest() -> None:
    medium = raised(a_new_concern("medium", cause=("one",)))
    late = raised(a_new_concern("high", cause=("two",)), now=MONDAY + timedelta(hours=1))
    early = raised(a_new_concern("high", cause=("three",)))

    listed = Concern.by_listing.query(concerns_listing("programme-1", "open"))
    assert [item.concern_id for item in listed] == [early, late, medium]


def test_the_same_cause_raises_one_concern() -> None:
    raised()

    with pytest.raises(Lost):
        raised()
    assert len(alerts()) == 1


def test_without_anyone_of_the_first_rank_the_next_is_told() -> None:
    concern_id = raised(staff=[PRIYA])

    assert alerted() == [PRIYA.address]
    assert the_concern(concern_id).rank == 1


def test_without_anyone_of_the_chain_whoever_is_on_the_staff_is_told() -> None:
    raised(staff=[OWEN])

    assert alerted() == [OWEN.address]


def test_an_administrator_who_is_told_is_led_to_people_rather_than_to_a_page_they_may_not_see() -> None:
    raised(staff=[OWEN])

    assert alerts()[0].path == "/programmes/programme-1/people"


def test_with_nobody_to_tell_the_concern_stands_and_is_due_at_once() -> None:
    concern_id = raised(staff=[])

    assert the_concern(concern_id).answer_by == MONDAY
    assert alerts() == []


def test_a_member_of_staff_whom_it_is_about_is_not_told() -> None:
    raised(a_new_concern(about_id=MORAG.person_id))

    assert alerted() == [PRIYA.address]


def test_a_mentor_of_the_pair_who_is_also_on_the_staff_is_not_told() -> None:
    raised(a_new_concern(kept_from=(MORAG.person_id,)))

    assert alerted() == [PRIYA.address]


def test_somebody_with_two_roles_is_told_once_and_as_any_of_them() -> None:
    as_coordinator = a_staff_member(MORAG.name, Role.COORDINATOR)
    raised(staff=[MORAG, as_coordinator], policy=a_policy_with([["coordinator", "safeguarding_lead"]]))
    raised(
        a_new_concern(cause=("another",)),
        staff=[MORAG, as_coordinator],
        policy=a_policy_with([["coordinator"]]),
    )

    assert alerted() == [MORAG.address, MORAG.address]


def test_a_programme_with_a_very_large_staff_still_raises_its_concern() -> None:
    staff = [a_staff_member(f"Lead{n} Reid", Role.SAFEGUARDING_LEAD) for n in range(130)]
    concern_id = raised(staff=staff)

    assert the_concern(concern_id).state == "open"
    assert len(alerts()) == 40
