"""Nobody is left guessing, and diaries are brought to mind: one test for each line of docs/programmes.md
about it, through the routes and the sweep."""

from datetime import datetime, timedelta

import pytest

from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.notices.items import Notice
from shared.notices.rules import Template
from shared.nudges.digests import send_digests
from shared.nudges.looking import look_at_pairs
from shared.platform.clock import LONDON, now
from shared.policies.presets import load_preset
from shared.programmes.actions import create_cohort
from shared.programmes.rules import day_of
from shared.relationship.interactions import answer_for, write_down
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.functions.web.browser import Answer
from tests.functions.web.signed_in import browser_of, program_of
from tests.shared.nudges.builders import a_day_passes, e_mails, is_waited_for, is_watched

pytestmark = pytest.mark.usefixtures("tables")

KNOWS = "Your coordinator knows that you are waiting for an answer"


def a_pair_of(preset: str, *, since: datetime) -> TwoWhoWrite:
    programme = a_programme(policy=load_preset(preset))
    facts = {"methods": {"message", "telephone"}} if preset == "brokered" else {}
    pair = a_pair(
        programme,
        mentor=a_person("mentor", programme, **facts),
        mentee=a_person("mentee", programme, **facts),
        now=since,
    )
    is_watched(pair, now=since)
    look_at_pairs(lambda: since)
    return pair


def a_week_of_sweeps(first: datetime, days: int = 8) -> None:
    """The sweep at each hour of so many days."""
    for hours in range(days * 24):
        moment = first + timedelta(hours=hours)
        look_at_pairs(lambda moment=moment: moment)
        send_digests(lambda moment=moment: moment)


def things(someone: Someone) -> list[str]:
    return [what for one in e_mails("weekly_digest", someone) for what in one.things or {}]


def queued(template: Template) -> list[Notice]:
    return sorted(e_mails(template), key=lambda one: one.queued_at)


def page(someone: Someone, pair: TwoWhoWrite) -> Answer:
    return browser_of(someone).get(f"/pairs/{pair.pair_id}")


def test_bt_9_no_reply_and_whoever_waits_is_told_that_the_coordinator_asks_after_it() -> None:
    today = now()
    pair = a_pair_of("brokered", since=today - timedelta(days=20))
    is_waited_for(pair, by="mentor", now=today - timedelta(days=15))
    assert KNOWS not in page(pair.mentor, pair).text

    a_week_of_sweeps(today - timedelta(days=10))

    assert things(pair.mentee) == ["unanswered"]
    assert things(pair.mentor) == ["asked_after"]
    [told] = queued("weekly_digest")[:1]
    here = told.queued_at.astimezone(LONDON)
    assert (here.strftime("%A"), here.hour) == ("Monday", 9)
    assert KNOWS in page(pair.mentor, pair).text
    assert KNOWS not in page(pair.mentee, pair).text


def test_bt_9_how_long_until_then_is_policy() -> None:
    today = now()
    pair = a_pair_of("college-pilot", since=today - timedelta(days=20))
    is_waited_for(pair, by="mentee", now=today - timedelta(days=15))

    a_week_of_sweeps(today - timedelta(days=14), days=6)
    assert things(pair.mentor) == []
    a_week_of_sweeps(today - timedelta(days=8))

    assert things(pair.mentor) == ["unanswered"]
    assert things(pair.mentee) == [], "this policy lets nobody be told"


def test_bt_9_a_coordinator_asks_after_somebody_with_one_press_and_the_other_is_told() -> None:
    today = now()
    pair = a_pair_of("brokered", since=today - timedelta(days=3))
    priya = a_person("coordinator", pair.programme)
    is_waited_for(pair, by="mentor", now=today - timedelta(days=2))
    browser = browser_of(priya)
    assert "Ask after Amina" in browser.get(f"/pairs/{pair.pair_id}").text

    for _ in range(2):
        browser.get(f"/pairs/{pair.pair_id}")
        answer = browser.post(f"/pairs/{pair.pair_id}/ask-after", side="mentee")
        assert answer.status == 303
    a_day_passes()

    assert [one.address for one in queued("asked_after")] == [pair.mentee.address]
    assert [one.address for one in queued("they_are_asked")] == [pair.mentor.address]
    assert KNOWS in page(pair.mentor, pair).text
    rows = program_of(priya).get(f"/programmes/{pair.programme_id}/nudges").json["nudged"]
    assert {(one["name"], one["by_name"]) for one in rows} == {
        (pair.mentee.name, priya.name),
        (pair.mentor.name, priya.name),
    }


def test_bt_9_a_declined_method_and_the_other_side_is_told() -> None:
    pair = a_pair_of("brokered", since=now())
    browser = browser_of(pair.mentee)
    browser.get(f"/taking-part/{pair.programme_id}")

    assert browser.post(f"/taking-part/{pair.programme_id}/methods", methods="message").status == 303

    assert [one.address for one in queued("ways_changed")] == [pair.mentor.address]


def test_bt_9_silence_and_the_coordinator_is_told() -> None:
    today = now()
    pair = a_pair_of("brokered", since=today - timedelta(days=30))
    priya = a_person("coordinator", pair.programme)

    a_week_of_sweeps(today - timedelta(days=9))

    assert things(priya) == ["silent"]
    [row] = program_of(priya).get(f"/programmes/{pair.programme_id}/nudges").json["silent"]
    assert row["pair_id"] == pair.pair_id


def test_cm_6_both_are_asked_to_write_after_a_new_stage_on_the_page_and_in_the_weekly_e_mail() -> None:
    today = now()
    pair = a_pair_of("college-pilot", since=today - timedelta(days=9))
    is_waited_for(pair, by="mentor", now=today - timedelta(days=1))
    assert "write a few lines in your diary" not in page(pair.mentee, pair).text

    load_pair(pair.pair_id).update(
        [Pair.stage.set("working_together"), Pair.stage_since.set(today - timedelta(days=8))]
    )
    a_week_of_sweeps(today - timedelta(days=8))

    assert "write a few lines in your diary" in page(pair.mentee, pair).text
    assert "write a few lines in your logbook" in page(pair.mentor, pair).text
    assert things(pair.mentee) == ["diary"]
    assert things(pair.mentor) == ["logbook"]

    browser = browser_of(pair.mentee)
    browser.get(f"/pairs/{pair.pair_id}/diary")
    text = "We set a goal together, and I feel that I can reach it by spring."
    assert browser.post(f"/pairs/{pair.pair_id}/diary", text=text, key="the-diary-form").status == 303
    assert "write a few lines in your diary" not in page(pair.mentee, pair).text
    assert "write a few lines in your logbook" in page(pair.mentor, pair).text


def test_cm_6_both_are_asked_to_write_after_a_meeting() -> None:
    moment = now()
    pair = a_pair_of("college-pilot", since=moment - timedelta(days=9))
    day = day_of(moment - timedelta(days=1)).isoformat()

    met = write_down(
        pair.mentor.viewer, pair.pair_id, way="Shadowing a class", day=day, minutes="60", now=moment
    )
    answer_for(pair.mentee.viewer, pair.pair_id, met.item_id, answer="confirm", now=moment)

    for someone, book in ((pair.mentee, "diary"), (pair.mentor, "logbook")):
        shown = page(someone, pair).text
        assert "You have met." in shown
        assert f"write a few lines in your {book}" in shown


def test_cm_6_both_are_asked_to_write_when_the_end_is_near() -> None:
    moment = now()
    pair = a_pair_of("college-pilot", since=moment - timedelta(days=30))
    today = day_of(moment)
    cohort_id = create_cohort(
        pair.programme_id,
        "Autumn",
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=13),
        now=moment,
    )
    load_pair(pair.pair_id).update([Pair.cohort_id.set(cohort_id)])

    a_week_of_sweeps(moment)

    assert "The end is near." in page(pair.mentee, pair).text
    assert things(pair.mentee) == ["ending", "diary"]
    assert things(pair.mentor) == ["ending", "logbook"]
