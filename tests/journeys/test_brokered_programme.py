"""A programme by way of a school, from its beginning to a message that waits over the weekend.

An administrator makes it, two hundred pupils are invited from a file that holds seven mistakes, a parent says
yes, matches are suggested and one of them changed, and whatever is written a coordinator reads and passes on.
"""

import csv
import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from infra.local.stack import LocalStack
from shared.platform.clock import LONDON, now
from shared.policies.bank_holidays import bank_holidays
from tests.journeys.behind_the_pages import do
from tests.journeys.conftest import Inbox, Someone
from tests.journeys.test_main_job import agree_together, join
from tests.journeys.waiting import until

WRONG = {
    11: ("E-mail address", "Enter an e-mail address like name@example.org."),
    40: ("First name", "Enter a first name."),
    73: ("Surname", "Enter a surname."),
    104: ("Which year are they in?", "The programme is for pupils at school."),
    130: ("E-mail address", "This address is on line 5 too."),
    151: ("School", "This begins with “=”, as a formula does. Please write the words themselves."),
    188: ("Which year are they in?", ""),
}
"""By the line of the file: the column in which the list is wrong, and why."""


PUPILS, MENTORS = 200, 4
WITH_WISHES = (
    ("Ailsa", "Music", "mentor"),
    ("Rory", "Sport", "mentor"),
    ("Catriona", "Cooking", "mentor"),
    ("Fergus", "Sport", "mentee"),
    ("Eilidh", "Cooking", "mentee"),
)
"""Those besides Iona, who likes music, and Struan, who has not said what he likes."""
ALL_INVITED_WITHIN = 180.0
"""Seconds for their e-mails, which the emulator takes one after another."""


@dataclass(frozen=True)
class Place:
    """The programme that the journey is about."""

    stack: LocalStack
    inbox: Inbox
    stamp: str
    """Tells its people from others of the same names."""
    files: Path

    def username(self, first_name: str) -> str:
        return f"{first_name}{self.stamp}".lower()

    def address(self, first_name: str) -> str:
        return f"{self.username(first_name)}@example.org"

    def parent_of(self, first_name: str) -> str:
        return f"moira.{self.address(first_name)}"


@pytest.fixture
def place(stack: LocalStack, inbox: Inbox, tmp_path: Path) -> Place:
    return Place(stack, inbox, f"{time.time_ns() // 1000 % 10**8}", tmp_path)


# ── A programme, a cohort, and who looks after it ──────────────────────────


def make_programme(owen: Someone, place: Place) -> str:
    """From the preset; its path."""
    page = owen.page
    page.get_by_role("link", name="Programme", exact=True).click()
    page.get_by_role("link", name="Make another programme").click()
    page.get_by_label("What it is called").fill(f"Glen Mentors {place.stamp}")
    page.get_by_label("Pupils hear from a mentor by way of their school coordinator", exact=False).check()
    page.get_by_role("button", name="Make the programme").click()
    expect(page.get_by_role("heading", name=f"Glen Mentors {place.stamp}")).to_be_visible()
    return "/programmes/" + page.url.rpartition("/")[2]


def send_more_in_a_minute(owen: Someone, programme: str) -> None:
    """Invitations go at the rate of the policy; the administrator changes it, and says why."""
    page = owen.open(f"{programme}/policy/change")
    page.get_by_label("Sent in a minute at most").fill("500")
    page.get_by_label("Why is this changed?").fill("The whole year group is invited on one morning.")
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_role("region", name="What changes")).to_contain_text("500")
    page.get_by_role("button", name="Save this change").click()
    expect(page.get_by_text("Version 2")).to_be_visible()


def make_cohort(owen: Someone, programme: str) -> str:
    """Its id."""
    page = owen.open(f"{programme}/cohorts")
    page.get_by_role("link", name="Make a cohort").first.click()
    page.get_by_label("What it is called").fill("This school year")
    page.get_by_label("First day").fill(today().isoformat())
    page.get_by_label("Room for how many mentees").fill("220")
    page.get_by_role("button", name="Make the cohort").click()
    expect(page.get_by_role("heading", name="This school year")).to_be_visible()
    return page.url.rpartition("/")[2]


def invite_coordinator(owen: Someone, fiona: Someone, place: Place, programme: str) -> None:
    """Somebody with an account in another programme joins this one too."""
    page = owen.open(f"{programme}/people/invite")
    page.get_by_label("Coordinator").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("First name").fill("Fiona")
    page.get_by_label("Surname").fill("Mackie")
    page.get_by_label("E-mail address").fill("fiona@example.org")
    page.get_by_role("button", name="Send the invitation").click()
    page = fiona.open(place.inbox.link(place.inbox.letter_to("fiona@example.org", "invitation")))
    page.get_by_text("I have read the ground rules").click()
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="Hello")).to_be_visible()


# ── Lists ──────────────────────────────────────────────────────────────────


def send_list(page: Page, place: Place, role: str, rows: list[list[str]]) -> None:
    """From the page of a new list to the list that is checked."""
    path = place.files / f"{role}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    page.get_by_role("button", name="Go on to the file").click()
    page.get_by_label(f"Your list of {role}s").set_input_files(path)
    page.get_by_role("button", name="Send and check it").click()
    expect(page.get_by_role("heading", name="Your list is checked")).to_be_visible()


def sample(page: Page) -> list[list[str]]:
    """The rows of the sample that the page offers."""
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download a sample").click()
    return list(csv.reader(io.StringIO(downloaded.value.path().read_text("utf-8-sig"))))


def invite_mentors(fiona: Someone, place: Place, programme: str, first_names: list[str]) -> None:
    page = fiona.open(f"{programme}/people/lists/new?role=mentor")
    headings, example, *_ = sample(page)
    people = [[one, f"Munro{place.stamp}", place.address(one), "", *example[4:]] for one in first_names]
    send_list(page, place, "mentor", [headings, *people])
    page.get_by_role("button", name=f"Invite the {len(people)} people").click()
    fiona.sees(f"{len(people)} of {len(people)} people invited")


def invite_pupils(owen: Someone, place: Place, programme: str, first_names: list[str]) -> None:
    """Two hundred, of whom seven are wrong; then all of them again, put right."""
    page = owen.open(f"{programme}/people/lists/new?role=mentee")
    headings, example, *_ = sample(page)
    names = [*first_names, *(f"Pupil{n}" for n in range(len(first_names), PUPILS))]
    right = [
        [one, f"Drummond{place.stamp}", place.address(one), "Northfield Academy", *example[4:]]
        for one in names
    ]
    send_list(page, place, "mentee", [headings, *spoilt(right)])
    expect(page.locator(".figures")).to_contain_text("193")
    rows = page.get_by_role("row")
    expect(rows).to_have_count(1 + len(WRONG))
    for at, (line, (column, reason)) in enumerate(WRONG.items(), start=1):
        expect(rows.nth(at).get_by_role("cell").first).to_have_text(str(line))
        expect(rows.nth(at)).to_contain_text(column)
        expect(rows.nth(at)).to_contain_text(reason)
    page.get_by_role("button", name="Invite the 193 people").click()
    owen.sees("193 of 193 people invited")

    page.get_by_role("link", name="Send a corrected list").click()
    send_list(page, place, "mentee", [headings, *right])
    expect(page.locator(".figures")).to_contain_text("were invited or have joined already")
    page.get_by_role("button", name="Invite the 7 people").click()
    owen.sees("7 of 7 people invited")
    owen.sees("193 more were invited, or had joined, before: left out.")


def nobody_is_invited_twice(place: Place) -> None:
    """Each of the two hundred has one invitation in their inbox."""

    def invited() -> list[str]:
        name = f"Glen Mentors {place.stamp}"
        letters = [one for one in place.inbox.new() if name in one.text and "/join/" in one.text]
        return [one.to[0] for one in letters if one.to[0].endswith(f"{place.stamp}@example.org")]

    until(lambda: len(set(invited())) == PUPILS + MENTORS, "all invitations", patience=ALL_INVITED_WITHIN)
    assert len(invited()) == PUPILS + MENTORS


def spoilt(people: list[list[str]]) -> list[list[str]]:
    """The same with a mistake on each of the WRONG lines; the headings are on line 1."""
    rows = [list(one) for one in people]
    rows[11 - 2][2] = rows[11 - 2][2].replace("@", " at ")
    rows[40 - 2][0] = ""
    rows[73 - 2][1] = ""
    rows[104 - 2][4] = "Left school"
    rows[130 - 2][2] = rows[5 - 2][2]
    rows[151 - 2][3] = "=VLOOKUP(A2,Schools!A:B,2)"
    rows[188 - 2][4] = "Year 9"
    return rows


# ── Joining, clearing, agreeing ────────────────────────────────────────────


def say_yes(one: Someone, programme: str, *, parent: str = "") -> None:
    """To taking part and to messages, and to nothing else."""
    page = one.open(programme.replace("/programmes/", "/taking-part/"))
    for purpose in ("Taking part", "Messages"):
        page.get_by_role("group", name=purpose, exact=True).get_by_label("Yes").check()
    if parent:
        page.get_by_label("Their name").fill("Moira")
        page.get_by_label("Their e-mail address").fill(parent)
    page.get_by_role("button", name="Save my answers").click()
    if parent:
        one.sees("We have asked Moira by e-mail, and are waiting for the answer.")


def parents_say_yes(parent: Someone, place: Place, children: list[str]) -> None:
    """Each by the link in their own inbox, with no account."""
    for child in children:
        letter = place.inbox.letter_to(place.parent_of(child), "Your consent is asked")
        page = parent.open(place.inbox.link(letter))
        page.get_by_role("group", name="Taking part").get_by_label("Yes").check()
        page.get_by_label("Your name").fill("Moira")
        page.get_by_role("button", name="Send my answer").click()
        expect(page.get_by_text("Thank you, your answer is kept")).to_be_visible()


def say_what_would_suit(one: Someone, programme: str, interest: str) -> None:
    page = one.open(programme.replace("/programmes/", "/taking-part/") + "/matching")
    page.get_by_label(interest).check()
    page.get_by_role("button", name="Keep what I said").click()
    expect(page.get_by_text("What you said is kept")).to_be_visible()


def the_others_join(fiona: Someone, place: Place, programme: str) -> None:
    people = [
        {
            "address": place.address(one),
            "username": place.username(one),
            "wishes": {"interests": [interest]},
            "parent": place.parent_of(one) if role == "mentee" else "",
        }
        for one, interest, role in WITH_WISHES
    ]
    programme_id = programme.rpartition("/")[2]
    do(place.stack, "join", programme_id=programme_id, coordinator=session(fiona), people=people)


def clear(fiona: Someone, programme: str, mentor: str) -> None:
    """What the programme asks of a mentor, seen by the coordinator and recorded."""
    page = fiona.open(f"{programme}/people?show=mentor")
    page.get_by_role("link", name=mentor, exact=True).click()
    expect(page.get_by_text("is not cleared as a mentor yet").first).to_be_visible()
    last_month = (today() - timedelta(days=30)).isoformat()
    page.get_by_role("link", name="Record Interview and references").click()
    page.get_by_label("When was it passed?").fill(last_month)
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("link", name="Record PVG scheme record").click()
    page.get_by_label("When was it issued?").fill(last_month)
    page.get_by_label("Which number stands on it?").fill("1407310552876543")
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("link", name="Record Mentor training").click()
    page.get_by_label("When was it held?").fill(last_month)
    page.get_by_label("How many minutes did it last?").fill("180")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("is cleared as a mentor")).to_be_visible()


# ── Matching ───────────────────────────────────────────────────────────────


def match(fiona: Someone, board: str, place: Place) -> None:
    """Three pupils and four mentors: Iona is suggested Ailsa and given Struan instead; all are accepted."""
    names = {one: f"{one} Munro{place.stamp}" for one in ("Struan", "Ailsa")}
    iona = f"Iona Drummond{place.stamp}"
    page = fiona.open(board)
    page.get_by_role("button", name="Find matches").click()
    expect(page.locator(".figures")).to_contain_text("3 suggestions")
    suggested = page.get_by_role("row").filter(has_text=iona)
    expect(suggested).to_contain_text(names["Ailsa"])
    suggested.get_by_role("link", name="Change or decline").click()
    other = page.get_by_role("region", name=names["Struan"])
    other.get_by_role("button", name="Choose").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{iona} and {names['Struan']}")
    page.get_by_role("button", name="Accept: introduce them").click()
    expect(suggested).to_contain_text("Introduced")
    expect(suggested).to_contain_text(names["Struan"])
    page.get_by_role("button", name="Accept all that are open").click()
    expect(page.get_by_role("row").filter(has_text="Introduced")).to_have_count(3)


# ── Agreeing and writing ────────────────────────────────────────────────────────────────


def agree_how(mentor: Someone, mentee: Someone, fiona: Someone) -> str:
    """The mentor on a page, the pupil by telephone, which the coordinator enters. The id of the conversation,
    which both have open then."""
    mentor.open("/").get_by_role("link", name="Iona").click()
    expect(mentor.page.get_by_role("link", name="Read and agree")).to_be_visible()
    conversation = mentor.page.url.partition("#")[0]
    agree_together(mentor)
    page = fiona.open(f"{conversation}/agreement")
    page.get_by_label("Once a week").check()
    page.get_by_role("button", name="Iona agrees").click()
    expect(page.get_by_text("Iona has agreed: once a week")).to_be_visible()
    mentor.open(conversation)
    mentee.open(conversation)
    return conversation.rpartition("/")[2]


def send(writer: Someone, text: str) -> None:
    writer.page.get_by_label("Write to").fill(text)
    writer.page.get_by_role("button", name="Send to").click()
    writer.sees("A person will read this first")


def read_and_pass_on(fiona: Someone, programme: str, text: str) -> None:
    page = fiona.open(f"{programme}/moderation")
    expect(page.get_by_text("Every message is read")).to_be_visible()
    page.get_by_role("link", name="Struan").click()
    expect(page.get_by_text(text)).to_be_visible()
    page.get_by_role("button", name="I am reading this").click()
    page.get_by_role("button", name="Deliver").click()
    expect(page.get_by_text("You delivered what Struan")).to_be_visible()


def session(one: Someone) -> str:
    """Tells who somebody is."""
    return next(str(c.get("value")) for c in one.page.context.cookies() if c.get("name") == "session")


def today() -> date:
    return now().astimezone(LONDON).date()


def coming_friday() -> date:
    """The next one that is followed by a weekend and a Monday, both days being worked in Scotland."""
    friday = today() + timedelta(days=(3 - today().weekday()) % 7 + 1)
    while {friday, friday + timedelta(days=3)} & bank_holidays("scotland", friday.year):
        friday += timedelta(days=7)
    return friday


def at(day: date, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T{clock}").replace(tzinfo=LONDON)


def write_and_pass_on(
    mentee: Someone, fiona: Someone, place: Place, pair_id: str, text: str, day: date
) -> None:
    """Written on that day at 17:01, held by the filter's function, read and passed on at 17:05."""
    of = {"pair_id": pair_id}
    wrote = at(day, "17:01").isoformat()
    of["message_id"] = do(place.stack, "write", writer=session(mentee), text=text, at=wrote, **of)
    mentee.sees("A person will read this first")
    do(place.stack, "pass_on", coordinator=session(fiona), at=at(day, "17:05").isoformat(), **of)


def expect_it_waits_until(writer: Someone, words: str, moment: datetime) -> None:
    """The writer is told when it is passed on."""
    writer.sees(words)
    letter = writer.page.get_by_role("article").filter(has_text=words)
    expect(letter).to_contain_text(re.compile(rf"{words} (Monday|\d+ \w+( \d+)?) at 09:00\."))
    times = [one.get_attribute("datetime") or "" for one in letter.locator("time").all()]
    assert moment in [datetime.fromisoformat(one) for one in times]


def test_a_school_s_programme_from_its_beginning_to_a_message_that_waits_over_the_weekend(
    someone: Callable[..., Someone], place: Place
) -> None:
    owen, fiona, parent = someone(wide=True), someone(wide=True), someone()
    mentor, mentee = someone(), someone()
    owen.sign_in("owen")
    fiona.sign_in("fiona")
    programme = make_programme(owen, place)
    send_more_in_a_minute(owen, programme)
    cohort_id = make_cohort(owen, programme)
    invite_coordinator(owen, fiona, place, programme)
    invite_mentors(fiona, place, programme, ["Struan", "Ailsa", "Rory", "Catriona"])
    invite_pupils(owen, place, programme, ["Iona", "Fergus", "Eilidh"])

    # Two join in browsers of their own, the others behind the pages; each pupil's parent says yes.
    join(mentor, place.inbox, place.address("Struan"), place.username("Struan"))
    join(mentee, place.inbox, place.address("Iona"), place.username("Iona"))
    say_yes(mentor, programme)
    say_yes(mentee, programme, parent=place.parent_of("Iona"))
    say_what_would_suit(mentee, programme, "Music")
    clear(fiona, programme, f"Struan Munro{place.stamp}")
    the_others_join(fiona, place, programme)
    nobody_is_invited_twice(place)
    parents_say_yes(parent, place, ["Iona", "Fergus", "Eilidh"])

    match(fiona, f"{programme}/cohorts/{cohort_id}/matching", place)
    pair_id = agree_how(mentor, mentee, fiona)

    hello = "Hello Iona, I fix boats in Oban. What do you play?"
    send(mentor, hello)
    mentee.does_not_see(hello)
    read_and_pass_on(fiona, programme, hello)
    friday = coming_friday()
    monday = friday + timedelta(days=3)
    tune = "I play the fiddle, and I am learning a slow air for the concert."
    write_and_pass_on(mentee, fiona, place, pair_id, tune, friday)
    expect_it_waits_until(mentee, "Struan can read it from", at(monday, "09:00"))
    do(place.stack, "sweep", at=at(monday, "08:59").isoformat())
    mentor.does_not_see(tune)
    do(place.stack, "sweep", at=at(monday, "09:00").isoformat())
    mentor.sees(tune)
    mentee.sees(hello)

    for one in (owen, fiona, parent, mentor, mentee):
        assert [problem for problem in one.problems if "404" not in problem] == []
