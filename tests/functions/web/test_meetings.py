"""Arranging a meeting by the pages: what cannot be taken is answered clearly, and nothing typed is lost."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.conversations.arranged import MeetingLink, link_key
from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.meetings.plan import plan_of
from shared.meetings.running import run_meeting
from shared.meetings.views import FOR_COORDINATORS, TO_DO
from shared.people.items import Membership, membership_key
from shared.platform.clock import LONDON, now
from shared.platform.tables import find
from shared.policies.bank_holidays import bank_holidays
from shared.programmes.items import Programme, programme_key
from shared.programmes.rules import day_of
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.outbox import mailed_to
from tests.shared.meetings.builders import (
    LINK,
    PASSWORD,
    a_day_ahead,
    accepted,
    arranged,
    begins,
    proposed,
    stored,
    two_who_meet,
    with_link,
)

from .at_a_pair import Api, page, post
from .browser import Answer, Browser
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return two_who_meet("brokered")


@pytest.fixture
def online(tables: None) -> TwoWhoWrite:
    return two_who_meet("virtual-sessions")


def sends(pair: TwoWhoWrite, browser: Browser, **changed: str) -> Answer:
    """The form of the meetings' page, filled in with a day that suits and `changed`."""
    fields = {"kind": "video", "minutes": "30", "day_1": a_day_ahead(now()), "time_1": "14:00"} | changed
    page(browser, pair, "/meetings")
    return browser.post(f"/pairs/{pair.pair_id}/meetings", **({"key": browser.key()} | fields))


def a_meeting_now(pair: TwoWhoWrite) -> str:
    """One with its link, which began five minutes ago; its id."""
    meeting_id = with_link(pair, arranged(pair, (a_day_ahead(now()), "14:00"), now=now()), now=now())
    begins(pair, meeting_id, now() - timedelta(minutes=5))
    return meeting_id


def next_holiday() -> date:
    today, first = day_of(now()), now().year
    days = sorted(bank_holidays("scotland", first) | bank_holidays("scotland", first + 1))
    return next(day for day in days if day > today + timedelta(days=2))


def next_clock_change() -> date:
    """The next day on which the clocks of the United Kingdom change in the night."""
    noon = datetime.combine(day_of(now()), datetime.min.time(), tzinfo=UTC) + timedelta(hours=12)
    while noon.astimezone(LONDON).utcoffset() == (noon - timedelta(days=1)).astimezone(LONDON).utcoffset():
        noon += timedelta(days=1)
    return noon.date()


# Times that cannot be taken


@pytest.mark.parametrize(
    ("fields", "says", "field"),
    [
        ({"time_1": "09:59"}, "and this one begins at 09:59. Please choose another time.", "time_1"),
        ({"time_1": "15:45"}, "and this one would last until 16:15. Please choose another time.", "time_1"),
        ({"day_1": ""}, "Please give the day, as in 2026-11-30.", "day_1"),
        (
            {"day_1": "", "time_1": "", "day_2": "", "time_2": ""},
            "Please give at least one day and time.",
            "day_1",
        ),
        ({"minutes": "half"}, "Please say how many minutes it lasts, as a number.", "minutes"),
        ({"kind": "", "time_1": "09:00"}, "Please choose how you would like to meet.", "kind"),
        ({"minutes": "45", "time_1": "09:00"}, "and this one begins at 09:00.", "minutes"),
    ],
)
def test_a_time_that_cannot_be_is_answered_beside_its_field_and_all_is_kept(
    pair: TwoWhoWrite, fields: dict[str, str], says: str, field: str
) -> None:
    other = {"day_2": a_day_ahead(now()), "time_2": "11:15"}

    answer = sends(pair, browser_of(pair.mentee), **(other | fields))

    assert answer.status == 422
    assert says in answer.words
    assert f'id="f-{field}-error"' in answer.text or f'href="#f-{field}"' in answer.text
    for typed in ({"minutes": "30"} | other | fields).values():
        assert f'value="{typed}"' in answer.text
    assert Api(pair, pair.mentee).get("/meetings")["ahead"] == []


def test_on_a_bank_holiday_there_is_no_meeting(pair: TwoWhoWrite) -> None:
    holiday = next_holiday()

    answer = sends(pair, browser_of(pair.mentee), day_1=holiday.isoformat())

    assert answer.status == 422
    if holiday.weekday() < 5:
        assert f"{holiday:%A} {holiday.day} {holiday:%B} is a bank holiday in Scotland." in answer.words
    assert f'value="{holiday.isoformat()}"' in answer.text


def test_on_the_night_of_a_clock_change_the_answer_says_so(online: TwoWhoWrite) -> None:
    change = next_clock_change()
    reason = "She works at night."

    answer = sends(online, browser_of(online.mentor), day_1=change.isoformat(), time_1="01:30", reason=reason)

    assert answer.status == 422
    assert ("the clocks go back" if change.month == 10 else "the clocks go forward") in answer.words
    for typed in (change.isoformat(), "01:30", reason):
        assert typed in answer.text


def test_the_same_time_cannot_be_proposed_twice_by_either(pair: TwoWhoWrite) -> None:
    mentor, mentee = browser_of(pair.mentor), browser_of(pair.mentee)
    assert sends(pair, mentor).status == 303

    again, others = sends(pair, mentor, time_1="14:15"), sends(pair, mentee, time_1="13:45")

    assert (again.status, others.status) == (409, 409)
    assert "You have proposed a meeting at this time already." in again.words
    assert "A meeting at this time has been proposed already." in others.words
    assert 'value="13:45"' in others.text
    assert sends(pair, mentee, time_1="14:30").status == 303


def test_a_proposal_sent_again_with_another_reason_keeps_and_shows_the_newer_one(online: TwoWhoWrite) -> None:
    browser, coordinator = browser_of(online.mentee), a_person("coordinator", online.programme)
    first = sends(online, browser, key="1", reason="I am at school until four.")
    again = sends(online, browser, key="1", reason="I look after my brother in the evenings.")

    assert first.location == again.location
    own = browser.follow()
    assert "I look after my brother in the evenings. You wrote this." in own.words
    assert "I look after my brother" in browser_of(coordinator).get(again.location).words
    assert "my brother" not in browser_of(online.mentor).get(again.location).text
    assert sends(online, browser, key="1").status == 303  # nothing new, and the reason stands
    assert "I look after my brother" in browser.follow().words


def test_the_same_other_times_with_another_reason_keep_the_newer_one(online: TwoWhoWrite) -> None:
    meeting_id = arranged(online, (a_day_ahead(now()), "14:00"), now=now())
    browser, path = browser_of(online.mentor), f"/meetings/{meeting_id}"
    other = {"day_1": a_day_ahead(now()), "time_1": "15:00"}

    for reason in ("My train is late.", "I have a lecture until then."):
        assert post(browser, online, f"{path}/move", on=path, reason=reason, **other).status == 303

    assert "I have a lecture until then." in page(browser, online, path).words
    assert "My train is late." not in page(browser, online, path).words


def test_a_worry_in_the_reason_reaches_somebody(online: TwoWhoWrite) -> None:
    lead = a_person("safeguarding_lead", online.programme)
    reason = "At home my stepfather hits me, so it has to be when he is out."

    assert sends(online, browser_of(online.mentee), time_1="19:00", reason=reason).status == 303

    told = mailed_to("concern_alert")
    assert lead.address in told


# Links


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"link": "https://meet.jit.si/OurRoom"}, "Links of meet.jit.si are not used here."),
        ({"password": ""}, "Without a password or a waiting room anybody with the link can come in"),
        ({"link": "http://zoom.us/j/1"}, "The link must begin with https://."),
    ],
)
def test_a_link_that_is_not_safe_is_refused_and_kept_in_the_form(
    online: TwoWhoWrite, fields: dict[str, str], says: str
) -> None:
    meeting_id = arranged(online, (a_day_ahead(now()), "14:00"), now=now())
    here, given = f"/meetings/{meeting_id}", {"link": LINK, "password": PASSWORD} | fields

    answer = post(browser_of(online.mentor), online, f"{here}/link", here, **given)

    assert answer.status == 422
    assert says in answer.words
    assert f'value="{given["link"]}"' in answer.text
    assert find(MeetingLink, *link_key(online.pair_id, meeting_id)) is None


# Taking back


def test_withdrawing_while_a_session_is_under_way_ends_it_at_once(online: TwoWhoWrite) -> None:
    coordinator = a_person("coordinator", online.programme)
    meeting_id = a_meeting_now(online)
    here = f"/pairs/{online.pair_id}/meetings/{meeting_id}"
    mentor, mentee = browser_of(online.mentor), browser_of(online.mentee)
    assert mentor.get(f"{here}/link").location == LINK

    mentee.get(f"/taking-part/{online.programme_id}")
    mentee.post(f"/taking-part/{online.programme_id}", answer_video="no")

    for someone in (mentor, mentee, browser_of(coordinator)):
        assert someone.get(f"{here}/link").status == 409
        shown = someone.get(here)
        assert "Does not take place" in shown.words
        assert PASSWORD not in shown.text
    left = find(MeetingLink, *link_key(online.pair_id, meeting_id))
    assert left is not None
    assert (left.link, left.password) == (None, None)
    record = stored(online, meeting_id)
    assert (record.state, plan_of(record).kind) == ("stopped", "video")
    off = mailed_to("meeting_off")
    assert off == {online.mentor.address}
    assert "Meeting online" not in mentor.get(here).words  # what it was that was taken back


def test_giving_up_a_way_of_being_in_touch_ends_the_meetings_in_it(online: TwoWhoWrite) -> None:
    meeting_id = a_meeting_now(online)
    mentor = browser_of(online.mentor)
    mentor.get(f"/taking-part/{online.programme_id}")

    assert mentor.post(f"/taking-part/{online.programme_id}/methods", methods="message").status == 303

    assert stored(online, meeting_id).state == "stopped"


def test_somebody_who_is_suspended_gets_in_no_more_and_neither_does_the_other(online: TwoWhoWrite) -> None:
    meeting_id = a_meeting_now(online)
    key = membership_key(online.mentor.person_id, online.programme_id, "mentor")
    Membership.get(*key).update([Membership.status.set("suspended")])

    closed = program_of(online.mentee).get(f"/pairs/{online.pair_id}/meetings/{meeting_id}/link")

    assert closed.status == 409
    assert "suspended" not in closed.text


# Who sees what


def test_to_others_there_is_no_meeting(online: TwoWhoWrite) -> None:
    meeting_id = a_meeting_now(online)
    elsewhere = a_programme("Somewhere else")
    strangers = (
        a_person("mentor", online.programme, first_name="Hannah", surname="Osei"),
        a_person("coordinator", elsewhere),
        a_person("administrator", online.programme),
    )
    here = f"/pairs/{online.pair_id}/meetings"
    for stranger in strangers:
        program = program_of(stranger)
        for path in (
            here,
            f"{here}/{meeting_id}",
            f"{here}/{meeting_id}/link",
            f"{here}/{meeting_id}/calendar",
        ):
            assert program.get(path).status == 404
        assert program.post(f"{here}/{meeting_id}", {"answer": "off"}).status == 404
        assert program.post(f"{here}/{meeting_id}/link", {"link": LINK, "password": "x4Yz"}).status == 404
    assert program_of(strangers[1]).get(f"/programmes/{online.programme_id}/meetings").status == 404


def test_in_a_programme_without_meetings_there_are_no_pages_of_them() -> None:
    pair = two_who_meet("national-stem")

    assert page(browser_of(pair.mentee), pair, "/meetings").status == 404
    assert "Meetings" not in page(browser_of(pair.mentee), pair).words


def test_what_waits_stands_on_the_pairs_page(pair: TwoWhoWrite) -> None:
    meeting_id = proposed(pair, (a_day_ahead(now()), "14:00"), (a_day_ahead(now()), "15:00"), now=now())

    assert "2 times to choose from" in page(browser_of(pair.mentee), pair).words
    assert "Waits for your answer" in page(browser_of(pair.mentee), pair).words
    assert "Waits for Amina" in page(browser_of(pair.mentor), pair).words
    accepted(pair, meeting_id, now=now())
    assert "Waits for a coordinator" in page(browser_of(pair.mentor), pair).words


def test_coordinators_see_the_meetings_ahead_those_that_wait_first(pair: TwoWhoWrite) -> None:
    coordinator = a_person("coordinator", pair.programme)
    day = a_day_ahead(now())
    arranged(pair, (day, "11:00"), coordinator=coordinator, now=now())
    later = now() + timedelta(seconds=1)
    waits = proposed(pair, (day, "14:00"), key="form-2", now=later)
    accepted(pair, waits, now=later)

    rows = program_of(coordinator).get(f"/programmes/{pair.programme_id}/meetings").json["rows"]

    assert [(one["waits"], one["staff_name"], one["is_mine"]) for one in rows] == [
        (True, "", False),
        (False, "Priya", True),
    ]
    shown = browser_of(coordinator).get(f"/programmes/{pair.programme_id}/meetings").words
    assert "Amina Yusuf and Callum Reid" in shown


def ahead(pair: TwoWhoWrite, someone: Someone) -> list[tuple[str, bool, str]]:
    """What somebody of the staff sees of each meeting ahead: its id, whether its coordinator is missing, and
    what to do."""
    rows = program_of(someone).get(f"/programmes/{pair.programme_id}/meetings").json["rows"]
    return [(one["meeting_id"], one["waits"], one["to_do"]) for one in rows]


def requires_coordinators(pair: TwoWhoWrite) -> None:
    """From now on there is no meeting in their programme without one."""
    programme = Programme.get(*programme_key(pair.programme_id))
    meetings = programme.policy["meetings"] | {"coordinator_required": True}
    programme.update([Programme.policy.set({**programme.policy, "meetings": meetings})])


def test_a_meeting_that_was_arranged_before_a_coordinator_was_required_comes_first_with_what_to_do(
    online: TwoWhoWrite,
) -> None:
    priya, morag = (a_person(role, online.programme) for role in ("coordinator", "safeguarding_lead"))
    day, later = a_day_ahead(now()), now() + timedelta(seconds=1)
    with_coordinator = arranged(online, (day, "11:00"), now=now())
    alone = arranged(online, (day, "14:00"), now=later)
    for meeting_id in (with_coordinator, alone):
        assert (meeting_id, False, "") in ahead(online, priya)
    requires_coordinators(online)
    run_meeting(priya.viewer, online.pair_id, with_coordinator, deed="take_on", now=now())

    take_it_on, ask_one = TO_DO["nobody"], FOR_COORDINATORS
    assert ahead(online, priya) == [(alone, True, take_it_on), (with_coordinator, False, "")]
    assert ahead(online, morag)[0] == (alone, True, ask_one)
    shown = browser_of(priya).get(f"/programmes/{online.programme_id}/meetings").words
    assert "One of these meetings has no coordinator" in shown
    assert take_it_on in shown


def test_a_meeting_whose_coordinator_has_left_comes_first_and_a_colleague_can_come_instead(
    pair: TwoWhoWrite,
) -> None:
    ruth = a_person("coordinator", pair.programme, first_name="Ruth", surname="Adeyemi")
    priya = a_person("coordinator", pair.programme)
    day, later = a_day_ahead(now()), now() + timedelta(seconds=1)
    first = arranged(pair, (day, "11:00"), coordinator=priya, now=now())
    second = arranged(pair, (day, "14:00"), coordinator=ruth, now=later)
    gone = Membership.get(*membership_key(ruth.person_id, pair.programme_id, "coordinator"))
    gone.update([Membership.status.set("left")])

    left = TO_DO["left"].format(name="Ruth")
    assert ahead(pair, priya) == [(second, True, left), (first, False, "")]
    assert "I come instead of Ruth" in page(browser_of(priya), pair, f"/meetings/{second}").text


# After


def test_how_it_went_is_for_the_staff_and_a_missed_session_is_nobodys_to_read(online: TwoWhoWrite) -> None:
    lead = a_person("safeguarding_lead", online.programme)
    meeting_id = a_meeting_now(online)
    here = f"/meetings/{meeting_id}"
    mentor, mentee = browser_of(online.mentor), browser_of(online.mentee)
    note = "We spoke about interviews, and she has a plan now."

    empty = post(mentor, online, f"{here}/account", here, note=note)
    assert (empty.status, note in empty.text) == (422, True)
    without_length = post(mentor, online, f"{here}/account", here, happened="held", note=note)
    assert "Please say about how many minutes it lasted" in without_length.words
    assert (
        post(mentor, online, f"{here}/account", here, happened="held", minutes="28", note=note).status == 303
    )
    assert post(mentee, online, f"{here}/account", here, happened="other_missed").status == 303

    assert note in page(mentor, online, here).text
    assert note not in page(mentee, online, here).text
    assert [one["by"] for one in Api(online, online.mentor).get(here)["accounts"]] == ["you"]
    accounts = Api(online, lead).get(here)["accounts"]
    assert [(one["by"], one["minutes"]) for one in accounts] == [("Callum Reid", 28), ("Amina Yusuf", None)]


def test_a_worry_in_the_note_reaches_somebody_and_shows_a_mentee_where_help_is(online: TwoWhoWrite) -> None:
    lead = a_person("safeguarding_lead", online.programme)
    meeting_id = a_meeting_now(online)
    here = f"/meetings/{meeting_id}"
    worry = "It was all right, but some nights I want to die and I have told nobody."

    answer = post(
        browser_of(online.mentee), online, f"{here}/account", here, happened="held", minutes="30", note=worry
    )

    assert answer.location.endswith("?worried=yes")
    shown = browser_of(online.mentee).get(f"/pairs/{online.pair_id}{here}?worried=yes").words
    assert "You don’t have to wait for an answer" in shown
    assert lead.address in mailed_to("concern_alert")


def test_a_meeting_is_offered_once_both_have_agreed_how_they_go_about_it_and_not_after_the_end() -> None:
    pair = two_who_meet("college-pilot")
    load_pair(pair.pair_id).update([Pair.agreed.remove()])
    mentee, mentor = Api(pair, pair.mentee), Api(pair, pair.mentor)
    browser = browser_of(pair.mentee)

    assert "Propose a meeting" not in page(browser, pair).words
    assert "Read and agree" in page(browser, pair, "/meetings").words
    mentee.post("/agreement", version=1, how_often="Once a week")
    waits = page(browser, pair, "/meetings")
    assert f"{pair.mentor.viewer.first_name} has not agreed yet" in waits.words
    assert 'name="day_1"' not in waits.text
    mentor.post("/agreement", version=1, how_often="Once a week")
    assert "Propose a meeting" in page(browser, pair).words
    Api(pair, a_person("coordinator", pair.programme)).post("/end", why="They come to an end.")
    assert "Propose a meeting" not in page(browser, pair).words
