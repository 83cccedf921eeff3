"""Inviting from a file, from the form to the e-mails: through the routes, the bucket and the function that
works on it."""

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import boto3
import pytest

from functions.schedules.sweep import _wake_imports
from functions.streams.import_people import work_off
from shared.people.actions import invite_the_good
from shared.people.import_files import BucketOfLists, file_key
from shared.people.import_items import import_key
from shared.people.invitation_items import Invitation, invitations_listing
from shared.people.permissions import Role
from shared.platform.clock import now
from shared.platform.errors import Conflict
from shared.platform.settings import settings
from shared.platform.tables import REGION
from shared.policies import Policy
from shared.policies.people import InvitationMail
from shared.policies.presets import load_preset
from shared.programmes.actions import create_cohort, load_programme
from shared.programmes.cohorts import cohort_of
from shared.programmes.items import Programme, programme_key
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.driver import Context
from tests.outbox import written

from .browser import Answer, Browser
from .signed_in import browser_of, program_of

HEADINGS = (
    "First name,Surname,E-mail address,School,"
    "Which year are they in?,Are they on the university's entry scheme?"
)


def row(name: str, *, year: str = "Year 13", address: str = "") -> str:
    return f"{name},Mackay,{address or name.casefold() + '@example.org'},Northfield Academy,{year},yes"


@dataclass
class World:
    """A programme, its coordinator, and the clock."""

    programme_id: str
    coordinator: Someone
    now: datetime = field(default_factory=now)

    @property
    def people(self) -> str:
        return f"/programmes/{self.programme_id}/people"

    @property
    def browser(self) -> Browser:
        return browser_of(self.coordinator)

    def clock(self) -> datetime:
        return self.now

    def begins(self, browser: Browser, *, role: str = "mentee", cohort_id: str = "") -> str:
        """The path of a new list that waits for its file."""
        browser.get(f"{self.people}/lists/new")
        answer = browser.post(f"{self.people}/lists", role=role, cohort_id=cohort_id, key=browser.key())
        assert answer.status == 303, answer.words
        return answer.location

    def sends(self, content: bytes | str, **options: str) -> tuple[Browser, str]:
        """Begins a list and sends its file, as the page's form does. A browser goes on to where the bucket
        says."""
        browser = self.browser
        path = self.begins(browser, **options)
        form = hidden_fields(browser.get(path))
        body = content.encode() if isinstance(content, str) else content
        boto3.client("s3", region_name=REGION).put_object(
            Bucket=settings().imports_bucket, Key=form["key"], Body=body
        )
        then = form["success_action_redirect"].removeprefix(settings().site_url)
        assert browser.get(then).location == path
        return browser, path

    def works(self, path: str) -> None:
        """The function is woken until there is nothing more to do at this moment."""
        work_off(event(path), Context(), files=BucketOfLists(), clock=self.clock)

    def checks(self, content: bytes | str, **options: str) -> tuple[Browser, str, Answer]:
        browser, path = self.sends(content, **options)
        self.works(path)
        return browser, path, browser.get(path)

    def invites(self, content: bytes | str, **options: str) -> Answer:
        browser, path, _ = self.checks(content, **options)
        assert browser.post(f"{path}/invite").status == 303
        self.works(path)
        return browser.get(path)

    @property
    def invited(self) -> list[str]:
        found = Invitation.by_listing.query(invitations_listing(self.programme_id))
        return sorted(one.address for one in found if isinstance(one, Invitation))

    @property
    def mailed(self) -> list[str]:
        return sorted(one.address for one in written("invitation"))


def event(path: str) -> dict[str, Any]:
    pk, sk = import_key(path.rpartition("/")[2])
    keys = {"pk": {"S": pk}, "sk": {"S": sk}}
    return {"Records": [{"eventName": "MODIFY", "dynamodb": {"Keys": keys, "SequenceNumber": "1"}}]}


def hidden_fields(page: Answer) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    return {name: unescape(value) for name, value in found}


def world_with(policy: Policy, *, first_name: str = "Priya") -> World:
    programme = a_programme(policy=policy, now=now())
    return World(
        programme.programme_id, a_person(Role.COORDINATOR, programme, first_name=first_name, now=now())
    )


@pytest.fixture
def bucket(tables: None) -> None:
    boto3.client("s3", region_name=REGION).create_bucket(
        Bucket=settings().imports_bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
    )


@pytest.fixture
def world(bucket: None) -> World:
    return world_with(load_preset("university-outreach"))


def test_the_page_explains_the_columns_and_gives_a_sample_that_is_taken_as_it_is(world: World) -> None:
    page = world.browser.get(f"{world.people}/lists/new")
    assert "Which year are they in?" in page.words
    assert "One of: Year 11, Year 12, Year 13, Finished school." in page.words

    sample = world.browser.get(f"{world.people}/lists/sample?role=mentee")

    assert sample.headers["content-type"].startswith("text/csv")
    assert 'filename="mentees.csv"' in sample.headers["content-disposition"]
    assert "2 can be invited" in world.checks(sample.text)[2].words


def test_a_list_is_checked_first_and_only_then_invited(world: World) -> None:
    browser, path, page = world.checks("\n".join([HEADINGS, row("Isla"), row("Rory")]))
    assert "Nobody is invited yet" in page.words
    assert world.invited == []

    browser.post(f"{path}/invite")
    browser.post(f"{path}/invite")
    world.works(path)
    world.works(path)

    assert "2 of 2 people invited" in browser.get(path).words
    assert world.invited == world.mailed == ["isla@example.org", "rory@example.org"]


def test_bad_rows_are_listed_corrected_and_sent_again_without_inviting_anybody_twice(world: World) -> None:
    content = "\n".join(
        [HEADINGS, row("Isla"), row("Ewan", year="Year 12"), row("=1+1", address="x@example"), row("Rory")]
    )
    browser, path, page = world.checks(content)
    assert "2 can be invited" in page.words
    assert "The programme is for students in year 13." in page.words
    assert "as a formula does" in page.words
    browser.post(f"{path}/invite")
    world.works(path)

    sheet = browser.get(f"{path}/to-correct").text
    rows = list(csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"))))
    assert [one["Line"] for one in rows] == ["3", "4"]
    assert rows[1]["First name"] == "'=1+1"
    assert "E-mail address: Enter an e-mail address" in rows[1]["What to put right"]

    corrected = (
        sheet.replace("Year 12", "Year 13").replace("'=1+1", "Nia").replace("x@example,", "nia@example.org,")
    )
    world.invites(corrected)
    _, _, last = world.checks(content.replace("Year 12", "Year 13"))

    assert world.invited == world.mailed
    assert world.invited == ["ewan@example.org", "isla@example.org", "nia@example.org", "rory@example.org"]
    assert "3 were invited or have joined already" in last.words


def test_a_list_with_nobody_new_on_it_invites_nobody(world: World) -> None:
    content = "\n".join([HEADINGS, row("Isla"), row("Rory")])
    world.invites(content)

    browser, path, page = world.checks(content)

    assert "2 were invited or have joined already: left out" in page.words
    assert browser.post(f"{path}/invite").status == 409
    assert len(world.mailed) == 2


def test_an_address_invited_as_mentor_is_not_taken_for_a_mentee(world: World) -> None:
    world.invites(
        "First name,Surname,Email,Are they a student of the university now?\nIsla,M,isla@example.org,yes",
        role="mentor",
    )

    _, _, page = world.checks("\n".join([HEADINGS, row("Isla"), row("Rory"), row("Rory")]))

    assert "was invited as a mentor" in page.words
    assert "This address is on line 3 too." in page.words
    assert "1 can be invited" in page.words


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"PK\x03\x04 workbook", "This is an Excel workbook"),
        (b"a" * 50_000_000, "larger than 3 MB"),
        (f"{HEADINGS}\n{HEADINGS}\n{row('Isla')}".encode(), "two rows of headings"),
        (b"Name,Mail\nIsla,isla@example.org", "could not find the row with the headings"),
        (f"{HEADINGS}\n{row('Is-la')}".replace("-", "\0").encode(), "This is not a CSV file"),
    ],
    ids=["empty", "workbook", "50 MB", "two headings", "wrong columns", "NUL"],
)
def test_what_is_no_list_is_refused_in_words_and_nothing_is_written(
    content: bytes, sentence: str, world: World
) -> None:
    browser, path, page = world.checks(content)

    assert "This list cannot be used" in page.words
    assert sentence in page.words
    browser.get(f"{world.people}/lists/new")
    assert browser.post(f"{path}/invite").status == 409
    assert world.invited == []


def test_a_file_that_did_not_arrive_is_waited_for(world: World) -> None:
    browser = world.browser
    path = world.begins(browser)
    browser.get(f"{path}/arrived")
    world.works(path)

    assert "Choose your file" in browser.get(path).words


def test_the_form_leads_to_the_bucket_and_the_page_lets_it(world: World) -> None:
    browser = world.browser
    page = browser.get(world.begins(browser))

    form = hidden_fields(page)
    address = re.search(r'action="(https://[^"]*)" enctype', page.text)
    assert address
    assert f"form-action 'self' {address.group(1)};" in page.headers["content-security-policy"]
    assert form["key"].startswith("lists/")
    assert {"policy", "x-amz-signature", "success_action_redirect"} <= set(form)
    other = browser.get("/account").headers["content-security-policy"]
    assert "form-action 'self';" in other


def test_a_cohort_takes_no_more_of_a_list_than_it_has_places(bucket: None) -> None:
    world = world_with(load_preset("college-pilot"))
    today = now().date()
    cohort_id = create_cohort(
        world.programme_id,
        "Autumn",
        starts_on=today,
        ends_on=today + timedelta(days=99),
        capacity=2,
        now=now(),
    )
    headings = "First name,Surname,Email,course,years_out,aims_higher"
    rows = [f"P{n},M,p{n}@example.org,GCSEs for adults,{n},yes" for n in range(2, 6)]

    page = world.invites("\n".join([headings, *rows]), cohort_id=cohort_id)

    assert "2 of 4 people invited" in page.words
    assert "Autumn is full" in page.words
    cohort = cohort_of(world.programme_id, cohort_id)
    assert cohort is not None
    assert int(cohort.taken) == 2


def test_a_corrected_list_goes_into_the_cohort_of_the_first(world: World) -> None:
    today = now().date()
    cohort_id, _ = (
        create_cohort(world.programme_id, name, starts_on=today, ends_on=today + timedelta(99), now=now())
        for name in ("Autumn", "Spring")
    )
    browser, path, page = world.checks(
        "\n".join([HEADINGS, row("Isla"), row("Ewan", year="Year 12")]), cohort_id=cohort_id
    )

    leads = re.search(r'href="([^"]*/lists/new[^"]*)"[^>]*>Send a corrected list', page.text)
    assert leads
    form = browser.get(unescape(leads.group(1)))

    assert re.search(rf'value="{cohort_id}"[^>]*(selected|checked)', form.text)
    assert program_of(world.coordinator).get(path).json["cohort_id"] == cohort_id


def test_a_list_is_not_invited_into_a_cohort_that_is_over(bucket: None) -> None:
    slow = load_preset("university-outreach").model_copy(
        update={"invitations": InvitationMail(most_each_minute=1)}
    )
    world = world_with(slow)
    today = now().date()
    cohort_id = create_cohort(
        world.programme_id, "Autumn", starts_on=today, ends_on=today + timedelta(days=1), now=now()
    )
    content = "\n".join([HEADINGS, row("Isla"), row("Rory")])
    browser, begun, _ = world.checks(content, cohort_id=cohort_id)
    coordinator = world.coordinator.viewer
    list_id = begun.rpartition("/")[2]

    with pytest.raises(Conflict, match="Autumn is over"):
        invite_the_good(coordinator, world.programme_id, list_id, now=now() + timedelta(days=3))
    browser.post(f"{begun}/invite")
    world.works(begun)
    world.now += timedelta(days=3)
    _wake_imports(world.clock)
    world.works(begun)

    page = browser.get(begun)
    assert "1 of 2 people invited" in page.words
    assert "Autumn is over" in page.words
    assert world.invited == world.mailed == ["isla@example.org"]


def test_a_list_checked_by_questions_of_another_day_is_not_invited(world: World) -> None:
    browser, path, _ = world.checks("\n".join([HEADINGS, row("Isla")]))
    policy = load_programme(world.programme_id).policy
    asked = policy.model_dump(mode="json")
    asked["eligibility"]["questions"][0]["accepts"] = ["Year 12"]
    asked["eligibility"]["questions"][0]["choices"] = ["Year 12", "Year 13"]
    Programme.get(*programme_key(world.programme_id)).update([Programme.policy.set(asked)])

    answer = browser.post(f"{path}/invite")

    assert answer.status == 409
    assert "has changed since this list was checked" in answer.words
    assert world.invited == []


def test_invitations_are_sent_at_the_policys_pace(bucket: None) -> None:
    policy = load_preset("university-outreach")
    paced = policy.model_copy(update={"invitations": InvitationMail(most_each_minute=3)})
    world = world_with(paced)
    page = world.invites("\n".join([HEADINGS, *(row(f"P{n}") for n in range(8))]))
    assert "3 of 8 people invited" in page.words
    path = re.search(r"/programmes/\w+/people/imports/\w+", page.text)
    assert path

    world.now, seen = now(), []
    for _ in range(3):
        world.works(path.group())
        seen.append(len(world.mailed))
        world.now += timedelta(minutes=1)
        _wake_imports(world.clock)

    assert seen == [3, 6, 8]


def test_what_could_not_be_sent_while_a_list_stood_still_is_not_made_up_for(bucket: None) -> None:
    policy = load_preset("university-outreach")
    paced = policy.model_copy(update={"invitations": InvitationMail(most_each_minute=3)})
    world = world_with(paced)
    page = world.invites("\n".join([HEADINGS, *(row(f"P{n}") for n in range(8))]))
    path = re.search(r"/programmes/\w+/people/imports/\w+", page.text)
    assert path

    world.now = now() + timedelta(minutes=10)
    _wake_imports(world.clock)
    world.works(path.group())

    assert len(world.mailed) == 6


def test_nobody_of_another_programme_sees_a_list(world: World) -> None:
    _, path, _ = world.checks("\n".join([HEADINGS, row("Isla")]))
    stranger = world_with(load_preset("national-stem"), first_name="Greer").browser

    for place in (path, f"{path}/to-correct", f"{path}/arrived", f"{world.people}/lists/new"):
        assert stranger.get(place).status == 404
    assert stranger.get(f"{world.people}/lists/sample").status == 404


def test_a_program_does_all_of_it_too(world: World) -> None:
    program = program_of(world.coordinator)
    begun = program.post(f"{world.people}/lists", {"role": "mentee", "key": "k-1"})
    assert begun.status == 201
    assert begun.json["form"]["fields"]["key"] == file_key(begun.json["import_id"])
    path = f"{world.people}/imports/{begun.json['import_id']}"
    boto3.client("s3", region_name=REGION).put_object(
        Bucket=settings().imports_bucket,
        Key=file_key(begun.json["import_id"]),
        Body=f"{HEADINGS}\n{row('Isla')}",
    )

    assert program.post(f"{path}/check").json["state"] == "queued"
    world.works(path)
    assert program.get(path).json["good"] == 1
    program.post(f"{path}/invite")
    world.works(path)

    assert program.get(path).json["invited"] == 1
