"""Reporting a worry."""

from dataclasses import replace

import pytest

from shared.conversations.acquaintances import acquaintances, companions_of
from shared.platform.errors import NotFound
from shared.safeguarding.help import HELP_FOR_ANYONE
from shared.safeguarding.items import Concern, concerns_listing
from shared.safeguarding.raising.reporting import Answer, Worry, report_worry
from shared.safeguarding.views import worry_form
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person, also_in
from tests.builders.programmes import with_a_broken_policy
from tests.shared.safeguarding.builders import alerted

WORRY = Worry("He keeps asking which bus I take home.", "soon")


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def lead(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme)


def reported(someone: Someone, worry: Worry, key: str = "form-1") -> Answer:
    viewer = someone.viewer
    return report_worry(
        viewer,
        worry,
        acquaintances=acquaintances(viewer),
        companions=companions_of,
        key=key,
        now=MONDAY,
    )


def concerns_of(pair: TwoWhoWrite) -> list[Concern]:
    return list(Concern.by_listing.query(concerns_listing(pair.programme_id, "open")))


def test_the_places_for_an_emergency_come_first(pair: TwoWhoWrite) -> None:
    answer = reported(pair.mentee, WORRY)

    assert [place.emergency for place in answer.help] == [True, False]


def test_a_mentor_on_the_staff_neither_sees_nor_hears_what_their_mentee_reports(pair: TwoWhoWrite) -> None:
    also_in(pair.programme, pair.mentor, role="safeguarding_lead")
    other = a_person("safeguarding_lead", pair.programme)

    reported(pair.mentee, replace(WORRY, about="me"))

    (concern,) = concerns_of(pair)
    assert pair.mentor.person_id in concern.hidden_from
    assert alerted() == [other.address]


@pytest.mark.usefixtures("lead")
def test_a_worry_about_somebody_else_is_about_nobody_we_know(pair: TwoWhoWrite) -> None:
    reported(pair.mentee, replace(WORRY, about="someone"))

    (concern,) = concerns_of(pair)
    assert (concern.about_id, concern.about_name) == ("", "Somebody else")


@pytest.mark.usefixtures("lead")
def test_words_added_to_the_same_form_are_not_lost(pair: TwoWhoWrite) -> None:
    reported(pair.mentee, WORRY)
    reported(pair.mentee, replace(WORRY, words="He was at the bus stop today."))

    assert len(concerns_of(pair)) == 2


@pytest.mark.usefixtures("lead")
def test_a_worry_about_somebody_one_does_not_write_with_is_not_found(pair: TwoWhoWrite) -> None:
    stranger = a_person("mentee", pair.programme, first_name="Una", surname="Boyd")

    with pytest.raises(NotFound):
        reported(stranger, replace(WORRY, about=pair.pair_id))


def test_the_form_offers_those_one_writes_with_by_first_name(pair: TwoWhoWrite) -> None:
    viewer = pair.mentee.viewer

    form = worry_form(viewer, acquaintances(viewer), pair_id=pair.pair_id)

    staff = "Somebody who works on the programme"
    assert [choice.words for choice in form.about] == ["Me", pair.mentor.first_name, staff, "Somebody else"]
    assert form.programmes == ()


def test_a_link_with_a_pair_of_others_opens_the_form_all_the_same(pair: TwoWhoWrite) -> None:
    stranger = a_person("mentee", pair.programme, first_name="Una", surname="Boyd").viewer

    form = worry_form(stranger, acquaintances(stranger), pair_id=pair.pair_id)

    assert form.pair_id == ""
    assert [choice.words for choice in form.about] == [
        "Me",
        "Somebody who works on the programme",
        "Somebody else",
    ]


def test_a_worry_is_taken_where_the_policy_cannot_be_read(pair: TwoWhoWrite, lead: Someone) -> None:
    with_a_broken_policy(pair.programme)

    answer = reported(pair.mentee, WORRY)

    assert answer.people_told
    assert answer.help == HELP_FOR_ANYONE
    assert alerted() == [lead.address]


def test_who_reports_a_worry_about_their_own_mentee_does_not_deal_with_it(pair: TwoWhoWrite) -> None:
    also_in(pair.programme, pair.mentor, role="coordinator")
    other_mentor = a_person("mentor", pair.programme, first_name="Fergus", surname="Bell")
    a_pair(pair.programme, mentor=other_mentor, mentee=pair.mentee)
    lead = a_person("safeguarding_lead", pair.programme)

    reported(pair.mentor, replace(WORRY, about=pair.pair_id))

    (concern,) = concerns_of(pair)
    everybody_near = {pair.mentee.person_id, pair.mentor.person_id, other_mentor.person_id}
    assert concern.hidden_from == everybody_near
    assert alerted() == [lead.address]
