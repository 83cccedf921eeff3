"""The inbox at http://localhost:8025: every e-mail the local stack sent, to read and to follow its links."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

from infra.local.mailbox import Mail, Mailbox

LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")

# What a mail's frame may do: follow a link that its reader chooses, and nothing else.
MAY = "allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox"

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --paper: #fbfaf7; --card: #fff; --ink: #1d2433; --quiet: #566072;
  --line: #dcd8cf; --brand: #0b6e69; --focus: #f2b134; }}
@media (prefers-color-scheme: dark) {{ :root {{ --paper: #14181f; --card: #1c222c; --ink: #eef1f5;
  --quiet: #a9b3c2; --line: #323b49; --brand: #5cc8bf; }} }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.5 system-ui, sans-serif; }}
main {{ max-width: 48rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }}
h1 {{ font-size: 1.35rem; line-height: 1.3; margin: 0 0 1rem; overflow-wrap: anywhere; }}
h2 {{ font-size: 1rem; margin: 1.5rem 0 .5rem; color: var(--quiet); font-weight: 600; }}
a {{ color: var(--brand); }}
:focus-visible {{ outline: 3px solid var(--focus); outline-offset: 2px; }}
ol {{ list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }}
li a {{ display: grid; grid-template-columns: 1fr auto; gap: .1rem 1rem; padding: .75rem .25rem;
  color: inherit; text-decoration: none; border-bottom: 1px solid var(--line); }}
li a:hover strong {{ text-decoration: underline; }}
strong, dd {{ overflow-wrap: anywhere; min-width: 0; }}
.quiet {{ color: var(--quiet); font-size: .9rem; }}
li strong {{ grid-column: 1 / -1; }}
.to {{ overflow-wrap: anywhere; }}
dl {{ display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0; }}
dt {{ color: var(--quiet); }} dd {{ margin: 0; }}
iframe {{ width: 100%; height: 34rem; border: 1px solid var(--line); border-radius: 10px; background: #fff; }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; font: 15px/1.6 ui-monospace, monospace; margin: 0;
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; }}
</style>
</head>
<body><main>
{body}
</main></body>
</html>
"""

# Looks for new mail every two seconds; a reader who has tabbed to a row is not thrown back to the top.
REFRESH = """<script>
const shown = document.querySelectorAll("li").length;
setInterval(async () => {
  const mails = await (await fetch("/api/messages")).json();
  if (mails.length !== shown && !document.querySelector("li :focus")) location.reload();
}, 2000);
</script>"""


class InboxServer(ThreadingHTTPServer):
    """Shows a mailbox on a port of its own."""

    daemon_threads = True

    def __init__(self, port: int, mailbox: Mailbox) -> None:
        super().__init__(("127.0.0.1", port), _Reader)
        self.mailbox = mailbox

    def serve_in_background(self) -> None:
        """Start answering; `shutdown` ends it."""
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="inbox", daemon=True).start()


class _Reader(BaseHTTPRequestHandler):
    server: InboxServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        match [unquote(part) for part in urlsplit(self.path).path.split("/") if part]:
            case []:
                self._page("Inbox", list_body(self.server.mailbox.read()))
            case ["api", "messages"]:
                mails = [asdict(mail) for mail in self.server.mailbox.read()]
                self._answer(200, "application/json", json.dumps(mails))
            case ["messages", mail_id]:
                mail = self.server.mailbox.find(mail_id)
                self._page(mail.subject, mail_body(mail)) if mail else self._missing()
            case ["messages", mail_id, "html"]:
                mail = self.server.mailbox.find(mail_id)
                self._mail_html(mail.html) if mail else self._missing()
            case _:
                self._missing()

    def _page(self, title: str, body: str) -> None:
        self._answer(200, "text/html", PAGE.format(title=html.escape(title), body=body))

    def _mail_html(self, content: str) -> None:
        """The mail as a mail program shows it: no script, no request to anybody, links fill the whole tab."""
        policy = f"sandbox {MAY}; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        self._answer(200, "text/html", f'<base target="_top">{content}', policy)

    def _missing(self) -> None:
        self._answer(404, "text/plain", "There is no such e-mail.")

    def _answer(self, status: int, kind: str, content: str, policy: str = "") -> None:
        data = content.encode()
        self.send_response_only(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal is for progress."""


def list_body(mails: Sequence[Mail]) -> str:
    """The list, newest first."""
    if not mails:
        return f"<h1>Inbox</h1><p>No e-mail has been sent yet.</p>{REFRESH}"
    rows = "".join(
        f'<li><a href="/messages/{html.escape(mail.id)}"><strong>{html.escape(mail.subject)}</strong>'
        f'<span class="to quiet">to {html.escape(", ".join(mail.to))}</span>'
        f'<span class="quiet">{_time(mail)}</span></a></li>'
        for mail in mails
    )
    return f"<h1>Inbox</h1><ol>{rows}</ol>{REFRESH}"


def mail_body(mail: Mail) -> str:
    """One e-mail: its head, and both forms of what it says."""
    head = (
        f'<p><a href="/">Inbox</a></p><h1>{html.escape(mail.subject)}</h1><dl>'
        f"<dt>To</dt><dd>{html.escape(', '.join(mail.to))}</dd>"
        f"<dt>From</dt><dd>{html.escape(mail.sender)}</dd><dt>Sent</dt><dd>{_time(mail)}</dd></dl>"
    )
    frame = (
        "<h2>As most people see it</h2>"
        f'<iframe title="The e-mail" src="/messages/{html.escape(mail.id)}/html" sandbox="{MAY}"></iframe>'
    )
    return f"{head}{frame if mail.html else ''}<h2>As plain text</h2><pre>{_with_links(mail.text)}</pre>"


def _with_links(text: str) -> str:
    pieces, end = [], 0
    for found in LINK.finditer(text):
        address = html.escape(found.group())
        pieces += [html.escape(text[end : found.start()]), f'<a href="{address}">{address}</a>']
        end = found.end()
    return "".join([*pieces, html.escape(text[end:])])


def _time(mail: Mail) -> str:
    sent = datetime.fromisoformat(mail.sent_at).astimezone()
    day = "" if sent.date() == datetime.now().astimezone().date() else f"{sent.day} {sent:%B}, "
    return f'<time datetime="{mail.sent_at}">{day}{sent:%H:%M}</time>'
