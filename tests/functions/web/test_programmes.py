"""Programmes, as an administrator makes them and as their first page shows what waits."""

from datetime import timedelta

import pytest

from shared.people.permissions import Role
from shared.platform.clock import now
from shared.platform.tables import transaction
from shared.programmes.actions import RunningProgramme, load_programme
from shared.programmes.desk import add_unpaired, move_end
from shared.programmes.rules import day_of
from tests.builders.conversations import WITH_A_NUMBER, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_cohort, a_programme
from tests.builders.safeguarding import a_concern

from .browser import Browser
from .signed_in import browser_of

pytestmark = pytest.mark.usefixtures("tables")

TODAY = day_of(now())


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme("Routes into Engineering")


@pytest.fixture
def owen(programme: RunningProgramme) -> Someone:
    return a_person(Role.ADMINISTRATOR, programme)


@pytest.fixture
def browser(owen: Someone) -> Browser:
    return browser_of(owen)


def test_an_administrator_makes_another_programme_and_is_its_administrator(
    browser: Browser, programme: RunningProgramme
) -> None:
    page = f"/programmes/{programme.programme_id}/another"
    form = browser.get(page)
    assert "Northfield Education Trust" in form.words

    given = {"name": "Evening Letters", "preset": "national-stem", "key": browser.key()}
    first = browser.post(page, **given)
    browser.get(page)
    again = browser.post(page, **given)

    assert (first.status, again.status, first.location) == (303, 303, again.location)
    made = load_programme(first.location.split("/")[2])
    assert (made.name, made.organisation_name) == ("Evening Letters", "Northfield Education Trust")
    assert "Nothing waits for you" in browser.get(first.location).words
    assert browser.get(f"/programmes/{made.programme_id}/people?show=staff").status == 200


def test_a_programme_without_a_name_or_a_preset_is_not_made(
    browser: Browser, programme: RunningProgramme
) -> None:
    page = f"/programmes/{programme.programme_id}/another"
    browser.get(page)

    answer = browser.post(page, name=" ", preset="the-best", key=browser.key())

    assert answer.status == 422
    assert "Please choose one of the programmes offered." in answer.words
    assert "Enter a name." in answer.words


def test_only_an_administrator_makes_programmes(programme: RunningProgramme) -> None:
    priya = browser_of(a_person(Role.COORDINATOR, programme))

    assert priya.get(f"/programmes/{programme.programme_id}/another").status == 404


def test_a_programmes_first_page_says_who_waits_for_whom(
    browser: Browser, programme: RunningProgramme
) -> None:
    here = f"/programmes/{programme.programme_id}"
    assert "Nothing waits for you" in browser.get(here).words
    pair = a_pair(programme=programme)
    a_message(pair, WITH_A_NUMBER, state="held", severity="medium", now=now() - timedelta(hours=2))
    a_concern(pair, now=now() - timedelta(hours=1))
    a_cohort(programme, "Spring", now=now())
    browser.get(f"{here}/people/invite")
    invited = browser.post(
        f"{here}/people/invitations",
        role="mentor",
        first_name="Rory",
        surname="Boyd",
        address="rory@example.org",
    )
    assert invited.status == 303
    with transaction() as write:
        move_end(
            write,
            programme.programme_id,
            pair.mentor.person_id,
            name="Callum Reid",
            before="",
            until=(TODAY + timedelta(days=20)).isoformat(),
        )
        add_unpaired(write, programme.programme_id, "person-9", name="Jamie Kerr", now=now())
    with transaction() as write:
        move_end(
            write,
            programme.programme_id,
            "person-8",
            name="Hannah Osei",
            before="",
            until=(TODAY + timedelta(days=90)).isoformat(),
        )

    priya = browser_of(a_person(Role.COORDINATOR, programme)).get(here).words
    owen = browser.get(here).words

    for line in ("1 concern that nobody has answered", "1 message waits to be read", "Amina"):
        assert line in priya
        assert line not in owen
    for line in (
        "1 mentor’s clearance ends within a month",
        "Callum Reid , until",
        "1 mentee waits for a mentor",
        "Jamie Kerr",
        "1 invitation without an answer",
        "Rory Boyd",
        "Spring",
    ):
        assert line in priya
        assert line in owen
    assert "Hannah Osei" not in priya
