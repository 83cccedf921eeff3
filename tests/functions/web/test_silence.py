"""Who has gone quiet, through the routes."""

from datetime import timedelta

import pytest

from functions.web.access import session_cookie
from shared.people.actions.sessions import start_session
from shared.platform.clock import now
from shared.silence.actions import look_for_silence
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import a_person
from tests.shared.moderation.builders import a_held_message

from .browser import Browser, Program


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    """Of whom the mentee has been silent for twelve days."""
    pair = a_pair()
    a_held_message(pair, now=now() - timedelta(days=12))
    look_for_silence(pair.programme_id, now=now())
    return pair


def test_a_coordinator_finds_who_is_quiet_and_notes_what_they_did(pair: TwoWhoWrite) -> None:
    priya = a_person("coordinator", pair.programme)
    browser = Browser()
    browser.cookies[session_cookie()] = start_session(priya.person_id, now=now())
    here = f"/programmes/{pair.programme_id}/silences"
    one = f"{here}/{pair.mentee.person_id}"

    assert here in browser.get(f"/programmes/{pair.programme_id}/pairs").text
    assert pair.mentee.first_name in browser.get(here).text
    browser.get(one)
    assert "Please write a few words." in browser.post(one, note=" ").text
    browser.post(one, note="I rang, and all is well.")

    assert "Nobody has gone quiet" in browser.get(here).text
    assert "I rang, and all is well." in browser.get(one).text


def test_a_program_is_given_the_same(pair: TwoWhoWrite) -> None:
    priya = a_person("coordinator", pair.programme)
    program = Program(start_session(priya.person_id, now=now()))

    (row,) = program.get(f"/programmes/{pair.programme_id}/silences").json["mentees"]

    assert (row["person_id"], row["after"]) == (pair.mentee.person_id, "held")
