"""The look as a browser shows it: what the stylesheet and the script make of pages, at every width."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from . import gallery
from .gallery import PAGES, Site, chromium, page, part, served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 800})
    yield made
    made.close()


@pytest.fixture
def tab(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    browser: Browser, site: Site, path: str, scheme: Any, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme)
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(site.address + path)
    found = Axe().run(tab).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_everything_to_press_is_large_enough_for_a_thumb(tab: Page, site: Site, path: str) -> None:
    tab.set_viewport_size({"width": 360, "height": 700})
    tab.goto(site.address + path)
    pressed = ".button, .input, .choice, .brand, .nav a, .nav button, .nav summary, .pager a, .back a"
    small = tab.locator(pressed).evaluate_all(
        """found => found.filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5)
             .map(e => e.outerHTML.slice(0, 90))"""
    )
    assert small == []


def test_without_the_script_a_page_reads_and_can_be_left(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(site.address)
    expect(tab.get_by_text("5,000 characters.")).to_be_visible()
    expect(tab.get_by_role("link", name="Leave this page")).to_have_attribute(
        "href", "https://www.bbc.co.uk/weather"
    )
    expect(tab.get_by_text("Turn keys off")).to_have_count(0)
    context.close()


@pytest.fixture
def weather(context: BrowserContext) -> None:
    """Stands in for the one place outside that a page links to."""
    context.route(
        "https://www.bbc.co.uk/weather",
        lambda route: route.fulfill(body="<title>Weather</title>Rain later", content_type="text/html"),
    )


def test_leaving_takes_the_page_out_of_the_history(tab: Page, site: Site, weather: None) -> None:
    tab.goto(site.address + "/signed-out")
    tab.goto(site.address)
    tab.get_by_role("link", name="Leave this page").click()
    tab.wait_for_url("https://www.bbc.co.uk/weather")
    tab.go_back()
    assert tab.url == site.address + "/signed-out"


def test_escape_pressed_three_times_leaves(tab: Page, site: Site, weather: None) -> None:
    tab.goto(site.address)
    tab.keyboard.press("Escape")
    tab.keyboard.press("Escape")
    expect(tab.locator("[data-say]")).to_have_text("Press Escape once more to leave this page.")
    assert tab.url == site.address + "/"
    tab.keyboard.press("Escape")
    tab.wait_for_url("https://www.bbc.co.uk/weather")


def test_characters_are_counted_as_people_see_them_and_nothing_is_cut_off(tab: Page, site: Site) -> None:
    tab.goto(site.address)
    box = tab.get_by_label("Write to Priya")
    box.fill("🙂" * 10)
    expect(tab.locator("#f-text-count")).to_have_text("4,990 characters left")
    box.fill("a" * 5_001)
    expect(tab.locator("#f-text-count")).to_have_text("1 character too many")
    assert len(box.input_value()) == 5_001


def test_a_password_can_be_seen_while_typing_and_is_hidden_when_sent(tab: Page, site: Site) -> None:
    tab.goto(site.address)
    password = tab.get_by_label("Password")
    password.fill("three wet dogs")
    tab.get_by_role("button", name="Show password").click()
    expect(password).to_have_attribute("type", "text")
    tab.get_by_role("button", name="Send the invitation").click()
    expect(password).to_have_attribute("type", "password")


def test_a_box_and_its_words_can_both_be_pressed(tab: Page, site: Site) -> None:
    tab.goto(site.address)
    tab.get_by_label("Something else").check()
    expect(tab.get_by_label("Something else")).to_be_checked()
    tab.get_by_text("I have read the ground rules").click()
    expect(tab.get_by_label("I have read the ground rules")).to_be_checked()


def test_unsent_words_are_still_there_after_coming_back(tab: Page, site: Site) -> None:
    tab.goto(site.address)
    tab.get_by_label("Write to Priya").fill("I got the place on the summer school.")
    tab.goto(site.address + "/signed-out")
    tab.goto(site.address)
    expect(tab.get_by_label("Write to Priya")).to_have_value("I got the place on the summer school.")


def test_sent_words_are_forgotten_once_they_stand_among_ones_letters(tab: Page, site: Site) -> None:
    tab.goto(site.address)
    tab.get_by_label("Write to Priya").fill("Also, thank you for the book. ")
    tab.goto(site.address + "/signed-out")
    tab.goto(site.address)
    expect(tab.get_by_label("Write to Priya")).to_have_value("")


def test_a_double_click_sends_once_and_with_its_button(tab: Page, site: Site) -> None:
    tab.goto(site.address)
    tab.get_by_label("Write to Priya").fill("Good luck tomorrow.")
    send = tab.get_by_role("button", name="Send to Priya")
    with tab.expect_response(lambda response: response.request.method == "POST"):
        send.dblclick(force=True)
    expect(send).to_be_disabled()
    assert len(site.posted) == 1
    assert "text=Good+luck+tomorrow." in site.posted[0]


def test_a_new_letter_appears_by_itself_and_is_announced(tab: Page, site: Site) -> None:
    tab.clock.install()
    tab.goto(site.address)
    tab.get_by_label("Write to Priya").fill("Half a thought")
    letter = part(
        "{{ cards.message_letter('Priya', at, 'Are you free on Thursday?', id='m-77') }}",
        at=gallery.at("2026-11-21T17:44"),
    )
    before, thread, after = page().partition('id="thread" data-refresh="/">')
    site.pages["/"] = lambda: before + thread + letter + after
    tab.clock.run_for(5_100)
    expect(tab.get_by_text("Are you free on Thursday?")).to_be_visible()
    tab.clock.run_for(200)
    expect(tab.locator("[data-say]")).to_have_text("New message")
    expect(tab.get_by_label("Write to Priya")).to_have_value("Half a thought")


def test_keys_go_from_row_to_row_and_never_decide(tab: Page, site: Site) -> None:
    tab.goto(site.address + "/programmes/p1/moderation")
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    expect(tab.get_by_role("link", name="Jordan A")).to_be_focused()
    tab.keyboard.press("k")
    expect(tab.get_by_role("link", name="Sam W").first).to_be_focused()
    tab.keyboard.press("x")
    expect(tab.get_by_role("button", name="Decline")).to_be_focused()
    assert site.posted == []


def test_keys_can_be_turned_off_and_do_nothing_while_typing(tab: Page, site: Site) -> None:
    tab.goto(site.address + "/programmes/p1/moderation")
    tab.get_by_label("What Sam will read").press("x")
    expect(tab.get_by_label("What Sam will read")).to_be_focused()
    tab.get_by_role("button", name="Turn keys off").first.click()
    tab.reload()
    tab.keyboard.press("x")
    expect(tab.get_by_role("button", name="Decline")).not_to_be_focused()
    expect(tab.get_by_role("button", name="Turn keys on").first).to_be_visible()


def test_the_error_summary_is_read_first_and_its_links_go_to_the_field(tab: Page, site: Site) -> None:
    tab.goto(site.address + "/errors")
    expect(tab.locator("[data-errors]")).to_be_focused()
    tab.get_by_role("link", name="Enter their first name.").click()
    expect(tab.get_by_label("First name")).to_be_focused()


def test_a_printed_conversation_has_the_letters_and_no_controls(tab: Page, site: Site) -> None:
    tab.goto(site.address)
    tab.emulate_media(media="print")
    expect(tab.get_by_text("Thank you for telling me about the biology mock.")).to_be_visible()
    expect(tab.get_by_role("link", name="Leave this page")).not_to_be_visible()
    expect(tab.get_by_label("Write to Priya")).not_to_be_visible()
