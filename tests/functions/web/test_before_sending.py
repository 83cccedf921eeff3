"""Before sending, as people and programs use it: with the script and without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from functions.web.access import session_cookie
from shared.conversations.items import Message, pair_key
from shared.people.actions.sessions import start_session
from shared.platform.clock import now
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED, TwoWhoWrite, a_message
from tests.builders.people import a_person

from .browser import Answer, Browser
from .gallery import chromium
from .served import served_to
from .signed_in import program_of

NOTHING = "Nothing in it needs changing."


def texts_in(pair: TwoWhoWrite) -> list[str]:
    found = Message.query(pair_key(pair.pair_id)[0], Message.sk.startswith("MESSAGE#"))
    return [message.text for message in found]


def check_first(pair: TwoWhoWrite, text: str, **more: str) -> Answer:
    browser = Browser()
    browser.cookies[session_cookie()] = start_session(pair.mentee.person_id, now=now())
    browser.get(f"/pairs/{pair.pair_id}")
    return browser.post(f"/pairs/{pair.pair_id}/check", text=text, key=browser.key(), **more)


def shown(page: Answer) -> str:
    """What stands between the box and the buttons, and can be seen there."""
    part = page.text[page.text.index('id="before-sending">') : page.text.index('<div class="buttons">')]
    always, holds, sometimes = part.partition("<div data-before-sending")
    part = always if re.match(r"[^>]* hidden>", sometimes) else always + holds + sometimes
    return " ".join(re.sub(r"<[^>]+>", " ", part.partition(">")[2]).split())


# Without the script


def test_the_page_comes_back_with_the_text_and_the_detail_named(pair: TwoWhoWrite) -> None:
    page = check_first(pair, "Ola is on 07700 900123 after four.")

    assert page.status == 200
    assert ">\nOla is on 07700 900123 after four.</textarea>" in page.text
    assert "Before you send this “07700 900123” – Please take out the telephone number." in shown(page)
    assert texts_in(pair) == []


def test_the_page_says_when_nothing_needs_changing(pair: TwoWhoWrite) -> None:
    assert shown(check_first(pair, CLEAN)) == NOTHING


def test_a_worry_is_answered_as_a_clean_text_is(pair: TwoWhoWrite) -> None:
    assert shown(check_first(pair, WORRIED)) == shown(check_first(pair, CLEAN))


def test_nothing_is_said_before_anybody_asked(pair: TwoWhoWrite) -> None:
    browser = Browser()
    browser.cookies[session_cookie()] = start_session(pair.mentee.person_id, now=now())

    assert shown(browser.get(f"/pairs/{pair.pair_id}")) == ""


def test_a_text_that_cannot_be_sent_stays_in_the_box_with_a_sentence(pair: TwoWhoWrite) -> None:
    page = check_first(pair, "e" * 5_001)

    assert page.status == 422
    assert "Your message has 5,001 characters" in page.words
    assert "e" * 5_001 in page.text


def test_what_was_checked_can_be_sent_from_the_same_page(pair: TwoWhoWrite) -> None:
    browser = Browser()
    browser.cookies[session_cookie()] = start_session(pair.mentee.person_id, now=now())
    browser.get(f"/pairs/{pair.pair_id}")
    browser.post(f"/pairs/{pair.pair_id}/check", text=WITH_A_NUMBER, key=browser.key())

    browser.post(f"/pairs/{pair.pair_id}/messages", text=WITH_A_NUMBER, key=browser.key())

    assert texts_in(pair) == [WITH_A_NUMBER]


# Wording a returned message anew


@pytest.fixture
def returned(pair: TwoWhoWrite) -> str:
    """The path of the mentee's message that was returned to be changed."""
    message = a_message(pair, WITH_A_NUMBER, state="returned", reason="Please take the number out.")
    return f"/pairs/{pair.pair_id}/messages/{message.message_id}"


def check_change(pair: TwoWhoWrite, path: str, text: str) -> Answer:
    browser = Browser()
    browser.cookies[session_cookie()] = start_session(pair.mentee.person_id, now=now())
    browser.get(path)
    return browser.post(f"{path}/check", text=text, round="1")


def test_new_words_come_back_with_the_detail_named(pair: TwoWhoWrite, returned: str) -> None:
    page = check_change(pair, returned, "Ola is on 07700 900123 after four.")

    assert page.status == 200
    assert "Change your message" in page.words
    assert ">\nOla is on 07700 900123 after four.</textarea>" in page.text
    assert "Before you send this “07700 900123” – Please take out the telephone number." in shown(page)
    assert texts_in(pair) == [WITH_A_NUMBER]


@pytest.mark.parametrize("text", [CLEAN, WORRIED], ids=["clean", "worried"])
def test_of_new_words_without_a_detail_nothing_is_said(pair: TwoWhoWrite, returned: str, text: str) -> None:
    assert shown(check_change(pair, returned, text)) == NOTHING


def test_new_words_for_a_message_that_was_taken_back_are_still_there(
    pair: TwoWhoWrite, returned: str
) -> None:
    program_of(pair.mentee).post(f"{returned}/withdraw")

    page = check_change(pair, returned, CLEAN)

    assert page.status == 409
    assert "What you typed was not sent" in page.words
    assert CLEAN in page.words


def test_what_was_checked_can_be_sent_in_other_words(pair: TwoWhoWrite, returned: str) -> None:
    browser = Browser()
    browser.cookies[session_cookie()] = start_session(pair.mentee.person_id, now=now())
    browser.get(returned)
    browser.post(f"{returned}/check", text=CLEAN, round="1")

    browser.post(returned, text=CLEAN, round="1")

    assert texts_in(pair) == [CLEAN]


# Programs


def test_a_program_is_told_of_contact_details_alone(pair: TwoWhoWrite) -> None:
    program = program_of(pair.mentor)

    answer = program.post(f"/pairs/{pair.pair_id}/check", {"text": "Ola is on 07700 900123 after four."})

    assert answer.status == 200
    assert [(one["category"], one["found"]) for one in answer.json["details"]] == [("phone", "07700 900123")]


def test_to_a_program_a_worry_and_a_clean_text_are_the_same(pair: TwoWhoWrite) -> None:
    program = program_of(pair.mentee)

    worried, clean = (
        program.post(f"/pairs/{pair.pair_id}/check", {"text": text}) for text in (WORRIED, CLEAN)
    )

    assert (worried.status, worried.text) == (clean.status, clean.text)


def test_nobody_but_the_two_can_ask(pair: TwoWhoWrite) -> None:
    other = a_person("mentee", pair.programme, first_name="Isla", surname="Munro")

    for someone in (other, a_person("coordinator", pair.programme)):
        answer = program_of(someone).post(f"/pairs/{pair.pair_id}/check", {"text": CLEAN})
        assert answer.status == 404


# With the script


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with chromium() as running:
        yield running


@pytest.fixture
def tab(browser: Chromium, pair: TwoWhoWrite) -> Iterator[Page]:
    """The mentee's conversation."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    with served_to(pair.mentee) as address:
        context.set_default_timeout(10_000)
        tab = context.new_page()
        tab.goto(f"{address}/pairs/{pair.pair_id}")
        yield tab
        context.close()


def write(tab: Page, text: str) -> None:
    tab.get_by_label("Write to Callum").fill(text)
    tab.get_by_role("button", name="Send to Callum").click()


def test_the_first_press_names_the_detail_and_the_second_sends(tab: Page, pair: TwoWhoWrite) -> None:
    write(tab, WITH_A_NUMBER)

    expect(tab.get_by_text("Before you send this", exact=True)).to_be_visible()
    expect(tab.get_by_role("listitem").filter(has_text="07700 900123")).to_be_visible()
    assert texts_in(pair) == []
    tab.get_by_role("button", name="Send to Callum").click()
    expect(tab.get_by_role("article")).to_have_count(1)
    assert texts_in(pair) == [WITH_A_NUMBER]


@pytest.mark.parametrize("text", [CLEAN, WORRIED], ids=["clean", "worried"])
def test_the_first_press_sends_what_has_no_detail_in_it(tab: Page, pair: TwoWhoWrite, text: str) -> None:
    write(tab, text)

    expect(tab.get_by_role("article")).to_have_count(1)
    assert texts_in(pair) == [text]


def test_a_long_detail_does_not_widen_the_page(tab: Page) -> None:
    write(tab, "www.example.org/" + "a" * 2_000)

    expect(tab.get_by_text("Before you send this", exact=True)).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") == 360


def test_where_the_check_fails_the_first_press_sends(tab: Page, pair: TwoWhoWrite) -> None:
    tab.route("**/check", lambda route: route.abort())

    write(tab, WITH_A_NUMBER)

    expect(tab.get_by_role("article")).to_have_count(1)
    assert texts_in(pair) == [WITH_A_NUMBER]


def test_pressed_twice_in_haste_it_is_still_pointed_out(tab: Page, pair: TwoWhoWrite) -> None:
    tab.get_by_label("Write to Callum").fill(WITH_A_NUMBER)
    tab.get_by_role("button", name="Send to Callum").evaluate("button => { button.click(); button.click(); }")

    expect(tab.get_by_text("Before you send this", exact=True)).to_be_visible()
    assert texts_in(pair) == []


def test_the_button_checks_and_sends_nothing(tab: Page, pair: TwoWhoWrite) -> None:
    tab.get_by_label("Write to Callum").fill(CLEAN)
    tab.get_by_role("button", name="Check before sending").click()

    expect(tab.get_by_text(NOTHING)).to_be_in_viewport()
    expect(tab.get_by_label("Write to Callum")).to_have_value(CLEAN)
    assert texts_in(pair) == []


# With the script, wording a returned message anew


@pytest.fixture
def changing(tab: Page, returned: str) -> Page:
    """The page where the mentee's returned message is changed."""
    tab.goto(tab.url.partition("/pairs/")[0] + returned)
    return tab


def test_a_detail_in_new_words_is_named_first_and_sent_second(changing: Page, pair: TwoWhoWrite) -> None:
    changing.get_by_label("Your message").fill("Ola is on 07700 900456 after four.")
    changing.get_by_role("button", name="Send to Callum").click()

    expect(changing.get_by_role("listitem").filter(has_text="07700 900456")).to_be_visible()
    assert texts_in(pair) == [WITH_A_NUMBER]
    changing.get_by_role("button", name="Send to Callum").click()
    expect(changing.get_by_text("Being checked")).to_be_visible()
    assert texts_in(pair) == ["Ola is on 07700 900456 after four."]


def test_new_words_without_a_detail_are_sent_at_the_first_press(changing: Page, pair: TwoWhoWrite) -> None:
    changing.get_by_label("Your message").fill(CLEAN)
    changing.get_by_role("button", name="Send to Callum").click()

    expect(changing.get_by_text("Being checked")).to_be_visible()
    assert texts_in(pair) == [CLEAN]


def test_new_words_outlast_a_page_that_was_left(changing: Page) -> None:
    expect(changing.get_by_label("Your message")).to_have_value(WITH_A_NUMBER)
    changing.get_by_label("Your message").fill(CLEAN)

    changing.get_by_role("link", name="Go back").click()
    changing.get_by_role("link", name="Change it").click()

    expect(changing.get_by_label("Your message")).to_have_value(CLEAN)


def test_new_words_are_forgotten_once_they_are_sent(changing: Page) -> None:
    changing.get_by_label("Your message").fill(CLEAN)
    changing.get_by_role("button", name="Send to Callum").click()
    expect(changing.get_by_text("Being checked")).to_be_visible()

    assert changing.evaluate("sessionStorage.length") == 0
