"""From an invitation to a worry that is answered: the main job in browsers, on the stack that ships."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from shared.platform.clock import now
from tests.journeys.conftest import Inbox, Someone

PASSWORD = "river-blanket-19-otter"
QUICKLY = 5.0
"""Seconds in which a clean message is with its reader."""


def invite(coordinator: Someone, first_name: str, surname: str, role: str) -> str:
    """Through the people page; gives the address that was invited."""
    address = f"{first_name}.{surname}@example.org".lower()
    page = coordinator.open("/")
    page.get_by_role("link", name="People", exact=True).first.click()
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_text(role, exact=True).click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("First name").fill(first_name)
    page.get_by_label("Surname").fill(surname)
    page.get_by_label("E-mail address").fill(address)
    if role == "Mentee":
        page.get_by_label("How old are they?").fill("16")
        page.get_by_label("Which year are they in?").select_option("Year 12")
    else:
        page.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text(address)).to_be_visible()
    return address


def join(newcomer: Someone, inbox: Inbox, address: str, username: str) -> None:
    """From the e-mail's link to the first page."""
    page = newcomer.open(inbox.link(inbox.letter_to(address, "invitation")))
    expect(page.get_by_role("heading", name="The ground rules")).to_be_visible()
    page.get_by_text("I have read the ground rules").click()
    page.get_by_label("Choose a username").fill(username)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()


def agree(newcomer: Someone, *, born_on: str = "") -> None:
    """To taking part; to nothing else."""
    page = newcomer.open("/")
    page.get_by_role("link", name="What you have agreed to").click()
    page.get_by_role("group", name="Taking part").get_by_text("Yes", exact=True).click()
    if born_on:
        page.get_by_label("When were you born?").fill(born_on)
    page.get_by_role("button", name="Save my answers").click()
    expect(page.get_by_role("group", name="Taking part").get_by_label("Yes")).to_be_checked()


def show(coordinator: Someone, mentor: str) -> None:
    """What the programme asks of a mentor, seen by the coordinator and recorded."""
    page = coordinator.open("/")
    page.get_by_role("link", name="People", exact=True).first.click()
    page.get_by_role("link", name="Mentors", exact=True).click()
    page.get_by_role("link", name=mentor, exact=True).click()
    last_month = (now() - timedelta(days=30)).date().isoformat()
    page.get_by_role("link", name="Record Enhanced DBS").click()
    page.get_by_label("When was it issued?").fill(last_month)
    page.get_by_label("Which number stands on it?").fill("001726354819")
    page.get_by_label("Who saw it?").fill("Priya Nair")
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("link", name="Record Mentor and safeguarding training").click()
    page.get_by_label("When was it held?").fill(last_month)
    page.get_by_label("How many minutes did it last?").fill("60")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("is cleared as a mentor")).to_be_visible()


def write(writer: Someone, text: str, *, pointed_out: bool = False) -> None:
    """In the conversation that is open; a contact detail is pointed out before it is sent."""
    writer.page.get_by_label("Write to").fill(text)
    writer.page.get_by_role("button", name="Send to").click()
    if pointed_out:
        expect(writer.page.get_by_text("Before you send this", exact=True)).to_be_visible()
        writer.page.get_by_role("button", name="Send to").click()
    expect(writer.page.get_by_role("article").get_by_text(text)).to_be_visible()


def agree_together(one: Someone) -> None:
    """How the two will go about it; nothing more to do for who has agreed already."""
    one.page.reload()
    if one.page.get_by_role("link", name="Read and agree").count():
        one.page.get_by_role("link", name="Read and agree").click()
        one.page.get_by_label("Once a week").check()
        one.page.get_by_role("button", name="I agree").click()
        expect(one.page.get_by_role("link", name="Read and agree")).to_have_count(0)


@pytest.fixture
def two_who_write(someone: Callable[..., Someone], inbox: Inbox) -> tuple[Someone, Someone]:
    """A mentor and a mentee, invited, joined and brought together; each has the conversation open."""
    coordinator = someone(wide=True)
    coordinator.sign_in("priya")
    mentor, mentee = someone(), someone()
    stamp = f"{time.time_ns() // 1000 % 10**8}"
    join(mentor, inbox, invite(coordinator, "Gwen", f"Prosser{stamp}", "Mentor"), f"gwen{stamp}")
    join(mentee, inbox, invite(coordinator, "Ola", f"Mensah{stamp}", "Mentee"), f"ola{stamp}")

    agree(mentor)
    agree(mentee, born_on=(now() - timedelta(days=17 * 366)).date().isoformat())
    show(coordinator, f"Gwen Prosser{stamp}")

    page = coordinator.open("/")
    page.get_by_role("link", name="Conversations", exact=True).click()
    page.get_by_role("link", name="Pair a mentor and a mentee").click()
    page.get_by_label("Mentor").select_option(label=f"Gwen Prosser{stamp}")
    page.get_by_label("Mentee").select_option(label=f"Ola Mensah{stamp}")
    page.get_by_role("button", name="Pair them").click()
    expect(page.get_by_text(f"Ola Mensah{stamp}")).to_be_visible()

    mentor.open("/").get_by_role("link", name="Ola").click()
    mentee.open("/").get_by_role("link", name="Gwen").click()
    for one in (mentor, mentee, mentor):  # the one who agreed first sees that the other has too
        agree_together(one)
    return mentor, mentee


def test_a_clean_message_is_with_its_reader_within_seconds(two_who_write: tuple[Someone, Someone]) -> None:
    """The reader's page is open all the while and shows it by itself."""
    mentor, mentee = two_who_write
    write(mentor, "Hello Ola, I build bridges for a living. What would you like to know?")
    mentee.sees("I build bridges for a living")  # every function is warm from here on

    text = "Which of them do you like best? Mine is the one at Queensferry."
    write(mentee, text)
    started = time.monotonic()
    expect(mentor.page.get_by_text(text)).to_be_visible()

    assert time.monotonic() - started < QUICKLY
    mentee.sees("Sent")
    assert mentor.problems == mentee.problems == []


def test_a_telephone_number_is_held_changed_and_then_delivered(
    two_who_write: tuple[Someone, Someone], someone: Callable[..., Someone], inbox: Inbox
) -> None:
    mentor, mentee = two_who_write
    words = "Thanks, that was useful."
    write(mentee, f"{words} My number is 07700 900654 if that is easier.", pointed_out=True)
    mentee.sees("A person will read this first")
    mentor.does_not_see(words)

    coordinator = someone(wide=True)
    coordinator.sign_in("priya")
    held = inbox.letter_to("priya@example.org", "waiting for you to read")
    assert "07700" not in held.text + held.html
    page = coordinator.open(inbox.link(held))
    expect(page.locator("mark").filter(has_text="900654")).to_be_visible()
    page.get_by_role("button", name="I am reading this").click()
    expect(page.get_by_text("This is with you until")).to_be_visible()
    page.get_by_label("What Ola will read").fill(
        "Please take your telephone number out. Here people talk on Signpost."
    )
    page.get_by_role("button", name="Ask to change").click()
    expect(page).not_to_have_url(inbox.link(held))  # on to the next, or to the queue

    # The e-mail about it waits for a minute; who looks sooner need not.
    page = mentee.open("/")
    page.get_by_role("link", name="Change your message").click()
    expect(page.get_by_text("Please take your telephone number out.")).to_be_visible()
    page.get_by_label("Your message").fill(f"{words} We can talk here.")
    page.get_by_role("button", name="Send to Gwen").click()

    mentor.sees(f"{words} We can talk here.")
    mentor.does_not_see("07700")
    expect(mentee.open("/").get_by_role("link", name="Change your message")).to_have_count(0)

    page = coordinator.page
    page.get_by_role("link", name="Filter").click()
    page.get_by_role("link", name="Rules at work").click()
    expect(page.get_by_text("contact.phone", exact=False).first).to_be_visible()


def test_a_worry_reaches_the_safeguarding_lead_who_answers(
    two_who_write: tuple[Someone, Someone], someone: Callable[..., Someone], inbox: Inbox
) -> None:
    mentor, mentee = two_who_write
    worry = "Some nights I want to die and I have not told anybody."
    write(mentee, worry)
    mentee.sees("You don’t have to wait for an answer")
    expect(mentee.page.get_by_text("Childline").first).to_be_visible()
    expect(mentee.page.get_by_role("link", name="Change it")).to_have_count(0)
    mentor.does_not_see(worry)

    alert = inbox.letter_to("morag@example.org", "concern")
    for private in ("die", "Ola", "Mensah", "suicide"):
        assert private not in alert.subject + alert.text
    lead = someone()
    lead.sign_in("morag")
    page = lead.open(inbox.link(alert))
    expect(page.get_by_role("heading", name="About Ola")).to_be_visible()
    page.get_by_role("button", name="I am dealing with this").click()
    expect(page.get_by_text("You are dealing with this")).to_be_visible()
    page.get_by_label("What was done, or learned").fill(
        "Rang the school; her guidance teacher is with her now."
    )
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_text("her guidance teacher is with her now")).to_be_visible()
    mentor.does_not_see(worry)


def test_a_worry_can_be_reported_from_any_page_without_script(
    someone: Callable[..., Someone], inbox: Inbox
) -> None:
    mentee = someone(script=False)
    mentee.sign_in("amina")
    page = mentee.open("/account")
    page.get_by_role("link", name="Report a worry").click()
    page.get_by_label("What is worrying you?").fill(
        "A boy in my year says he will hurt himself after the dance."
    )
    page.get_by_text("Soon, today or tomorrow").click()
    page.get_by_role("button", name="Send it").click()

    expect(page.get_by_role("heading", name="Thank you for telling us")).to_be_visible()
    expect(page.get_by_text("Signpost is not an emergency service")).to_be_visible()
    inbox.letter_to("morag@example.org", "concern")


def test_a_forgotten_password_is_chosen_anew_by_a_link(someone: Callable[..., Someone], inbox: Inbox) -> None:
    jamie = someone(script=False)
    page = jamie.open("/sign-in")
    page.get_by_role("link", name="I’ve forgotten").click()
    page.locator("input[type=text], input[type=email]").first.fill("jamie@example.org")
    page.get_by_role("button").filter(has_text="link").click()
    page = jamie.open(inbox.link(inbox.letter_to("jamie@example.org", "password")))
    page.locator("input[type=password]").first.fill("teapot-window-77-moss")
    page.locator("main button[type=submit]").click()

    jamie.sign_in("jamie", "teapot-window-77-moss")
