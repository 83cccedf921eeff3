"""Every e-mail the local stack sent. The emulator forgets them when it ends, and drops their tags."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock


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
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What comes back in its events: `notice_id` and SES's own, `ses:configuration-set`."""


class Mailbox:
    """Reads the lines that the emulator adds to `file` (`closer_to_aws.py`), one for each e-mail, and
    tells `when_new` of each once. What is there at the beginning is of an earlier run, and not new."""

    def __init__(self, file: Path, when_new: Callable[[Mail], None] = lambda _: None) -> None:
        self._file = file
        self._when_new = when_new
        self._lock = Lock()
        self._read_up_to = 0
        self._mails: dict[str, Mail] = {mail.id: mail for mail in self._added()}

    def read(self) -> list[Mail]:
        """Every e-mail so far, newest first."""
        with self._lock:
            new = [mail for mail in self._added() if mail.id not in self._mails]
            self._mails.update((mail.id, mail) for mail in new)
            newest_first = sorted(self._mails.values(), key=lambda mail: mail.sent_at, reverse=True)
        for mail in new:
            self._when_new(mail)
        return newest_first

    def _added(self) -> list[Mail]:
        """What was added since it was last asked. A line that is not whole yet is left for the next time."""
        if not self._file.exists():
            return []
        with self._file.open("rb") as file:
            file.seek(self._read_up_to)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._read_up_to += len(whole) + len(newline)
        return [_mail(line) for line in whole.splitlines()]

    def find(self, mail_id: str) -> Mail | None:
        """The e-mail with that id, if it was sent."""
        return next((mail for mail in self.read() if mail.id == mail_id), None)


def _mail(line: bytes) -> Mail:
    said = json.loads(line)
    return Mail(**{**said, "to": tuple(said["to"])})
