"""Every route that changes something, with what it takes: for tests of what no page of ours would send."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

import app  # noqa: F401 - registers every route
from functions.web.routing import BY_HANDLER, Route
from shared.platform.clock import now
from tests.emulator import everything

from .browser import Answer, Browser

ROUTES = [
    route
    for route in BY_HANDLER.values()
    if route.method == "POST" and route.handler.__module__.startswith("functions.") and "+" not in route.path
]
WRITTEN = (
    "text",
    "words",
    "reason",
    "people",
    "first_name",
    "surname",
    "username",
    "phrases",
    "sentence",
    "examples",
    "summary",
    "action_taken",
    "reasons",
    "worries",
    "act_on",
)
"""The fields that somebody writes in. Whose password is forgotten is not among them: the answer is always the
same."""
DRAFT = "I went to the open day on Saturday, and now I have three questions for you."
PLAUSIBLE: dict[str, str] = {
    "text": DRAFT,
    "words": DRAFT,
    "reason": DRAFT,
    "decision": "returned",
    "wording": "1",
    "round": "1",
    "key": "the-key-of-this-form",
    "people": "Isla,Mackay,isla.mackay@example.org",
    "role": "mentee",
    "first_name": "Isla",
    "surname": "Mackay",
    "address": "isla.mackay@example.org",
    "school": "Dundee High School",
    "username": "isla.m",
    "password": "kettle orbit marmalade",
    "old": "kettle orbit marmalade",
    "new": "gravel lantern teaspoon",
    "agreed": "1",
    "name": "nobody.here",
    "preset": "national-stem",
    "starts_on": "2099-01-01",
    "urgency": "soon",
    "category": "offplatform",
    "severity": "medium",
    "phrases": "open day",
    "sentence": DRAFT,
    "examples": DRAFT,
    "rule": "treehouse",
    "weight": "off",
    "version": "1",
    "step_1": "role:safeguarding_lead",
    "immediate_minutes": "15",
    "high_minutes": "60",
    "medium_minutes": "240",
    "low_minutes": "480",
    "monday_opens": "09:00",
    "monday_closes": "17:00",
    "first_day": "2099-01-01",
    "last_day": "2099-01-02",
    "messages": "500",
    "to": "0" * 26,
    "chosen": "nowhere.nothing.1",
    "summary": DRAFT,
    "action_taken": DRAFT,
    "reasons": DRAFT,
    "outcome": "unclear",
    "act": "other",
    "arrived_by": "telephone",
    "born_on": "2011-05-30",
    "how": "telephone",
    "about_name": "Isla Mackay",
    "about": "mentee",
    "service": "Northfield Council, children’s services",
    "person": "Amina Yusuf, born in 2010",
    "worries": DRAFT,
    "asked": DRAFT,
    "sender": "Morag Sinclair",
    "appropriate": "yes",
    "boundaries": "kept",
    "missed": "no",
    "would": "delivered",
    "what": "dbs",
    "on": "2026-11-02",
    "number": "001234567890",
    "seen_by": "Priya Nair",
    "note": DRAFT,
    "adopt": "yes",
    "answer": "propose",
    "stage": "beginning",
    "becomes": "done",
    "wish": "talk",
    "result": "goes_on",
    "why": DRAFT,
    "praise": DRAFT,
    "act_on": DRAFT,
    "rating_1": "3",
    "on_day": "2099-01-01",
    "answer_1": DRAFT,
    "paid": "yes",
    "paid_on": "2026-11-30",
    "day": "2099-01-01",
    "says": "confirm",
    "way": "Telephone",
    "minutes": "25",
    "read": "yes",
    "title": "What to ask at an open day",
    "audience": "both",
    "checked_on": "2026-11-02",
    "shown": "no",
    "supporter_id": "nobody-of-ours",
    "kind": "video",
    "day_1": (now() + timedelta(days=13 - now().weekday())).date().isoformat(),  # a Sunday
    "time_1": "14:00",
    "link": "https://teams.microsoft.com/meet/3654821094377",
    "waiting_room": "yes",
    "deed": "take_on",
    "recording": "ask",
    "purpose": "So that we can look back at it.",
    "storage": "In the programme’s folder, for a month.",
    "happened": "held",
    "wanted": "no",
    "side": "mentee",
}


MAY_BE_LEFT_OUT = ("/suggest/{resource_id}",)
"""Paths of routes where what can be written need not be."""


def written_in(route: Route) -> list[str]:
    """A note is written in where it is all there is to write; elsewhere it may be left out."""
    fields = list(route.takes.model_fields) if route.takes else []
    if route.path.endswith(MAY_BE_LEFT_OUT):
        return []
    return fields if fields == ["note"] else [name for name in WRITTEN if name in fields]


EVERY_CHANGE = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
EVERY_DRAFT = pytest.mark.parametrize(
    ("route", "field"),
    [(route, field) for route in ROUTES for field in written_in(route)],
    ids=lambda value: value if isinstance(value, str) else value.path,
)
WITH_AN_ID = pytest.mark.parametrize(
    "route", [route for route in ROUTES if "{" in route.path], ids=lambda route: route.path
)


def stored() -> list[str]:
    """Everything that is stored, but for tries, sessions, and who looked at what."""
    left_out = ("RATE#", "ACCOUNT#SESSION", "ENTRY#seen", "AUDIT_WAITING#")
    return sorted(
        str(sorted(item.items()))
        for item in everything()
        if not item["pk"]["S"].startswith(left_out) and not item["sk"]["S"].startswith(left_out)
    )


def fields_of(route: Route, **changed: str) -> dict[str, str]:
    """What the route takes, with `changed` in it."""
    known = route.takes.model_fields if route.takes else {}
    return {name: PLAUSIBLE[name] for name in known if name in PLAUSIBLE} | changed


def form(browser: Browser, fields: dict[str, str], **changed: bytes) -> bytes:
    """A form's body; `changed` are fields already encoded."""
    kept = {name: value for name, value in fields.items() if name not in changed}
    body = urlencode({"csrf": browser.token(), **kept}).encode()
    return b"&".join([body, *(name.encode() + b"=" + value for name, value in changed.items())])


def is_refused_in_words(answer: Answer, *statuses: int) -> None:
    assert answer.status in statuses, (answer.status, answer.words)
    assert "went wrong on our side" not in answer.words
    if answer.text.startswith("{"):
        assert answer.json["error"]["message"].endswith((".", "?"))
