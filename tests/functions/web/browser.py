"""A person's browser, and a program, in front of the real app by Chalice's own test gateway."""

import json
import re
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from chalice import Chalice
from chalice.test import Client

ORIGIN = "https://signpost.example.org"


def _our_app() -> Chalice:
    from app import app

    return app


class Answer:
    """What came back."""

    def __init__(self, raw: Any) -> None:
        self.status: int = raw.status_code
        self.headers = {name.lower(): value for name, value in raw.headers.items()}
        body = raw.body
        self.text: str = body.decode() if isinstance(body, bytes) else body

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def location(self) -> str:
        return str(self.headers.get("location", ""))

    @property
    def words(self) -> str:
        """The page's text as a person reads it."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.text)).split())


class Browser:
    """Keeps cookies and sends the token that the last page carried."""

    def __init__(self, app: Chalice | None = None) -> None:
        self._client = Client(app or _our_app())
        self.cookies: dict[str, str] = {}
        self.last: Answer | None = None

    def get(self, path: str) -> Answer:
        """Opens a page."""
        return self._send("GET", path, {"Accept": "text/html"}, b"")

    def post(self, path: str, *, csrf: str | None = None, origin: str = ORIGIN, **fields: Any) -> Answer:
        """Sends a form as the last page would: with its token, from our own origin."""
        token = self.token() if csrf is None else csrf
        body = urlencode({"csrf": token, **fields}, doseq=True).encode()
        return self.post_raw(path, body, origin=origin)

    def post_raw(
        self,
        path: str,
        body: bytes,
        *,
        content_type: str = "application/x-www-form-urlencoded",
        origin: str = ORIGIN,
    ) -> Answer:
        """Sends these very bytes."""
        headers = {"Accept": "text/html", "Content-Type": content_type, "Origin": origin}
        return self._send("POST", path, headers, body)

    def follow(self) -> Answer:
        """Goes where the last answer sent us."""
        assert self.last is not None
        assert self.last.status == 303, (self.last.status, self.last.words)
        return self.get(self.last.location)

    def token(self) -> str:
        """The form token of the last page that had one."""
        found = re.search(r'name="csrf" value="([^"]*)"', self.last.text if self.last else "")
        return found.group(1) if found else ""

    def key(self) -> str:
        """The idempotency key of the last page's form."""
        found = re.search(r'name="key" value="([^"]*)"', self.last.text if self.last else "")
        return found.group(1) if found else ""

    def _send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.last = Answer(self._client.http.request(method, path, headers=headers, body=body))
        self._keep(self.last.headers.get("set-cookie", []))
        return self.last

    def _keep(self, set_cookie: Any) -> None:
        for line in [set_cookie] if isinstance(set_cookie, str) else set_cookie:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value


class Program:
    """A program with a bearer token."""

    def __init__(self, token: str = "", *, app: Chalice | None = None) -> None:
        self._client = Client(app or _our_app())
        self._headers = {"Accept": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str) -> Answer:
        return Answer(self._client.http.request("GET", path, headers=dict(self._headers), body=b""))

    def post(self, path: str, body: Any = None, *, raw: bytes | None = None) -> Answer:
        """Sends `body` as JSON, or `raw` as it is."""
        content = json.dumps(body or {}).encode() if raw is None else raw
        headers = {**self._headers, "Content-Type": "application/json"}
        return Answer(self._client.http.request("POST", path, headers=headers, body=content))
