"""Mails as the local stack's SES notes them, and a client for small servers."""

from __future__ import annotations

import http.client
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.local.stack import Ports


class Emulator:
    """Stands in for what the emulator notes of each e-mail."""

    def __init__(self, file: Path) -> None:
        self.sent_mail = file
        self._count = 0

    def send(
        self, subject: str, *, to: str = "priya@example.org", at: float = 1795000000.0, **changes: str
    ) -> str:
        message_id = f"{self._count:08d}@email.amazonses.com"
        self._count += 1
        mail = {
            "id": message_id,
            "sender": "Signpost <signpost@mail.example.org>",
            "to": [to],
            "subject": subject,
            "text": changes.get("text", "Sign in to read it: http://localhost:8000/sign-in."),
            "html": changes.get("html", '<p><a href="http://localhost:8000/sign-in">Sign in</a></p>'),
            "sent_at": datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds"),
        }
        self.write(json.dumps(mail) + "\n")
        return message_id

    def write(self, line: str) -> None:
        with self.sent_mail.open("a") as file:
            file.write(line)


@pytest.fixture
def emulator(tmp_path: Path) -> Emulator:
    return Emulator(tmp_path / "mail.jsonl")


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
