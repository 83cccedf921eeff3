"""The door to the site: http://localhost:8000, passed on to the emulator's API Gateway."""

from __future__ import annotations

import http.client
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

# What API Gateway takes; more is refused there before any function sees it.
LARGEST_BODY = 10 * 1024 * 1024
ANSWERS_WITHIN = 30.0  # seconds; API Gateway's own limit is 29

# RFC 9110, section 7.6.1: these belong to one connection and are not passed on.
HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "upgrade",
}
HOP_BY_HOP |= {"transfer-encoding", "content-length"}
PLAIN = [("Content-Type", "text/plain; charset=utf-8")]


class SiteServer(ThreadingHTTPServer):
    """Serves one API of the emulator at the root of a port of its own."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, emulator_port: int, api_id: str, api_stage: str) -> None:
        super().__init__(("127.0.0.1", port), _Passer)
        self.emulator_port = emulator_port
        self.prefix = f"/restapis/{api_id}/{api_stage}/_user_request_"

    def serve_in_background(self) -> None:
        """Start answering; `shutdown` ends it."""
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="site", daemon=True).start()


class _Passer(BaseHTTPRequestHandler):
    server: SiteServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def _pass_on(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self.close_connection = True
            self._answer(413, PLAIN, b"That is too much at once.")
            return
        body = self.rfile.read(length)
        gateway = http.client.HTTPConnection("127.0.0.1", self.server.emulator_port, timeout=ANSWERS_WITHIN)
        try:
            gateway.putrequest(
                self.command, self.server.prefix + self.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in self._headers_to_pass_on():
                gateway.putheader(name, value)
            gateway.putheader("Content-Length", str(len(body)))
            gateway.endheaders(body)
            answer = gateway.getresponse()
            content = answer.read()
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
            self._answer(answer.status, headers, content)
        except (OSError, http.client.HTTPException):
            self._answer(502, PLAIN, b"The local stack did not answer.")
        finally:
            gateway.close()

    def do_GET(self) -> None:
        self._pass_on()

    def do_HEAD(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def do_PUT(self) -> None:
        self._pass_on()

    def do_PATCH(self) -> None:
        self._pass_on()

    def do_DELETE(self) -> None:
        self._pass_on()

    def do_OPTIONS(self) -> None:
        self._pass_on()

    def _headers_to_pass_on(self) -> Iterable[tuple[str, str]]:
        for name, value in self.headers.items():
            if name.lower() not in HOP_BY_HOP and name.lower() != "x-forwarded-for":
                yield name, value
        # API Gateway sees where a request comes from; the emulator believes the first address of this header.
        yield "X-Forwarded-For", self.client_address[0]
        yield "X-Forwarded-Proto", "http"

    def _answer(self, status: int, headers: Iterable[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal is for progress."""
