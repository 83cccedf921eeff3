"""A worry about somebody who works on the programme: it never goes to them, and to nobody alone who may be
them."""

from datetime import datetime, timedelta

import pytest

from shared.conversations.acquaintances import acquaintances, companions_of
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.chain.climbing import escalate
from shared.safeguarding.concerns.answering import acknowledge, colleagues
from shared.safeguarding.concerns.letting_in import let_in, staff_to_let_in
from shared.safeguarding.concerns.lists import concern_list
from shared.safeguarding.items import Concern, concerns_listing
from shared.safeguarding.raising.reporting import Answer, Worry, report_worry
from shared.safeguarding.views import WorryForm, concern_page, worry_form
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person, also_in
from tests.builders.programmes import a_programme
from tests.outbox import written
from tests.shared.safeguarding.builders import a_policy_with, alerted, alerts, chronology, the_concern

ALONE = "She asks me to meet her alone, and not to tell."
LATER = MONDAY + timedelta(hours=3)


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme(policy=a_policy_with([["safeguarding_lead"], ["deputy", "coordinator"]]))


@pytest.fixture
def pair(programme: RunningProgramme) -> TwoWhoWrite:
    return a_pair(programme=programme)


@pytest.fixture
def lead(programme: RunningProgramme) -> Someone:
    return a_person("safeguarding_lead", programme, first_name="Morag", surname="Sinclair")


@pytest.fixture
def coordinator(programme: RunningProgramme) -> Someone:
    return a_person("coordinator", programme, first_name="Priya", surname="Nair")


@pytest.fixture
def manager(programme: RunningProgramme) -> Someone:
    return a_person("regional_manager", programme, first_name="Ruth", surname="Adeyemi")


@pytest.fixture
def administrator(programme: RunningProgramme) -> Someone:
    return a_person("administrator", programme, first_name="Owen", surname="Hughes")


def form_of(someone: Someone) -> WorryForm:
    return worry_form(someone.viewer, acquaintances(someone.viewer))


def reported(pair: TwoWhoWrite, staff: str = "", *, about: str = "staff", words: str = ALONE) -> Answer:
    viewer = pair.mentee.viewer
    return report_worry(
        viewer,
        Worry(words, "soon", about, staff=staff),
        acquaintances=acquaintances(viewer),
        companions=companions_of,
        key="form-1",
        now=MONDAY,
    )


def the_only(pair: TwoWhoWrite) -> Concern:
    (concern,) = Concern.by_listing.query(concerns_listing(pair.programme_id, "open"))
    assert isinstance(concern, Concern)
    return concern


def seen_by(someone: Someone, concern: Concern, *, now: datetime = MONDAY) -> bool:
    try:
        concern_page(someone.viewer, concern.concern_id, now=now)
    except NotFound:
        return False
    return True


@pytest.mark.usefixtures("administrator")
def test_a_young_person_can_choose_among_first_names_and_roles(
    pair: TwoWhoWrite, lead: Someone, coordinator: Someone
) -> None:
    form = form_of(pair.mentee)

    assert [one.words for one in form.staff] == [
        "Morag, safeguarding lead",
        "Priya, coordinator",
        "I would rather not say",
    ]
    assert "Somebody who works on the programme" in [one.words for one in form.about]
    assert "Sinclair" not in str(form)


def test_whoever_is_named_is_not_told_and_cannot_see_it_and_a_manager_is(
    pair: TwoWhoWrite, lead: Someone, coordinator: Someone, manager: Someone
) -> None:
    answer = reported(pair, lead.person_id)

    concern = the_only(pair)
    assert alerted() == [manager.address]
    assert (concern.about_id, concern.about_name) == (lead.person_id, "Morag Sinclair")
    assert [seen_by(one, concern) for one in (lead, coordinator, manager)] == [False, False, True]
    assert concern_list(coordinator.viewer, pair.programme_id, now=MONDAY).concerns == ()
    assert (answer.about_staff, answer.not_told, answer.people_told) == (True, "Morag", True)


def test_it_climbs_among_those_it_is_for(
    pair: TwoWhoWrite, lead: Someone, coordinator: Someone, manager: Someone, administrator: Someone
) -> None:
    reported(pair, lead.person_id)
    concern = the_only(pair)

    for hours in (3, 6, 9):
        escalate(concern.concern_id, now=MONDAY + timedelta(hours=hours))

    told = {one.address for one in alerts() if one.template == "concern_alert"}
    assert told == {manager.address, administrator.address}


def test_the_manager_themselves_is_named_and_the_others_are_told_together(
    pair: TwoWhoWrite, lead: Someone, coordinator: Someone, manager: Someone
) -> None:
    reported(pair, manager.person_id)

    concern = the_only(pair)
    assert sorted(alerted()) == sorted([lead.address, coordinator.address])
    assert [seen_by(one, concern) for one in (lead, coordinator, manager)] == [True, True, False]


def test_who_would_rather_not_say_is_not_read_by_those_they_work_with(
    pair: TwoWhoWrite, lead: Someone, coordinator: Someone, manager: Someone, administrator: Someone
) -> None:
    answer = reported(pair, "unsaid")

    concern = the_only(pair)
    assert sorted(alerted()) == sorted([manager.address, administrator.address])
    assert [seen_by(one, concern) for one in (lead, coordinator, manager)] == [False, False, True]
    assert (concern.about_id, answer.not_told) == ("", "")


def test_without_anybody_apart_everybody_is_told_together_so_that_nobody_reads_it_alone(
    pair: TwoWhoWrite, lead: Someone, coordinator: Someone
) -> None:
    reported(pair)

    assert sorted(alerted()) == sorted([lead.address, coordinator.address])
    assert form_of(pair.mentee).staff_worries_go_to == ()


@pytest.mark.usefixtures("lead")
def test_where_there_is_only_one_those_who_run_the_site_hear_of_it_too(pair: TwoWhoWrite) -> None:
    reported(pair)
    concern = the_only(pair)

    passed_on = escalate(concern.concern_id, now=MONDAY)

    assert passed_on is not None
    assert passed_on.told == 0
    assert "nobody_told" in [one.template for one in written()]


def test_the_form_says_to_whom_it_goes(pair: TwoWhoWrite, manager: Someone, administrator: Someone) -> None:
    assert form_of(pair.mentee).staff_worries_go_to == ("regional manager", "administrator")


def test_two_who_cannot_be_told_apart_are_both_kept_from_it(
    pair: TwoWhoWrite, programme: RunningProgramme, coordinator: Someone, manager: Someone, lead: Someone
) -> None:
    namesake = a_person("coordinator", programme, first_name="Priya", surname="Shah")
    (choice,) = [one.value for one in form_of(pair.mentee).staff if one.words == "Priya, coordinator"]

    reported(pair, choice)

    concern = the_only(pair)
    assert {coordinator.person_id, namesake.person_id} <= concern.hidden_from
    assert alerted() == [manager.address]


def test_naming_somebody_counts_whatever_else_was_chosen(
    pair: TwoWhoWrite, lead: Someone, manager: Someone
) -> None:
    reported(pair, lead.person_id, about="me")

    assert (the_only(pair).about_id, alerted()) == (lead.person_id, [manager.address])


def test_what_is_not_among_the_choices_names_nobody_and_is_no_reason_to_refuse(
    pair: TwoWhoWrite, lead: Someone, manager: Someone, administrator: Someone
) -> None:
    stranger = a_person("coordinator", a_programme("Night Owls"), first_name="Una", surname="Boyd")

    reported(pair, stranger.person_id)

    concern = the_only(pair)
    assert (concern.about_id, concern.about_name) == ("", "Somebody on the staff, who could not be found")
    assert lead.address not in alerted()


def test_a_mentor_who_also_works_here_does_not_find_themselves(
    pair: TwoWhoWrite, programme: RunningProgramme, lead: Someone
) -> None:
    also_in(programme, pair.mentor, role="coordinator")

    assert next(one.words for one in form_of(pair.mentor).staff) == "Morag, safeguarding lead"


def test_whoever_deals_with_it_opens_it_to_a_colleague_but_never_to_whom_it_is_about(
    pair: TwoWhoWrite, lead: Someone, coordinator: Someone, manager: Someone
) -> None:
    reported(pair, lead.person_id)
    concern = the_only(pair)
    acknowledge(manager.viewer, concern.concern_id, now=LATER)
    offered = [one.person_id for one in staff_to_let_in(manager.viewer, the_concern(concern.concern_id))]

    def opens(whom: Someone) -> None:
        let_in(
            manager.viewer,
            concern.concern_id,
            whom=whom.person_id,
            reason="I need a second reader.",
            key="form-2",
            now=LATER,
        )

    assert offered == [coordinator.person_id]
    with pytest.raises(Invalid):
        opens(lead)
    for _ in range(2):
        opens(coordinator)
    assert seen_by(coordinator, concern, now=LATER)
    assert [one.what for one in chronology(concern.concern_id)].count("let_in") == 1
    assert coordinator.person_id in [
        one.person_id for one in colleagues(manager.viewer, the_concern(concern.concern_id))
    ]


# ── Somebody is named in what was written ──────────────────────────────────


def test_a_lead_who_is_named_in_the_words_is_not_the_only_one_told(
    pair: TwoWhoWrite, lead: Someone, coordinator: Someone, manager: Someone
) -> None:
    reported(pair, about="me", words="Morag Sinclair asks me to meet her alone.")

    assert set(alerted()) == {lead.address, coordinator.address, manager.address}


def test_somebody_else_by_a_first_name_is_enough(pair: TwoWhoWrite, lead: Someone, manager: Someone) -> None:
    reported(pair, about="someone", words="Morag, who runs this, asks me to meet alone.")

    assert set(alerted()) == {lead.address, manager.address}


def test_whoever_is_named_leaves_the_answer_to_a_colleague(
    pair: TwoWhoWrite, lead: Someone, manager: Someone
) -> None:
    reported(pair, about="me", words="Morag Sinclair asks me to meet her alone.")
    concern_id = the_only(pair).concern_id

    with pytest.raises(Conflict, match="Your name stands"):
        acknowledge(lead.viewer, concern_id, now=LATER)
    acknowledge(manager.viewer, concern_id, now=LATER)

    assert the_concern(concern_id).acknowledged_by == manager.person_id


def test_where_nobody_else_reads_concerns_the_one_who_is_named_answers_and_operations_know(
    pair: TwoWhoWrite, lead: Someone
) -> None:
    reported(pair, about="me", words="Morag Sinclair asks me to meet her alone.")
    concern_id = the_only(pair).concern_id
    escalate(concern_id, now=MONDAY)

    acknowledge(lead.viewer, concern_id, now=LATER)

    assert "nobody_told" in [one.template for one in written()]
    assert the_concern(concern_id).state == "acknowledged"
