"""What every route does with what comes in. A small area of one letter box stands for all of them."""

import json
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
from chalice import Chalice
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import FileSystemLoader
from pydantic import Field

from app import app as ours
from functions.reporting import logger
from functions.web.access import ANYONE, SIGNED_IN
from functions.web.forms import Given
from functions.web.request import Request
from functions.web.respond import Done
from functions.web.routing import BY_HANDLER, Area
from functions.web.templating import environment
from shared.platform.errors import Conflict, TooMany
from shared.platform.settings import settings as deployment
from tests.functions.web.browser import Answer, Browser, Program

LETTER = "Thank you for the book list. I have begun with the one about bridges."


@dataclass(frozen=True)
class Posted:
    text: str


class Letter(Given):
    text: Annotated[str, Field(min_length=1, max_length=200)]
    to: str = "mentor"


area = Area(__name__)
box: list[str] = []


@area.get("/letters", who=ANYONE, page="letters.html", gives=Posted)
def show(request: Request) -> Posted:
    """The letter box."""
    return Posted(request.typed.get("text", ""))


@area.post("/letters", who=ANYONE, takes=Letter, gives=Posted, again=show)
def post(request: Request, given: Letter) -> Done:
    """Posts a letter."""
    if given.to == "nobody":
        raise Conflict("Somebody else wrote to nobody first.", field="to")
    if given.to == "everybody":
        raise TooMany("That is a lot of letters. Please wait a minute.", after=60)
    if given.to == "nowhere":
        raise RuntimeError("the letter box is on fire")
    box.append(given.text)
    return Done("/letters", Posted(given.text), created=True)


@area.get("/drawer/{place}", who=ANYONE, gives=Posted)
def in_drawer(request: Request, place: str) -> Posted:
    """A place in the drawer."""
    return Posted(place)


@area.get("/drawer", who=SIGNED_IN, gives=Posted)
def drawer(request: Request) -> Posted:
    """Only for whoever is signed in."""
    return Posted(request.me.first_name)


@pytest.fixture(scope="module", autouse=True)
def _letters_page() -> Iterator[None]:
    """The letter box's page, for this file alone."""
    folder = str(Path(__file__).parent / "templates")
    loader = environment().loader
    assert isinstance(loader, FileSystemLoader)
    loader.searchpath.append(folder)
    yield
    loader.searchpath.remove(folder)
    for route in area.routes:
        BY_HANDLER.pop(route.handler, None)


LETTERS = Chalice(app_name="letters")
LETTERS.register_blueprint(area.blueprint)


@pytest.fixture
def app() -> Chalice:
    return LETTERS


@pytest.fixture
def browser(app: Chalice) -> Browser:
    box.clear()
    opened = Browser(app)
    opened.get("/letters")
    return opened


@pytest.fixture
def program(app: Chalice) -> Program:
    box.clear()
    return Program(app=app)


def sentence(answer: Answer) -> str:
    return str(answer.json["error"]["message"])


def test_a_form_of_ours_is_taken_and_the_browser_goes_on(browser: Browser) -> None:
    answer = browser.post("/letters", text=LETTER)

    assert (answer.status, answer.location, box) == (303, "/letters", [LETTER])


def test_a_program_is_given_the_value_and_its_place(program: Program) -> None:
    answer = program.post("/letters", {"text": LETTER})

    assert (answer.status, answer.json, answer.location) == (201, {"text": LETTER}, "/letters")


def test_a_neighbours_odd_cookie_does_not_hide_ours(browser: Browser) -> None:
    browser.cookies = {"theirs": '{"a": [1], "b"}', **browser.cookies, "b@d": "\x7f"}

    assert browser.post("/letters", text=LETTER).status == 303


def test_a_page_that_is_not_there_leaves_open_forms_as_they_are(app: Chalice, browser: Browser) -> None:
    token = browser.token()

    assert browser.get("/drawer/%00").status == 404
    assert "set-cookie" not in (browser.last.headers if browser.last else {})
    assert browser.post("/letters", csrf=token, text=LETTER).status == 303


@pytest.mark.parametrize("token", ["", "0" * 64, "ⓣⓞⓚⓔⓝ"])
def test_a_stale_form_is_shown_again_with_what_was_typed(browser: Browser, token: str) -> None:
    answer = browser.post("/letters", csrf=token, text=LETTER)

    assert answer.status == 403
    assert "Nothing is lost" in answer.words
    assert LETTER in answer.words
    assert box == []
    assert browser.post("/letters", text=LETTER).status == 303


@pytest.mark.parametrize("origin", ["https://evil.example.org", "null", "http://signpost.example.org"])
def test_a_form_of_another_site_is_refused(browser: Browser, origin: str) -> None:
    answer = browser.post("/letters", origin=origin, text=LETTER)

    assert answer.status == 403
    assert LETTER not in answer.words, "a page of ours filled in by another site is one click from being sent"
    assert box == []


def test_another_browsers_token_is_refused(app: Chalice, browser: Browser) -> None:
    other = Browser(app)
    other.get("/letters")

    assert browser.post("/letters", csrf=other.token(), text=LETTER).status == 403


def test_an_empty_field_is_named_beside_it_and_the_rest_is_kept(browser: Browser) -> None:
    answer = browser.post("/letters", text="", to="mentor of the month")

    assert answer.status == 422
    assert "Please fill this in." in answer.words
    assert "mentor of the month" in answer.text


def test_a_long_text_is_told_how_long_it_is_and_kept(browser: Browser) -> None:
    answer = browser.post("/letters", text="word " * 50)

    assert answer.status == 422
    assert "Please keep this to 200 characters. It has 250 now." in answer.words
    assert "word " * 49 in answer.words


def test_a_conflict_shows_the_form_again_and_programs_hear_the_field(
    browser: Browser, program: Program
) -> None:
    shown = browser.post("/letters", text=LETTER, to="nobody")
    told = program.post("/letters", {"text": LETTER, "to": "nobody"})

    assert shown.status == told.status == 409
    assert LETTER in shown.words
    assert told.json["error"]["fields"][0]["field"] == "to"


def test_too_many_says_when_to_come_back(program: Program) -> None:
    answer = program.post("/letters", {"text": LETTER, "to": "everybody"})

    assert (answer.status, answer.headers["retry-after"]) == (429, "60")


def test_a_fault_of_ours_says_nothing_of_itself(browser: Browser, program: Program) -> None:
    for answer in (
        browser.post("/letters", text=LETTER, to="nowhere"),
        program.post("/letters", {"text": LETTER, "to": "nowhere"}),
    ):
        assert answer.status == 500
        assert "fire" not in answer.text
        assert "went wrong on our side" in answer.text


def test_after_a_fault_of_ours_what_was_written_can_be_sent_once_more(browser: Browser) -> None:
    token = browser.token()

    page = browser.post("/letters", text=LETTER, to="nowhere").text

    assert 'action="/letters"' in page
    assert f'<input type="hidden" name="csrf" value="{token}">' in page
    assert '<input type="hidden" name="to" value="nowhere">' in page
    assert re.search(rf'<textarea[^>]* name="text"[^>]* readonly>\n{re.escape(LETTER)}</textarea>', page)
    assert "Send it once more" in page


@pytest.mark.parametrize("body", [b"{", b"[]", b"7", b'"a"', b"\xff", b"[" * 100_000, b""])
def test_malformed_json_is_refused(program: Program, body: bytes) -> None:
    assert program.post("/letters", raw=body).status == 422
    assert box == []


@pytest.mark.parametrize("text", ['"\\ud800"', "7", "null", '["a"]', '""'])
def test_a_text_that_is_none_is_refused_with_its_field(program: Program, text: str) -> None:
    answer = program.post("/letters", raw=f'{{"text": {text}}}'.encode())

    assert answer.status == 422
    assert answer.json["error"]["fields"][0]["field"] == "text"


def test_an_unknown_field_is_pointed_out(program: Program) -> None:
    answer = program.post("/letters", {"text": LETTER, "txet": LETTER})

    assert answer.json["error"]["fields"] == [
        {"field": "txet", "code": "extra_forbidden", "message": "There is no field of this name here."}
    ]


def test_bytes_that_are_no_text_are_refused(browser: Browser) -> None:
    answer = browser.post_raw("/letters", b"text=%ED%A0%80&csrf=" + browser.token().encode())

    assert answer.status == 422
    assert "could not be read" in answer.words


def test_another_content_type_is_refused_with_what_to_send(browser: Browser) -> None:
    answer = browser.post_raw("/letters", b"<letter/>", content_type="application/xml")

    assert answer.status == 415
    assert "application/json" in answer.words


def test_a_huge_body_is_refused(program: Program) -> None:
    assert program.post("/letters", {"text": "a" * 1_000_001}).status == 413


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(browser: Browser, program: Program) -> None:
    sent = browser.get("/drawer?page=2")
    told = program.get("/drawer")

    assert (sent.status, sent.location) == (303, "/sign-in?next=/drawer%3Fpage%3D2")
    assert (told.status, told.json["error"]["code"]) == (401, "signed_out")


@pytest.fixture
def below_a_path() -> Iterator[None]:
    """The site at an address of API Gateway's own, which has a path."""
    before = os.environ["SITE_URL"]
    os.environ["SITE_URL"] = "https://signpost.example.org/api"
    deployment.cache_clear()
    yield
    os.environ["SITE_URL"] = before
    deployment.cache_clear()


def test_below_a_path_every_link_form_and_redirect_stays_below_it(app: Chalice, below_a_path: None) -> None:
    browser = Browser(app)
    page = browser.get("/letters")
    local = re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)

    assert local
    assert [one for one in local if not one.startswith("/api/")] == []
    assert browser.post("/letters", text=LETTER).location == "/api/letters"
    assert browser.get("/drawer").location == "/api/sign-in?next=/drawer"
    assert "Path=/;" in str(page.headers["set-cookie"]), "__Host- cookies have no other path"


def test_every_answer_carries_the_security_headers(browser: Browser) -> None:
    headers = browser.get("/letters").headers

    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["strict-transport-security"].startswith("max-age=")


def test_cookies_are_for_this_host_alone(app: Chalice) -> None:
    opened = Browser(app)
    cookie = str(opened.get("/letters").headers["set-cookie"])

    assert "__Host-visitor=" in cookie
    for mark in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert mark in cookie


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/html"]),
)
def test_no_body_makes_a_route_fail(app_body: bytes, kind: str) -> None:
    assert Browser(LETTERS).post_raw("/letters", app_body, content_type=kind).status in (403, 413, 415, 422)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=8), st.recursive(st.text() | st.integers() | st.none(), st.lists, max_leaves=4)
    )
)
def test_no_json_makes_a_route_fail(fields: dict[str, object]) -> None:
    raw = json.dumps(fields).encode()

    assert Program(app=LETTERS).post("/letters", raw=raw).status in (201, 422)


def test_the_app_leaves_it_to_the_functions_what_they_log() -> None:
    assert ours.app_name == logger.service
    assert logger.isEnabledFor(logging.INFO)
