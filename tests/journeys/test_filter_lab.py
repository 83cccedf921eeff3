"""A rule of the programme's own: drafted, tried on past messages, adopted, and at work in the next one."""

import time
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.conftest import Inbox, Someone

ORDINARY = "The lighthouse on my poster is from a holiday."
SENTENCE = "Please stay here: nobody looks after the old forum."


def another_word() -> str:
    """One that nobody has a rule for: another in each run."""
    return "lantern" + "".join(chr(ord("a") + int(figure)) for figure in str(time.time_ns() // 1000 % 10**5))


def write(writer: Someone, text: str) -> None:
    writer.page.get_by_label("Write to").fill(text)
    writer.page.get_by_role("button", name="Send to").click()


def open_conversation(writer: Someone, username: str, other: str) -> None:
    writer.sign_in(username)
    writer.open("/").get_by_role("link", name=other).click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_coordinators_rule_is_drafted_tried_adopted_and_holds_the_next_message(
    someone: Callable[..., Someone], inbox: Inbox, script: bool
) -> None:
    word = another_word()
    said_before = f"There is a place called {word} where some of us write as well."
    mentee = someone(script=script)
    open_conversation(mentee, "amina", "Callum")
    write(mentee, said_before)
    mentee.sees("Sent")

    coordinator = someone(wide=True, script=script)
    coordinator.sign_in("priya")
    page = coordinator.page
    page.get_by_role("link", name="Filter", exact=True).click()
    page.get_by_role("link", name="Draft", exact=True).click()
    page.get_by_role("link", name="Write a rule").click()

    # A contradicting example is refused, naming it, and nothing typed is lost.
    page.get_by_label("Short name").fill(word)
    page.get_by_label("What should it look for?").fill(f"(on|in|called) {word}")
    page.get_by_label("What is it about?").select_option("offplatform")
    page.get_by_label("What should the writer read?").fill(SENTENCE)
    page.get_by_label("Messages it must find").fill(f"Come over to {word}")
    page.get_by_label("Messages it must leave alone").fill(ORDINARY)
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_role("link", name=f"does not find its example “Come over to {word}”")).to_be_visible()
    expect(page.get_by_label("What should it look for?")).to_have_value(f"(on|in|called) {word}")
    expect(page.get_by_label("What should the writer read?")).to_have_value(SENTENCE)
    expect(page.get_by_label("Messages it must leave alone")).to_have_value(ORDINARY)
    page.get_by_label("Messages it must find").fill(f"Are you on {word}?")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_role("heading", name="A draft of changes to the rules")).to_be_visible()

    # A text, by the rules in force and with the draft.
    page.get_by_role("link", name="Try a text", exact=True).click()
    page.get_by_label("Text to try").fill(f"The lighthouse in {word} was painted by my gran.")
    page.get_by_role("button", name="See what the filter sees").click()
    expect(page.get_by_role("heading", name="It would be delivered")).to_be_visible()
    expect(page.get_by_role("heading", name="With the draft: held for a moderator")).to_be_visible()

    # Past messages.
    page.get_by_role("link", name="Draft", exact=True).click()
    page.get_by_role("button", name="Try it on past messages").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("heading", name="What the draft would have changed")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("mark").filter(has_text=f"called {word}")).to_be_visible()

    assert not script or Axe().run(page).response["violations"] == []

    # Adopted, with a reason that stays.
    reason = f"Two mentees were asked to write on {word} this week."
    page.get_by_label("Why are the rules changed?").fill(reason)
    page.get_by_role("button", name="Adopt the draft").click()
    expect(page.get_by_role("heading", name="Changes to the rules")).to_be_visible()
    expect(page.get_by_text(reason)).to_be_visible()
    expect(page.get_by_text(f"Added programme.{word}")).to_be_visible()

    # The next message is held by it, and both are shown its sentence.
    text = f"The lighthouse in {word} was painted by my gran."
    page = mentee.page
    page.reload()
    page.get_by_label("Write to").fill(text)
    if script:
        page.get_by_role("button", name="Send to").click()
    else:
        page.get_by_role("button", name="Check before sending").click()
    expect(page.get_by_text(SENTENCE)).to_be_visible()
    page.get_by_role("button", name="Send to").click()
    mentee.sees("A person will read this first")

    page = coordinator.open(inbox.link(inbox.letter_to("priya@example.org", "waiting for you to read")))
    expect(page.locator("mark").filter(has_text=f"in {word}")).to_be_visible()
    expect(page.get_by_label("What Amina will read")).to_have_value(SENTENCE)
    assert [said for said in coordinator.problems + mentee.problems if "422" not in said] == []
