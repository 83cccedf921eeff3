"""The filter lab as people and programs use it, through the routes."""

import pytest

from shared.people.actions.sessions import start_session
from shared.platform.clock import now
from tests.builders.conversations import CLEAN, WORRIED
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme

from .browser import Answer, Program
from .signed_in import browser_of

NUMBER = "Ola is on 07700 900123 after four."


@pytest.fixture
def priya(tables: None) -> Someone:
    return a_person("coordinator", a_programme())


def path_of(someone: Someone) -> str:
    return f"/programmes/{someone.programme_id}/filter"


def tried(someone: Someone, text: str, sender: str = "mentee", **more: str) -> Answer:
    browser = browser_of(someone)
    browser.get(path_of(someone))
    return browser.post(path_of(someone), text=text, sender=sender, **more)


def test_the_queue_leads_to_the_filter(priya: Someone) -> None:
    page = browser_of(priya).get(f"/programmes/{priya.programme_id}/moderation")

    assert f'href="{path_of(priya)}"' in page.text


def test_a_text_is_marked_and_each_rule_named_with_its_sentence(priya: Someone) -> None:
    page = tried(priya, NUMBER)

    assert page.status == 200
    assert "It would be held for a moderator" in page.words
    assert '<mark class="mark">07700 900123' in page.text
    assert "contact.phone" in page.words
    assert "Please take out the telephone number." in page.words
    assert f">\n{NUMBER}</textarea>" in page.text


def test_a_number_in_pieces_is_seen_after_the_messages_before_it(priya: Someone) -> None:
    page = tried(priya, "and 123 is the end", earlier="first bit is 07700\r\nlol ok\r\nthen 900")

    assert "It would be held for a moderator" in page.words
    assert "with earlier messages 1 and 3" in page.words
    assert ">\nfirst bit is 07700\r\nlol ok\r\nthen 900</textarea>" in page.text


def test_too_many_messages_before_it_are_refused_beside_their_field(priya: Someone) -> None:
    page = tried(priya, CLEAN, earlier="Hello there.\r\n" * 13)

    assert page.status == 422
    assert 'id="f-earlier-error"' in page.text
    assert "12 messages at the most, and here are 13" in page.words


def test_what_is_most_urgent_is_said_first(priya: Someone) -> None:
    page = tried(priya, f"{NUMBER} {WORRIED}")

    assert page.text.index("severity--high") < page.text.index(">contact.phone<")


def test_a_worry_would_open_a_concern(priya: Someone) -> None:
    assert "It would be held, and a concern opened" in tried(priya, WORRIED).words


def test_a_clean_text_would_be_delivered(priya: Someone) -> None:
    assert "It would be delivered" in tried(priya, CLEAN, "mentor").words


def test_what_is_pasted_is_never_taken_for_markup(priya: Someone) -> None:
    page = tried(priya, "<script>alert(1)</script> www.example.org <b>")

    assert "<script>alert" not in page.text


def test_broken_changes_are_named_on_the_page(tables: None) -> None:
    policy = a_policy(filter={"switched_off": ["contact.no_such_rule"]})
    page = tried(a_person("safeguarding_lead", a_programme(policy=policy)), NUMBER)

    assert "Every message is held now" in page.words
    assert "contact.no_such_rule" in page.words


@pytest.mark.parametrize(("text", "sender"), [("", "mentee"), ("e" * 5_001, "mentee"), (CLEAN, "a friend")])
def test_what_cannot_be_tried_is_shown_again_with_a_sentence(priya: Someone, text: str, sender: str) -> None:
    page = tried(priya, text, sender)

    assert page.status == 422
    assert f">\n{text}</textarea>" in page.text


def test_a_program_is_told_what_each_rule_sees(priya: Someone) -> None:
    program = Program(start_session(priya.person_id, now=now()))

    answer = program.post(path_of(priya), {"text": NUMBER, "sender": "mentor"})

    assert answer.status == 200
    assert answer.json["lane"] == "moderation"
    assert [(one["rule"], one["found"]) for one in answer.json["seen"]] == [("contact.phone", "07700 900123")]


@pytest.mark.parametrize("role", ["mentee", "mentor", "administrator"])
def test_for_those_who_do_not_moderate_there_is_no_such_page(tables: None, role: str) -> None:
    someone = a_person(role, a_programme())
    program = Program(start_session(someone.person_id, now=now()))

    assert program.get(path_of(someone)).status == 404
    assert program.post(path_of(someone), {"text": NUMBER}).status == 404
