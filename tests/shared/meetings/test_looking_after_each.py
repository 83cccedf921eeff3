"""What keeps each of the two safe from the other's haste: nobody is shut out, and nothing goes unread."""

from datetime import timedelta

import pytest

from shared.audit.items import Waiting
from shared.conversations.arranged import MeetingLink, link_key
from shared.conversations.ending import end_pair
from shared.conversations.items import Pair, pair_key
from shared.meetings.calling_off import stop_meetings
from shared.meetings.items import MeetingWords, words_key
from shared.meetings.lines import line_of
from shared.meetings.link import open_link
from shared.meetings.noting import Account, note_meeting
from shared.meetings.page import meeting_page
from shared.meetings.proposing import Proposal, propose
from shared.meetings.recording import answer_recording, is_agreed
from shared.meetings.running import run_meeting
from shared.notices.items import Notice
from shared.platform.errors import Conflict, NotFound
from shared.platform.tables import transaction
from shared.policies import Policy
from shared.programmes.items import Programme, programme_key
from shared.programmes.policies import Author, add_policy
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import a_person
from tests.shared.meetings.builders import (
    LINK,
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

A_MINUTE = timedelta(minutes=1)
BEGUN, AFTER = london("2026-11-26 14:01"), london("2026-11-26 14:40")


@pytest.fixture
def online(tables: None) -> TwoWhoWrite:
    return two_who_meet("virtual-sessions")


def has_link(pair: TwoWhoWrite, meeting_id: str) -> bool:
    return MeetingLink.get(*link_key(pair.pair_id, meeting_id)).link is not None


def wish(pair: TwoWhoWrite) -> dict[str, str]:
    """What a recording is for, and where it is kept."""
    offered = pair.programme.policy.meetings.recording
    return {"purpose": offered.purposes[0], "storage": offered.storage[0]}


def requires_a_coordinator(pair: TwoWhoWrite) -> None:
    """From now on nobody of the programme meets without a coordinator."""
    policy = pair.programme.policy
    meetings = policy.meetings.model_copy(update={"coordinator_required": True})
    changed: Policy = policy.model_copy(update={"meetings": meetings})
    programme = Programme.get(*programme_key(pair.programme_id))
    with transaction() as write:
        by = Author("priya", "Priya Nair")
        add_policy(write, programme, changed, by=by, reason="We come along.", now=MONDAY)


def test_only_staff_learn_that_a_consent_was_taken_back(online: TwoWhoWrite) -> None:
    meeting_id = arranged(online)
    pair = Pair.get(*pair_key(online.pair_id))
    with transaction() as write:
        stop_meetings(write, [pair], "mentee", now=MONDAY)

    item = stored(online, meeting_id)

    assert [line_of(item, pair, part, MONDAY).state for part in ("mentor", "mentee")] == ["called_off"] * 2
    assert line_of(item, pair, "staff", MONDAY).state == "stopped"


def test_an_account_in_the_first_minute_shuts_nobody_out(online: TwoWhoWrite) -> None:
    meeting_id = with_link(online, arranged(online))
    here = (online.pair_id, meeting_id)

    note_meeting(online.mentor.viewer, *here, Account("other_missed"), now=BEGUN)
    assert MeetingWords.get(*words_key(*here, "mentor")).happened == "other_missed"
    assert open_link(online.mentee.viewer, *here, now=BEGUN).url == LINK

    note_meeting(online.mentor.viewer, *here, Account("held", "20"), now=AFTER)
    assert stored(online, meeting_id).state == "held"
    assert not has_link(online, meeting_id)


def test_a_meeting_that_is_over_has_no_link_once_another_is_proposed(online: TwoWhoWrite) -> None:
    meeting_id = with_link(online, arranged(online))

    proposed(online, ("2026-12-03", "14:00"), key="form-2", now=AFTER)

    assert not has_link(online, meeting_id)


def test_what_is_taken_back_after_a_meeting_leaves_no_link_of_it(online: TwoWhoWrite) -> None:
    meeting_id = with_link(online, arranged(online))

    with transaction() as write:
        stop_meetings(write, [Pair.get(*pair_key(online.pair_id))], "mentee", now=AFTER)

    assert not has_link(online, meeting_id)
    assert stored(online, meeting_id).state == "scheduled"


def test_when_the_conversation_ends_what_took_place_can_still_be_told_and_no_link_is_left(
    online: TwoWhoWrite,
) -> None:
    priya = a_person("coordinator", online.programme)
    past = with_link(online, arranged(online))
    later = AFTER + A_MINUTE
    ahead = proposed(online, ("2026-12-03", "14:00"), key="form-2", now=AFTER)
    accepted(online, ahead, now=AFTER)
    with_link(online, ahead, now=AFTER)
    answer_recording(online.mentor.viewer, online.pair_id, ahead, answer="ask", **wish(online), now=AFTER)
    open_yet = proposed(online, ("2026-12-04", "14:00"), key="form-3", now=later)

    end_pair(priya.viewer, online.pair_id, why="The mentee has moved away.", now=later)

    assert [stored(online, one).state for one in (past, ahead, open_yet)] == ["scheduled", *["stopped"] * 2]
    assert not has_link(online, past)
    assert not has_link(online, ahead)
    assert plan(online, ahead).recording == {}
    assert plan(online, ahead).begins == london("2026-12-03 14:00")
    assert plan(online, open_yet).slots == []
    note_meeting(online.mentee.viewer, online.pair_id, past, Account("held", "20"), now=later + A_MINUTE)
    assert stored(online, past).state == "held"


def test_where_a_coordinator_is_required_since_nobody_gets_in_without_one(online: TwoWhoWrite) -> None:
    meeting_id = with_link(online, arranged(online))
    here, near = (online.pair_id, meeting_id), london("2026-11-26 13:55")
    requires_a_coordinator(online)
    priya = a_person("coordinator", online.programme)

    with pytest.raises(Conflict, match="lets each of you in by name"):
        open_link(online.mentee.viewer, *here, now=near)
    run_meeting(priya.viewer, *here, deed="take_on", now=near)
    run_meeting(priya.viewer, *here, deed="admit_mentee", now=near + A_MINUTE)

    assert open_link(online.mentee.viewer, *here, now=near + A_MINUTE).url == LINK


def test_a_coordinator_who_cannot_come_is_replaced_by_a_colleague(tables: None) -> None:
    pair = two_who_meet("brokered")
    priya = a_person("coordinator", pair.programme)
    fiona = a_person("coordinator", pair.programme, first_name="Fiona", surname="Mackie")
    meeting_id = with_link(pair, arranged(pair, coordinator=priya), priya, now=MONDAY + A_MINUTE)
    here, near = (pair.pair_id, meeting_id), london("2026-11-26 13:55")
    run_meeting(priya.viewer, *here, deed="admit_mentee", now=near)
    for role in ("safeguarding_lead", "administrator"):
        with pytest.raises(NotFound):
            run_meeting(a_person(role, pair.programme).viewer, *here, deed="take_over", now=near)
    page = meeting_page(fiona.viewer, *here, now=near)
    assert (page.may_take_over, page.may_take_on) == (True, False)

    for _ in range(2):
        run_meeting(fiona.viewer, *here, deed="take_over", now=near + A_MINUTE)
    with pytest.raises(Conflict, match="lets each of you in by name"):
        open_link(pair.mentee.viewer, *here, now=near + A_MINUTE)
    run_meeting(fiona.viewer, *here, deed="admit_mentee", now=near + 2 * A_MINUTE)

    assert open_link(pair.mentee.viewer, *here, now=near + 2 * A_MINUTE).url == LINK
    assert plan(pair, meeting_id).staff_name == "Fiona"
    told = {one.address for one in Notice.scan() if isinstance(one, Notice) and one.queued_at >= near}
    assert told == {pair.mentor.address, pair.mentee.address, priya.address}
    deeds = [one for one in Waiting.scan() if isinstance(one, Waiting) and one.what == "ran_meeting"]
    assert fiona.person_id in {one.by_id for one in deeds}
    assert not meeting_page(fiona.viewer, *here, now=near + 2 * A_MINUTE).may_take_over


def test_a_yes_is_to_the_purpose_that_was_shown(online: TwoWhoWrite) -> None:
    meeting_id, shown = arranged(online), wish(online)
    here = (online.pair_id, meeting_id)
    answer_recording(online.mentor.viewer, *here, answer="ask", **shown, now=MONDAY)

    for other in ({}, {**shown, "storage": "Somewhere else."}):
        with pytest.raises(Conflict) as refused:
            answer_recording(online.mentee.viewer, *here, answer="yes", **other, now=MONDAY)
        assert refused.value.code == "stale"
    assert not is_agreed(plan(online, meeting_id))

    answer_recording(online.mentee.viewer, *here, answer="yes", **shown, now=MONDAY)
    assert is_agreed(plan(online, meeting_id))


def test_a_reason_is_read_also_where_none_was_needed(online: TwoWhoWrite) -> None:
    lead = a_person("safeguarding_lead", online.programme)
    worry = "At home my stepfather hits me, so it has to be when he is out."
    proposal = Proposal("video", "30", times(("2026-11-26", "14:00")), worry)

    made = propose(online.mentee.viewer, online.pair_id, proposal, key="form-1", now=MONDAY)

    assert made.shows_help
    kept = MeetingWords.get(*words_key(online.pair_id, made.item_id, "reason"))
    assert (kept.text, kept.concern_id is not None) == (worry, True)
    told = {one.address for one in Notice.scan() if isinstance(one, Notice)}
    assert lead.address in told
