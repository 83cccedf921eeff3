"""Meetings in each of the programmes: one test for each line of docs/programmes.md about them, through the
routes."""

from datetime import timedelta

import pytest

from shared.notices.items import Notice
from shared.platform.clock import now
from tests.builders import CLEAN, Someone, TwoWhoWrite, a_message, a_person
from tests.functions.web.at_a_pair import Api, page
from tests.functions.web.browser import Answer
from tests.functions.web.signed_in import browser_of, program_of
from tests.shared.meetings.builders import (
    LINK,
    PASSWORD,
    a_day_ahead,
    begins,
    stored,
    two_who_meet,
)

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


def told(template: str) -> set[str]:
    """Whom an e-mail of this kind was written to."""
    return {one.address for one in Notice.scan() if isinstance(one, Notice) and one.template == template}


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
    a_message(pair, CLEAN)


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
