from __future__ import annotations

from infra.local.mailbox import Mail, Mailbox


def test_the_newest_email_comes_first(emulator) -> None:
    emulator.send("An invitation", at=1795000000.0)
    emulator.send("A new message", at=1795000060.0)

    mails = Mailbox(emulator.sent_mail).read()

    assert [mail.subject for mail in mails] == ["A new message", "An invitation"]
    assert mails[0].sent_at == "2026-11-18T11:07:40.000+00:00"


def test_emails_of_an_earlier_run_stay_readable_and_are_not_new(emulator) -> None:
    emulator.send("An invitation")
    told: list[Mail] = []

    mails = Mailbox(emulator.sent_mail, told.append).read()

    assert [(mail.subject, mail.to) for mail in mails] == [("An invitation", ("priya@example.org",))]
    assert told == []


def test_before_the_first_email_the_mailbox_is_empty(emulator) -> None:
    mailbox = Mailbox(emulator.sent_mail)
    assert mailbox.read() == []

    emulator.send("An invitation")

    assert [mail.subject for mail in mailbox.read()] == ["An invitation"]


def test_an_email_that_is_being_written_is_read_when_it_is_whole(emulator) -> None:
    mailbox = Mailbox(emulator.sent_mail)
    emulator.send("An invitation")
    whole = emulator.sent_mail.read_text()
    emulator.sent_mail.write_text(whole[:40])
    assert mailbox.read() == []

    emulator.write(whole[40:])

    assert [mail.subject for mail in mailbox.read()] == ["An invitation"]


def test_each_new_email_is_told_of_once(emulator) -> None:
    told: list[Mail] = []
    mailbox = Mailbox(emulator.sent_mail, told.append)

    emulator.send("An invitation")
    mailbox.read()
    emulator.send("A new message")
    mailbox.read()
    mailbox.read()

    assert [mail.subject for mail in told] == ["An invitation", "A new message"]


def test_an_email_is_found_by_its_id(emulator) -> None:
    mailbox = Mailbox(emulator.sent_mail)
    message_id = emulator.send("An invitation")

    found = mailbox.find(message_id)

    assert found is not None
    assert found.subject == "An invitation"
    assert mailbox.find("another") is None
