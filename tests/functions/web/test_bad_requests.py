"""Requests that no page of ours would send, to every route that changes something: each answers with its
status and a plain sentence, and writes nothing."""

import re

import pytest

import app  # noqa: F401 - registers every route
from functions.web.routing import Route
from shared.people.actions.sessions import start_session
from shared.platform.clock import now

from .browser import Browser, Program
from .every_change import (
    EVERY_CHANGE,
    PLAUSIBLE,
    WITH_AN_ID,
    fields_of,
    is_refused_in_words,
    stored,
    written_in,
)
from .whole_world import World


@EVERY_CHANGE
def test_another_content_type_or_malformed_json_is_refused(route: Route, world: World) -> None:
    browser, program, path = world.browser(route), world.program(route), world.path(route)
    before = stored()

    is_refused_in_words(browser.post_raw(path, b"<letter/>", content_type="application/xml"), 415)
    for raw in (b"{", b"[]", b"\xff", b'{"a": 1e', b"null"):
        is_refused_in_words(program.post(path, raw=raw), 422)
    assert stored() == before


@EVERY_CHANGE
def test_a_stale_form_changes_nothing_and_keeps_what_was_written(route: Route, world: World) -> None:
    if not route.checks_form:
        return
    browser, path = world.browser(route), world.path(route)
    before = stored()

    answer = browser.post(path, csrf="0" * 64, **fields_of(route))

    is_refused_in_words(answer, 403)
    for field in written_in(route):
        assert PLAUSIBLE[field] in answer.text
    assert stored() == before


@EVERY_CHANGE
def test_another_sites_form_changes_nothing_and_fills_in_nothing(route: Route, world: World) -> None:
    browser, path = world.browser(route), world.path(route)
    before = stored()

    answer = browser.post(path, origin="https://signpost.example.net", **fields_of(route))

    is_refused_in_words(answer, 403)
    assert not any(PLAUSIBLE[field] in answer.text for field in written_in(route))
    assert stored() == before


@EVERY_CHANGE
def test_fields_of_another_kind_are_no_fault_of_ours(route: Route, world: World) -> None:
    program, fields = world.program(route), fields_of(route)
    before = stored()
    for name in fields:
        is_refused_in_words(program.post(world.path(route), {**fields, name: {"a": [1]}}), 422)
    assert stored() == before


@EVERY_CHANGE
def test_whoever_was_signed_out_is_shown_what_they_wrote_and_no_password(route: Route, world: World) -> None:
    if not route.who.must_be_signed_in:
        return
    before = stored()

    answer = Browser().post(world.path(route), **fields_of(route))

    is_refused_in_words(answer, 401)
    for field in written_in(route):
        assert PLAUSIBLE[field] in answer.text
    for field in ("old", "new", "password"):
        assert PLAUSIBLE[field] not in answer.text
    assert stored() == before


@WITH_AN_ID
def test_an_unknown_id_is_not_found(route: Route, world: World) -> None:
    before = stored()
    browser, program, fields = world.browser(route), world.program(route), fields_of(route)
    for name in re.findall(r"\{(\w+)\}", route.path):
        is_refused_in_words(browser.post(world.path(route, **{name: "0" * 26}), **fields), 404)
        for unknown in ("%00", "%F0%9F%92%A9" * 70, "%ff"):
            is_refused_in_words(program.post(world.path(route, **{name: unknown}), fields), 404)
    assert stored() == before


@pytest.mark.parametrize("page", ["people", "people/invitations", "pairs", "moderation"])
@pytest.mark.parametrize(
    "query", ["a" * 1_001, "%00", "mentee." + "0" * 900, "%F0%9F%92%A9" * 9, "x" * 1_000]
)
def test_a_place_in_a_list_that_was_tampered_with_is_no_fault_of_ours(
    page: str, query: str, world: World
) -> None:
    program = Program(start_session(world.lead.person_id, now=now()))

    for name in ("after", "before"):
        answer = program.get(f"/programmes/{world.ids['programme_id']}/{page}?{name}={query}")
        assert answer.status in (200, 404, 422), answer.text
