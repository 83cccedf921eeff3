"""That streams are read side by side in the local stack, each in its order, and that each e-mail is noted."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.local.closer_to_aws import Answer, Mapping, Readers, noting_mail
from infra.local.mailbox import Mailbox

WITHIN = 10.0  # seconds
TABLE = "arn:aws:dynamodb:eu-west-2:000000000000:table/Outbox/stream/2026-11-22"
QUEUE = "arn:aws:sqs:eu-west-2:000000000000:FailedRecords"


class FakeEmulator:
    """Event source mappings and what waits for each. Reading as `ministack` does: a batch of each mapping it
    is given, one after another."""

    def __init__(self, **waiting: list[str]) -> None:
        self.waiting = waiting
        self.sources = dict.fromkeys(waiting, TABLE)
        self.readers = Readers(self.every_mapping, self.read)
        self.read_by: dict[str, list[str]] = {}
        self.worked_off: list[tuple[str, str]] = []
        self.changed = threading.Condition()
        self.slow: dict[str, threading.Event] = {}
        """Whose function does not answer until this is set."""
        self.breaking: set[str] = set()

    def every_mapping(self) -> Iterator[Mapping]:
        for uuid, source in self.sources.items():
            yield "000000000000", "eu-west-2", {"UUID": uuid, "EventSourceArn": source}

    def read(self) -> bool:
        processed = False
        for _, _, mapping in self.readers.mappings():
            processed = self._next_of(mapping) or processed
        return processed

    def _next_of(self, mapping: dict[str, Any]) -> bool:
        uuid = mapping["UUID"]
        if not self.waiting[uuid]:
            return False
        if uuid in self.breaking:
            with self.changed:
                self.breaking.remove(uuid)
                self.changed.notify_all()
            raise RuntimeError("a fault of the emulator's own")
        if uuid in self.slow:
            assert self.slow[uuid].wait(WITHIN)
        with self.changed:
            self.worked_off.append((uuid, self.waiting[uuid].pop(0)))
            self.read_by.setdefault(uuid, []).append(threading.current_thread().name)
            self.changed.notify_all()
        return True

    def wait_until_worked_off(self, *uuids: str) -> None:
        self.wait_until(lambda: not any(self.waiting[uuid] for uuid in uuids))

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(is_so, WITHIN)


def test_a_slow_function_holds_up_no_other() -> None:
    emulator = FakeEmulator(bulk=["invitation 1", "invitation 2"], alert=["alert 1"])
    emulator.slow["bulk"] = threading.Event()

    emulator.readers.start()
    emulator.wait_until_worked_off("alert")
    assert emulator.worked_off == [("alert", "alert 1")]

    emulator.slow["bulk"].set()
    emulator.wait_until_worked_off("bulk")


def test_one_mapping_is_read_in_its_order_and_by_one_thread() -> None:
    records = [f"record {number}" for number in range(50)]
    emulator = FakeEmulator(one=list(records), other=list(records))

    emulator.readers.start()
    for _ in range(20):
        emulator.readers.wake()
    emulator.wait_until_worked_off("one", "other")

    for uuid in ("one", "other"):
        assert [record for of, record in emulator.worked_off if of == uuid] == records
        assert len(set(emulator.read_by[uuid])) == 1


def test_what_comes_later_is_read_when_it_comes() -> None:
    emulator = FakeEmulator(alert=["alert 1"])
    emulator.readers.start()
    emulator.wait_until_worked_off("alert")

    emulator.waiting["alert"].append("alert 2")
    emulator.readers.wake()
    emulator.wait_until_worked_off("alert")

    assert emulator.worked_off == [("alert", "alert 1"), ("alert", "alert 2")]


def test_a_function_that_is_deployed_later_gets_a_reader_too() -> None:
    emulator = FakeEmulator(bulk=[])
    emulator.readers.start()

    emulator.waiting["alert"] = ["alert 1"]
    emulator.sources["alert"] = TABLE
    emulator.readers.start()

    emulator.wait_until_worked_off("alert")


def test_a_reader_that_fails_goes_on_when_it_is_woken_again() -> None:
    emulator = FakeEmulator(bulk=["invitation 1"], alert=["alert 1"])
    emulator.breaking = {"bulk"}

    emulator.readers.start()
    emulator.wait_until_worked_off("alert")
    emulator.wait_until(lambda: not emulator.breaking)
    assert emulator.waiting["bulk"]

    emulator.readers.start()
    emulator.wait_until_worked_off("bulk")


def test_outside_a_reader_all_mappings_are_seen_and_queues_are_left_to_the_emulator() -> None:
    emulator = FakeEmulator(alert=[], failed=["record 1"])
    emulator.sources["failed"] = QUEUE

    assert emulator.readers.start() is False

    assert [mapping["UUID"] for _, _, mapping in emulator.readers.mappings()] == ["alert", "failed"]
    assert emulator.waiting["failed"] == ["record 1"]


LETTER = {
    "FromEmailAddress": "Signpost <signpost@mail.example.org>",
    "Destination": {"ToAddresses": ["morag@example.org"]},
    "Content": {"Simple": {"Subject": {"Data": "A concern"}, "Body": {"Text": {"Data": "Sign in."}}}},
    "ConfigurationSetName": "Mail-1",
    "EmailTags": [{"Name": "notice_id", "Value": "01JD5"}],
}


def send(file: Path, *, path: str = "/v2/email/outbound-emails", status: int = 200) -> None:
    async def mail_service(*_: Any) -> Answer:
        return status, {}, b'{"MessageId": "0102@email.amazonses.com"}'

    noting = noting_mail(mail_service, file, lambda: datetime(2026, 11, 18, 9, 47, 40, tzinfo=UTC))
    asyncio.run(noting("POST", path, {}, json.dumps(LETTER).encode(), {}))


def test_an_e_mail_that_was_taken_is_noted_with_its_tags(tmp_path: Path) -> None:
    send(tmp_path / "mail.jsonl")

    (mail,) = Mailbox(tmp_path / "mail.jsonl").read()

    assert (mail.id, mail.to, mail.subject) == (
        "0102@email.amazonses.com",
        ("morag@example.org",),
        "A concern",
    )
    assert mail.tags == {"notice_id": "01JD5", "ses:configuration-set": "Mail-1"}
    assert mail.sent_at == "2026-11-18T09:47:40.000+00:00"


def test_what_was_refused_or_is_no_e_mail_is_not_noted(tmp_path: Path) -> None:
    send(tmp_path / "mail.jsonl", status=400)
    send(tmp_path / "mail.jsonl", path="/v2/email/identities")

    assert not (tmp_path / "mail.jsonl").exists()
