"""A college's pilot, from working together to a certificate and the list of payments."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect

from shared.platform.clock import now
from tests.journeys.conftest import Someone
from tests.journeys.test_main_job import agree_together, write

GOODBYE = "Thank you for going on with me. I have my place, and I start in September."
DONE = "We went through the interview twice, and she has her place."
NAME = "Back to College"


def programme(fiona: Someone) -> str:
    """The path of the programme."""
    fiona.open("/")
    found = fiona.page.locator(".nav-switch a", has_text=NAME).first.get_attribute("href")
    assert found
    return found


def pair_again(fiona: Someone, home: str) -> str:
    """The two had ended, and there is more to do; the path of their new conversation."""
    page = fiona.open(f"{home}/pairs/new")
    page.get_by_label("Mentee", exact=True).select_option(label="Sharon Bell")
    page.get_by_label("Mentor", exact=True).select_option(label="Tomasz Nowak")
    page.get_by_label("Cohort").select_option(label="Pilot")
    page.get_by_role("button", name="Pair them").click()
    rows = page.get_by_role("row").filter(has_text="Sharon Bell")
    expect(rows).to_have_count(2)
    path = rows.filter(has_not_text="Ended").get_by_role("link").first.get_attribute("href")
    assert path
    return path


def move_on(first: Someone, second: Someone, *, to: str) -> None:
    first.page.reload()
    first.page.get_by_text(f"Next: {to}").click()
    first.page.get_by_role("button", name="Propose to move on").click()
    expect(first.page.get_by_text("You have proposed to move on")).to_be_visible()
    second.page.reload()
    second.page.get_by_role("button", name="Yes, let’s move on").click()
    expect(second.page.get_by_role("heading", name=to)).to_be_visible()


def to_the_ending(one: Someone, pair: str) -> None:
    one.open(pair)
    one.page.get_by_role("link", name="Ending well").first.click()
    expect(one.page.get_by_role("heading", name="Ending well")).to_be_visible()


def test_two_end_well_and_the_mentor_is_paid(someone: Callable[..., Someone]) -> None:
    fiona, tomasz, sharon = someone(wide=True), someone(), someone()
    for one, username in ((fiona, "fiona"), (tomasz, "tomasz"), (sharon, "sharon")):
        one.sign_in(username)
    home = programme(fiona)
    pair = pair_again(fiona, home)
    for one in (tomasz, sharon):
        one.open(pair)
        agree_together(one)
    move_on(tomasz, sharon, to="Working together")
    tomasz.open(pair)
    write(tomasz, "Shall we go through the interview once more this week?")

    # The end: proposed and agreed, and then a coordinator ends it.
    to_the_ending(sharon, pair)
    sharon.page.get_by_text("Propose a last day").click()
    sharon.page.get_by_label("Which day?").fill((now() + timedelta(days=20)).date().isoformat())
    sharon.page.get_by_role("button", name="Propose it").click()
    expect(sharon.page.get_by_text("You have proposed")).to_be_visible()
    to_the_ending(tomasz, pair)
    tomasz.page.get_by_role("button", name="Yes, that day").click()
    expect(tomasz.page.get_by_text("You have both agreed on")).to_be_visible()
    page = fiona.open(f"{pair}/not-working")
    page.get_by_label("Why does it end?").fill("Sharon has her place.")
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("This conversation has ended")).to_be_visible()

    # A last message, read by a person first.
    to_the_ending(sharon, pair)
    sharon.page.get_by_role("link", name="Write a last message").click()
    sharon.page.get_by_label("Write to Tomasz").fill(GOODBYE)
    sharon.page.get_by_role("button", name="Send it").click()
    sharon.sees("A person will read this first")
    tomasz.open(pair)
    tomasz.does_not_see(GOODBYE)
    fiona.open(pair)
    fiona.sees(GOODBYE)
    fiona.page.get_by_role("link", name="Read and decide").click()
    fiona.page.get_by_role("button", name="Deliver", exact=False).first.click()
    tomasz.sees(GOODBYE)

    # Looking back, the report, the certificate.
    to_the_ending(tomasz, pair)
    tomasz.page.get_by_role("link", name="A short report").click()
    tomasz.page.get_by_label("What was achieved, and what is left?").fill(DONE)
    tomasz.page.get_by_role("button", name="Hand it in").click()
    expect(tomasz.page.get_by_text("You handed this in")).to_be_visible()
    sharon.open(f"{pair}/certificate")
    expect(sharon.page.get_by_role("heading", name="Sharon Bell")).to_be_visible()
    expect(sharon.page.get_by_text("Nowak")).to_have_count(0)

    # What is in, and what is paid: once for the cohort, though they came to two ends.
    page = fiona.open(f"{pair}/ending")
    expect(page.get_by_text(DONE)).to_be_visible()
    page = fiona.open(f"{home}/payments")
    expect(page.get_by_role("row", name="Tomasz Nowak")).to_have_count(1)
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("Nothing waits to be paid")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the list").click()
    sheet = download.value.path().read_text(encoding="utf-8-sig")
    [_, row] = csv.reader(io.StringIO(sheet))
    assert row[:2] == ["Tomasz Nowak", "100"]
