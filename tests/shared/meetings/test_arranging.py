"""Proposing, accepting, moving and calling off, also where two act at the same moment."""

from datetime import timedelta

import pytest

from shared.audit.items import Waiting
from shared.conversations.arranged import MeetingLink, link_key, open_meetings
from shared.conversations.ending import end_pair
from shared.conversations.items import Pair, pair_key
from shared.meetings.ahead import meetings_from
from shared.meetings.answering import answer, move
from shared.meetings.calling_off import call_off
from shared.meetings.link import open_link
from shared.meetings.noting import Account, note_meeting
from shared.meetings.plan import plan_of
from shared.meetings.recording import answer_recording, is_agreed
from shared.meetings.running import run_meeting
from shared.people.items import Membership, membership_key
from shared.people.leave import Leave
from shared.platform.errors import Conflict, NotFound
from shared.platform.tables import find
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import a_person
from tests.outbox import mailed_to
from tests.racing import just_before_it_writes
from tests.shared.meetings.builders import (
    LINK,
    THURSDAY,
    accepted,
    arranged,
    london,
    plan,
    proposed,
    stored,
    times,
    two_who_meet,
    with_link,
)

pytestmark = pytest.mark.usefixtures("tables")

FRIDAY = ("2026-11-27", "11:00")
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def online(tables: None) -> TwoWhoWrite:
    return two_who_meet("virtual-sessions")


@pytest.fixture
def brokered(tables: None) -> TwoWhoWrite:
    return two_who_meet("brokered")


def takes_back(pair: TwoWhoWrite) -> None:
    """The mentee is not comfortable any more, and nothing else has looked at it."""
    key = membership_key(pair.mentee.person_id, pair.programme_id, "mentee")
    member = Membership.get(*key)
    said = Leave.stored(member.leave)
    member.update([Membership.leave.set(Leave({**said.own, "video": "no"}, said.parents).as_stored())])


# The same form, and two at once


def test_the_same_form_sent_again_proposes_once_and_other_times_are_another_proposal(
    online: TwoWhoWrite,
) -> None:
    first, again = proposed(online), proposed(online, now=MONDAY + A_MINUTE)
    other = proposed(online, FRIDAY, now=MONDAY + A_MINUTE)

    assert first == again
    assert other != first
    assert len(open_meetings(online.pair_id)) == 2


def test_of_two_who_propose_the_same_time_at_once_one_is_told_that_it_is_taken(online: TwoWhoWrite) -> None:
    def meanwhile() -> None:
        proposed(online, by=online.mentee, now=MONDAY + A_MINUTE)

    with just_before_it_writes(meanwhile), pytest.raises(Conflict) as refused:
        proposed(online)

    assert refused.value.code == "time_taken"
    assert len(open_meetings(online.pair_id)) == 1


def test_where_a_meeting_is_arranged_no_other_is_proposed(online: TwoWhoWrite) -> None:
    arranged(online)

    with pytest.raises(Conflict, match="There is a meeting at this time already"):
        proposed(online, ("2026-11-26", "14:29"), by=online.mentee, now=MONDAY + A_MINUTE)


def test_what_was_taken_back_while_it_is_accepted_counts(online: TwoWhoWrite) -> None:
    meeting_id = proposed(online)

    with just_before_it_writes(lambda: takes_back(online)), pytest.raises(Conflict) as refused:
        accepted(online, meeting_id)

    assert refused.value.code == "not_yet_possible"
    assert stored(online, meeting_id).state == "proposed"


def test_what_was_taken_back_before_the_link_is_opened_counts_whoever_opens_it(online: TwoWhoWrite) -> None:
    meeting_id = with_link(online, arranged(online))
    takes_back(online)

    for someone in (online.mentor, online.mentee, a_person("safeguarding_lead", online.programme)):
        with pytest.raises(Conflict):
            open_link(someone.viewer, online.pair_id, meeting_id, now=london("2026-11-26 13:55"))


def test_a_meeting_called_off_while_its_link_is_given_has_none(online: TwoWhoWrite) -> None:
    meeting_id = arranged(online)

    def meanwhile() -> None:
        call_off(online.mentee.viewer, online.pair_id, meeting_id, now=MONDAY + A_MINUTE)

    with (
        just_before_it_writes(meanwhile),
        pytest.raises(Conflict, match="as soon as the meeting is arranged"),
    ):
        with_link(online, meeting_id)

    assert find(MeetingLink, *link_key(online.pair_id, meeting_id)) is None


# Answers


def test_none_of_the_times_suits_and_the_other_is_told_no_more_than_that(online: TwoWhoWrite) -> None:
    meeting_id = proposed(online)

    for _ in range(2):
        answer(online.mentee.viewer, online.pair_id, meeting_id, chosen="none", now=MONDAY)

    assert stored(online, meeting_id).state == "refused"
    assert mailed_to("meeting_off") == {online.mentor.address}
    assert open_meetings(online.pair_id) == []


def test_a_time_that_has_come_too_near_meanwhile_is_not_accepted(online: TwoWhoWrite) -> None:
    meeting_id = proposed(online)

    with pytest.raises(Conflict, match="at least 24 hours ahead"):
        accepted(online, meeting_id, now=london("2026-11-25 14:01"))


def test_four_meetings_are_enough_and_what_nobody_answered_makes_room(online: TwoWhoWrite) -> None:
    for n, clock in enumerate(("10:00", "11:00", "12:00", "13:00")):
        proposed(online, ("2026-11-26", clock), key=f"form-{n}", now=MONDAY + n * A_MINUTE)
    with pytest.raises(Conflict, match="4 meetings already"):
        proposed(online, FRIDAY, key="form-5")

    later = london("2026-11-27 09:00")
    proposed(online, ("2026-12-03", "10:00"), key="form-6", now=later)

    assert [plan_of(one).slots[0][:10] for one in open_meetings(online.pair_id)] == ["2026-12-03"]


def test_of_a_coordinators_times_both_accept_the_same_one(online: TwoWhoWrite) -> None:
    priya = a_person("coordinator", online.programme)
    meeting_id = proposed(online, THURSDAY, FRIDAY, by=priya)
    thursday, friday = plan(online, meeting_id).slots
    here = (online.pair_id, meeting_id)
    answer(online.mentee.viewer, *here, chosen=friday, now=MONDAY)

    with pytest.raises(Conflict) as refused:
        answer(online.mentor.viewer, *here, chosen=thursday, now=MONDAY + A_MINUTE)
    assert refused.value.code == "no_such_time"
    answer(online.mentor.viewer, *here, chosen=friday, now=MONDAY + A_MINUTE)

    assert plan(online, meeting_id).begins == london("2026-11-27 11:00")
    assert stored(online, meeting_id).state == "scheduled"
    assert mailed_to("meeting_arranged") == {online.mentor.address, online.mentee.address, priya.address}


# Moving


def test_a_meeting_keeps_its_time_until_another_is_accepted_and_then_needs_its_link_anew(
    online: TwoWhoWrite,
) -> None:
    meeting_id = with_link(online, arranged(online))
    move(online.mentee.viewer, online.pair_id, meeting_id, times(FRIDAY), now=MONDAY + A_MINUTE)
    assert plan(online, meeting_id).begins == london("2026-11-26 14:00")
    answer(online.mentor.viewer, online.pair_id, meeting_id, chosen="none", now=MONDAY + A_MINUTE)
    assert stored(online, meeting_id).state == "scheduled"
    move(online.mentee.viewer, online.pair_id, meeting_id, times(FRIDAY), now=MONDAY + 2 * A_MINUTE)

    accepted(online, meeting_id, online.mentor, now=MONDAY + 3 * A_MINUTE)

    assert plan(online, meeting_id).begins == london("2026-11-27 11:00")
    assert MeetingLink.get(*link_key(online.pair_id, meeting_id)).link is None


def test_moved_by_a_pair_it_waits_for_a_coordinator_again(brokered: TwoWhoWrite) -> None:
    priya = a_person("coordinator", brokered.programme)
    meeting_id = with_link(brokered, arranged(brokered, coordinator=priya), priya, now=MONDAY + A_MINUTE)
    move(brokered.mentor.viewer, brokered.pair_id, meeting_id, times(FRIDAY), now=MONDAY + A_MINUTE)

    accepted(brokered, meeting_id, now=MONDAY + 2 * A_MINUTE)

    assert stored(brokered, meeting_id).state == "accepted"
    assert plan(brokered, meeting_id).staff_id == ""


def test_what_was_agreed_about_recording_one_session_does_not_hold_at_another_time(
    online: TwoWhoWrite,
) -> None:
    meeting_id, offered = arranged(online), online.programme.policy.meetings.recording
    wish = {"purpose": offered.purposes[0], "storage": offered.storage[0]}
    answer_recording(online.mentor.viewer, online.pair_id, meeting_id, answer="ask", **wish, now=MONDAY)
    answer_recording(online.mentee.viewer, online.pair_id, meeting_id, answer="yes", **wish, now=MONDAY)
    assert is_agreed(plan(online, meeting_id))

    move(online.mentee.viewer, online.pair_id, meeting_id, times(FRIDAY), now=MONDAY)
    accepted(online, meeting_id, online.mentor, now=MONDAY + A_MINUTE)

    assert not is_agreed(plan(online, meeting_id))


def test_a_session_that_has_begun_cannot_be_agreed_to_be_recorded(online: TwoWhoWrite) -> None:
    meeting_id, offered = arranged(online), online.programme.policy.meetings.recording
    wish = {"purpose": offered.purposes[0], "storage": offered.storage[0]}

    with pytest.raises(Conflict, match="has begun"):
        answer_recording(
            online.mentor.viewer,
            online.pair_id,
            meeting_id,
            answer="ask",
            **wish,
            now=london("2026-11-26 14:00"),
        )


# The coordinator


def test_of_two_coordinators_one_takes_it_on_and_is_not_in_two_meetings_at_once(
    brokered: TwoWhoWrite,
) -> None:
    priya = a_person("coordinator", brokered.programme)
    fiona = a_person("coordinator", brokered.programme, first_name="Fiona", surname="Mackie")
    meeting_id = arranged(brokered, coordinator=priya)
    with pytest.raises(Conflict, match="Priya has taken this meeting on already"):
        run_meeting(fiona.viewer, brokered.pair_id, meeting_id, deed="take_on", now=MONDAY)

    other = two_of(brokered)
    also = proposed(other, now=MONDAY)
    accepted(other, also, now=MONDAY)
    with pytest.raises(Conflict, match="another meeting at this time"):
        run_meeting(priya.viewer, other.pair_id, also, deed="take_on", now=MONDAY + A_MINUTE)
    run_meeting(fiona.viewer, other.pair_id, also, deed="take_on", now=MONDAY + A_MINUTE)

    assert stored(other, also).state == "scheduled"


def two_of(pair: TwoWhoWrite) -> TwoWhoWrite:
    """Another two of the same programme."""
    methods = set(pair.programme.policy.delivery.methods)
    mentor = a_person("mentor", pair.programme, first_name="Hannah", surname="Osei", methods=methods)
    mentee = a_person("mentee", pair.programme, first_name="Jamie", surname="Kerr", methods=methods)
    return a_pair(pair.programme, mentor=mentor, mentee=mentee)


def test_people_are_let_in_near_the_time_only_and_what_staff_did_is_recorded(brokered: TwoWhoWrite) -> None:
    priya = a_person("coordinator", brokered.programme)
    meeting_id = arranged(brokered, coordinator=priya)
    here = (brokered.pair_id, meeting_id)
    with_link(brokered, meeting_id, priya, now=MONDAY + A_MINUTE)
    near = london("2026-11-26 13:50")
    with pytest.raises(Conflict, match="shortly before"):
        run_meeting(priya.viewer, *here, deed="admit_mentee", now=MONDAY + 2 * A_MINUTE)
    with pytest.raises(Conflict, match="lets each of you in by name"):
        open_link(brokered.mentee.viewer, *here, now=near)

    run_meeting(priya.viewer, *here, deed="admit_mentee", now=near)

    assert open_link(brokered.mentee.viewer, *here, now=near).url == LINK
    deeds = [one for one in Waiting.scan() if isinstance(one, Waiting) and one.what == "ran_meeting"]
    assert len(deeds) == 3
    assert {*deeds[0].hidden_from} == {brokered.mentor.person_id, brokered.mentee.person_id}


def test_nobody_but_a_coordinator_runs_a_meeting(brokered: TwoWhoWrite) -> None:
    meeting_id = proposed(brokered)
    accepted(brokered, meeting_id)

    for role in ("safeguarding_lead", "administrator", "regional_manager"):
        with pytest.raises(NotFound):
            run_meeting(
                a_person(role, brokered.programme).viewer,
                brokered.pair_id,
                meeting_id,
                deed="take_on",
                now=MONDAY,
            )


# Ending


def test_with_the_conversation_its_meetings_end(online: TwoWhoWrite) -> None:
    priya = a_person("coordinator", online.programme)
    meeting_id = with_link(online, arranged(online))

    end_pair(priya.viewer, online.pair_id, why="The mentee has moved away.", now=MONDAY + A_MINUTE)

    assert stored(online, meeting_id).state == "stopped"
    assert list(meetings_from(online.programme_id, MONDAY)) == []
    with pytest.raises(Conflict):
        open_link(online.mentor.viewer, online.pair_id, meeting_id, now=london("2026-11-26 13:55"))


def test_called_off_and_taken_back_look_the_same_to_the_other(online: TwoWhoWrite) -> None:
    meeting_id = with_link(online, arranged(online))

    for _ in range(2):
        call_off(online.mentee.viewer, online.pair_id, meeting_id, now=MONDAY + A_MINUTE)

    assert mailed_to("meeting_off") == {online.mentor.address}
    assert open_meetings(online.pair_id) == []
    assert MeetingLink.get(*link_key(online.pair_id, meeting_id)).link is None


# Ahead, and after


def test_a_meeting_that_was_held_counts_once_and_leaves_the_page_when_both_have_said_how_it_went(
    online: TwoWhoWrite,
) -> None:
    meeting_id, after = arranged(online), london("2026-11-26 14:40")

    for n, someone in enumerate((online.mentor, online.mentor, online.mentee)):
        assert open_meetings(online.pair_id) != []
        account = Account("held", "25")
        note_meeting(someone.viewer, online.pair_id, meeting_id, account, now=after + n * A_MINUTE)

    pair = Pair.get(*pair_key(online.pair_id))
    assert pair.held_meetings == 1
    assert pair.met_at == london("2026-11-26 14:00")
    assert open_meetings(online.pair_id) == []
