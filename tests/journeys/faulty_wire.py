"""A wire between the functions of the local stack and its AWS, on which calls fail as AWS's do.

It stands in front of the emulator and passes on what it is sent, but for the calls that chance and a seed
choose: refused as too many, answered with an error of the service, never passed on, carried out while the
answer gets lost, or answered too late for whoever asked. Each service has its own deck of these, so that none
is left out; one that is called but a few times fails until every kind was dealt.
"""

import http.client
import re
import select
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Lock, Thread
from typing import Literal

Fault = Literal["too many", "service error", "not passed on", "answer lost", "too late"]
FAULTS: tuple[Fault, ...] = ("too many", "service error", "not passed on", "answer lost", "too late")
LONGER_THAN_ANYBODY_WAITS = 20.0
"""Seconds. Our clients give up a call after four or five."""
SPELL = 6
"""So many calls in a row outlast the tries of a client: somebody sees an error."""

JSON = "application/x-amz-json-1.0"
XML = "application/xml"
SCOPE = re.compile(
    r"(?:Credential=|X-Amz-Credential=)[^,&]*?(?:/|%2F)\d{8}(?:/|%2F)[^/%]+(?:/|%2F)([a-z0-9-]+)"
)


@dataclass(frozen=True)
class Service:
    """How a service says that it was asked too often, or that it is unwell, and how often it does."""

    rate: float
    too_many: tuple[int, str, str]
    """Status, kind of body, and body."""
    error: tuple[int, str, str]
    is_seldom_called: bool = False


SERVICES = {
    "dynamodb": Service(
        rate=0.05,
        too_many=(
            400,
            JSON,
            '{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Slow"}',
        ),
        error=(
            500,
            JSON,
            '{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Unwell"}',
        ),
    ),
    "ses": Service(
        rate=0.3,
        too_many=(429, "application/json", '{"__type":"TooManyRequestsException","message":"Slow"}'),
        error=(500, "application/json", '{"__type":"InternalServiceError","message":"Unwell"}'),
        is_seldom_called=True,
    ),
    "s3": Service(
        rate=0.3,
        too_many=(503, XML, "<Error><Code>SlowDown</Code><Message>Slow</Message></Error>"),
        error=(500, XML, "<Error><Code>InternalError</Code><Message>Unwell</Message></Error>"),
        is_seldom_called=True,
    ),
}


class Chance:
    """Which call fails, and how. One too late for each service: they take long."""

    def __init__(self, seed: int) -> None:
        self.dealt: Counter[tuple[str, Fault]] = Counter()
        self.calls: Counter[str] = Counter()
        self._rng = {name: Random(f"{seed}-{name}") for name in SERVICES}
        self._deck: dict[str, list[Fault]] = {name: self._shuffled(name, FAULTS) for name in SERVICES}
        self._spell: dict[str, list[Fault]] = {name: [] for name in SERVICES}
        self._lock = Lock()

    def _shuffled(self, service: str, faults: tuple[Fault, ...]) -> list[Fault]:
        return self._rng[service].sample(faults, len(faults))

    def next(self, service: str) -> Fault | None:
        """What becomes of the next call of this service."""
        with self._lock:
            self.calls[service] += 1
            fault = self._spell[service].pop() if self._spell[service] else self._draw(service)
            if fault:
                self.dealt[service, fault] += 1
            return fault

    def _draw(self, service: str) -> Fault | None:
        rng, known = self._rng[service], SERVICES[service]
        is_first_deck = any(not self.dealt[service, fault] for fault in FAULTS)
        if not (known.is_seldom_called and is_first_deck) and rng.random() >= known.rate:
            return None
        if not self._deck[service]:
            self._deck[service] = self._shuffled(service, FAULTS[:-1])
        fault = self._deck[service].pop()
        if rng.random() < 0.25 and fault != "too late":
            self._spell[service] = [fault] * (SPELL - 1)
        return fault


class FaultyWire(ThreadingHTTPServer):
    """Listens on `port` of loopback and passes on to the emulator on `to_port`. Every call gets through until
    it `fails`, and again when it is `calm`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, to_port: int, seed: int) -> None:
        super().__init__(("127.0.0.1", port), _Passer)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.to_port = to_port
        self.chance = Chance(seed)
        self.fails = False

    def __enter__(self) -> "FaultyWire":
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="wire", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, *_: object) -> None:
        """Whoever hung up has been seen to."""


class _Passer(BaseHTTPRequestHandler):
    server: FaultyWire
    protocol_version = "HTTP/1.1"
    timeout = 120
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def do_POST(self) -> None:
        body = self._body()
        service = self._service()
        fault = self.server.chance.next(service) if self.server.fails and service in SERVICES else None
        if fault == "too many":
            self._answer(*SERVICES[service].too_many)
        elif fault == "service error":
            self._answer(*SERVICES[service].error)
        elif fault == "not passed on":
            self._hang_up()
        else:
            self._pass_on(body, fault)

    def do_GET(self) -> None:
        self.do_POST()

    def do_PUT(self) -> None:
        self.do_POST()

    def do_HEAD(self) -> None:
        self.do_POST()

    def do_DELETE(self) -> None:
        self.do_POST()

    def _service(self) -> str:
        found = SCOPE.search(self.headers.get("Authorization", "")) or SCOPE.search(self.path)
        return found.group(1) if found else ""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _pass_on(self, body: bytes, fault: Fault | None) -> None:
        emulator = http.client.HTTPConnection("127.0.0.1", self.server.to_port, timeout=60)
        try:
            emulator.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in ("content-length", "transfer-encoding", "connection", "expect"):
                    emulator.putheader(name, value)
            emulator.putheader("Content-Length", str(len(body)))
            emulator.endheaders(body)
            answer = emulator.getresponse()
            content, headers = answer.read(), answer.getheaders()
        finally:
            emulator.close()
        if fault == "answer lost":
            self._hang_up()
        elif fault == "too late":
            select.select([self.connection], [], [], LONGER_THAN_ANYBODY_WAITS)  # until they hang up
            self._hang_up()
        else:
            kept = [(n, v) for n, v in headers if n.lower() not in ("content-length", "transfer-encoding")]
            self._send(answer.status, kept, content)

    def _answer(self, status: int, kind: str, body: str) -> None:
        self._send(status, [("Content-Type", kind), ("x-amzn-RequestId", "made-up")], body.encode())

    def _send(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() != "connection":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(2)

    def log_message(self, *_: object) -> None:
        """Say nothing: the test's log is for the test."""
