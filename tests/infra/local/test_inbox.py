from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.inbox import InboxServer
from infra.local.mailbox import Mailbox
from tests.infra.local.conftest import Emulator, ask


@pytest.fixture
def inbox(emulator: Emulator, port: int) -> Iterator[int]:
    server = InboxServer(port, Mailbox(emulator.sent_mail))
    server.serve_in_background()
    yield port
    server.shutdown()
    server.server_close()


def test_an_empty_inbox_says_so(inbox: int) -> None:
    assert "No e-mail has been sent yet." in ask(inbox, "GET", "/").text


def test_the_list_names_each_email_and_whom_it_went_to(inbox: int, emulator: Emulator) -> None:
    message_id = emulator.send("A new message", to="priya@example.org")

    page = ask(inbox, "GET", "/").text

    assert "A new message" in page
    assert "to priya@example.org" in page
    assert f'href="/messages/{message_id}"' in page


def test_a_program_reads_the_same_as_json(inbox: int, emulator: Emulator) -> None:
    emulator.send("A new message", to="priya@example.org", text="Hello", html="<p>Hello</p>")

    (mail,) = ask(inbox, "GET", "/api/messages").json()

    assert mail["to"] == ["priya@example.org"]
    assert (mail["subject"], mail["text"], mail["html"]) == ("A new message", "Hello", "<p>Hello</p>")
    assert mail["sent_at"].endswith("+00:00")


def test_a_link_in_plain_text_can_be_followed_without_the_full_stop_after_it(
    inbox: int, emulator: Emulator
) -> None:
    message_id = emulator.send(
        "Join us", text="Open http://localhost:8000/join/aB3_-x?y=1&z=2. It works once."
    )

    page = ask(inbox, "GET", f"/messages/{message_id}").text

    assert '<a href="http://localhost:8000/join/aB3_-x?y=1&amp;z=2">' in page
    assert "</a>. It works once." in page


def test_an_email_is_shown_as_its_reader_sees_it_but_cannot_run_anything(
    inbox: int, emulator: Emulator
) -> None:
    message_id = emulator.send("Hello", html='<p>Hello</p><script>alert("x")</script>')

    page = ask(inbox, "GET", f"/messages/{message_id}").text
    frame = ask(inbox, "GET", f"/messages/{message_id}/html")

    assert f'src="/messages/{message_id}/html" sandbox="' in page
    assert "allow-scripts" not in page
    (policy,) = frame.every("Content-Security-Policy")
    assert policy.startswith("sandbox ")
    assert "default-src 'none'" in policy
    assert '<base target="_top">' in frame.text


def test_what_an_email_says_cannot_break_the_page_around_it(inbox: int, emulator: Emulator) -> None:
    message_id = emulator.send("<b>Hello</b>", to='"<i>"@example.org', text="</pre><script>1</script>")

    for path in ("/", f"/messages/{message_id}"):
        page = ask(inbox, "GET", path).text
        assert "<b>Hello" not in page
        assert "<i>" not in page
        assert "<script>1" not in page


@pytest.mark.parametrize("path", ["/messages/unknown", "/messages/unknown/html", "/api", "/etc/passwd"])
def test_what_is_not_there_is_not_found(inbox: int, path: str) -> None:
    assert ask(inbox, "GET", path).status == 404
