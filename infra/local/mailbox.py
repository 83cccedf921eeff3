"""Every e-mail the local stack sent, kept from one run to the next (the emulator forgets them)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from threading import Lock
from typing import Any


@dataclass(frozen=True)
class Mail:
    """One e-mail as it was handed to SES. `sent_at` is ISO 8601 in UTC."""

    id: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    sent_at: str


class Mailbox:
    """Reads what SES was given through `fetch`, remembers it in `file` and tells `when_new` of each once."""

    def __init__(
        self,
        fetch: Callable[[], dict[str, Any]],
        file: Path,
        when_new: Callable[[Mail], None] = lambda _: None,
    ) -> None:
        self._fetch = fetch
        self._file = file
        self._when_new = when_new
        self._lock = Lock()
        self._mails: dict[str, Mail] = {}
        if file.exists():
            for line in file.read_text().splitlines():
                mail = json.loads(line)
                self._mails[mail["id"]] = Mail(**{**mail, "to": tuple(mail["to"])})

    def read(self) -> list[Mail]:
        """Every e-mail so far, newest first."""
        with self._lock:
            new = [mail for mail in map(_mail, self._sent()) if mail.id not in self._mails]
            if new:
                self._mails.update((mail.id, mail) for mail in new)
                with self._file.open("a") as file:
                    file.writelines(json.dumps(asdict(mail)) + "\n" for mail in new)
            newest_first = sorted(self._mails.values(), key=lambda mail: mail.sent_at, reverse=True)
        for mail in new:
            self._when_new(mail)
        return newest_first

    def _sent(self) -> list[dict[str, Any]]:
        try:
            by_account = self._fetch()["messages"]
        except (OSError, HTTPException):  # the emulator has ended: what was read stays readable
            return []
        return [message for messages in by_account.values() for message in messages]

    def find(self, mail_id: str) -> Mail | None:
        """The e-mail with that id, if it was sent."""
        return next((mail for mail in self.read() if mail.id == mail_id), None)


def _mail(message: dict[str, Any]) -> Mail:
    return Mail(
        id=message["MessageId"],
        sender=message["Source"],
        to=tuple(message["To"]),
        subject=message["Subject"],
        text=message["BodyText"] or "",
        html=message["BodyHtml"] or "",
        sent_at=datetime.fromtimestamp(message["Timestamp"], UTC).isoformat(timespec="milliseconds"),
    )
