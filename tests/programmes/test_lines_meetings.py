"""Meetings in each of the programmes: one test for each line of docs/programmes.md about them, through the
routes."""

import re
from datetime import timedelta

import icalendar
import pytest

from shared.notices.items import Notice
from shared.notices.rules import SUBJECTS
from shared.people.items import Membership, membership_key
from shared.platform.clock import LONDON, now
from shared.policies.presets import load_preset
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, TwoWhoWrite
from tests.builders.people import Someone, a_person
from tests.functions.web.at_a_pair import Api, page
from tests.functions.web.browser import Answer
from tests.functions.web.signed_in import browser_of, program_of
from tests.functions.web.test_conversations import check_all
from tests.outbox import mailed_to
from tests.shared.meetings.builders import (
    LINK,
    PASSWORD,
    a_day_ahead,
    begins,
    stored,
    two_who_meet,
)
from tests.shared.meetings.builders import plan as stored_plan

pytestmark = pytest.mark.usefixtures("tables")


def proposes(pair: TwoWhoWrite, by: Someone, clock: str = "14:00", **changed: str) -> Answer:
    fields = {"kind": "video", "minutes": "30", "day_1": a_day_ahead(now()), "time_1": clock, "key": "form-1"}
    return Api(pair, by).post("/meetings", **(fields | changed))


def accepts(pair: TwoWhoWrite, by: Someone, meeting_id: str) -> Answer:
    shown = Api(pair, by).get(f"/meetings/{meeting_id}")
    return Api(pair, by).post(f"/meetings/{meeting_id}", answer=shown["meeting"]["slots"][0]["value"])


def agreed(pair: TwoWhoWrite, **changed: str) -> str:
    """A meeting that the mentor proposed and the mentee accepted; its id."""
    made = proposes(pair, pair.mentor, **changed)
    assert made.status == 201, made.text
    meeting_id = str(made.json["meeting"]["id"])
    assert accepts(pair, pair.mentee, meeting_id).status == 200
    return meeting_id


def gives_link(pair: TwoWhoWrite, by: Someone, meeting_id: str, **fields: str) -> Answer:
    given = {"link": LINK, "password": PASSWORD} | fields
    return Api(pair, by).post(f"/meetings/{meeting_id}/link", **given)


def code(answer: Answer) -> str:
    return str(answer.json["error"]["code"])


# NU


def test_nu_7_a_meeting_face_to_face_is_arranged_by_a_coordinator_alone() -> None:
    pair = two_who_meet("university-outreach")
    priya = a_person("coordinator", pair.programme)
    place = {"kind": "face_to_face", "minutes": "60", "place": "Library café, main campus"}
    day = (now() + timedelta(days=10)).date().isoformat()

    for someone in (pair.mentor, pair.mentee):
        assert proposes(pair, someone, day_1=day, **place).status == 404
    made = proposes(pair, priya, day_1=day, **place)
    meeting_id = made.json["meeting"]["id"]
    accepts(pair, pair.mentee, meeting_id)
    assert stored(pair, meeting_id).state == "proposed"  # until the mentor has said yes too
    accepts(pair, pair.mentor, meeting_id)

    assert stored(pair, meeting_id).state == "scheduled"
    shown = page(browser_of(pair.mentee), pair, f"/meetings/{meeting_id}").words
    assert "Library café, main campus" in shown
    assert "Priya is there too" in shown


# MM


def test_mm_1_a_session_happens_only_while_both_are_comfortable_with_it() -> None:
    pair = two_who_meet("virtual-sessions")
    meeting_id = agreed(pair)
    gives_link(pair, pair.mentor, meeting_id)
    begins(pair, meeting_id, now() + timedelta(minutes=10))
    opens = Api(pair, pair.mentor).get(f"/meetings/{meeting_id}/link")
    assert opens == {"url": LINK, "password": PASSWORD}

    takes_back = browser_of(pair.mentee)
    takes_back.get(f"/taking-part/{pair.programme_id}")
    takes_back.post(f"/taking-part/{pair.programme_id}", answer_video="no")

    closed = program_of(pair.mentor).get(f"/pairs/{pair.pair_id}/meetings/{meeting_id}/link")
    assert (closed.status, code(closed)) == (409, "closed")
    shown = page(browser_of(pair.mentor), pair, f"/meetings/{meeting_id}").words
    assert "Does not take place" in shown
    assert "comfortable" not in shown
    again = proposes(pair, pair.mentor, clock="15:00", key="form-2")
    assert code(again) == "not_yet_possible"
    assert "Your coordinator can see what is missing" in again.text


def test_mm_2_a_session_is_arranged_ahead_at_a_time_both_accept_and_outside_the_day_with_a_reason() -> None:
    pair = two_who_meet("virtual-sessions")
    lead = a_person("safeguarding_lead", pair.programme)
    soon = proposes(
        pair, pair.mentor, day_1=(now() + timedelta(hours=2)).astimezone(LONDON).date().isoformat()
    )
    assert soon.status == 422
    unexplained = proposes(pair, pair.mentor, clock="18:30")
    assert unexplained.json["error"]["fields"][0]["code"] == "reason_needed"

    reason = "She works until six on every day of the week."
    made = proposes(pair, pair.mentor, clock="18:30", day_2=a_day_ahead(now()), time_2="12:00", reason=reason)
    meeting_id = made.json["meeting"]["id"]
    assert made.json["meeting"]["state"] == "proposed"
    own = accepts(pair, pair.mentor, meeting_id)
    assert code(own) == "own_proposal"
    accepted = accepts(pair, pair.mentee, meeting_id)

    assert accepted.json["meeting"]["state"] == "scheduled"
    assert mailed_to("meeting_arranged") == {pair.mentor.address, pair.mentee.address}
    assert Api(pair, lead).get(f"/meetings/{meeting_id}")["reason"] == reason
    assert reason in page(browser_of(pair.mentor), pair, f"/meetings/{meeting_id}").text  # who wrote it
    assert reason not in page(browser_of(pair.mentee), pair, f"/meetings/{meeting_id}").text


def test_mm_3_a_link_has_a_password_or_a_waiting_room_and_stands_on_the_page_alone() -> None:
    pair = two_who_meet("virtual-sessions")
    lead = a_person("safeguarding_lead", pair.programme)
    stranger = a_person("mentor", pair.programme, first_name="Hannah", surname="Osei")
    meeting_id = agreed(pair)
    here = f"/meetings/{meeting_id}"

    open_to_all = gives_link(pair, pair.mentor, meeting_id, password="")
    assert (open_to_all.status, open_to_all.json["error"]["fields"][0]["field"]) == (422, "password")
    assert gives_link(pair, pair.mentor, meeting_id, password="", waiting_room="yes").status == 200
    assert gives_link(pair, pair.mentor, meeting_id).status == 200

    early = program_of(pair.mentee).get(f"/pairs/{pair.pair_id}{here}/link")
    assert (early.status, PASSWORD in early.text) == (409, False)
    assert PASSWORD not in page(browser_of(pair.mentee), pair, here).text
    begins(pair, meeting_id, now() + timedelta(minutes=10))
    for someone in (pair.mentor, pair.mentee, lead):
        assert PASSWORD in page(browser_of(someone), pair, here).text
        assert browser_of(someone).get(f"/pairs/{pair.pair_id}{here}/link").location == LINK
    assert program_of(stranger).get(f"/pairs/{pair.pair_id}{here}/link").status == 404
    assert not any(part in str(vars(one)) for one in Notice.scan() for part in (LINK, PASSWORD))
    assert not any(part in subject for subject in SUBJECTS.values() for part in ("{link}", "http"))


def test_mm_3_a_calendar_entry_names_nobody_and_holds_no_link() -> None:
    pair = two_who_meet("virtual-sessions")
    meeting_id = agreed(pair)
    gives_link(pair, pair.mentor, meeting_id)

    entry = browser_of(pair.mentee).get(f"/pairs/{pair.pair_id}/meetings/{meeting_id}/calendar")

    [event] = icalendar.Calendar.from_ical(entry.text).walk("VEVENT")
    assert str(event["summary"]) == "Mentoring session"
    assert event.decoded("dtstart") == stored_plan(pair, meeting_id).begins
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
    secret = (LINK, PASSWORD, pair.mentor.first_name, pair.mentee.first_name, pair.mentee.address)
    assert not any(part in entry.text for part in secret)
    assert entry.headers["content-type"].startswith("text/calendar")


def test_mm_4_between_sessions_contact_details_stay_private() -> None:
    pair = two_who_meet("virtual-sessions")
    meeting_id = agreed(pair)
    Api(pair, pair.mentee).post("/messages", text=WITH_A_NUMBER, key="1")
    Api(pair, pair.mentee).post("/messages", text=CLEAN, key="2")
    check_all(pair)

    shown = page(browser_of(pair.mentor), pair).words
    assert CLEAN in shown
    assert "07700" not in shown
    for path in ("", "/meetings", f"/meetings/{meeting_id}"):
        for someone, other in ((pair.mentor, pair.mentee), (pair.mentee, pair.mentor)):
            text = program_of(someone).get(f"/pairs/{pair.pair_id}{path}").text
            assert other.address not in text
            assert other.surname not in text


def test_mm_5_a_session_is_recorded_only_by_a_yes_of_both_for_it_and_each_can_take_it_back() -> None:
    pair = two_who_meet("virtual-sessions")
    meeting_id = agreed(pair)
    here = f"/meetings/{meeting_id}"
    offered = pair.programme.policy.meetings.recording
    wish = {"recording": "ask", "purpose": offered.purposes[0], "storage": offered.storage[0]}

    def says(someone: Someone, **said: str) -> Answer:
        return Api(pair, someone).post(f"{here}/recording", **said)

    def recorded() -> bool:
        return bool(Api(pair, pair.mentor).get(here)["recording"]["is_agreed"])

    assert says(pair.mentor, recording="ask", purpose="For me", storage="At home").status == 422
    assert says(pair.mentor, **wish).status == 200
    assert not recorded()
    shown = page(browser_of(pair.mentee), pair, here).words
    assert "Callum has asked to record this session" in shown
    assert offered.purposes[0] in shown
    assert offered.storage[0] in shown
    says(pair.mentee, **{**wish, "recording": "yes"})
    assert recorded()

    begins(pair, meeting_id, now() - timedelta(minutes=5))  # during the session
    says(pair.mentee, recording="no")
    assert not recorded()
    late = says(pair.mentee, **{**wish, "recording": "yes"})
    assert late.status == 409

    other = agreed(pair, clock="16:00", key="form-2")
    assert Api(pair, pair.mentee).get(f"/meetings/{other}")["recording"]["is_agreed"] is False


def test_mm_5_nobody_is_asked_who_does_not_want_to_be_and_elsewhere_nothing_is_recorded() -> None:
    pair = two_who_meet("virtual-sessions")
    meeting_id = agreed(pair)
    browser = browser_of(pair.mentee)
    browser.get(f"/taking-part/{pair.programme_id}")
    browser.post(f"/taking-part/{pair.programme_id}", answer_recording="no")
    offered = pair.programme.policy.meetings.recording
    wish = {"recording": "ask", "purpose": offered.purposes[0], "storage": offered.storage[0]}

    assert Api(pair, pair.mentor).get(f"/meetings/{meeting_id}")["recording"] is None
    assert code(Api(pair, pair.mentor).post(f"/meetings/{meeting_id}/recording", **wish)) == "not_recorded"
    for preset in ("brokered", "college-pilot"):
        assert load_preset(preset).meetings.recording.purposes == []


def test_mm_6_both_see_the_advice_before_a_session() -> None:
    pair = two_who_meet("virtual-sessions")
    meeting_id = agreed(pair)

    for someone in (pair.mentor, pair.mentee):
        shown = page(browser_of(someone), pair, f"/meetings/{meeting_id}").words
        for words in ("Sit somewhere quiet", "Blur your background", "Never pass the link on"):
            assert words in shown


@pytest.mark.parametrize("minutes_ahead", [-10, 60 * 24])
def test_mm_7_a_concern_goes_from_the_meetings_page_at_once_to_lead_and_regional_manager(
    minutes_ahead: int,
) -> None:
    pair = two_who_meet("virtual-sessions")
    lead, ruth = (a_person(role, pair.programme) for role in ("safeguarding_lead", "regional_manager"))
    priya = a_person("coordinator", pair.programme)
    meeting_id = agreed(pair)
    begins(pair, meeting_id, now() + timedelta(minutes=minutes_ahead))
    browser = browser_of(pair.mentee)

    shown = page(browser, pair, f"/meetings/{meeting_id}")
    [first_click] = set(re.findall(r'href="(/worry\?pair=[^"]+)"', shown.text))
    form = browser.get(first_click)
    second_click = browser.post(
        "/worry",
        words="Somebody else was in the room and listened all the time.",
        key=browser.key(),
        pair_id=pair.pair_id,
    )

    assert (form.status, second_click.status) == (200, 200)
    assert mailed_to("concern_alert") == {lead.address, ruth.address}
    assert priya.address not in mailed_to("concern_alert")


# BT


def test_bt_6_a_live_meeting_takes_place_with_the_coordinator_who_lets_each_in_by_name() -> None:
    pair = two_who_meet("brokered")
    priya = a_person("coordinator", pair.programme)
    meeting_id = agreed(pair, minutes="30", time_1="10:00")
    here = f"/meetings/{meeting_id}"
    assert stored(pair, meeting_id).state == "accepted"
    assert mailed_to("meeting_to_take_on") == {priya.address}
    assert gives_link(pair, pair.mentor, meeting_id).status == 409
    assert "Waits for a coordinator" in page(browser_of(pair.mentee), pair).words

    Api(pair, priya).post(f"{here}/run", deed="take_on")
    assert gives_link(pair, pair.mentor, meeting_id).status == 404  # it is the coordinator's to give
    assert gives_link(pair, priya, meeting_id).status == 200
    begins(pair, meeting_id, now() + timedelta(minutes=5))
    closed = program_of(pair.mentee).get(f"/pairs/{pair.pair_id}{here}/link")
    assert (closed.status, "lets each of you in by name" in closed.text) == (409, True)
    assert "Let Amina Yusuf in" in page(browser_of(priya), pair, here).words
    Api(pair, priya).post(f"{here}/run", deed="admit_mentee")

    assert Api(pair, pair.mentee).get(f"{here}/link")["url"] == LINK
    assert program_of(pair.mentor).get(f"/pairs/{pair.pair_id}{here}/link").status == 409
    Api(pair, priya).post(f"{here}/run", deed="give_back")
    for someone in (pair.mentor, pair.mentee):
        assert program_of(someone).get(f"/pairs/{pair.pair_id}{here}/link").status == 409


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"time_1": "09:59"}, "between 10:00 and 16:00"),
        ({"time_1": "15:45"}, "would last until 16:15"),
        ({"minutes": "31"}, "30 minutes at the most"),
        ({"kind": "telephone"}, "Please choose how you would like to meet"),
    ],
)
def test_bt_6_outside_its_hours_length_and_kinds_there_is_no_meeting(
    fields: dict[str, str], says: str
) -> None:
    pair = two_who_meet("brokered")

    refused = proposes(pair, pair.mentor, **fields)

    assert refused.status == 422
    assert says in refused.json["error"]["message"]


def test_bt_7_without_the_parents_yes_there_is_no_first_meeting() -> None:
    agreed_alone = {"own": {"taking_part": "yes", "messages": "yes", "video": "yes"}, "parents": {}}
    with_parent = {"taking_part": "yes"}
    pair = two_who_meet("brokered", leave={**agreed_alone, "parents": with_parent, "born_on": ""})

    to_mentor = proposes(pair, pair.mentor)
    to_mentee = proposes(pair, pair.mentee)

    assert code(to_mentor) == code(to_mentee) == "not_yet_possible"
    assert (
        "Your parent or carer has not said yes to “Live meetings” yet." in to_mentee.json["error"]["message"]
    )
    assert "parent" not in to_mentor.json["error"]["message"]
    member = Membership.get(*membership_key(pair.mentee.person_id, pair.programme_id, "mentee"))
    member.update([Membership.leave.set({**agreed_alone, "parents": {**with_parent, "video": "yes"}})])
    assert proposes(pair, pair.mentor).status == 201
