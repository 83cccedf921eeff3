from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from infra.local.site import LARGEST_BODY, SiteServer
from infra.local.stack import Ports
from tests.infra.local.conftest import ask


class Gateway(ThreadingHTTPServer):
    """Stands in for the emulator's API Gateway: remembers what it was asked."""

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Noting)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []


class _Noting(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers.items()), body))
        self.send_response(303)
        for name, value in (
            ("Location", "http://localhost:8000/home"),
            ("Set-Cookie", "session=abc; Path=/; HttpOnly"),
            ("Set-Cookie", "notice=sent; Path=/"),
            ("Content-Length", "4"),
        ):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"body")

    def do_GET(self) -> None:
        self.do_POST()

    def do_HEAD(self) -> None:
        self.do_POST()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def ports() -> Ports:
    return Ports.free()


@pytest.fixture
def gateway(ports: Ports) -> Iterator[Gateway]:
    server = Gateway(ports.stack)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(ports: Ports) -> Iterator[int]:
    server = SiteServer(ports.site, ports.stack, "a1b2c3", "site")
    server.serve_in_background()
    yield ports.site
    server.shutdown()
    server.server_close()


def test_a_request_goes_to_the_api_as_it_came(site: int, gateway: Gateway) -> None:
    headers = {"Origin": "http://localhost:8000", "Host": "localhost:8000", "Cookie": "session=abc"}
    ask(site, "POST", "/pairs/a%2Fb/messages?page=2", b"text=Hello", headers)

    ((method, path, passed, body),) = gateway.asked
    assert (method, body) == ("POST", b"text=Hello")
    assert path == "/restapis/a1b2c3/site/_user_request_/pairs/a%2Fb/messages?page=2"
    assert {name: passed[name] for name in headers} == headers


def test_an_answer_comes_back_with_all_its_cookies(site: int, gateway: Gateway) -> None:
    answer = ask(site, "POST", "/sign-in", b"a=1")

    assert (answer.status, answer.body) == (303, b"body")
    assert answer.every("Location") == ["http://localhost:8000/home"]
    assert answer.every("Set-Cookie") == ["session=abc; Path=/; HttpOnly", "notice=sent; Path=/"]


def test_where_a_request_comes_from_cannot_be_pretended(site: int, gateway: Gateway) -> None:
    ask(site, "GET", "/", headers={"X-Forwarded-For": "203.0.113.7"})

    ((_, _, passed, _),) = gateway.asked
    assert passed["X-Forwarded-For"] == "127.0.0.1"


def test_a_head_request_has_no_body(site: int, gateway: Gateway) -> None:
    assert ask(site, "HEAD", "/").body == b""


def test_more_than_api_gateway_takes_is_refused_as_there(site: int, gateway: Gateway) -> None:
    answer = ask(site, "POST", "/", headers={"Content-Length": str(LARGEST_BODY + 1)})

    assert answer.status == 413
    assert gateway.asked == []


def test_a_stack_that_does_not_answer_is_a_bad_gateway(site: int) -> None:
    assert ask(site, "GET", "/").status == 502
