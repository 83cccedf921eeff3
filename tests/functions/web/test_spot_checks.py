"""Spot checks as people and programs use them, through the routes."""

import pytest

from functions.web.access import session_cookie
from shared.people.actions.sessions import start_session
from shared.platform.clock import now
from shared.programmes.actions import RunningProgramme
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.shared.spot_checks.builders import a_conversation, open_checks

from .browser import Browser, Program

FOUND = {
    "appropriate": "yes",
    "boundaries": "kept",
    "missed": "no",
    "praise": "She asks how it went, every time.",
}


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme()


@pytest.fixture
def priya(programme: RunningProgramme) -> Someone:
    return a_person("coordinator", programme)


@pytest.fixture
def browser(priya: Someone) -> Browser:
    browser = Browser()
    browser.cookies[session_cookie()] = start_session(priya.person_id, now=now())
    return browser


@pytest.fixture
def page(programme: RunningProgramme) -> str:
    return f"/programmes/{programme.programme_id}/spot-checks"


def test_a_coordinator_draws_reads_and_sees_what_has_been_read(
    programme: RunningProgramme, browser: Browser, page: str
) -> None:
    a_conversation(programme, now=now())
    browser.get(page)
    browser.post(f"{page}/draws")
    (check,) = open_checks(programme.programme_id)
    listed = browser.get(page)
    assert f"/spot-checks/{check.check_id}" in listed.text

    shown = browser.get(f"/spot-checks/{check.check_id}")
    assert "I liked hearing how you chose physics" in shown.text
    browser.post(f"/spot-checks/{check.check_id}", **FOUND)

    assert "1 (100 %)" in browser.get(f"{page}?state=done").text
    assert "She asks how it went" in browser.get(f"/spot-checks/{check.check_id}").text


def test_an_unanswered_question_is_named_and_what_was_written_stays(
    programme: RunningProgramme, browser: Browser, page: str
) -> None:
    a_conversation(programme, now=now())
    browser.get(page)
    browser.post(f"{page}/draws")
    (check,) = open_checks(programme.programme_id)
    browser.get(f"/spot-checks/{check.check_id}")

    refused = browser.post(f"/spot-checks/{check.check_id}", **(FOUND | {"appropriate": "", "missed": "yes"}))

    assert refused.status == 422
    assert refused.text.count("Please choose one answer.") >= 1
    assert "Please say which message it is." in refused.text
    assert "She asks how it went" in refused.text


def test_an_empty_draw_says_why(browser: Browser, page: str) -> None:
    browser.get(page)

    refused = browser.post(f"{page}/draws")

    assert refused.status == 409
    assert "There is nothing to draw from yet" in refused.words


def test_a_program_is_given_the_same(programme: RunningProgramme, priya: Someone, page: str) -> None:
    a_conversation(programme, now=now())
    program = Program(start_session(priya.person_id, now=now()))

    drawn = program.post(f"{page}/draws", {}).json
    (check,) = drawn["checks"]
    done = program.post(f"/spot-checks/{check['check_id']}", FOUND)

    assert done.status == 200
    assert done.json["done_by_name"] == "Priya Nair"
    (draw,) = program.get(f"{page}/draws").json["draws"]
    assert program.get(f"/spot-checks/draws/{draw['draw_id']}").json["is_the_same"] is True
