"""A moderator's morning: slight messages delivered together, one returned and taken back, one handed over, by
the keyboard."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Inbox, Someone
from tests.journeys.waiting import until

SLIGHT = ("That film was crap, but I loved its lighthouse.", "Bloody hell, I passed the physics test.")
NUMBER = "It would be easier to talk, so ring me on 07700 900321 after school."
NOTE = "You know her school. Is this the number of its desk?"


def write(writer: Someone, text: str) -> None:
    page = writer.page
    page.get_by_label("Write to").fill(text)
    page.get_by_role("button", name="Send to").click()
    pointed_out = page.get_by_text("Before you send this", exact=True)
    expect(pointed_out.or_(page.get_by_role("article").get_by_text(text))).to_be_visible()
    if pointed_out.is_visible():
        page.get_by_role("button", name="Send to").click()
    expect(page.get_by_role("article").get_by_text(text)).to_be_visible()


def narrow(page: Page, *, severity: str, found: str) -> None:
    page.get_by_label("How urgent").select_option(severity)
    page.get_by_label("Found").select_option(found)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("severity="))


def go_to_rosas(page: Page) -> None:
    """From row to row by `j`, until the keyboard is at one of Rosa's."""

    def there() -> bool:
        page.keyboard.press("j")
        return "Rosa" in page.evaluate("document.activeElement.textContent")

    until(there, "a row of Rosa's")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent")).strip()


@pytest.fixture
def rosa(someone: Callable[..., Someone]) -> Someone:
    mentee = someone()
    mentee.sign_in("rosa")
    mentee.open("/").get_by_role("link", name="Hannah").click()
    return mentee


def test_a_moderator_works_through_the_queue_by_the_keyboard(
    rosa: Someone, someone: Callable[..., Someone], inbox: Inbox
) -> None:
    for text in (*SLIGHT, NUMBER):
        write(rosa, text)
    rosa.sees("A person will read this first")
    coordinator = someone(wide=True)
    coordinator.sign_in("priya")
    page = coordinator.page
    page.get_by_role("link", name="Waiting to be read", exact=True).click()
    expect(page).to_have_title(re.compile(r"\d+ waiting, oldest \d+ "))

    # Two slight ones, read together and delivered.
    narrow(page, severity="low", found="language")
    slight = page.get_by_role("row").filter(has_text="Rosa Lindqvist")
    until(lambda: page.reload() and slight.count() >= 2, "both slight messages")
    for _ in SLIGHT:
        go_to_rosas(page)
        page.keyboard.press("x")
    expect(page.locator("[data-tick]:checked")).to_have_count(2)
    page.get_by_role("button", name="Read the ticked ones together").click()
    for text in SLIGHT:
        expect(page.locator(".marked").filter(has_text=text.split(",")[1].strip(" ."))).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Deliver the ticked ones").click()
    expect(page.get_by_role("heading", name="2 messages were delivered")).to_be_visible()

    # The number: taken, and no key does anything while one types.
    page.get_by_role("link", name="Go to what is waiting").click()
    narrow(page, severity="medium", found="contact")
    go_to_rosas(page)
    page.keyboard.press("Enter")
    expect(page.locator("mark").filter(has_text="900321").first).to_be_visible()
    held = page.url
    page.keyboard.press("r")
    assert focused(page) == "I am reading this"
    page.keyboard.press("Enter")
    expect(page.get_by_text("This is with you until")).to_be_visible()
    box = page.get_by_label("What Rosa will read")
    box.fill("Please take the number out")
    box.press("End")
    page.keyboard.type("d")
    expect(box).to_have_value("Please take the number outd")
    box.fill("Please take the number out.")
    box.blur()

    # Returned, which leads straight on, and taken back.
    page.keyboard.press("c")
    assert focused(page) == "Ask to change"
    page.keyboard.press("Enter")
    expect(page.get_by_text("You asked Rosa Lindqvist to change what they wrote")).to_be_visible()
    page.keyboard.press("z")
    page.keyboard.press("Enter")
    expect(page).to_have_url(held)
    expect(page.get_by_text("This is with you until")).to_be_visible()
    expect(page.get_by_text("Asking for it taken back")).to_be_visible()

    # Leaving leaves it to others.
    page.get_by_role("link", name="Waiting to be read", exact=True).first.click()
    mine = page.get_by_role("row").filter(has_text="Phone number").filter(has_text="Rosa Lindqvist")
    until(lambda: page.reload() and "Nobody yet" in mine.first.inner_text(), "the message left to others")

    # Handed to a colleague, who reads why.
    page.goto(held)
    page.keyboard.press("h")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hand it to a colleague")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.get_by_text("Morag Sinclair").click()
    page.get_by_label("What should they know?").fill(NOTE)
    page.get_by_role("button", name="Hand it over").click()
    letter = inbox.letter_to("morag@example.org", "colleague asks you to read")
    assert "school" not in letter.text + letter.html
    lead = someone()
    lead.sign_in("morag")
    theirs = lead.open(inbox.link(letter))
    expect(theirs.get_by_text("Priya Nair handed this to you")).to_be_visible()
    expect(theirs.get_by_text(NOTE).first).to_be_visible()

    # What was done today, and keys that are turned off stay silent.
    page.goto(held.partition("/moderation/")[0])
    page.get_by_role("link", name="Waiting to be read", exact=True).click()
    page.get_by_role("link", name="What you did today").click()
    expect(page.get_by_text("Asked to change it, then taken back").first).to_be_visible()
    page.get_by_role("button", name="Turn keys off").click()
    page.locator("h1").click()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") != "A"
    page.get_by_role("button", name="Turn keys on").click()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "A"
    assert coordinator.problems == []


def test_what_was_returned_reaches_its_writer_when_the_minute_is_over(
    rosa: Someone, someone: Callable[..., Someone], inbox: Inbox
) -> None:
    write(rosa, "You can also reach me on 07700 900456 at weekends.")
    coordinator = someone(script=False)
    coordinator.sign_in("priya")
    page = coordinator.open(inbox.link(inbox.letter_to("priya@example.org", "waiting for you to read")))
    page.get_by_label("What Rosa will read").fill("Please take the number out.")
    page.get_by_role("button", name="Ask to change").click()
    expect(page.get_by_role("button", name="Take that back")).to_be_visible()
    assert not [one for one in inbox.new() if "change one thing" in one.subject]

    until(
        lambda: [one for one in inbox.new() if "change one thing" in one.subject],
        "the request",
        patience=200,
    )
