"""A worry about somebody who works in another programme of the reporter's than the one it is reported in."""

import pytest

from shared.conversations.acquaintances import acquaintances, companions_of
from shared.people.permissions import Member, Role, Viewer
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.items import Concern, concerns_listing
from shared.safeguarding.raising.reporting import Answer, Worry, report_worry
from shared.safeguarding.views import worry_form
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person, also_in
from tests.builders.programmes import a_programme
from tests.shared.safeguarding.builders import a_policy_with, chronology

WORDS = "Priya keeps asking me to meet her in her car after the session."


@pytest.fixture
def ladders(tables: None) -> RunningProgramme:
    return a_programme("Career Ladders", policy=a_policy_with([["safeguarding_lead"]]))


@pytest.fixture
def owls(tables: None) -> RunningProgramme:
    return a_programme("Night Owls", policy=a_policy_with([["safeguarding_lead"]]))


@pytest.fixture
def pair(ladders: RunningProgramme, owls: RunningProgramme) -> TwoWhoWrite:
    """They write in Career Ladders; the mentee takes part in Night Owls too."""
    pair = a_pair(ladders)
    also_in(owls, pair.mentee, role="mentee")
    return pair


@pytest.fixture
def priya(owls: RunningProgramme) -> Someone:
    return a_person("coordinator", owls, first_name="Priya", surname="Nair")


@pytest.fixture
def viewer(pair: TwoWhoWrite, owls: RunningProgramme) -> Viewer:
    mentee = pair.mentee.viewer
    both = (*mentee.memberships, Member(owls.programme_id, owls.name, Role.MENTEE))
    return Viewer(mentee.person_id, mentee.first_name, mentee.surname, both)


def reported(viewer: Viewer, staff: str, **said: str) -> Answer:
    return report_worry(
        viewer,
        Worry(WORDS, "soon", staff=staff, **said),
        acquaintances=acquaintances(viewer),
        companions=companions_of,
        key="form-1",
        now=MONDAY,
    )


def concern_in(programme: RunningProgramme) -> Concern:
    (concern,) = Concern.by_listing.query(concerns_listing(programme.programme_id, "open"))
    assert isinstance(concern, Concern)
    return concern


def reason_of(concern: Concern) -> str:
    return next(one.note or "" for one in chronology(concern.concern_id) if one.what == "raised")


def test_everybody_who_is_offered_is_found_and_it_is_raised_where_they_work_too(
    viewer: Viewer, ladders: RunningProgramme, owls: RunningProgramme, priya: Someone
) -> None:
    (choice,) = [one.value for one in worry_form(viewer, ()).staff if one.words == "Priya, coordinator"]

    for _ in range(2):
        answer = reported(viewer, choice, about="staff", programme_id=ladders.programme_id)

    here, there = concern_in(ladders), concern_in(owls)
    for concern in (here, there):
        assert (concern.about_id, concern.about_name) == (priya.person_id, "Priya Nair")
        assert (concern.words, priya.person_id in concern.hidden_from) == (WORDS, True)
    assert (answer.reference, answer.not_told) == (here.reference, "Priya")
    assert reason_of(here) == "It was raised in Night Owls as well."
    assert reason_of(there) == "It was raised in Career Ladders as well."


def test_where_it_is_about_the_other_of_a_pair_as_well_the_conversation_stays_where_it_is(
    viewer: Viewer, pair: TwoWhoWrite, owls: RunningProgramme, priya: Someone
) -> None:
    also_in(owls, pair.mentor, role="safeguarding_lead")

    reported(viewer, priya.person_id, about=pair.pair_id)

    here, there = concern_in(pair.programme), concern_in(owls)
    assert here.about_name == f"{pair.mentor.name}; Priya Nair"
    assert (here.pair_id, there.pair_id) == (pair.pair_id, None)
    assert there.about_id == priya.person_id
    assert pair.mentor.person_id in there.hidden_from


def test_who_works_where_it_is_reported_is_looked_for_nowhere_else(
    viewer: Viewer, ladders: RunningProgramme, owls: RunningProgramme, priya: Someone
) -> None:
    also_in(ladders, priya, role="coordinator")

    reported(viewer, priya.person_id, about="staff", programme_id=ladders.programme_id)

    assert concern_in(ladders).about_id == priya.person_id
    assert not list(Concern.by_listing.query(concerns_listing(owls.programme_id, "open")))
