"""Raising a concern."""

from datetime import timedelta

import pytest

from shared.notices.items import Notice, lane_due
from shared.people.permissions import Role
from shared.platform.tables import Lost, find
from shared.safeguarding.items import CONCERNS_DUE, Concern, Entry, concern_key, concerns_listing, entry_key

from .builders import EWAN, MONDAY, MORAG, WORDS, a_new_concern, a_policy, a_raised_concern, a_staff_member

pytestmark = pytest.mark.usefixtures("tables")


def the_concern(concern_id: str) -> Concern:
    concern = find(Concern, *concern_key(concern_id))
    assert concern is not None
    return concern


def chronology(concern_id: str) -> list[Entry]:
    pk, prefix = entry_key(concern_id, "")
    return list(Entry.query(pk, Entry.sk.startswith(prefix)))


def alerts() -> list[Notice]:
    return list(Notice.by_due.query(lane_due("alert")))


def test_a_concern_keeps_what_was_written_and_tells_the_first_of_the_chain() -> None:
    concern_id = a_raised_concern()

    concern = the_concern(concern_id)
    assert concern.words == WORDS
    assert concern.state == "open"
    assert [entry.what for entry in chronology(concern_id)] == ["raised", "told"]
    assert [(notice.address, notice.reference) for notice in alerts()] == [(MORAG.address, concern.reference)]
    assert alerts()[0].path == f"/concerns/{concern_id}"


def test_an_alert_says_nothing_of_who_or_why() -> None:
    a_raised_concern()

    stored = str(alerts()[0].to_simple_dict())
    assert "Priya" not in stored
    assert "suicide" not in stored
    assert WORDS not in stored


def test_somebody_must_answer_within_the_minutes_of_its_severity() -> None:
    concern_id = a_raised_concern(a_new_concern("immediate"))

    assert the_concern(concern_id).answer_by == MONDAY + timedelta(minutes=10)
    assert [item.concern_id for item in Concern.by_due.query(CONCERNS_DUE)] == [concern_id]


def test_the_list_has_the_most_severe_first_and_then_the_oldest() -> None:
    medium = a_raised_concern(a_new_concern("medium", cause=("one",)))
    late = a_raised_concern(a_new_concern("high", cause=("two",)), now=MONDAY + timedelta(hours=1))
    early = a_raised_concern(a_new_concern("high", cause=("three",)))

    listed = Concern.by_listing.query(concerns_listing("programme-1", "open"))
    assert [item.concern_id for item in listed] == [early, late, medium]


def test_the_same_cause_raises_one_concern() -> None:
    a_raised_concern()

    with pytest.raises(Lost):
        a_raised_concern()
    assert len(alerts()) == 1


def test_without_anyone_of_the_first_rank_the_next_is_told() -> None:
    concern_id = a_raised_concern(staff=(EWAN,))

    assert [notice.address for notice in alerts()] == [EWAN.address]
    assert the_concern(concern_id).rank == 1


def test_without_anyone_of_the_chain_whoever_is_on_the_staff_is_told() -> None:
    administrator = a_staff_member("Iona Baird", Role.ADMINISTRATOR)
    a_raised_concern(staff=(administrator,))

    assert [notice.address for notice in alerts()] == [administrator.address]
    assert alerts()[0].path == "/programmes/programme-1/people"


def test_with_nobody_to_tell_the_concern_stands_and_is_due_at_once() -> None:
    concern_id = a_raised_concern(staff=())

    assert the_concern(concern_id).answer_by == MONDAY
    assert alerts() == []


def test_a_member_of_staff_whom_it_is_about_is_not_told() -> None:
    a_raised_concern(a_new_concern(about_id=MORAG.person_id))

    assert [notice.address for notice in alerts()] == [EWAN.address]


def test_a_programme_with_a_very_large_staff_still_raises_its_concern() -> None:
    staff = tuple(a_staff_member(f"Lead{n} Reid") for n in range(130))
    concern_id = a_raised_concern(staff=staff, policy=a_policy([["safeguarding_lead"]]))

    assert the_concern(concern_id).state == "open"
    assert len(alerts()) == 40
