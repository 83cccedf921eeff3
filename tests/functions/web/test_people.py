"""The people of a programme, as its staff see and change them."""

from collections.abc import Iterator

import pytest

from shared.people.actions import invite_first_administrator, run_import
from shared.people.cognito import CognitoAccounts
from shared.people.permissions import Viewer
from shared.platform.clock import now
from tests.shared.people.builders import a_programme, invited, join
from tests.shared.people.fake_files import FakeFiles

from .browser import Browser, Program
from .with_accounts import a_pool, mailed, signed_in

ADDRESS = "isla.mackay@example.org"


@pytest.fixture
def accounts(tables: None) -> Iterator[CognitoAccounts]:
    with a_pool() as accounts:
        yield accounts


@pytest.fixture
def administrator(accounts: CognitoAccounts) -> Viewer:
    """Agnes, a programme's first administrator."""
    invitation = invite_first_administrator(
        a_programme(), first_name="Agnes", surname="Sinclair", address="agnes@example.org", now=now()
    )
    return join(invitation, "agnes", accounts=accounts, now=now())


@pytest.fixture
def people(administrator: Viewer) -> str:
    """The path of the programme's people."""
    return f"/programmes/{administrator.memberships[0].programme_id}/people"


@pytest.fixture
def browser(administrator: Viewer) -> Browser:
    return signed_in("agnes")


@pytest.fixture
def isla(administrator: Viewer, accounts: CognitoAccounts) -> Viewer:
    programme = administrator.memberships[0].programme_id
    invitation = invited(administrator, programme, address=ADDRESS, now=now())
    return join(invitation, "isla.m", accounts=accounts, now=now())


def test_somebody_is_invited_and_stands_in_the_list(browser: Browser, people: str) -> None:
    browser.get(f"{people}/invite")
    answer = browser.post(
        f"{people}/invitations", role="mentee", first_name="Isla", surname="Mackay", address=ADDRESS
    )

    assert (answer.status, answer.location) == (303, f"{people}/invitations")
    words = browser.follow().words
    assert "Isla Mackay , mentee" in words
    assert "Not used yet" in words
    assert Browser().get(mailed("invitation", ADDRESS)).status == 200


def test_what_cannot_be_taken_is_said_beside_its_field_and_kept(browser: Browser, people: str) -> None:
    browser.get(f"{people}/invite")
    answer = browser.post(
        f"{people}/invitations", role="mentee", first_name="Is\r\nla", surname="", address="isla@example"
    )

    assert answer.status == 422
    assert "Enter a surname." in answer.words
    assert "Enter an e-mail address like name@example.org." in answer.words
    assert "isla@example" in answer.text


def test_an_invitation_is_sent_again_and_withdrawn(
    browser: Browser, people: str, administrator: Viewer
) -> None:
    programme = administrator.memberships[0].programme_id
    invitation = invited(administrator, programme, address=ADDRESS, now=now())
    here = f"{people}/invitations/{invitation.invitation_id}"
    browser.get(f"{people}/invitations")

    too_soon = browser.post(f"{here}/resend")
    assert too_soon.status == 409
    assert "less than a minute ago" in too_soon.words

    assert browser.post(f"{here}/withdraw").status == 303
    assert "Withdrawn" in browser.follow().words
    assert Browser().get(mailed("invitation", ADDRESS)).status == 409


def test_several_are_invited_at_once(browser: Browser, people: str, administrator: Viewer) -> None:
    browser.get(f"{people}/invite-several")
    written = "Isla,Mackay,isla@example.org\nEwan,Shaw\nRory,Boyd,rory@example.org"
    key = browser.key()

    refused = browser.post(f"{people}/imports", role="mentor", people=written, key=key)
    assert refused.status == 422
    assert "Line 2: Write a first name, a surname and an e-mail address" in refused.words
    assert "Rory,Boyd,rory@example.org" in refused.text
    assert "Leave out the lines that cannot be used" in refused.words

    answer = browser.post(f"{people}/imports", role="mentor", people=written, key=key, good_only="yes")
    assert answer.status == 303
    assert "The invitations are on their way" in browser.follow().words

    run_import(answer.location.rpartition("/")[2], files=FakeFiles(), clock=now)
    assert "2 of 2 people invited" in browser.get(answer.location).words


def test_the_list_shows_one_role_at_a_time(browser: Browser, people: str, isla: Viewer) -> None:
    assert ADDRESS in browser.get(people).words
    assert ADDRESS not in browser.get(f"{people}?show=mentor").words
    assert "agnes@example.org" in browser.get(f"{people}?show=staff").words
    assert ADDRESS in browser.get(f"{people}?show=nonsense").words


def test_a_suspension_counts_from_the_next_click_and_can_be_undone(
    browser: Browser, people: str, isla: Viewer
) -> None:
    theirs = signed_in("isla.m")
    page = browser.get(f"{people}/{isla.person_id}/suspend")
    assert "Suspend Isla Mackay?" in page.words

    answer = browser.post(f"{people}/{isla.person_id}/suspend")
    assert (answer.status, answer.location) == (303, f"{people}?show=mentee")
    assert "Suspended Reinstate Isla Mackay" in browser.follow().words
    assert theirs.get("/account").status == 303

    assert browser.post(f"{people}/{isla.person_id}/reinstate").status == 303
    assert "Active Suspend Isla Mackay" in browser.follow().words
    assert signed_in("isla.m").get("/account").status == 200


def test_nobody_suspends_themselves(browser: Browser, people: str, administrator: Viewer) -> None:
    browser.get(people)
    answer = browser.post(f"{people}/{administrator.person_id}/suspend")

    assert answer.status == 403
    assert "You cannot suspend yourself." in answer.words


def test_mentees_and_mentors_find_no_such_pages(people: str, isla: Viewer) -> None:
    theirs = signed_in("isla.m")
    for path in ("", "/invite", "/invitations", "/invite-several", f"/{isla.person_id}/suspend"):
        assert theirs.get(people + path).status == 404
    theirs.get("/account")
    assert theirs.post(f"{people}/invitations", role="mentee").status == 404


def test_staff_of_another_programme_find_no_such_pages(
    people: str, isla: Viewer, accounts: CognitoAccounts
) -> None:
    invitation = invite_first_administrator(
        a_programme("Northern Lights"),
        first_name="Greer",
        surname="Lamont",
        address="greer@example.org",
        now=now(),
    )
    join(invitation, "greer", accounts=accounts, now=now())
    theirs = signed_in("greer")

    for path in ("", "/invite", "/invitations", "/invite-several", f"/{isla.person_id}/suspend"):
        assert theirs.get(people + path).status == 404
    theirs.get("/account")
    assert theirs.post(f"{people}/{isla.person_id}/suspend").status == 404
    assert signed_in("isla.m").get("/account").status == 200


def test_a_program_does_all_of_it_too(people: str, administrator: Viewer) -> None:
    signed = Program().post("/sign-in", {"username": "agnes", "password": "kettle orbit marmalade"})
    program = Program(
        signed.json["token"],
    )

    sent = program.post(
        f"{people}/invitations",
        {"role": "mentee", "first_name": "Isla", "surname": "Mackay", "address": ADDRESS},
    )
    assert (sent.status, sent.json["sendings"]) == (201, 1)
    rows = program.get(f"{people}/invitations").json["invitations"]
    assert {row["address"]: row["state"] for row in rows}[ADDRESS] == "open"

    again = program.post(
        f"{people}/invitations",
        {"role": "mentee", "first_name": "Isla", "surname": "Mackay", "address": ADDRESS},
    )
    assert (again.status, again.json["error"]["code"]) == (409, "invited")
    assert "secret" not in program.get(f"{people}/invitations").text
