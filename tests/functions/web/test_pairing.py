"""Bringing a mentor and a mentee together, and the list of those who are, through the routes."""

import re

import pytest

from tests.builders.conversations import a_pair
from tests.builders.people import a_person
from tests.builders.programmes import a_programme

from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")


def test_a_coordinator_pairs_two_people_who_can_then_write() -> None:
    programme = a_programme()
    mentor, mentee = a_person("mentor", programme), a_person("mentee", programme)
    staff = browser_of(a_person("coordinator", programme))
    here = f"/programmes/{programme.programme_id}/pairs"
    assert "Nobody has been paired yet" in staff.get(here).words
    staff.get(f"{here}/new")

    paired = staff.post(here, mentor_id=mentor.person_id, mentee_id=mentee.person_id, key=staff.key())

    assert (paired.status, paired.location) == (303, here)
    found = re.search(r'href="/pairs/([^"]+)"', staff.follow().text)
    assert found is not None
    assert browser_of(mentee).get(f"/pairs/{found.group(1)}").status == 200


def test_two_who_are_paired_already_are_said_to_be_with_the_choice_kept() -> None:
    pair = a_pair()
    staff = browser_of(a_person("coordinator", pair.programme))
    here = f"/programmes/{pair.programme_id}/pairs"
    chosen = {"mentor_id": pair.mentor.person_id, "mentee_id": pair.mentee.person_id}
    isla = a_person("mentee", pair.programme, first_name="Isla", surname="Munro")
    staff.get(f"{here}/new")
    staff.post(here, **{**chosen, "mentee_id": isla.person_id}, key="form-1")
    staff.get(f"{here}/new")

    page = staff.post(here, **{**chosen, "mentee_id": isla.person_id}, key="form-2")

    assert page.status == 409
    assert "Isla Munro and Callum Reid have a conversation already." in page.words
    assert f'value="{isla.person_id}" selected' in page.text


def test_who_is_missing_from_the_pairing_form_is_asked_for() -> None:
    pair = a_pair()
    staff = browser_of(a_person("coordinator", pair.programme))
    here = f"/programmes/{pair.programme_id}/pairs"
    staff.get(f"{here}/new")

    page = staff.post(here, mentor_id="", mentee_id=pair.mentee.person_id, key=staff.key())

    assert page.status == 422
    assert "Please choose a mentor of this programme." in page.words


def test_with_nobody_to_pair_the_page_leads_to_people() -> None:
    programme = a_programme()
    staff = browser_of(a_person("coordinator", programme))

    page = staff.get(f"/programmes/{programme.programme_id}/pairs/new")

    assert "Invite a mentor and a mentee first." in page.words
    assert f'href="/programmes/{programme.programme_id}/people"' in page.text


def test_an_administrator_sees_who_is_paired_and_no_way_into_their_conversation() -> None:
    pair = a_pair()

    page = browser_of(a_person("administrator", pair.programme)).get(f"/programmes/{pair.programme_id}/pairs")

    assert "Amina Yusuf" in page.words
    assert f"/pairs/{pair.pair_id}" not in page.text


def test_participants_see_no_list_and_pair_nobody() -> None:
    pair = a_pair()
    program = program_of(pair.mentor)
    here = f"/programmes/{pair.programme_id}/pairs"

    assert program.get(here).status == 404
    assert program.get(f"{here}/new").status == 404
    body = {"mentor_id": pair.mentor.person_id, "mentee_id": pair.mentee.person_id, "key": "once-only"}
    assert program.post(here, body).status == 404
