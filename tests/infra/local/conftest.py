"""Mails as the local stack's SES hands them out, and a client for small servers."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

from infra.local.stack import Ports


class Emulator:
    """Stands in for the emulator's list of what was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.ended = False

    def send(
        self, subject: str, *, to: str = "priya@example.org", at: float = 1795000000.0, **changes: str
    ) -> str:
        message_id = f"{len(self.sent):08d}@email.amazonses.com"
        self.sent.append(
            {
                "MessageId": message_id,
                "Source": "Signpost <signpost@mail.example.org>",
                "To": [to],
                "Subject": subject,
                "BodyText": changes.get("text", "Sign in to read it: http://localhost:8000/sign-in."),
                "BodyHtml": changes.get("html", '<p><a href="http://localhost:8000/sign-in">Sign in</a></p>'),
                "Timestamp": at,
            }
        )
        return message_id

    def messages(self) -> dict[str, Any]:
        if self.ended:
            raise ConnectionRefusedError
        return {"messages": {"000000000000": self.sent}}


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


class Answer:
    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)

    def every(self, name: str) -> list[str]:
        return [value for header, value in self.headers if header.lower() == name.lower()]


def ask(
    port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


@pytest.fixture
def port() -> int:
    return Ports.free().site
