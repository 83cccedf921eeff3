"""Words that no page of ours would send, to every route that takes some: each answers with a plain sentence,
writes nothing, and shows again what was typed."""

from html import unescape

import pytest

import app  # noqa: F401 - registers every route
from functions.web.routing import Route

from .every_change import DRAFT, EVERY_DRAFT, ROUTES, fields_of, form, is_refused_in_words, stored
from .whole_world import World


@EVERY_DRAFT
@pytest.mark.parametrize(
    "bad",
    [" \u2003\n", "a" * 400_000, f"{DRAFT}\x00", f"{DRAFT}\x1b[2J"],
    ids=["blank", "400 KB", "NUL", "escape"],
)
def test_what_cannot_be_taken_is_refused_and_shown_again(
    route: Route, field: str, bad: str, world: World
) -> None:
    browser, program, path = world.browser(route), world.program(route), world.path(route)
    fields = fields_of(route, **{field: bad})
    before = stored()

    shown = browser.post(path, **fields)
    told = program.post(path, fields)

    for answer in (shown, told):
        is_refused_in_words(answer, 413, 422)
    assert bad.strip(" \u2003\n\x00") in unescape(shown.text).replace("\r\n", "\n")
    assert stored() == before


@EVERY_DRAFT
def test_half_a_character_is_refused_and_the_rest_is_shown_again(
    route: Route, field: str, world: World
) -> None:
    browser, path = world.browser(route), world.path(route)
    fields = fields_of(route)
    before = stored()

    shown = browser.post_raw(path, form(browser, fields, **{field: b"Saturday+%ED%A0%80"}))
    raw = str(fields | {field: "Saturday"}).replace("'", '"').replace("Saturday", "Saturday \\ud800").encode()
    told = world.program(route).post(path, raw=raw)

    is_refused_in_words(shown, 422)
    assert "could not be read" in shown.words
    assert "Saturday" in shown.text
    is_refused_in_words(told, 422)
    assert stored() == before


@pytest.mark.parametrize("field", ["first_name", "surname", "address"])
@pytest.mark.parametrize("ending", ["\r\nBcc: all@example.org", "\nBcc: x", "\u2028", "\u202e"])
def test_a_line_break_or_a_hidden_turn_in_a_name_is_refused(field: str, ending: str, world: World) -> None:
    route = next(one for one in ROUTES if one.handler.__name__ == "invite")
    fields = fields_of(route)
    fields[field] += ending
    before = stored()

    is_refused_in_words(world.browser(route).post(world.path(route), **fields), 422)
    is_refused_in_words(world.program(route).post(world.path(route), fields), 422)
    assert stored() == before


def test_5001_characters_are_one_too_many(world: World) -> None:
    for path, field in (
        ("/pairs/{pair_id}/messages", "text"),
        ("/pairs/{pair_id}/messages/{message_id}", "text"),
        ("/worry", "words"),
        ("/concerns/{concern_id}/notes", "words"),
    ):
        route = next(one for one in ROUTES if one.path == path)
        fields = fields_of(route, **{field: "ab cd " * 833 + "efg"})
        before = stored()

        shown = world.browser(route).post(world.path(route), **fields)

        is_refused_in_words(shown, 422)
        assert "5,001" in shown.words
        assert fields[field] in shown.text
        assert stored() == before
