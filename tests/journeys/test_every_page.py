"""Every page of every role: readable by everybody, at any width, without a request to anybody else."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from infra.local.stack import LocalStack
from tests.journeys.conftest import Someone

NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
ALL_BY_DAY_AND_COLOURS_BY_NIGHT: dict[Literal["light", "dark"], dict[str, Any]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]},
}
"""What axe looks at. A page is the same by night but for its colours, and these are all its rules of colour
that it keeps to unasked."""

SIGNED_OUT = ("/sign-in", "/join", "/forgotten-password", "/how-this-works", "/help", "/no-such-page")
PARTICIPANT = (
    "/",
    "@pair",
    "/ @pair @goals",
    "/ @pair @agreement",
    "/ @pair @in-touch",
    "/worry",
    "/how-this-works",
    "/help",
    "/library",
    "/library?find=money",
    "/library @topic",
    "/library @piece",
    "@pair @suggestions",
    "@pair @forms",
    "/account",
    "/account @agreed",
    "/reminders",
    "/ @suits",
    "/no-such-page",
)
STAFF = (
    "/",
    "@programme",
    "@programme/cohorts",
    "@programme/cohorts @cohort",
    "@programme/cohorts @cohort @progress",
    "@programme/cohorts @cohort @progress @report",
    "@programme/nominations",
    "@programme/moderation",
    "@programme/moderation/mine",
    "@programme/moderation @held",
    "@programme/filter",
    "@programme/filter/rules",
    "@programme/filter/draft",
    "@programme/filter/draft/own-rule",
    "@programme/filter/draft/rule?rule=contact.phone",
    "@programme/filter/changes",
    "@programme/policy",
    "@programme/policy/versions",
    "@programme/spot-checks",
    "@programme/spot-checks @check",
    "@programme/spot-checks/draws",
    "@programme/spot-checks/draws @draw",
    "@programme/chain",
    "@programme/chain/away",
    "@programme/chain/test",
    "@programme/concerns",
    "@programme/concerns @concern",
    "@programme/concerns/closed",
    "@programme/concerns/closed @concern",
    "@programme/concerns/closed @concern @reopen",
    "@programme/concerns/new",
    "@programme/concerns/new?find=a",
    "@programme/concerns @step",
    "@programme/concerns?severity=medium @concern",
    "@programme/concerns?severity=medium @concern @history",
    "@programme/concerns?severity=medium @concern @school",
    "@programme/concerns?severity=medium @concern @act",
    "@programme/concerns?severity=medium @concern @close",
    "@programme/concerns?severity=medium @concern @files",
    "@programme/concerns?severity=medium @concern @referral",
    "@programme/concerns?severity=medium @concern @hand-over",
    "@programme/concerns?severity=medium @concern @judge",
    "@programme/concerns?severity=medium @concern @keep-from",
    "@programme/pairs @pair @raise",
    "@programme/pairs",
    "@programme/pairs @pair",
    "@programme/pairs @pair @in-touch",
    "@programme/silences",
    "@programme/nudges",
    "@programme/people",
    "@programme/people?show=mentor",
    "@programme/people?show=staff",
    "@programme/people @person",
    "@programme/people?show=mentor @person",
    "@programme/people @person @consents",
    "@programme/people @person @wishes",
    "@programme/people?show=mentor @person @wishes",
    "@programme/needs",
    "@programme/people/invitations",
    "@programme/people/invitations?show=joined",
    "@programme/library",
    "@programme/library @row",
    "@programme/pairs @pair @suggestions",
    "/account",
)
OVERSEER = ("@programme/audit", "@programme/audit @whose")
COORDINATOR = (
    "@programme/library/new",
    "@programme/library @row @word",
    "@programme/cohorts/new",
    "@programme/cohorts @cohort @change",
    "@programme/cohorts @cohort @next",
    "@programme/cohorts @cohort @add",
    "@programme/cohorts @cohort @end",
    "@programme/cohorts @cohort @support",
    "@programme/cohorts @cohort @evaluation",
    "@programme/cohorts @spring @evaluation",
    "@programme/cohorts @spring @evaluation @wrote",
    "@programme/people?show=mentor @person @support",
    "@programme/cohorts @cohort @matches",
    "@programme/meetings",
    "@programme/pairs/new",
    "@programme/people/invite",
    "@programme/people/invite?role=mentee",
    "@programme/people/invite-several",
    "@programme/people/lists/new",
    "@programme/people/lists/new @list",
    "@programme/people @suspend",
    "@programme/people?show=mentor @person @record",
    "@programme/people?show=mentor @person @put-right",
    "@programme/people?show=mentor @person @put-right @withdraw",
)
MATCHING = (
    "@programme/cohorts @cohort @matches",
    "@programme/cohorts @cohort @matches @without",
    "@programme/cohorts @cohort @matches @suggestion",
    "@programme/cohorts/everybody/matching",
)
MEETING = ("@pair", "@pair @meetings", "@pair @meetings @meeting")
ENDED = (
    "@pair",
    "@pair @skills",
    "@pair @ending",
    "@pair @ending @review",
    "@pair @ending @own-report",
    "@pair @ending @certificate",
)
ENDINGS = (
    "@programme/endings",
    "@programme/endings @ending",
    "@programme/endings @ending @introductions",
    "@programme/payments",
    "@programme/payments?show=paid",
)
INSIDE = {
    "@ending": "a[href$='/ending']",
    "@review": "a[href$='/review']",
    "@own-report": "a[href*='/pairs/'][href$='/report']",
    "@certificate": "a[href$='/certificate']",
    "@introductions": "a[href$='/introductions']",
    "@last-message": "a[href$='/last-message']",
    "@meetings": "a[href$='/meetings']",
    "@meeting": "a[href*='/meetings/']",
    "@topic": "a[href*='/library/'][href*='?topic=']",
    "@piece": ".piece a",
    "@row": "td a[href*='/library/']",
    "@word": "a[href*='/library/'][href$='/change']",
    "@progress": "a[href$='/progress']",
    "@report": "a[href$='/report']",
    "@in-touch": "a[href$='/in-touch']",
    "@suggestions": "a[href$='/suggestions']",
    "@forms": "a[href$='/forms']",
    "@form": "a[href*='/forms/']",
    "@evaluation": "a[href$='/evaluation']",
    "@spring": "td a:has-text('Spring')",
    "@wrote": "a[href*='/evaluation/words?']",
    "@skills": "a[href$='/skills']",
    "@support": "a[href$='/support']",
    "@suggest": "a[href$='/suggest']",
    "@matches": "a[href$='/matching']",
    "@without": "a[href$='?show=left']",
    "@suggestion": "a[href*='/suggestions/']",
    "@suits": "a[href*='/taking-part/'][href$='/matching']",
    "@wishes": "a[href*='/wishes']",
    "@cohort": "td a[href*='/cohorts/']",
    "@change": "a[href*='/cohorts/'][href$='/change']",
    "@add": "a[href*='/cohorts/'][href$='/add']",
    "@next": "a[href*='/cohorts/'][href$='/next']",
    "@end": "a[href*='/cohorts/'][href$='/end']",
    "@check": "a[href*='/spot-checks/']:not([href*='draws'])",
    "@draw": "a[href*='/spot-checks/draws/']",
    "@pair": "a[href*='/pairs/']:not([href$='/new'])",
    "@held": "td a[href*='/moderation/']",
    "@concern": "td a[href*='/concerns/']",
    "@history": "a[href*='/people/'][href$='/concerns']",
    "@school": "a[href$='/school']",
    "@act": "a[href$='/actions']",
    "@close": "a[href$='/close']",
    "@files": "a[href$='/files']",
    "@referral": "a[href$='/referral']",
    "@hand-over": "a[href$='/hand-over']",
    "@judge": "a[href$='/severity']",
    "@keep-from": "a[href$='/keep-from']",
    "@reopen": "a[href$='/reopen']",
    "@step": "a[href$='/done']",
    "@raise": "a[href*='/messages/'][href$='/concern']",
    "@whose": "a[href*='/audit?person=']",
    "@list": "button:has-text('Go on to the file')",
    "@suspend": "a[href$='/suspend']",
    "@person": "td a[href*='/people/']:not([href$='/suspend'])",
    "@record": "a[href*='/vetting?what=']",
    "@put-right": "a[href*='/vetting/']",
    "@goals": "a[href$='/goals']",
    "@agreement": "a[href$='/agreement']",
    "@agreed": "a[href*='/taking-part/']",
    "@consents": "a[href*='/consents']",
    "@withdraw": "a[href$='/withdraw']",
}


@dataclass(frozen=True)
class Visitor:
    """Somebody of the demonstration, and the pages that are theirs."""

    username: str
    pages: tuple[str, ...]
    programme: str = ""
    """The name of that one whose pages they are; the first of theirs without."""


VISITORS = (
    Visitor("", SIGNED_OUT),
    Visitor("amina", (*PARTICIPANT, "@pair @forms @form")),
    Visitor("jamie", (*PARTICIPANT, "@pair @forms @form")),
    Visitor("rosa", PARTICIPANT),
    Visitor("hannah", (*PARTICIPANT, "@pair @suggest", "@pair @suggest @piece")),
    Visitor("zainab", ("/", "/ @suits")),
    Visitor("elin", ("/", "/ @suits")),
    Visitor("luke", MEETING),
    Visitor("adaeze", MEETING),
    Visitor("tomasz", ENDED),
    Visitor("sharon", (*ENDED, "@pair @ending @last-message", "@pair @ending @introductions")),
    Visitor("fiona", ENDINGS, "Back to College"),
    Visitor("fiona", MATCHING, "Next Step to University"),
    Visitor("fiona", ("@programme/meetings", "@programme/meetings @meeting"), "Northfield Futures"),
    Visitor("priya", STAFF + COORDINATOR),
    Visitor("morag", (*STAFF, *OVERSEER, "@programme/chain/change")),
    Visitor(
        "owen",
        (
            "/",
            "@programme",
            "@programme/another",
            "@programme/pairs",
            "@programme/people",
            "@programme/people/invite",
            "@programme/chain",
            "@programme/chain/change",
            "@programme/filter/draft",
            "@programme/filter/changes",
            "@programme/policy",
            "@programme/policy/versions",
            "@programme/policy/change",
            "@programme/policy/text",
            "@programme/policy/take-back",
            "/account",
            *OVERSEER,
        ),
    ),
)


@pytest.fixture
def elsewhere() -> Iterator[list[str]]:
    asked: list[str] = []
    yield asked
    assert asked == [], "a page asked somebody else for something"


@pytest.mark.parametrize("visitor", VISITORS, ids=lambda one: one.username or "signed out")
def test_every_page_can_be_read_by_everybody(
    visitor: Visitor, someone: Callable[..., Someone], stack: LocalStack, elsewhere: list[str]
) -> None:
    person = someone()
    person.page.emulate_media(reduced_motion="reduce")
    person.page.on("request", lambda sent: None if _is_ours(sent.url, stack) else elsewhere.append(sent.url))
    if visitor.username:
        person.sign_in(visitor.username)
    wanted = any("@programme" in path for path in visitor.pages)
    programme = _programme(person, visitor.programme) if wanted else ""
    problems: list[str] = []
    for path in visitor.pages:
        _open(person, path, programme)
        problems += [f"{path}: {problem}" for problem in _problems(person.page)]

    assert problems == []
    assert [said for said in person.problems if "404" not in said] == []


def _open(person: Someone, path: str, programme: str) -> None:
    place, *inside = path.split(" ")
    place = place.replace("@programme", programme)
    if place == "@pair":
        place, inside = "/", ["@pair"]
    person.open(place)
    for link in inside:
        person.page.locator(INSIDE[link]).first.click()
        person.page.wait_for_load_state()


def _programme(person: Someone, name: str) -> str:
    """The path of the programme of this name, or of the first that this person is staff of."""
    person.open("/")
    if name:
        switch = person.page.locator(".nav-switch a", has_text=name).first.get_attribute("href")
        assert switch
        return switch
    people = person.page.get_by_role("link", name="People", exact=True).first.get_attribute("href")
    assert people
    return people.removesuffix("/people")


def _problems(page: Page) -> Iterator[str]:
    """What axe finds, by day and by night, and whether the page must be pushed sideways, on a small telephone
    and on a desk."""
    page.evaluate(AXE_SCRIPT)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            yield f"is {width} px wide on {size['width']}"
        for scheme, looks_at in ALL_BY_DAY_AND_COLOURS_BY_NIGHT.items():
            page.emulate_media(color_scheme=scheme)
            for violation in page.evaluate(f"axe.run({json.dumps(looks_at)})")["violations"]:
                places = [node["html"] for node in violation["nodes"]][:3]
                yield f"{violation['id']} at {size['width']} px, {scheme}: {places}"
    page.emulate_media(color_scheme="light")


def _is_ours(address: str, stack: LocalStack) -> bool:
    return urlsplit(address).netloc == urlsplit(stack.site_url).netloc
