"""Draws two pages with every part of the look, for people to see and for tests to check.

    python -m tests.functions.web.gallery [folder]     writes a picture of each, narrow and wide, light and dark
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

WEB = Path(__file__).parents[3] / "functions" / "web"
LONDON = ZoneInfo("Europe/London")
CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; connect-src 'self'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Membership:
    programme_id: str
    programme_name: str
    role: str


@dataclass(frozen=True)
class Me:
    first_name: str
    memberships: tuple[Membership, ...]

    @property
    def is_mentee(self) -> bool:
        return any(m.role == "mentee" for m in self.memberships)

    @property
    def is_mentor(self) -> bool:
        return any(m.role == "mentor" for m in self.memberships)

    @property
    def is_staff(self) -> bool:
        return any(m.role not in ("mentee", "mentor") for m in self.memberships)


SAM = Me("Sam", (Membership("p1", "Year 12 mentoring", "mentee"),))
MINA = Me(
    "Mina",
    (
        Membership("p1", "Year 12 mentoring", "coordinator"),
        Membership("p1", "Year 12 mentoring", "safeguarding_lead"),
        Membership("p2", "College pilot", "coordinator"),
    ),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def paragraphs(text: str) -> Markup:
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in part.split("\n")))
        for part in re.split(r"\n{2,}", text.strip())
    )


LETTERS = {
    "first": (
        "Hello Sam,\n\nThank you for telling me about the biology mock. Cells trip everybody up the first time: "
        "I drew mitochondria as little kidney beans for a whole year.\n\nWhat did you find hardest, "
        "the drawing or the names?\n\nPriya"
    ),
    "reply": (
        "Hi Priya\n\nThe names. I can draw it all but then I write ribosome where it should say lysosome. "
        "My cousin says make a song of it but I am not doing that.\n\nIs the nursing course all exams?"
    ),
    "held": "I'd find it easier to talk on the phone. Mine is 07700 900123, after four is best.",
    "worried": "I've not been sleeping and I don't really want to go in on Monday.",
}
HELP = [
    {
        "name": "Listening line",
        "about": "Free and open all day and night, for anyone under 19.",
        "phone": "0808 157 0999",
        "text_line": "or text HELLO to 85258",
        "url": "https://help.example.org/",
    },
    {"name": "Mrs Okafor", "about": "Looks after safety here.", "phone": "0141 496 0123", "text_line": "", "url": ""},
]
QUEUE = [
    ("immediate", "Sam W", "Priya", "Worry", "2026-11-21T17:09", ""),
    ("high", "Jordan A", "Daniel", "Plan to meet", "2026-11-20T09:41", "Grace"),
    ("medium", "Sam W", "Priya", "Phone number", "2026-11-21T17:01", ""),
    ("low", "Aisha K", "Morwenna", "Link", "2026-11-19T12:30", ""),
]
SEGMENTS = [
    ("I'd find it easier to talk on the phone. Mine is ", None),
    ("07700 900123", "phone_number"),
    (", after four is best.\n\nI've ", None),
    ("not been sleeping", "worry"),
    (" and I don't really want to go in on Monday.", None),
]
HISTORY = [
    ("Sam wrote it", None, "Sam W", "2026-11-21T17:09"),
    ("Kept back: words of worry", "A concern was opened and Mina was told.", "", "2026-11-21T17:09"),
    ("Taken to read", None, "Grace", "2026-11-21T17:30"),
]


@dataclass(frozen=True)
class Error:
    field: str | None
    sentence: str


ERRORS = [
    Error("first_name", "Enter their first name."),
    Error("why", "Choose what it is about."),
    Error("text", "Write something before you send it."),
    Error(None, "This page had been open for a long time. Please send it again."),
]


def environment() -> Environment:
    env = Environment(
        loader=ChoiceLoader([FileSystemLoader(WEB / "templates"), FileSystemLoader(Path(__file__).parent)]),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        when=lambda t, now: f"{t:%A} at {t:%H:%M}", day=lambda t: f"{t:%A} {t.day} {t:%B}", paragraphs=paragraphs
    )
    return env


def page(template: str = "gallery.html", me: Me | None = SAM, request_path: str = "/", **more: Any) -> str:
    context: dict[str, Any] = {
        "me": me,
        "csrf": "token-for-this-session",
        "url": lambda path: path,
        "static": lambda name: f"/static/{name}",
        "errors": [],
        "typed": {},
        "now": at("2026-11-21T17:45"),
        "request_path": request_path,
        "help": HELP,
        "at": at,
        "letters": LETTERS,
        "queue": [
            dict(zip(("severity", "writer", "reader", "found", "since", "claimed"), (*q[:4], at(q[4]), q[5]), strict=True))
            for q in QUEUE
        ],
        "segments": [{"text": text, "mark": mark} for text, mark in SEGMENTS],
        "history": [{"what": w, "why": y, "who": p, "at": at(t)} for w, y, p, t in HISTORY],
    }
    return environment().get_template(template).render(context | more)


PAGES = {
    "/": lambda: page(),
    "/errors": lambda: page(errors=ERRORS, typed={"email": "sam@example", "text": ""}),
    "/programmes/p1/moderation": lambda: page("gallery_staff.html", MINA, "/programmes/p1/moderation"),
    "/signed-out": lambda: page(me=None),
}


class Gallery(BaseHTTPRequestHandler):
    """Serves the pages under the policy that the real site sends, so that whatever it forbids shows here."""

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path.startswith("/static/"):
            file = WEB / "static" / Path(path).name
            self._answer(file.read_bytes(), TYPES[file.suffix])
        elif path in PAGES:
            self._answer(PAGES[path]().encode(), "text/html; charset=utf-8")
        else:
            self.send_error(404)

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet: a gallery has nothing to report."""


@contextmanager
def served(handler: type[BaseHTTPRequestHandler] = Gallery) -> Iterator[str]:
    """The gallery on a free port of loopback; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
