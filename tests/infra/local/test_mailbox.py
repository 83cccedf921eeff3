from __future__ import annotations

from pathlib import Path

from infra.local.mailbox import Mail, Mailbox


def test_the_newest_email_comes_first(emulator, tmp_path: Path) -> None:
    emulator.send("An invitation", at=1795000000.0)
    emulator.send("A new message", at=1795000060.0)

    mails = Mailbox(emulator.messages, tmp_path / "mail.jsonl").read()

    assert [mail.subject for mail in mails] == ["A new message", "An invitation"]
    assert mails[0].sent_at == "2026-11-18T11:07:40.000+00:00"


def test_emails_outlive_the_emulator_that_sent_them(emulator, tmp_path: Path) -> None:
    emulator.send("An invitation")
    Mailbox(emulator.messages, tmp_path / "mail.jsonl").read()
    emulator.sent.clear()

    mails = Mailbox(emulator.messages, tmp_path / "mail.jsonl").read()

    assert [(mail.subject, mail.to) for mail in mails] == [("An invitation", ("priya@example.org",))]


def test_emails_can_be_read_while_the_emulator_is_down(emulator, tmp_path: Path) -> None:
    mailbox = Mailbox(emulator.messages, tmp_path / "mail.jsonl")
    emulator.send("An invitation")
    mailbox.read()
    emulator.ended = True

    assert [mail.subject for mail in mailbox.read()] == ["An invitation"]


def test_each_new_email_is_told_of_once(emulator, tmp_path: Path) -> None:
    told: list[Mail] = []
    mailbox = Mailbox(emulator.messages, tmp_path / "mail.jsonl", told.append)

    emulator.send("An invitation")
    mailbox.read()
    emulator.send("A new message")
    mailbox.read()
    mailbox.read()

    assert [mail.subject for mail in told] == ["An invitation", "A new message"]


def test_an_email_is_found_by_its_id(emulator, tmp_path: Path) -> None:
    mailbox = Mailbox(emulator.messages, tmp_path / "mail.jsonl")
    message_id = emulator.send("An invitation")

    found = mailbox.find(message_id)

    assert found is not None
    assert found.subject == "An invitation"
    assert mailbox.find("another") is None
