"""Draws pages with every part of the look, for people to see and for tests to check.

`python -m tests.functions.web.gallery FOLDER` writes a picture of each: narrow and wide, light and dark.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from playwright.sync_api import Browser, sync_playwright

from functions.web.templating import CONTENT_TYPES, environment
from shared.people.permissions import Member, Role, Viewer
from shared.platform.clock import LONDON
from shared.platform.errors import Invalid, NotFound

WEB = Path(__file__).parents[3] / "functions" / "web"
SAM = Viewer("person-sam", "Sam", "Wójcik", (Member("p1", "Year 12 mentoring", Role.MENTEE),))
MINA = Viewer(
    "person-mina",
    "Mina",
    "Rahman",
    (
        Member("p1", "Year 12 mentoring", Role.COORDINATOR),
        Member("p1", "Year 12 mentoring", Role.SAFEGUARDING_LEAD),
        Member("p2", "College pilot", Role.COORDINATOR),
    ),
)
OLIVIA = Viewer("person-olivia", "Olivia", "Grant", (Member("p1", "Year 12 mentoring", Role.ADMINISTRATOR),))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


LETTERS = {
    "first": (
        "Hello Sam,\n\nThank you for telling me about the biology mock. Cells trip everybody up the first "
        "time: I drew mitochondria as little kidney beans for a whole year.\n\nWhat did you find hardest, "
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
        "text_line": "or text HELP to 07700 900456",
        "url": "https://help.example.org/",
    },
    {
        "name": "Mrs Okafor",
        "about": "Looks after safety here.",
        "phone": "0141 496 0123",
        "text_line": "",
        "url": "",
    },
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


ERRORS = [
    Invalid("Enter their first name.", field="first_name"),
    Invalid("Choose what it is about.", field="why"),
    Invalid("Write something before you send it.", field="text"),
    Invalid("Please read the ground rules first.", field="agreed"),
    Invalid("This page was open for a long time. Please send it once more."),
]
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def gallery_environment() -> Environment:
    """The site's own environment, with this folder's pages added."""
    ours = environment()
    assert ours.loader is not None
    return ours.overlay(loader=ChoiceLoader([ours.loader, FileSystemLoader(Path(__file__).parent)]))


def page(
    template: str = "gallery.html", me: Viewer | None = SAM, request_path: str = "/", **more: Any
) -> str:
    context: dict[str, Any] = {
        "me": me,
        "csrf": "token-for-this-session",
        "url": lambda path: path,
        "static": lambda name: f"/static/{name}",
        "errors": [],
        "typed": {},
        "heard": (),
        "now": at("2026-11-21T17:45"),
        "request_path": request_path,
        "help": HELP,
        "at": at,
        "letters": LETTERS,
        "queue": [
            dict(
                zip(
                    ("severity", "writer", "reader", "found", "since", "claimed"),
                    (*q[:4], at(q[4]), q[5]),
                    strict=True,
                )
            )
            for q in QUEUE
        ],
        "segments": [{"text": text, "mark": mark} for text, mark in SEGMENTS],
        "history": [{"what": w, "why": y, "who": p, "at": at(t)} for w, y, p, t in HISTORY],
    }
    return gallery_environment().get_template(template).render(context | more)


PAGES: dict[str, Callable[[], str]] = {
    "/": lambda: page(),
    "/errors": lambda: page(errors=ERRORS, typed={"email": "sam@example", "text": ""}),
    "/programmes/p1/moderation": lambda: page("gallery_staff.html", MINA, "/programmes/p1/moderation"),
    "/signed-out": lambda: page("errors/refusal.html", None, view=NotFound(), status_code=404),
}


CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def part(source: str, **context: Any) -> str:
    """What a page with only `source` in it would show, without the frame."""
    imports = "".join(
        f"{{% import 'parts/{one}.html' as {one} with context %}}" for one in ("forms", "cards")
    )
    base: dict[str, Any] = {"csrf": "t", "errors": [], "typed": {}, "now": at("2026-11-21T17:45")}
    return environment().from_string(imports + source).render(base | context)


@dataclass
class Site:
    """A gallery that is being served: what it shows can be changed, and it keeps what was posted to it."""

    address: str = ""
    pages: dict[str, Callable[[], str]] = field(default_factory=lambda: dict(PAGES))
    posted: list[str] = field(default_factory=list)


def handler_of(site: Site) -> type[BaseHTTPRequestHandler]:
    """Answers with the policy that the real site sends, so that whatever it forbids shows here."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            if path.startswith("/static/"):
                file = WEB / "static" / Path(path).name
                self._answer(file.read_bytes(), CONTENT_TYPES[file.suffix])
            elif path in site.pages:
                self._answer(site.pages[path]().encode(), "text/html; charset=utf-8")
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            site.posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", CSP)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet: a gallery has nothing to report."""

    return Handler


@contextmanager
def served() -> Iterator[Site]:
    """The gallery on a free port of loopback."""
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(site))
    site.address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser that asks nothing of the outside."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def draw(folder: Path) -> None:
    """A picture of every page at both widths in both colour schemes."""
    folder.mkdir(parents=True, exist_ok=True)
    with served() as site, chromium() as browser:
        for width in (360, 1280):
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
                tab = context.new_page()
                for path in PAGES:
                    tab.goto(site.address + path)
                    name = path.strip("/").replace("/", "-") or "conversation"
                    tab.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                context.close()


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
