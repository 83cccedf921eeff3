"""ST-13: a mentor points to a piece of the library from a message, and the link rule has nothing to say."""

from typing import Any

import pytest

from shared.conversations.items import Message
from shared.policies.presets import load_preset
from shared.resources.common import common_library
from shared.resources.suggesting import WITHOUT_WORDS
from tests.builders.people import a_person
from tests.functions.web.browser import Answer
from tests.functions.web.signed_in import browser_of, program_of
from tests.streams.world import World

BUDGET = "a-budget-that-works"
OWN_WORDS = "You asked about rent. The part about the weeks helped me most."
LINKED = "Have a look at https://www.example.org/rent as well."


@pytest.fixture
def world(tables: None) -> World:
    return World(policy=load_preset("national-stem"))


def suggests(
    world: World, text: str = "", *, piece: str = BUDGET, key: str = "form-1", by: str = "mentor"
) -> Answer:
    someone = world.pair.mentor if by == "mentor" else world.pair.mentee
    return program_of(someone).post(
        f"/pairs/{world.pair.pair_id}/suggest/{piece}", {"text": text, "key": key}
    )


def the_message(world: World) -> Message:
    world.driver.settle()
    [message] = world.messages()
    return message


def letters_of(world: World, by: str) -> list[dict[str, Any]]:
    someone = world.pair.mentor if by == "mentor" else world.pair.mentee
    letters: list[dict[str, Any]] = program_of(someone).get(f"/pairs/{world.pair.pair_id}").json["letters"]
    return letters


def test_st_13_a_suggestion_reaches_the_mentee_as_a_card_with_its_reading_time(world: World) -> None:
    page = browser_of(world.pair.mentor)
    assert "Suggest something to read" in page.get(f"/pairs/{world.pair.pair_id}").words
    page.get(f"/pairs/{world.pair.pair_id}/suggest/{BUDGET}")
    sent = page.post(f"/pairs/{world.pair.pair_id}/suggest/{BUDGET}", text=OWN_WORDS, key=page.key())
    assert sent.status == 303

    assert the_message(world).state == "delivered"
    [letter] = letters_of(world, "mentee")
    assert letter["text"] == OWN_WORDS
    assert letter["card"] == {"resource_id": BUDGET, "title": "A budget that works", "minutes": 2}
    shown = browser_of(world.pair.mentee).get(f"/pairs/{world.pair.pair_id}")
    assert "To read, 2 minutes A budget that works" in shown.words
    assert f'href="/library/{world.pair.programme_id}/{BUDGET}"' in shown.text


def test_st_13_no_piece_of_the_library_ever_trips_a_rule(world: World) -> None:
    answers = [suggests(world, piece=piece, key=piece).status for piece in common_library()]

    world.driver.settle()
    messages = world.messages()
    assert set(answers) == {201}
    assert len(messages) == len(answers)
    for message in messages:
        assert (message.state, message.text, message.findings) == ("delivered", WITHOUT_WORDS, [])


def test_st_13_a_mentors_own_words_are_checked_as_ever(world: World) -> None:
    suggests(world, LINKED)

    message = the_message(world)

    assert message.state == "held"
    assert [one["category"] for one in message.findings] == ["link"]
    assert letters_of(world, "mentee") == []
    assert (
        program_of(world.pair.mentee).get(f"/pairs/{world.pair.pair_id}/suggestions").json["suggested"] == []
    )
    held = browser_of(world.coordinator).get(f"/moderation/{world.pair.pair_id}/{message.message_id}")
    assert "With something to read: A budget that works , from the library." in held.words


def test_st_13_both_find_again_what_was_suggested(world: World) -> None:
    suggests(world, OWN_WORDS)
    world.driver.settle()

    for someone in (world.pair.mentor, world.pair.mentee, world.coordinator):
        [one] = program_of(someone).get(f"/pairs/{world.pair.pair_id}/suggestions").json["suggested"]
        assert (one["title"], one["text"], one["is_delivered"]) == ("A budget that works", OWN_WORDS, True)


def test_the_same_form_suggests_once_and_not_something_else(world: World) -> None:
    assert suggests(world, OWN_WORDS).status == 201
    assert suggests(world, OWN_WORDS).status == 201
    assert suggests(world, OWN_WORDS, piece="interviews").status == 409

    assert the_message(world).card["resource_id"] == BUDGET


def test_a_suggestion_is_the_mentors_to_make_and_of_what_their_mentee_may_read(world: World) -> None:
    elsewhere = a_person("mentor", world.pair.programme, first_name="Hannah", surname="Osei")

    assert suggests(world, by="mentee").status == 404
    assert suggests(world, piece="no-such-piece").status == 404
    assert program_of(elsewhere).get(f"/pairs/{world.pair.pair_id}/suggest").status == 404
    assert program_of(world.coordinator).get(f"/pairs/{world.pair.pair_id}/suggest").status == 404
    assert world.messages() == []


def test_words_that_cannot_be_sent_are_shown_again(world: World) -> None:
    browser = browser_of(world.pair.mentor)
    place = f"/pairs/{world.pair.pair_id}/suggest/{BUDGET}"
    browser.get(place)

    answer = browser.post(place, text=OWN_WORDS + "\x1b", key=browser.key())

    assert answer.status == 422
    assert "hidden character" in answer.words
    assert OWN_WORDS in answer.text
    assert world.messages() == []


def test_what_was_taken_back_is_not_there_to_find(world: World) -> None:
    suggests(world, LINKED)
    message = the_message(world)

    program_of(world.pair.mentor).post(
        f"/pairs/{world.pair.pair_id}/messages/{message.message_id}/withdraw", {}
    )

    assert (
        program_of(world.pair.mentee).get(f"/pairs/{world.pair.pair_id}/suggestions").json["suggested"] == []
    )
    [own] = program_of(world.pair.mentor).get(f"/pairs/{world.pair.pair_id}/suggestions").json["suggested"]
    assert own["is_dropped"]


def test_st_13_where_the_coordinator_reads_everything_a_suggestion_waits_too(tables: None) -> None:
    world = World(policy=load_preset("brokered"))

    suggests(world, piece="getting-through-exams")

    assert the_message(world).state in ("held", "scheduled")
    assert letters_of(world, "mentee") == []
