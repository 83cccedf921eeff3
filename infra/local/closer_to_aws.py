"""Runs `ministack` a little closer to AWS. A script that `emulator.py` starts, in the emulator's own process.

By itself it works off all streams in one thread, one function after another: a slow one would hold up every
other. Here each stream and function has a reader of its own. And it forgets the tags of an e-mail, and gives
what was sent only all together: asked each second, that holds up everything else for as long as the list is.
Here each e-mail is noted in a file.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.app import main
from ministack.services import dynamodb, lambda_svc, ses_v2

Mapping = tuple[str, str, dict[str, Any]]
"""Account, region and an event source mapping as the emulator keeps it."""

log = logging.getLogger("signpost.readers")


class Readers:
    """One thread for each event source mapping that reads a table's stream.

    `every_mapping` gives all there are. `read` works off the next batch of each mapping that `mappings` gives
    just then, and says whether there was one; it keeps their order and how far each was read.
    """

    def __init__(self, every_mapping: Callable[[], Iterator[Mapping]], read: Callable[[], bool]) -> None:
        self._every_mapping = every_mapping
        self._read = read
        self._this_thread = threading.local()
        self._something_new: dict[str, threading.Event] = {}

    def mappings(self) -> Iterator[Mapping]:
        """All mappings; in a reader's thread its own alone."""
        only = getattr(self._this_thread, "uuid", None)
        return (one for one in self._every_mapping() if only in (None, one[2]["UUID"]))

    def start(self) -> bool:
        """Starts a reader for each mapping that has none yet, and wakes all. False: whoever asks has nothing
        left to read."""
        for _account, _region, mapping in self._every_mapping():
            uuid = mapping["UUID"]
            if ":dynamodb:" in mapping["EventSourceArn"] and uuid not in self._something_new:
                self._something_new[uuid] = threading.Event()
                threading.Thread(target=self._work_off, args=(uuid,), name=uuid, daemon=True).start()
        self.wake()
        return False

    def wake(self) -> None:
        """Tells the readers that a stream may hold something new."""
        for something_new in tuple(self._something_new.values()):
            something_new.set()

    def _work_off(self, uuid: str) -> None:
        self._this_thread.uuid = uuid
        something_new = self._something_new[uuid]
        while something_new.wait():
            something_new.clear()
            try:
                while self._read():
                    pass
            except Exception:
                log.exception("a reader failed; it goes on when it is woken, in a second at the latest")


def read_side_by_side() -> None:
    """Puts Readers in the place of the emulator's one reader, which is to read what `mappings` tells it.

    A write wakes them past the emulator's loop: with nothing to read for itself, that sleeps 50 ms between
    two writes, which would hold up an alert that comes among many other e-mails.
    """
    readers = Readers(lambda_svc._iter_all_esms, lambda_svc._poll_dynamodb_streams)
    lambda_svc._iter_all_esms = readers.mappings
    lambda_svc._poll_dynamodb_streams = readers.start
    of_the_loop = dynamodb.esm_wake

    def written() -> None:
        readers.wake()
        of_the_loop.set()

    dynamodb.esm_wake = SimpleNamespace(set=written)


Answer = tuple[int, Any, bytes]
"""Status, headers and body."""
Service = Callable[[str, str, Any, bytes, Any], Awaitable[Answer]]
"""Answers one request: method, path, headers, body and query."""


def noting_mail(service: Service, file: Path, now: Callable[[], datetime]) -> Service:
    """The same mail service; each e-mail that it takes becomes a line of `file`, which `mailbox.py` reads."""

    async def answer(method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
        given = await service(method, path, headers, body, query)
        if method == "POST" and path.rstrip("/").endswith("/outbound-emails") and given[0] == 200:
            line = _line(json.loads(body), json.loads(given[2])["MessageId"], now())
            with file.open("a") as lines:
                lines.write(json.dumps(line) + "\n")
        return given

    return answer


def _line(sent: dict[str, Any], message_id: str, at: datetime) -> dict[str, Any]:
    mail = sent["Content"]["Simple"]
    tags = {tag["Name"]: tag["Value"] for tag in sent.get("EmailTags", ())}
    if name := sent.get("ConfigurationSetName"):
        tags["ses:configuration-set"] = name
    return {
        "id": message_id,
        "sender": sent["FromEmailAddress"],
        "to": sent["Destination"]["ToAddresses"],
        "subject": mail["Subject"]["Data"],
        "text": mail["Body"].get("Text", {}).get("Data", ""),
        "html": mail["Body"].get("Html", {}).get("Data", ""),
        "sent_at": at.isoformat(timespec="milliseconds"),
        "tags": tags,
    }


if __name__ == "__main__":
    ses_v2.handle_request = noting_mail(
        ses_v2.handle_request, Path(os.environ["SIGNPOST_SENT_MAIL"]), lambda: datetime.now(UTC)
    )
    read_side_by_side()
    main()
