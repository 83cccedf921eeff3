"""The common library: what ships is whole, of a length that is read, and sure of its numbers."""

import re
from datetime import date

import pytest

from shared.platform.clock import now
from shared.policies.presets import load_preset, preset_names
from shared.resources.common import common_library, helplines
from shared.resources.rendering import links_of
from shared.resources.rules import AUDIENCES, may_lead_to, topics_of

PIECES = common_library()
WANTED = {
    "Health and wellbeing",
    "Independent living",
    "Money",
    "Housing",
    "Choosing a path",
    "Applying",
    "First weeks",
    "Staying safe online",
}
SHORT_NUMBERS = {"101", "111", "159", "999"}
NUMBER = re.compile(r"^(0800|0808|0300|0345|08000)( \d{2,4}){1,3}$|^116 \d{3}$")
TEXT_LINE = re.compile(r"^Text (?:[A-Z]+ to \d{5}|116 000)$")


def test_there_is_something_about_everything_that_people_ask() -> None:
    assert len(PIECES) >= 16
    assert {tag for one in PIECES.values() for tag in one.about.tags} >= WANTED
    for tag in WANTED:
        assert sum(tag in one.about.tags for one in PIECES.values()) >= 2, tag


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_is_short_and_says_who_it_is_for_and_when_it_was_checked(name: str) -> None:
    piece = PIECES[name]

    assert 250 <= len(piece.text.split()) <= 500
    assert 1 <= piece.about.minutes <= 3
    assert piece.about.audience in AUDIENCES
    assert len(piece.about.title) <= 60
    assert piece.about.summary.endswith(".")
    assert date(2026, 1, 1) <= piece.about.checked_on <= now().date()
    assert set(piece.about.helplines) <= set(helplines())
    assert "!" not in piece.text
    assert not re.search(r"^# ", piece.text, re.MULTILINE), "the page has the title"


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_leads_to_sites_that_some_preset_allows(name: str) -> None:
    allowed = [host for preset in preset_names() for host in load_preset(preset).library.link_hosts]

    assert [one for one in links_of(PIECES[name].text) if not may_lead_to(one, allowed)] == []


@pytest.mark.parametrize("name", helplines())
def test_a_place_to_turn_to_is_one_that_can_be_reached(name: str) -> None:
    line = helplines()[name]

    assert line.about.endswith(".")
    assert line.phone or line.text_line or line.url
    assert not line.phone or line.phone in SHORT_NUMBERS or NUMBER.match(line.phone), line.phone
    assert not line.text_line or TEXT_LINE.match(line.text_line)
    assert not line.url or line.url.startswith("https://")
    assert date(2026, 1, 1) <= line.checked_on <= now().date()


def test_every_place_to_turn_to_stands_below_some_piece() -> None:
    assert {one for piece in PIECES.values() for one in piece.about.helplines} == set(helplines())


def test_what_is_about_despair_or_danger_says_whom_to_ring() -> None:
    for name in ("when-everything-feels-heavy", "nowhere-to-stay", "your-picture-your-choice"):
        lines = PIECES[name].about.helplines
        assert {"emergency", "childline"} <= set(lines), name


@pytest.mark.parametrize("preset", preset_names())
def test_under_every_topic_of_a_preset_there_is_something(preset: str) -> None:
    library = load_preset(preset).library
    filled = {tag for one in PIECES.values() for tag in topics_of(one.about, library)}

    assert set(library.tags) == filled
    assert sum(bool(topics_of(one.about, library)) for one in PIECES.values()) >= 16
