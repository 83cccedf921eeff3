"""Conversations as people and programs use them, through the routes."""

import re
from datetime import timedelta
from typing import Any

import pytest

from shared.conversations.actions import check_message
from shared.conversations.items import Message, pair_key
from shared.moderation.actions import ask_to_change
from shared.platform.clock import now
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED, TwoWhoWrite, a_message, a_pair
from tests.builders.people import a_person
from tests.builders.programmes import a_programme
from tests.shared.conversations.builders import TheFilter, stored

from .browser import Answer, Browser
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")


def messages_of(pair: TwoWhoWrite) -> list[Message]:
    return list(Message.query(pair_key(pair.pair_id)[0], Message.sk.startswith("MESSAGE#")))


def check_all(pair: TwoWhoWrite) -> None:
    for message in messages_of(pair):
        check_message(pair.pair_id, message.message_id, checker=TheFilter(), now=now())


def send(browser: Browser, pair: TwoWhoWrite, text: str, **more: Any) -> Answer:
    browser.get(f"/pairs/{pair.pair_id}")
    return browser.post(f"/pairs/{pair.pair_id}/messages", text=text, **{"key": browser.key(), **more})


def letters(answer: Answer) -> list[str]:
    return re.findall(r'<div class="letter-text">(.*?)</div>', answer.text, re.S)


def box(answer: Answer) -> str:
    """What stands in the box to write in."""
    found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", answer.text, re.S)
    return found.group(1) if found else ""


# Writing and reading


def test_a_message_is_sent_checked_and_read() -> None:
    pair = a_pair()
    writer, reader = browser_of(pair.mentee), browser_of(pair.mentor)

    sent = send(writer, pair, CLEAN)

    assert (sent.status, sent.location) == (303, f"/pairs/{pair.pair_id}#latest")
    assert "Being checked" in writer.follow().words
    assert CLEAN not in reader.get(f"/pairs/{pair.pair_id}").words
    check_all(pair)
    assert CLEAN in reader.get(f"/pairs/{pair.pair_id}").words
    assert "Being checked" not in writer.get(f"/pairs/{pair.pair_id}").words


def test_a_second_click_sends_one_message() -> None:
    pair = a_pair()
    writer = browser_of(pair.mentee)
    writer.get(f"/pairs/{pair.pair_id}")
    key, token = writer.key(), writer.token()

    answers = [
        writer.post(f"/pairs/{pair.pair_id}/messages", csrf=token, text=CLEAN, key=key) for _ in range(2)
    ]

    assert [one.status for one in answers] == [303, 303]
    assert len(messages_of(pair)) == 1


def test_a_conversation_reads_like_letters_with_the_others_first_name_alone() -> None:
    pair = a_pair()
    a_message(pair, "Hello Amina,\n\nI work in a lab.\nCallum", by="mentor", state="delivered")

    page = browser_of(pair.mentee).get(f"/pairs/{pair.pair_id}")

    assert page.status == 200
    assert "You and Callum" in page.words
    assert letters(page) == ["<p>Hello Amina,</p><p>I work in a lab.<br>Callum</p>"]
    assert "Reid" not in page.text
    assert "example.org" not in page.words


def test_what_is_written_is_never_taken_for_markup() -> None:
    pair = a_pair()
    a_message(pair, "<script>alert(1)</script> & <b>hello</b>", by="mentor", state="delivered")

    page = browser_of(pair.mentee).get(f"/pairs/{pair.pair_id}")

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Please write something before you send it."),
        ("   \r\n", "Please write something before you send it."),
        ("e" * 5_001, "Your message has 5,001 characters"),
        ("e" * 409_600, "Your message has 409,600 characters"),
        ("Dear Callum\x00", "hidden character"),
        ("Dear\x1bCallum", "hidden character"),
    ],
)
def test_a_text_that_cannot_be_sent_stays_in_the_box_with_a_sentence(text: str, sentence: str) -> None:
    pair = a_pair()

    page = send(browser_of(pair.mentee), pair, text)

    assert page.status == 422
    assert sentence in page.words
    assert box(page).replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert messages_of(pair) == []


def test_a_form_used_twice_keeps_the_second_text_and_can_then_send_it() -> None:
    pair = a_pair()
    writer = browser_of(pair.mentee)
    writer.get(f"/pairs/{pair.pair_id}")
    key = writer.key()
    send(writer, pair, CLEAN, key=key)

    page = send(writer, pair, "What is Dundee like?", key=key)

    assert (page.status, box(page)) == (409, "What is Dundee like?")
    again = writer.post(f"/pairs/{pair.pair_id}/messages", text=box(page), key=writer.key())
    assert again.status == 303
    assert {one.text for one in messages_of(pair)} == {CLEAN, "What is Dundee like?"}


def test_a_stale_form_keeps_what_was_typed() -> None:
    pair = a_pair()

    page = browser_of(pair.mentee).post(
        f"/pairs/{pair.pair_id}/messages", csrf="old", text="Dear Callum, I have news.", key="form-1"
    )

    assert (page.status, box(page)) == (403, "Dear Callum, I have news.")
    assert messages_of(pair) == []


def test_a_program_writes_and_reads_by_the_same_routes() -> None:
    pair = a_pair()
    program = program_of(pair.mentee)

    sent = program.post(f"/pairs/{pair.pair_id}/messages", {"text": CLEAN, "key": "once-only"})

    assert (sent.status, sent.json["state"], sent.json["status"]) == (201, "pending", "Being checked")
    assert program.get(f"/pairs/{pair.pair_id}").json["letters"][0]["text"] == CLEAN
    assert program_of(pair.mentor).get(f"/pairs/{pair.pair_id}").json["letters"] == []


@pytest.mark.parametrize(
    "raw",
    [
        b'{"text": "half an emoji \\ud83d", "key": "once-only"}',
        b'{"text": ["a", "b"], "key": "once-only"}',
        b'{"text": "Hello.", "key": ""}',
        b'{"text": "Hello."}',
        b'{"text": "Hello.", "key": "once-only", "state": "delivered"}',
        b'{"text": "Hello.", "key":',
    ],
)
def test_what_a_program_cannot_send_is_answered_with_a_sentence_and_stores_nothing(raw: bytes) -> None:
    pair = a_pair()

    answer = program_of(pair.mentee).post(f"/pairs/{pair.pair_id}/messages", raw=raw)

    assert answer.status == 422
    assert answer.json["error"]["message"].endswith(".")
    assert messages_of(pair) == []


# What happens to a message


def test_a_worry_shows_its_writer_where_help_is_and_asks_for_no_change() -> None:
    pair = a_pair()
    a_person("safeguarding_lead", pair.programme)
    writer = browser_of(pair.mentee)
    send(writer, pair, WORRIED)
    check_all(pair)

    page = writer.get(f"/pairs/{pair.pair_id}")

    thread = page.text[page.text.index('id="thread"') :]
    assert "A person will read this first" in page.words
    assert 'href="tel:999"' in thread
    assert "You don’t have to wait for an answer" in page.words
    assert "Change it" not in page.words
    assert WORRIED not in browser_of(pair.mentor).get(f"/pairs/{pair.pair_id}").words


def test_a_returned_message_is_changed_and_delivered() -> None:
    pair = a_pair()
    message = a_message(pair, WITH_A_NUMBER, state="returned", reason="Please take the number out.")
    writer = browser_of(pair.mentee)
    here = f"/pairs/{pair.pair_id}/messages/{message.message_id}"

    assert "Please take the number out." in writer.get(f"/pairs/{pair.pair_id}").words
    form = writer.get(here)
    assert box(form) == WITH_A_NUMBER
    sent = writer.post(here, text=CLEAN, round="1")

    assert (sent.status, sent.location) == (303, f"/pairs/{pair.pair_id}#latest")
    check_all(pair)
    assert CLEAN in browser_of(pair.mentor).get(f"/pairs/{pair.pair_id}").words


def test_the_first_page_says_that_a_person_will_read_what_one_wrote() -> None:
    pair = a_pair()
    a_message(pair, WITH_A_NUMBER)
    check_all(pair)

    assert "A person will read your message first" in browser_of(pair.mentee).get("/").words
    assert "A person will read" not in browser_of(pair.mentor).get("/").words


def test_the_first_page_leads_to_the_message_to_change() -> None:
    pair = a_pair()
    message = a_message(pair, WITH_A_NUMBER)
    check_all(pair)
    ask_to_change(
        a_person("coordinator", pair.programme).viewer,
        pair.pair_id,
        message.message_id,
        reason="Please take the number out.",
        wording=1,
        now=now(),
    )

    page = browser_of(pair.mentee).get("/")

    assert "Please change one thing in what you wrote to Callum" in page.words
    assert f'href="/pairs/{pair.pair_id}/messages/{message.message_id}"' in page.text


def test_a_change_that_cannot_be_sent_stays_in_the_box() -> None:
    pair = a_pair()
    message = a_message(pair, WITH_A_NUMBER, state="returned", reason="Please take the number out.")
    writer = browser_of(pair.mentee)
    here = f"/pairs/{pair.pair_id}/messages/{message.message_id}"
    writer.get(here)

    page = writer.post(here, text="e" * 5_001, round="1")

    assert (page.status, box(page)) == (422, "e" * 5_001)
    assert stored(pair, message).text == WITH_A_NUMBER


def test_a_change_from_a_stale_form_is_not_sent_and_not_lost() -> None:
    pair = a_pair()
    message = a_message(pair, state="delivered", round=2)
    writer = browser_of(pair.mentee)
    here = f"/pairs/{pair.pair_id}/messages/{message.message_id}"
    writer.get(f"/pairs/{pair.pair_id}")

    page = writer.post(here, text="Words from the other tab.", round="1")

    assert page.status == 409
    assert "has been changed since" in page.words
    assert "Words from the other tab." in page.words
    assert stored(pair, message).text == CLEAN


def test_a_message_is_taken_back_before_it_is_read() -> None:
    pair = a_pair()
    message = a_message(pair, WITH_A_NUMBER, state="held")
    writer = browser_of(pair.mentee)
    writer.get(f"/pairs/{pair.pair_id}")

    taken_back = writer.post(f"/pairs/{pair.pair_id}/messages/{message.message_id}/withdraw")

    assert taken_back.status == 303
    assert "Taken back" in writer.follow().words


def test_a_delivered_message_cannot_be_taken_back_and_the_page_says_so() -> None:
    pair = a_pair()
    message = a_message(pair, state="delivered")
    writer = browser_of(pair.mentee)
    writer.get(f"/pairs/{pair.pair_id}")

    page = writer.post(f"/pairs/{pair.pair_id}/messages/{message.message_id}/withdraw")

    assert page.status == 409
    assert "has been delivered, so it can’t be taken back" in page.words


# Pages of a long history


def test_older_messages_are_a_page_away_and_the_box_is_on_the_newest_alone() -> None:
    pair = a_pair()
    for minutes in range(35):
        a_message(pair, f"Letter {minutes}.", state="delivered", now=now() - timedelta(minutes=90 - minutes))
    reader = browser_of(pair.mentor)

    newest = reader.get(f"/pairs/{pair.pair_id}")
    older = re.search(r'href="(/pairs/[^"]*before=[^"]*)"', newest.text)
    assert older is not None
    oldest = reader.get(older.group(1))

    assert (len(letters(newest)), len(letters(oldest))) == (30, 5)
    assert "data-refresh" in newest.text
    assert "data-refresh" not in oldest.text
    assert (box(oldest), "Newer messages" in oldest.words) == ("", True)


@pytest.mark.parametrize("before", ["x", "W10", "%00", "é", "a" * 3_000])
def test_an_altered_link_to_older_messages_is_refused_with_a_sentence(before: str) -> None:
    pair = a_pair()

    answer = program_of(pair.mentor).get(f"/pairs/{pair.pair_id}?before={before}")

    assert answer.status == 422
    assert "This link" in answer.json["error"]["message"]
    assert answer.json["error"]["message"].endswith("again.")


def test_a_page_of_a_conversation_that_is_not_ones_own_does_not_exist() -> None:
    pair = a_pair()
    elsewhere = a_programme("Another Programme")
    strangers = [
        a_person("mentee", pair.programme, first_name="Isla", surname="Munro"),
        a_person("administrator", pair.programme),
        a_person("coordinator", elsewhere, first_name="Elin", surname="Frost"),
    ]

    for someone in strangers:
        assert browser_of(someone).get(f"/pairs/{pair.pair_id}").status == 404


def test_nothing_is_offered_to_write_in_once_a_conversation_has_ended() -> None:
    pair = a_pair(status="ended")

    page = browser_of(pair.mentee).get(f"/pairs/{pair.pair_id}")

    assert "This conversation has ended." in page.words
    assert "<textarea" not in page.text


def test_a_worry_can_be_reported_from_the_conversation() -> None:
    pair = a_pair()

    page = browser_of(pair.mentee).get(f"/pairs/{pair.pair_id}")

    assert f'href="/worry?pair={pair.pair_id}"' in page.text


# Staff


def test_staff_read_every_message_and_are_led_to_what_is_held() -> None:
    pair = a_pair()
    held = a_message(pair, WITH_A_NUMBER, state="held", severity="medium")

    page = browser_of(a_person("coordinator", pair.programme)).get(f"/pairs/{pair.pair_id}")

    assert "Amina Yusuf and Callum Reid" in page.words
    assert WITH_A_NUMBER in page.words
    assert f'href="/moderation/{pair.pair_id}/{held.message_id}"' in page.text
    assert "<textarea" not in page.text
