"""From an invitation to a worry that is answered: the whole of the main job, in browsers, on the stack that ships."""

import time

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Inbox, Someone
from tests.journeys.waiting import until

PASSWORD = "river-blanket-19-otter"
QUICKLY = 5.0
"""Seconds in which a clean message is with its reader."""


def invite(coordinator: Someone, first_name: str, surname: str, role: str) -> str:
    """Through the people page; gives the address that was invited."""
    address = f"{first_name}.{surname}@example.org".lower()
    page = coordinator.open("/")
    page.get_by_role("link", name="People", exact=True).first.click()
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label(role, exact=True).check()
    page.get_by_label("First name").fill(first_name)
    page.get_by_label("Surname").fill(surname)
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text(address)).to_be_visible()
    return address


def join(newcomer: Someone, inbox: Inbox, address: str, username: str) -> None:
    """From the e-mail's link to the first page."""
    page = newcomer.open(inbox.link(inbox.letter_to(address, "invitation")))
    expect(page.get_by_role("heading", name="The ground rules")).to_be_visible()
    page.get_by_label("I have read the ground rules").check()
    page.get_by_label("Choose a username").fill(username)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()


def write(writer: Someone, text: str) -> None:
    """In the conversation that is open."""
    writer.page.get_by_label("Write to").fill(text)
    writer.page.get_by_role("button", name="Send to").click()
    expect(writer.page.get_by_text(text)).to_be_visible()


@pytest.fixture
def two_who_write(new_person, inbox: Inbox) -> tuple[Someone, Someone]:
    """A mentor and a mentee, invited, joined and brought together; each has the conversation open."""
    coordinator = new_person(wide=True)
    coordinator.sign_in("priya")
    mentor, mentee = new_person(), new_person()
    stamp = str(time.time_ns())[-6:]
    join(mentor, inbox, invite(coordinator, "Gwen", f"Prosser{stamp}", "Mentor"), f"gwen{stamp}")
    join(mentee, inbox, invite(coordinator, "Ola", f"Mensah{stamp}", "Mentee"), f"ola{stamp}")

    page = coordinator.open("/")
    page.get_by_role("link", name="Conversations", exact=True).first.click()
    page.get_by_role("link", name="Pair a mentor and a mentee").click()
    page.get_by_label("Mentor").select_option(label=f"Gwen Prosser{stamp}")
    page.get_by_label("Mentee").select_option(label=f"Ola Mensah{stamp}")
    page.get_by_role("button", name="Pair").click()
    expect(page.get_by_role("heading", name="Ola Mensah")).to_be_visible()

    for one, other in ((mentor, "Ola"), (mentee, "Gwen")):
        one.open("/").get_by_role("link", name=other).first.click()
    return mentor, mentee
