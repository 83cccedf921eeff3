"""The real app on loopback, for a browser that runs the pages' script."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from chalice.test import Client

from app import app
from functions.web.access import session_cookie
from shared.people.actions.sessions import start_session
from shared.platform.clock import now
from tests.builders.people import Someone

from .browser import ORIGIN


@contextmanager
def served_to(someone: Someone) -> Iterator[str]:
    """The site's address, where every request is that person's. Nobody has to sign in."""
    session = f"{session_cookie()}={start_session(someone.person_id, now=now())}"
    server = HTTPServer(("127.0.0.1", 0), _handler(session))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _handler(session: str) -> type[BaseHTTPRequestHandler]:
    client = Client(app)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass_on("GET", b"")

        def do_POST(self) -> None:
            self._pass_on("POST", self.rfile.read(int(self.headers["Content-Length"])))

        def _pass_on(self, method: str, body: bytes) -> None:
            """As from the site's own origin, which is not where a test finds it."""
            sent = {name: self.headers[name] for name in ("Accept", "Content-Type") if name in self.headers}
            headers = {**sent, "Origin": ORIGIN, "Cookie": session}
            answer = client.http.request(method, self.path, headers=headers, body=body)
            content = answer.body if isinstance(answer.body, bytes) else answer.body.encode()
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in ("content-length", "set-cookie"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Quiet: the tests say what went wrong."""

    return Handler
