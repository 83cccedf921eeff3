"""A browser without script or pictures, for whoever goes on when pages fail: it costs next to nothing."""

import http.client
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode, urlsplit

from tests.journeys.waiting import until

PATIENCE = 100.0
"""Seconds after which somebody stops sending a form again."""
FORM = re.compile(r'<form[^>]* action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
BOUNDARY = "a-line-that-no-file-holds"


@dataclass(frozen=True)
class Page:
    """What a browser shows."""

    path: str
    status: int
    text: str
    location: str = ""

    @property
    def words(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.text)).split())

    def form(self, ending: str) -> tuple[str, dict[str, str]]:
        """Where the form goes whose address ends so, and what it sends unseen."""
        found = [(action, inner) for action, inner in FORM.findall(self.text) if action.endswith(ending)]
        assert found, f"no form {ending} on {self.path}: {self.words[:300]}"
        action, inner = found[0]
        return unescape(action), {unescape(name): unescape(value) for name, value in HIDDEN.findall(inner)}

    def link(self, pattern: str) -> str:
        """The first link that is like `pattern`."""
        found = re.search(rf'href="({pattern})', self.text)
        assert found, f"no link like {pattern} on {self.path}"
        return unescape(found[1])


class PlainBrowser:
    """Somebody who tries again when a page fails: opens it once more, or sends the same form once more.

    `tried_again` counts how often, by method: pages that come at once show nothing of what they can bear.
    """

    def __init__(self, port: int, tried_again: Counter[str]) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        self._tried_again = tried_again

    def open(self, path: str) -> Page:
        page = self._insist("GET", path, b"", {})
        return self.open(page.location) if page.location.startswith("/") else page

    def send(self, page: Page, ending: str, file: tuple[str, bytes] | None = None, **fields: str) -> Page:
        """Fills in a form of a page, sends it until it is answered, and goes where the answer leads."""
        action, hidden = page.form(ending)
        body, kind = _encoded({**hidden, **fields}, file)
        answer = self._insist("POST", action, body, {"Content-Type": kind})
        return self.open(answer.location) if answer.location else answer

    def _insist(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Page:
        def answered() -> Page | None:
            page = self._ask(method, path, body, headers)
            if page and page.status < 500:
                return page
            self._tried_again[method] += 1
            return None

        page = until(answered, f"{method} {path}", patience=PATIENCE)
        assert page.status < 400, f"{method} {path}: {page.status}, {page.words[:300]}"
        return page

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Page | None:
        site = http.client.HTTPConnection("localhost", self._port, timeout=40)
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            site.request(method, path, body, {"Accept": "text/html", "Cookie": cookies, **headers})
            answer = site.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            site.close()
        for said in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = said.partition(";")[0].partition("=")
            self._cookies[name] = value
        return Page(path, answer.status, text, answer.headers.get("Location", "").partition("#")[0])


def _encoded(fields: Mapping[str, str], file: tuple[str, bytes] | None) -> tuple[bytes, str]:
    """A form's body, and of what kind it is."""
    if file is None:
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"
    parts = [f'form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    name, content = file
    parts.append(f'form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + content)
    lines = b"".join(f"--{BOUNDARY}\r\nContent-Disposition: ".encode() + part + b"\r\n" for part in parts)
    return lines + f"--{BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={BOUNDARY}"


def fetched(address: str) -> bytes | None:
    """What lies at an address that is not of the site; None where it does not come."""
    parts = urlsplit(address)
    there = http.client.HTTPConnection(parts.netloc, timeout=40)
    try:
        there.request("GET", f"{parts.path}?{parts.query}")
        answer = there.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        there.close()
    return content if answer.status == 200 else None
