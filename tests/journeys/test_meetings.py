"""Meetings from a proposal to the door: two adults who meet online by themselves, and a pupil and a mentor
whom their coordinator lets in."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from infra.local.stack import LocalStack
from shared.platform.clock import now
from tests.journeys.behind_the_pages import do
from tests.journeys.conftest import Inbox, Someone
from tests.journeys.test_main_job import agree_together
from tests.shared.meetings.builders import a_day_ahead

BROKERED = "Northfield Bridge"
LINK = "https://teams.microsoft.com/meet/3654821094377?p=Hk3vLq9ZbTfWm2Xc"


def session_of(person: Someone) -> str:
    return next(one["value"] for one in person.page.context.cookies() if one["name"] == "session")


def opens_pair(person: Someone, username: str, password: str = "") -> Page:
    person.sign_in(username, password)
    page = person.open("/")
    page.locator("a[href*='/pairs/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You and")
    return page


def fills_in(page: Page, day: str, clock: str) -> None:
    page.get_by_label("Day", exact=True).fill(day)
    page.get_by_label("Time", exact=True).fill(clock)


def gives_link(page: Page, link: str, password: str) -> None:
    page.get_by_label("The link of the meeting").fill(link)
    page.get_by_label("Its password").fill(password)
    page.get_by_role("button", name="Keep the link").click()


def place_of(page: Page) -> tuple[str, str]:
    """The ids of the pair and of the meeting whose page is open."""
    expect(page).to_have_url(re.compile(r"/meetings/\w+$"))
    pair_id, _, meeting_id = page.url.rpartition("/pairs/")[2].partition("/meetings/")
    return pair_id, meeting_id


def where_it_leads(page: Page) -> str:
    """Where the link of the open meeting leads, without going there."""
    answer = page.request.get(f"{page.url.partition('?')[0]}/link", max_redirects=0)
    return answer.headers.get("location", "")


def test_two_meet_online_until_one_is_not_comfortable_any_more(
    someone: Callable[..., Someone], stack: LocalStack, inbox: Inbox
) -> None:
    adaeze, luke = someone(), someone()
    page = opens_pair(adaeze, "adaeze")
    page.get_by_role("link", name="Propose a meeting").click()
    fills_in(page, a_day_ahead(now() + timedelta(days=14)), "20:00")
    page.get_by_role("button", name="Propose this").click()
    expect(page.get_by_text("Please say why it has to be then").first).to_be_visible()
    expect(page.get_by_label("Time", exact=True)).to_have_value("20:00")
    page.get_by_label("Time", exact=True).fill("11:00")
    page.get_by_role("button", name="Propose this").click()
    expect(page.get_by_text("Waits for Luke")).to_be_visible()
    pair_id, meeting_id = place_of(page)
    here = f"/pairs/{pair_id}/meetings/{meeting_id}"

    assert inbox.letter_to("luke@example.org", "a time to meet")
    page = opens_pair(luke, "luke")
    page.locator(f"a[href$='{meeting_id}']").first.click()
    page.get_by_role("button", name="This suits me").click()
    expect(page.get_by_text("Arranged")).to_be_visible()
    expect(page.get_by_text("Blur your background")).to_be_visible()
    letter = inbox.letter_to("adaeze@example.org", "a meeting is arranged")
    assert "11:00" not in letter.text

    page = adaeze.open(here)
    gives_link(page, "https://meet.jit.si/OurRoom", "aB3dE9")
    expect(page.get_by_text("Links of meet.jit.si are not used here").first).to_be_visible()
    gives_link(page, LINK, "aB3dE9")
    expect(page.get_by_text("The link opens on")).to_be_visible()
    do(stack, "begins_soon", pair_id=pair_id, meeting_id=meeting_id)

    page = luke.open(here)
    expect(page.get_by_text("aB3dE9")).to_be_visible()
    assert where_it_leads(page) == LINK
    page.get_by_role("link", name="Report a worry").last.click()
    expect(page.get_by_role("heading", name="Report a worry")).to_be_visible()

    page = luke.open("/")
    page.get_by_role("link", name="What you have agreed to").first.click()
    page.get_by_role("group", name="Meeting online").get_by_label("No").check()
    page.get_by_role("button", name="Save my answers").click()
    expect(page.get_by_role("group", name="Meeting online").get_by_label("No")).to_be_checked()

    page = adaeze.open(here)
    expect(page.get_by_text("Does not take place")).to_be_visible()
    assert where_it_leads(page) == ""
    assert inbox.letter_to("adaeze@example.org", "does not take place")
    for person in (adaeze, luke):
        assert [said for said in person.problems if "409" not in said and "422" not in said] == []


def test_a_pupil_and_a_mentor_are_let_in_by_their_coordinator(
    someone: Callable[..., Someone], stack: LocalStack, inbox: Inbox
) -> None:
    fiona, rhian, calum = someone(wide=True), someone(), someone()
    fiona.sign_in("fiona")
    page = fiona.open("/")
    place = page.locator(".nav-switch a", has_text=BROKERED).first.get_attribute("href")
    stamp = f"{time.time_ns() // 1000 % 10**8}"
    two = do(stack, "introduce", coordinator=session_of(fiona), programme=BROKERED, stamp=stamp)
    pair_id = two["pair_id"]
    for person, role in ((rhian, "mentor"), (calum, "mentee")):
        person.sign_in(two[role], two["password"])
        person.open(f"/pairs/{pair_id}")
        agree_together(person)

    page = rhian.open(f"/pairs/{pair_id}/meetings")
    fills_in(page, a_day_ahead(now()), "15:45")
    page.get_by_role("button", name="Propose this").click()
    expect(page.get_by_text("would last until 16:15").first).to_be_visible()
    page.get_by_label("Time", exact=True).fill("10:00")
    page.get_by_role("button", name="Propose this").click()
    expect(page.get_by_text("Waits for Calum")).to_be_visible()
    _, meeting_id = place_of(page)
    here = f"/pairs/{pair_id}/meetings/{meeting_id}"

    page = calum.open(here)
    page.get_by_role("button", name="This suits me").click()
    expect(page.get_by_text("Waits for a coordinator")).to_be_visible()

    assert inbox.letter_to("fiona@example.org", "needs a coordinator")
    assert place
    page = fiona.open(place)
    page.get_by_role("link", name="meeting needs a coordinator").click()
    page.locator(f"a[href$='{meeting_id}']").click()
    page.get_by_role("button", name="I take this meeting on").click()
    gives_link(page, LINK, "aB3dE9")
    do(stack, "begins_soon", pair_id=pair_id, meeting_id=meeting_id)

    page = calum.open(here)
    expect(page.get_by_text("lets each of you in by name").first).to_be_visible()
    assert where_it_leads(page) == ""
    page = fiona.open(here)
    page.get_by_role("button", name=f"Let Calum Innes{stamp} in").click()
    expect(page.get_by_text("Let in today")).to_be_visible()

    page = calum.page
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("link", name="Open the meeting")).to_be_visible()
    assert where_it_leads(page) == LINK
    assert where_it_leads(rhian.open(here)) == ""
    for person in (fiona, rhian, calum):
        assert [said for said in person.problems if "409" not in said and "422" not in said] == []
