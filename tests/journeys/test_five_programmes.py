"""Two in each of the five programmes, from what they agree to the end, each as its policy has it.

Everybody has a browser of their own. What a clock decides (when something is passed on, when a meeting is)
is done behind the pages with the clock moved.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from infra.local.stack import LocalStack
from tests.journeys.behind_the_pages import do
from tests.journeys.conftest import Someone
from tests.journeys.test_brokered_programme import at, coming_friday, session, today

AXE = Axe()


@dataclass(frozen=True)
class Programme:
    """One of the demonstration's programmes, and what its policy makes different."""

    name: str
    coordinator: str
    stages: tuple[str, ...]
    is_brokered: bool = False
    goals_from: int = 0
    """The stage from which on there are goals."""
    meets: str = ""
    """How the two propose to meet."""


PROGRAMMES = (
    Programme(
        "Next Step to University",
        "fiona",
        ("Getting to know each other", "Working together", "Finishing well"),
    ),
    Programme("Routes into Engineering", "priya", ("Saying hello", "Exploring", "Saying goodbye")),
    Programme(
        "Back to College",
        "fiona",
        ("Building rapport and setting goals", "Working together", "Ending, or agreeing anew"),
        goals_from=1,
        meets="Telephone call",
    ),
    Programme(
        "Northfield Futures", "fiona", ("First sessions", "On the way", "Moving on"), meets="Video call"
    ),
    Programme(
        "Northfield Bridge",
        "fiona",
        ("Getting to know each other", "Being there", "Saying goodbye"),
        is_brokered=True,
        goals_from=1,
        meets="Live chat",
    ),
)


@dataclass(frozen=True)
class Two:
    """A mentor and a mentee, who have their conversation open, and who looks after them."""

    stack: LocalStack
    programme: Programme
    coordinator: Someone
    mentor: Someone
    mentee: Someone
    pair: str
    """The path of their page."""

    def everybody(self) -> tuple[Someone, Someone, Someone]:
        return self.mentor, self.mentee, self.coordinator


def brought_together(programme: Programme, stack: LocalStack, someone: Callable[..., Someone]) -> Two:
    coordinator, mentor, mentee = someone(wide=True), someone(wide=True), someone()
    coordinator.sign_in(programme.coordinator)
    stamp = f"{time.time_ns() // 1000 % 10**8}"
    made = do(stack, "introduce", coordinator=session(coordinator), programme=programme.name, stamp=stamp)
    two = Two(stack, programme, coordinator, mentor, mentee, f"/pairs/{made['pair_id']}")
    for one, username in ((mentor, made["mentor"]), (mentee, made["mentee"])):
        one.sign_in(username, made["password"])
        one.open(two.pair)
    return two


def is_readable(page: Page) -> None:
    """Axe finds nothing wrong with the page as it is."""
    found = AXE.run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, f"{page.url}: {json.dumps(found.response['violations'])[:2000]}"


def they_agree(two: Two) -> None:
    """Nobody writes before both have."""
    for one in (two.mentor, two.mentee):
        page = one.open(two.pair)
        expect(page.get_by_label("Write to")).to_have_count(0)
        page.get_by_role("link", name="Read and agree").click()
        expect(page.get_by_role("button", name="I agree")).to_be_visible()
        is_readable(page)
        if (often := page.get_by_role("group", name="How often suits you?")).count():
            often.get_by_role("radio").first.check()
        page.get_by_role("button", name="I agree").click()
        expect(page.get_by_role("heading", name="You and")).to_be_visible()
        expect(page.get_by_role("link", name="Read and agree")).to_have_count(0)


def says(writer: Someone, reader: Someone, two: Two, text: str) -> None:
    """Writes, and the other reads it; the coordinator passes it on where nothing goes by itself."""
    page = writer.open(two.pair)
    page.get_by_label("Write to").fill(text)
    page.get_by_role("button", name="Send to").click()
    if two.programme.is_brokered:
        writer.sees("A person will read this first")
        passes_on(two, text)
    reader.open(two.pair)
    reader.sees(text)


def passes_on(two: Two, words: str) -> None:
    """The coordinator reads what waits of the two and has it delivered; outside the programme's hours it goes
    out in the next ones."""
    page = two.coordinator.open(two.pair)
    page.get_by_role("article").filter(has_text=words).get_by_role("link", name="Read and decide").click()
    page.get_by_role("button", name="I am reading this").click()
    page.get_by_role("button", name="Deliver").click()
    expect(page.get_by_text("You delivered what")).to_be_visible()
    do(two.stack, "sweep", at=at(coming_friday(), "09:00").isoformat())


def they_move_on(two: Two, to: str) -> None:
    """One proposes it, the other agrees."""
    page = two.mentor.open(two.pair)
    page.get_by_text(f"Next: {to}").click()
    page.get_by_role("button", name="Propose to move on").click()
    page = two.mentee.open(two.pair)
    page.get_by_role("button", name="Yes, let’s move on").click()
    expect(page.get_by_role("region", name="Where you are").get_by_role("heading")).to_have_text(to)


def sets_a_goal(two: Two, goal: str) -> None:
    """The mentee's own, which the mentor sees once it was checked."""
    page = two.mentee.open(f"{two.pair}/goals")
    page.get_by_label("What would you like to reach?").fill(goal)
    page.get_by_role("button", name="Set this goal").click()
    if two.programme.is_brokered:
        passes_on(two, goal)
    is_readable(two.mentor.open(f"{two.pair}/goals"))
    two.mentor.sees(goal)


def they_arrange_to_meet(two: Two) -> None:
    """One proposes a time, the other accepts it; the coordinator takes it on where it needs them."""
    day = coming_friday().isoformat()
    page = two.mentor.open(f"{two.pair}/meetings")
    page.get_by_role("group", name="How would you like to meet?").get_by_label(two.programme.meets).check()
    page.get_by_label("Day", exact=True).fill(day)
    page.get_by_label("Time", exact=True).fill("11:00")
    page.get_by_role("button", name="Propose this").click()
    page = two.mentee.open(f"{two.pair}/meetings")
    page.get_by_role("link", name=two.programme.meets).click()
    is_readable(page)
    page.get_by_role("button", name="This suits me").click()
    expect(page.get_by_text("11:00").first).to_be_visible()
    if two.programme.is_brokered:
        page = two.coordinator.open(f"{two.pair}/meetings")
        page.get_by_role("link", name=two.programme.meets).click()
        page.get_by_role("button", name="I take this meeting on").click()
    expect(two.mentor.open(two.pair).get_by_text("11:00").first).to_be_visible()
    is_readable(two.coordinator.open(f"{two.pair}/meetings"))


def they_agree_on_today_as_their_last(two: Two) -> None:
    """And the night passes."""
    page = two.mentor.open(f"{two.pair}/ending")
    page.get_by_text("Propose a last day").click()
    page.get_by_label("Which day?").fill(today().isoformat())
    page.get_by_role("button", name="Propose it").click()
    page = two.mentee.open(f"{two.pair}/ending")
    is_readable(page)
    page.get_by_role("button", name="Yes, that day").click()
    expect(page.get_by_text("You have both agreed on")).to_be_visible()
    morning = at(today() + timedelta(days=1), "06:00").isoformat()
    do(two.stack, "end_the_day", pair_id=two.pair.rpartition("/")[2], at=morning)
    two.mentee.open(two.pair)
    expect(two.mentee.page.get_by_label("Write to")).to_have_count(0)


def they_end_well(two: Two) -> None:
    """A look back that the other never reads, a last message that a person reads first, certificates."""
    looked_back = "I am prouder of my first draft than I thought I would be."
    page = two.mentee.open(f"{two.pair}/ending")
    page.get_by_role("link", name="Looking back").click()
    page.get_by_role("textbox").first.fill(looked_back)
    page.get_by_role("button", name="Hand it in").click()
    expect(page.get_by_text("You handed this in")).to_be_visible()
    goodbye = "It was a pleasure to read you. Keep writing as you speak."
    page = two.mentor.open(f"{two.pair}/last-message")
    page.get_by_label("Write to").fill(goodbye)
    page.get_by_role("button", name="Send it").click()
    two.mentee.open(two.pair)
    two.mentee.does_not_see(goodbye)
    passes_on(two, goodbye)
    two.mentee.open(two.pair)
    two.mentee.sees(goodbye)
    for one, name in ((two.mentor, "Rhian Innes"), (two.mentee, "Calum Innes")):
        page = one.open(f"{two.pair}/certificate")
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        expect(page.get_by_text(two.programme.name)).to_be_visible()
        is_readable(page)
    two.mentor.open(f"{two.pair}/ending")
    two.mentor.does_not_see(looked_back)
    page = two.coordinator.open(f"{two.pair}/ending")
    expect(page.get_by_text(looked_back)).to_be_visible()
    is_readable(page)


@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda one: one.name)
def test_two_go_all_the_way(programme: Programme, stack: LocalStack, someone: Callable[..., Someone]) -> None:
    two = brought_together(programme, stack, someone)
    they_agree(two)
    says(two.mentee, two.mentor, two, "Hello, I am glad to be here and a bit curious.")
    says(two.mentor, two.mentee, two, "Welcome! What would you like to talk about first?")
    for number, stage in enumerate(programme.stages):
        if number:
            they_move_on(two, stage)
        if number == programme.goals_from:
            sets_a_goal(two, "I would like to write a personal statement that sounds like me.")
    if programme.meets:
        they_arrange_to_meet(two)
    they_agree_on_today_as_their_last(two)
    they_end_well(two)
    for one in two.everybody():
        is_readable(one.open(two.pair))
        assert [problem for problem in one.problems if "404" not in problem] == []
