"""Rules at work as people and programs see them, through the routes."""

import json

import pytest

from shared.moderation.actions import deliver
from shared.platform.clock import now
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone
from tests.shared.moderation.builders import a_held_message

from .signed_in import browser_of, program_of


@pytest.fixture
def decided(pair: TwoWhoWrite, priya: Someone) -> str:
    """The id of a held message that was delivered as it was."""
    held = a_held_message(pair)
    deliver(priya.viewer, pair.pair_id, held.message_id, wording=1, now=now())
    return held.message_id


def path_of(someone: Someone, page: str) -> str:
    return f"/programmes/{someone.programme_id}/filter/{page}"


def test_the_queue_leads_there(priya: Someone) -> None:
    page = browser_of(priya).get(f"/programmes/{priya.programme_id}/moderation")

    assert f'href="{path_of(priya, "rules")}"' in page.text


def test_it_says_when_nothing_has_been_decided(priya: Someone) -> None:
    assert "Nothing has been decided yet" in browser_of(priya).get(path_of(priya, "rules")).words


def test_it_shows_each_rule_with_what_became_of_what_it_held(
    pair: TwoWhoWrite, priya: Someone, decided: str
) -> None:
    page = browser_of(priya).get(path_of(priya, "rules"))

    assert "What became of the one message that was held" in page.words
    assert "phone.1" in page.words
    assert f'href="/moderation/{pair.pair_id}/{decided}"' in page.text


@pytest.mark.usefixtures("decided")
def test_a_program_gets_the_same_figures(priya: Someone) -> None:
    answer = program_of(priya).get(path_of(priya, "rules"))

    [rule] = answer.json["noisiest"]
    assert (rule["rule"], rule["hits"], rule["delivered"]) == ("phone.1", 1, 1)


def test_the_decisions_can_be_downloaded_a_line_each(priya: Someone, decided: str) -> None:
    answer = browser_of(priya).get(path_of(priya, "outcomes"))

    assert answer.headers["content-type"] == "application/jsonl; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="outcomes.jsonl"'
    [line] = answer.text.splitlines()
    assert json.loads(line)["message_id"] == decided


@pytest.mark.usefixtures("decided")
def test_reading_on_behind_the_last_line_ends(priya: Someone) -> None:
    program = program_of(priya)
    place = json.loads(program.get(path_of(priya, "outcomes")).text)["place"]

    answer = program.get(path_of(priya, "outcomes") + f"?before={place.replace('#', '%23')}")

    assert (answer.status, answer.text) == (200, "")
