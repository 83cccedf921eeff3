"""Moderation as people and programs use it, through the routes."""

import pytest

from functions.web.access import session_cookie
from shared.conversations.items import Message
from shared.people.actions.sessions import start_session
from shared.platform.clock import now
from tests.builders import Someone, TwoWhoWrite, a_pair, a_person
from tests.shared.moderation.builders import TAKE_OUT_THE_NUMBER, a_held_message, a_worry, now_is

from .browser import Browser, Program


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


@pytest.fixture
def morag(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme)


def browser_of(someone: Someone) -> Browser:
    browser = Browser()
    browser.cookies[session_cookie()] = start_session(someone.person_id, now=now())
    return browser


def program_of(someone: Someone) -> Program:
    return Program(start_session(someone.person_id, now=now()))


def path_of(message: Message) -> str:
    return f"/moderation/{message.pair_id}/{message.message_id}"


def test_the_queue_leads_to_the_message_and_a_decision_to_the_next(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    milder, worse = a_held_message(pair, now=now()), a_worry(pair, now=now())
    browser = browser_of(priya)

    listed = browser.get(f"/programmes/{pair.programme_id}/moderation")
    assert listed.text.index(path_of(worse)) < listed.text.index(path_of(milder))
    browser.get(path_of(worse))
    browser.post(f"{path_of(worse)}/decide", decision="deliver", wording=1, reason="")

    assert browser.last is not None
    assert browser.last.location == path_of(milder)
    assert now_is(worse).state == "delivered"


def test_after_the_last_one_comes_the_empty_queue(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair, now=now())
    browser = browser_of(priya)
    browser.get(path_of(held))
    browser.post(f"{path_of(held)}/decide", decision="decline", wording=1, reason="This is not for here.")

    assert "Nothing is waiting" in browser.follow().words


def test_the_page_marks_what_was_found_and_offers_words_for_the_writer(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    page = browser_of(priya).get(path_of(a_held_message(pair, now=now())))

    assert "phone number" in page.words
    assert TAKE_OUT_THE_NUMBER in page.words
    assert "Ask to change" in page.words


def test_a_worry_offers_no_way_to_return_it(pair: TwoWhoWrite, priya: Someone, morag: Someone) -> None:
    held = a_worry(pair, now=now())
    browser = browser_of(priya)

    assert 'value="ask_to_change"' not in browser.get(path_of(held)).text
    refused = browser.post(
        f"{path_of(held)}/decide", decision="ask_to_change", wording=1, reason="Reword it."
    )
    assert refused.status == 409
    assert "not asked to take it out" in refused.words


def test_a_message_that_somebody_is_reading_says_who(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    held = a_held_message(pair, now=now())
    first, second = browser_of(priya), browser_of(morag)
    first.get(path_of(held))
    first.post(f"{path_of(held)}/claim")
    assert "This is with you until" in first.follow().words

    page = second.get(path_of(held))
    assert "Priya Nair is reading this message" in page.words
    assert 'name="decision"' not in page.text
    assert "Priya Nair" in second.get(f"/programmes/{pair.programme_id}/moderation").words

    first.get(path_of(held))
    first.post(f"{path_of(held)}/release")
    assert 'name="decision"' in second.get(path_of(held)).text


def test_who_comes_second_is_told_who_decided_and_sees_what_became_of_it(
    pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    held = a_held_message(pair, now=now())
    second = browser_of(morag)
    second.get(path_of(held))
    decision = {"decision": "ask_to_change", "wording": 1, "reason": TAKE_OUT_THE_NUMBER}
    program_of(priya).post(f"{path_of(held)}/decide", decision)

    page = second.post(f"{path_of(held)}/decide", decision="deliver", wording=1, reason="")

    assert page.status == 409
    assert "Priya Nair has already asked for a change to it" in page.words
    assert now_is(held).state == "returned"


@pytest.mark.parametrize("reason", ["", "x" * 1_001])
def test_a_reason_that_cannot_be_sent_is_shown_again(pair: TwoWhoWrite, priya: Someone, reason: str) -> None:
    held = a_held_message(pair, now=now())
    browser = browser_of(priya)
    browser.get(path_of(held))

    page = browser.post(f"{path_of(held)}/decide", decision="decline", wording=1, reason=reason)

    assert page.status == 422
    assert reason in page.text
    assert now_is(held).state == "held"


def test_to_the_two_of_the_pair_there_is_no_such_page(pair: TwoWhoWrite) -> None:
    held = a_held_message(pair, now=now())

    for someone in (pair.mentee, pair.mentor):
        assert browser_of(someone).get(path_of(held)).status == 404
        assert browser_of(someone).get(f"/programmes/{pair.programme_id}/moderation").status == 404


def test_a_program_is_told_what_became_of_a_message(pair: TwoWhoWrite, priya: Someone) -> None:
    held = a_held_message(pair, now=now())

    answer = program_of(priya).post(f"{path_of(held)}/decide", {"decision": "deliver", "wording": 1})

    assert answer.status == 200
    assert answer.json["state"] == "delivered"
