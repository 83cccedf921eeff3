"""Steps and tasks that are worded anew or given up, through the routes."""

from typing import Any

import pytest

from shared.conversations.holding_again import hold_again
from shared.conversations.sharing import load_shared
from shared.conversations.steps import load_message, load_pair
from shared.platform.clock import now
from shared.platform.tables import transaction
from tests.builders.conversations import WITH_A_NUMBER, TwoWhoWrite
from tests.builders.people import Someone, a_person

from .at_a_pair import COLLEGE, Api, a_pair_of, page, post
from .browser import Answer
from .signed_in import browser_of, program_of
from .test_conversations import check_all

pytestmark = pytest.mark.usefixtures("tables")

ESSAY = "Bring an essay"
BOTH = "Bring an essay and the notes"


@pytest.fixture
def pair() -> TwoWhoWrite:
    return a_pair_of(COLLEGE, stage="working")


def a_task_of(pair: TwoWhoWrite, someone: Someone, key: str = "t", **fields: str) -> str:
    """The id of a task that was checked."""
    assert Api(pair, someone).post("/tasks", text=ESSAY, key=key, **fields).status == 201
    check_all(pair)
    return str(tasks(pair, pair.mentee)[-1]["id"])


def a_step_of(pair: TwoWhoWrite, someone: Someone) -> str:
    Api(pair, pair.mentee).post("/goals", text="Pass my English exam", key="g")
    check_all(pair)
    [goal] = goals(pair, pair.mentee)
    Api(pair, someone).post(f"/goals/{goal['id']}/steps", text="Read an article a day", key="s")
    check_all(pair)
    return str(goals(pair, pair.mentee)[0]["steps"][0]["id"])


def tasks(pair: TwoWhoWrite, someone: Someone, which: str = "tasks") -> Any:
    return Api(pair, someone).get("/goals")[which]


def goals(pair: TwoWhoWrite, someone: Someone) -> Any:
    return Api(pair, someone).get("/goals")["goals"]


def words(
    pair: TwoWhoWrite, someone: Someone, task: str, text: str = BOTH, key: str = "w", **more: str
) -> Answer:
    return Api(pair, someone).post(f"/shared/task/{task}/words", text=text, key=key, **more)


def texts(pair: TwoWhoWrite, someone: Someone) -> list[str]:
    return [one["text"] for one in tasks(pair, someone)]


# ── In other words ─────────────────────────────────────────────────────────


def test_a_task_is_worded_anew_on_its_page_and_the_words_before_stand_until_the_new_ones_were_checked(
    pair: TwoWhoWrite,
) -> None:
    task = a_task_of(pair, pair.mentor)
    browser, path = browser_of(pair.mentor), f"/shared/task/{task}"
    assert f'{path}">Change' in page(browser, pair, "/goals").text
    form = page(browser, pair, path)
    assert f">{ESSAY}</textarea>" in form.text.replace("\n", "")

    sent = post(browser, pair, f"{path}/words", on=path, text=BOTH, on_day="2099-06-01", key=browser.key())

    assert sent.status == 303
    assert f"New words are being checked: {BOTH}" in browser.follow().words
    assert texts(pair, pair.mentee) == [ESSAY]
    assert BOTH not in page(browser_of(pair.mentee), pair, "/goals").text
    check_all(pair)
    [theirs] = tasks(pair, pair.mentee)
    assert (theirs["text"], theirs["day"], theirs["by"]) == (BOTH, "1 June 2099", pair.mentor.first_name)
    assert tasks(pair, pair.mentor)[0]["new_words"] == ""


def test_both_wordings_stay_in_the_conversation(pair: TwoWhoWrite) -> None:
    task = a_task_of(pair, pair.mentee)
    assert words(pair, pair.mentee, task).status == 200
    check_all(pair)

    said = [one["text"] for one in Api(pair, pair.mentor).get()["letters"]]
    assert {ESSAY, BOTH} <= set(said)


def test_the_mentee_and_whoever_set_it_may_word_a_step_anew_and_nobody_else(pair: TwoWhoWrite) -> None:
    step = a_step_of(pair, pair.mentee)
    path = f"/shared/step/{step}"

    others = Api(pair, pair.mentor).post(f"{path}/words", text="Read a book", key="1")
    assert others.json["error"]["code"] == "not_yours"
    assert not Api(pair, pair.mentor).get(path)["piece"]["may_change"]
    assert "Give it up" not in page(browser_of(pair.mentor), pair, path).text
    assert Api(pair, pair.mentor).post(path, becomes="given_up").json["error"]["code"] == "not_yours"

    assert Api(pair, pair.mentee).post(f"{path}/words", text="Read a book", key="1").status == 200
    check_all(pair)
    assert goals(pair, pair.mentor)[0]["steps"][0]["text"] == "Read a book"
    coordinator = a_person("coordinator", pair.programme)
    assert (
        program_of(coordinator).post(f"/pairs/{pair.pair_id}{path}/words", {"text": "x", "key": "1"}).status
        == 404
    )


def test_new_words_with_a_number_wait_for_a_person_and_can_be_taken_back(pair: TwoWhoWrite) -> None:
    task = a_task_of(pair, pair.mentor)
    made = words(pair, pair.mentee, task, WITH_A_NUMBER)
    check_all(pair)
    assert (made.status, texts(pair, pair.mentor)) == (200, [ESSAY])
    assert WITH_A_NUMBER not in str(Api(pair, pair.mentor).get("/goals"))
    assert tasks(pair, pair.mentee)[0]["new_words"] == WITH_A_NUMBER
    held = load_shared(pair.pair_id, "task", task).new_message_id

    Api(pair, pair.mentee).post(f"/messages/{held}/withdraw")

    assert [(one["text"], one["new_words"]) for one in tasks(pair, pair.mentee)] == [(ESSAY, "")]
    assert words(pair, pair.mentee, task, key="again").status == 200


def test_new_words_that_are_held_again_are_not_shown_to_who_set_the_task(pair: TwoWhoWrite) -> None:
    """For they are not theirs."""
    task, coordinator = a_task_of(pair, pair.mentor), a_person("coordinator", pair.programme)
    words(pair, pair.mentee, task)
    check_all(pair)
    assert texts(pair, pair.mentor) == [BOTH]
    message = load_message(pair.pair_id, str(load_shared(pair.pair_id, "task", task).message_id))

    with transaction() as write:
        hold_again(
            write,
            load_pair(pair.pair_id),
            message,
            category="contact",
            severity="low",
            by=coordinator.viewer,
            now=now(),
        )

    assert (texts(pair, pair.mentor), texts(pair, pair.mentee)) == ([], [BOTH])


def test_new_words_that_came_back_to_be_changed_say_so_and_stand_once_they_were(pair: TwoWhoWrite) -> None:
    task, coordinator = a_task_of(pair, pair.mentor), a_person("coordinator", pair.programme)
    words(pair, pair.mentee, task, WITH_A_NUMBER)
    check_all(pair)
    message_id = load_shared(pair.pair_id, "task", task).new_message_id
    decided = program_of(coordinator).post(
        f"/moderation/{pair.pair_id}/{message_id}/decide",
        {"decision": "ask_to_change", "reason": "Please take out the number.", "wording": 1},
    )
    assert decided.status == 200

    assert tasks(pair, pair.mentee)[0]["change"] == f"/pairs/{pair.pair_id}/messages/{message_id}"
    assert tasks(pair, pair.mentor)[0]["change"] == ""
    Api(pair, pair.mentee).post(f"/messages/{message_id}", text=BOTH, round=1)
    assert tasks(pair, pair.mentee)[0]["new_words"] == BOTH
    check_all(pair)

    assert [(one["text"], one["change"]) for one in tasks(pair, pair.mentor)] == [(BOTH, "")]


def test_the_same_words_for_another_day_need_no_check(pair: TwoWhoWrite) -> None:
    task = a_task_of(pair, pair.mentee, on_day="2099-01-01")

    assert words(pair, pair.mentee, task, ESSAY, on_day="2099-02-01").status == 200

    assert [(one["text"], one["day"]) for one in tasks(pair, pair.mentor)] == [(ESSAY, "1 February 2099")]


def test_the_same_form_sent_again_is_one_wording_and_a_second_one_waits_for_the_first(
    pair: TwoWhoWrite,
) -> None:
    task = a_task_of(pair, pair.mentee)

    assert [words(pair, pair.mentee, task).status for _ in range(2)] == [200, 200]
    second = words(pair, pair.mentee, task, "Something else entirely", key="other")

    assert second.json["error"]["code"] == "being_checked"
    assert len(Api(pair, pair.mentee).get()["letters"]) == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "a" * 301}, "text"),
        ({"text": BOTH, "on_day": "2020-01-01"}, "on_day"),
    ],
)
def test_words_that_cannot_be_taken_say_why_and_are_not_lost(
    pair: TwoWhoWrite, fields: dict[str, str], field: str
) -> None:
    path = f"/shared/task/{a_task_of(pair, pair.mentee)}"

    refused = post(browser_of(pair.mentee), pair, f"{path}/words", on=path, key="1", **fields)

    assert refused.status == 422
    assert f'id="f-{field}-error"' in refused.text
    assert fields["text"].strip() in refused.text
    assert texts(pair, pair.mentee) == [ESSAY]


# ── Given up ───────────────────────────────────────────────────────────────


def test_a_task_is_given_up_on_its_page_and_taken_up_again(pair: TwoWhoWrite) -> None:
    task = a_task_of(pair, pair.mentor)
    path, browser = f"/shared/task/{task}", browser_of(pair.mentor)

    assert post(browser, pair, path, becomes="given_up").status == 303
    assert "Given up" in browser.follow().words
    assert (texts(pair, pair.mentee), Api(pair, pair.mentee).get()["together"]["tasks"]) == ([], [])
    [over] = tasks(pair, pair.mentee, "tasks_over")
    assert (over["state"], over["settled_at"] is not None) == ("given_up", True)
    done = Api(pair, pair.mentee).post(path, becomes="done")
    assert done.json["error"]["code"] == "settled"
    refused = words(pair, pair.mentor, task)
    assert refused.json["error"]["code"] == "settled"

    assert Api(pair, pair.mentee).post(path, becomes="open").status == 200
    assert texts(pair, pair.mentor) == [ESSAY]


def test_a_step_that_was_given_up_stays_with_its_goal_as_what_it_was(pair: TwoWhoWrite) -> None:
    step = a_step_of(pair, pair.mentor)
    path, browser = f"/shared/step/{step}", browser_of(pair.mentee)

    assert post(browser, pair, path, becomes="given_up").status == 303

    assert "1 step given up Read an article a day" in browser.follow().words
    [goal] = goals(pair, pair.mentor)
    assert (goal["steps"], [one["text"] for one in goal["given_up"]]) == ([], ["Read an article a day"])
    assert load_shared(pair.pair_id, "step", step).thread_at is None
    assert post(browser, pair, path, on="/goals", becomes="open").status == 303
    assert [one["state"] for one in goals(pair, pair.mentor)[0]["steps"]] == ["open"]


def test_what_was_given_up_is_taken_up_again_only_where_there_is_room(pair: TwoWhoWrite) -> None:
    first = a_step_of(pair, pair.mentee)
    [goal] = goals(pair, pair.mentee)
    mentee = Api(pair, pair.mentee)
    mentee.post(f"/shared/step/{first}", becomes="given_up")
    for number in range(5):
        assert mentee.post(f"/goals/{goal['id']}/steps", text=f"Step {number}", key=str(number)).status == 201

    assert mentee.post(f"/shared/step/{first}", becomes="open").json["error"]["code"] == "too_many"
