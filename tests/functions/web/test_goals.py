"""Goals with their steps, and tasks for next time, through the routes."""

from typing import Any

import pytest

from shared.conversations.sharing import all_shared
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import a_person

from .at_a_pair import COLLEGE, Api, a_pair_of, page
from .signed_in import browser_of, program_of
from .test_conversations import check_all

pytestmark = pytest.mark.usefixtures("tables")


def test_cm_5_a_goal_its_steps_and_a_task_are_checked_before_the_other_sees_them() -> None:
    pair = a_pair_of(COLLEGE, stage="working")
    mentee, mentor = browser_of(pair.mentee), browser_of(pair.mentor)

    page(mentee, pair, "/goals")
    mentee.post(
        f"/pairs/{pair.pair_id}/goals", text="Pass my English exam", on_day="2099-06-01", key=mentee.key()
    )
    assert "Being checked" in page(mentee, pair).text
    assert "Pass my English exam" not in page(mentor, pair).text
    assert "Pass my English exam" not in page(mentor, pair, "/goals").text
    check_all(pair)
    assert "Pass my English exam" in page(mentor, pair, "/goals").text

    [goal] = Api(pair, pair.mentee).get()["together"]["goals"]
    assert goal["day"] == "1 June 2099"
    stepped = Api(pair, pair.mentor).post(
        f"/goals/{goal['id']}/steps", text="Read one article a day", key="s"
    )
    assert stepped.status == 201
    set_task = Api(pair, pair.mentor).post("/tasks", text="Bring an essay", key="t")
    assert set_task.status == 201
    check_all(pair)
    beside = Api(pair, pair.mentee).get()["together"]
    [goal] = beside["goals"]
    assert [one["text"] for one in goal["steps"]] == ["Read one article a day"]
    assert [one["text"] for one in beside["tasks"]] == ["Bring an essay"]


def test_a_goal_with_a_telephone_number_waits_for_a_person_and_the_other_sees_nothing() -> None:
    pair = a_pair_of(COLLEGE, stage="working")
    Api(pair, pair.mentee).post("/goals", text="Ring me on 07700 900123 about my essay", key="1")
    check_all(pair)

    mine = Api(pair, pair.mentee).get()
    theirs = Api(pair, pair.mentor).get()
    assert [one["is_checked"] for one in mine["together"]["goals"]] == [False]
    assert theirs["together"]["goals"] == []
    message_id = mine["letters"][0]["id"]
    Api(pair, pair.mentee).post(f"/messages/{message_id}/withdraw")
    assert Api(pair, pair.mentee).get()["together"]["goals"] == []


def test_a_goal_that_came_back_to_be_changed_says_so_and_is_shown_once_it_was() -> None:
    pair = a_pair_of(COLLEGE, stage="working")
    coordinator = a_person("coordinator", pair.programme)
    mentee = Api(pair, pair.mentee)
    mentee.post("/goals", text="Ring me on 07700 900123 about my essay", key="1")
    check_all(pair)
    [message] = mentee.get()["letters"]
    moderation = f"/moderation/{pair.pair_id}/{message['id']}/decide"
    priya = program_of(coordinator)
    returned = priya.post(
        moderation, {"decision": "ask_to_change", "reason": "Please take out the number.", "wording": 1}
    )
    assert returned.status == 200

    [goal] = mentee.get()["together"]["goals"]
    assert goal["change"] == f"/pairs/{pair.pair_id}/messages/{message['id']}"
    mentee.post(f"/messages/{message['id']}", text="Finish my essay", round=1)
    check_all(pair)

    [goal] = Api(pair, pair.mentor).get()["together"]["goals"]
    assert (goal["text"], goal["change"]) == ("Finish my essay", "")


def test_a_mentor_proposes_a_goal_and_the_mentee_decides() -> None:
    pair = a_pair_of(COLLEGE, stage="working")
    mentor, mentee = Api(pair, pair.mentor), Api(pair, pair.mentee)
    mentor.post("/goals", text="Write one page a week", key="1")
    check_all(pair)
    [goal] = mentee.get()["together"]["goals"]
    address = f"/shared/goal/{goal['id']}"

    assert goal["state"] == "proposed"
    assert mentor.post(address, becomes="accepted").json["error"]["code"] == "not_yours"
    assert mentee.post(address, becomes="done").json["error"]["code"] == "settled"
    mentee.post(address, becomes="accepted")
    mentee.post(address, becomes="done")

    after = mentee.get("/goals")
    assert ([one["state"] for one in after["over"]], after["goals"]) == (["done"], [])
    assert mentee.get()["together"]["goals"] == []
    mentee.post(address, becomes="open")
    assert [one["state"] for one in mentee.get()["together"]["goals"]] == ["open"]


def test_steps_leave_the_page_with_their_goal_and_come_back_with_it() -> None:
    pair = a_pair_of(COLLEGE, stage="working")
    mentee = Api(pair, pair.mentee)
    mentee.post("/goals", text="Pass my English exam", key="1")
    check_all(pair)
    [goal] = mentee.get()["together"]["goals"]
    mentee.post(f"/goals/{goal['id']}/steps", text="Read an article", key="2")
    check_all(pair)
    [goal] = mentee.get()["together"]["goals"]
    [step] = goal["steps"]
    mentee.post(f"/shared/step/{step['id']}", becomes="done")
    address = f"/shared/goal/{goal['id']}"

    mentee.post(address, becomes="given_up")
    closed = mentee.post(f"/goals/{goal['id']}/steps", text="One more", key="3")
    assert closed.json["error"]["code"] == "goal_over"
    assert all(one.thread_at is None for one in shared_items(pair))
    mentee.post(address, becomes="open")

    [back] = mentee.get()["together"]["goals"]
    assert [one["state"] for one in back["steps"]] == ["done"]


def test_how_it_is_going_is_kept_with_the_goal() -> None:
    pair = a_pair_of(COLLEGE, stage="working")
    mentee = Api(pair, pair.mentee)
    mentee.post("/goals", text="Pass my English exam", key="1")
    check_all(pair)
    [goal] = mentee.get()["together"]["goals"]

    mentee.post(f"/goals/{goal['id']}/reflections", text="Harder than I thought", key="2")
    check_all(pair)

    [goal] = Api(pair, pair.mentor).get("/goals")["goals"]
    assert [one["text"] for one in goal["reflections"]] == ["Harder than I thought"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": "Pass my exam", "on_day": "2020-01-01"}, "on_day"),
        ({"text": "Pass my exam", "on_day": "next week"}, "on_day"),
        ({"text": "  "}, "text"),
        ({"text": "a" * 301}, "text"),
    ],
)
def test_a_goal_that_cannot_be_taken_says_why_and_loses_nothing(fields: dict[str, str], field: str) -> None:
    pair = a_pair_of(COLLEGE, stage="working")
    browser = browser_of(pair.mentee)
    page(browser, pair, "/goals")

    answer = browser.post(f"/pairs/{pair.pair_id}/goals", key=browser.key(), **fields)

    assert answer.status == 422
    assert f'id="f-{field}-error"' in answer.text
    assert fields["text"].strip() in answer.text
    assert shared_items(pair) == []


def test_there_are_never_more_goals_than_fit_on_a_page() -> None:
    pair = a_pair_of(COLLEGE, stage="working")
    mentee = Api(pair, pair.mentee)
    answers = [mentee.post("/goals", text=f"Goal number {n}", key=str(n)) for n in range(6)]

    assert [one.status for one in answers] == [201] * 5 + [409]
    again = mentee.post("/goals", text="Goal number 4", key="4")
    assert again.status == 201  # the same form sent again is the same goal
    assert len(shared_items(pair)) == 5


def shared_items(pair: TwoWhoWrite) -> list[Any]:
    return list(all_shared(pair.pair_id))
