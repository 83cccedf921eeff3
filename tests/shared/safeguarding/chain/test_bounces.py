"""Alerts that did not arrive: somebody else is told at once."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.notices.addresses import bouncing
from shared.notices.items import Notice
from shared.notices.rules import Receipt
from shared.notices.sending import record_receipt
from shared.people.permissions import CONVERSATION_READERS
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.chain.bounces import NotAll, alert_not_read, move_on_from_bounces
from shared.safeguarding.chain.climbing import PassedOn, escalate, make_sure_of_alerts
from shared.safeguarding.concerns.answering import acknowledge
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.emulator import empty_tables
from tests.faults import answering
from tests.racing import just_before_it_writes
from tests.shared.safeguarding.builders import (
    a_new_concern,
    a_policy_with,
    alerted,
    alerts,
    chronology,
    raised_in,
    the_concern,
)

pytestmark = pytest.mark.usefixtures("tables")

SOON = MONDAY + timedelta(seconds=20)
LATER = MONDAY + timedelta(seconds=40)
CHAIN = [["safeguarding_lead", "deputy"], ["coordinator"], ["regional_manager"]]


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme(policy=a_policy_with(CHAIN))


@pytest.fixture
def manager(programme: RunningProgramme) -> Someone:
    return a_person("regional_manager", programme)


def newest_alert_to(someone: Someone) -> Notice:
    found = [item for item in Notice.scan() if isinstance(item, Notice) and item.address == someone.address]
    return max(found, key=lambda one: one.queued_at)


def comes_back(someone: Someone, receipt: Receipt = "bounced") -> PassedOn | None:
    """The mail service says that the newest alert to somebody was not read, and that is acted on."""
    alert = newest_alert_to(someone)
    record_receipt(alert.notice_id, receipt, SOON)
    return alert_not_read(alert.notice_id, now=SOON)


def _another(programme: RunningProgramme) -> str:
    new = a_new_concern(cause=("another",), programme_id=programme.programme_id)
    return raised_in(programme, new, now=LATER)


def lines(concern_id: str) -> list[tuple[str, str | None]]:
    return [(one.what, one.note) for one in chronology(concern_id)]


@pytest.mark.parametrize("receipt", ["bounced", "bounced_for_now", "complained", "rejected"])
def test_when_the_only_one_told_cannot_be_reached_the_next_are_told_at_once(
    programme: RunningProgramme, lead: Someone, coordinator: Someone, receipt: Receipt
) -> None:
    concern_id = raised_in(programme)

    assert comes_back(lead, receipt) == PassedOn(told=1)

    assert alerted() == [coordinator.address]
    assert lines(concern_id)[2:] == [("moved_on", coordinator.name), ("not_told", lead.name)]
    assert the_concern(concern_id).answer_by == SOON + timedelta(minutes=10)


def test_while_somebody_else_of_the_step_can_be_reached_it_waits_for_them(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    deputy = a_person("deputy", programme)
    concern_id = raised_in(programme)

    assert comes_back(lead) is None
    assert lines(concern_id)[-1] == ("not_told", lead.name)
    assert coordinator.address not in alerted()

    assert comes_back(deputy) == PassedOn(told=1)
    assert coordinator.address in alerted()


def test_the_same_receipt_again_changes_nothing(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    concern_id = raised_in(programme)
    alert = newest_alert_to(lead)
    comes_back(lead)
    before = lines(concern_id), alerted()

    record_receipt(alert.notice_id, "bounced", LATER)
    assert alert_not_read(alert.notice_id, now=LATER) is None
    assert move_on_from_bounces(LATER) == []

    assert (lines(concern_id), alerted()) == before


def test_of_two_that_hear_of_it_at_the_same_moment_one_passes_it_on(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    raised_in(programme)
    alert = newest_alert_to(lead)
    record_receipt(alert.notice_id, "bounced", SOON)

    with just_before_it_writes(lambda: move_on_from_bounces(SOON)):
        alert_not_read(alert.notice_id, now=SOON)

    assert alerted() == [coordinator.address]


def test_a_receipt_whose_bearer_died_is_acted_on_by_the_sweep(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    raised_in(programme)
    record_receipt(newest_alert_to(lead).notice_id, "bounced", SOON)

    assert move_on_from_bounces(SOON) == [PassedOn(told=1)]
    assert alerted() == [coordinator.address]


def test_one_that_cannot_be_acted_on_holds_up_no_other_and_is_tried_again(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    raised_in(programme)
    record_receipt(newest_alert_to(lead).notice_id, "bounced", SOON)

    with answering("TransactWriteItems", "InternalServerError", times=1), pytest.raises(NotAll):
        move_on_from_bounces(SOON)
    assert move_on_from_bounces(SOON, enough=lambda: True) == []
    assert move_on_from_bounces(SOON) == [PassedOn(told=1)]


def test_an_answered_concern_is_passed_on_no_further(
    programme: RunningProgramme, lead: Someone, coordinator: Someone
) -> None:
    deputy = a_person("deputy", programme)
    concern_id = raised_in(programme)
    acknowledge(deputy.viewer, concern_id, now=SOON)

    assert comes_back(lead) is None
    assert coordinator.address not in alerted()


def test_an_alert_of_an_earlier_step_passes_nothing_on(
    programme: RunningProgramme, lead: Someone, coordinator: Someone, manager: Someone
) -> None:
    concern_id = raised_in(programme)
    escalate(concern_id, now=MONDAY + timedelta(minutes=10))

    assert comes_back(lead) is None
    assert manager.address not in alerted()
    assert ("not_told", lead.name) in lines(concern_id)


class TestAtTheTop:
    def test_when_nobody_can_be_reached_any_more_those_who_run_the_site_learn_of_it_once(
        self, programme: RunningProgramme, lead: Someone
    ) -> None:
        concern_id = raised_in(programme)

        assert comes_back(lead) is None
        assert move_on_from_bounces(SOON) == []

        assert [one.template for one in alerts()] == ["nobody_told"]
        assert the_concern(concern_id).climbs == 0

    def test_it_is_tried_again_when_its_time_is_up(self, programme: RunningProgramme, lead: Someone) -> None:
        concern_id = raised_in(programme)
        comes_back(lead)

        assert escalate(concern_id, now=MONDAY + timedelta(minutes=10)) == PassedOn(told=0)
        assert lead.address in alerted()

    def test_full_mailboxes_do_not_make_it_climb_without_end(
        self, programme: RunningProgramme, lead: Someone, coordinator: Someone, manager: Someone
    ) -> None:
        concern_id = raised_in(programme)

        for _ in range(4):
            for someone in (lead, coordinator, manager):
                comes_back(someone, "bounced_for_now")

        assert int(the_concern(concern_id).climbs) <= 5


class TestAnAddressKnownToBounce:
    def test_is_tried_and_the_next_are_told_from_the_start(
        self, programme: RunningProgramme, lead: Someone, coordinator: Someone
    ) -> None:
        raised_in(programme)
        comes_back(lead)
        first = set(alerted())

        concern_id = _another(programme)

        assert set(alerted()) == first | {lead.address, coordinator.address}
        assert ("not_told", lead.name) in lines(concern_id)
        assert the_concern(concern_id).rank == 1

    def test_counts_again_once_something_was_delivered_there(
        self, programme: RunningProgramme, lead: Someone
    ) -> None:
        raised_in(programme)
        comes_back(lead)
        assert bouncing([lead.address]) == {lead.address}
        concern_id = _another(programme)

        record_receipt(newest_alert_to(lead).notice_id, "delivered", LATER)

        assert bouncing([lead.address]) == frozenset()
        assert make_sure_of_alerts(concern_id, now=LATER) == PassedOn(told=1)

    @pytest.mark.parametrize(
        ("receipt", "remembered"),
        [("bounced", True), ("complained", True), ("bounced_for_now", False), ("rejected", False)],
    )
    def test_a_full_mailbox_or_a_refused_e_mail_says_nothing_of_the_address(
        self, programme: RunningProgramme, lead: Someone, receipt: Receipt, remembered: bool
    ) -> None:
        raised_in(programme)
        comes_back(lead, receipt)

        assert bool(bouncing([lead.address])) is remembered

    def test_another_address_is_another_matter(self, programme: RunningProgramme, lead: Someone) -> None:
        raised_in(programme)
        comes_back(lead)

        assert bouncing(["morag@example.org"]) == frozenset()


ROLES = ("administrator", "coordinator", "deputy", "regional_manager", "safeguarding_lead")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.sampled_from(ROLES), min_size=1),
    st.sets(st.sampled_from(ROLES)),
    st.sampled_from(["bounced", "bounced_for_now", "complained"]),
    st.randoms(use_true_random=False),
)
def test_whoever_takes_mail_is_told_whatever_bounces_and_nobody_it_is_about(
    tables: None, roles: set[str], dead: set[str], receipt: Receipt, rng: Random
) -> None:
    """Every alert to an address that takes no mail comes back at once; the clock runs out three times. An
    administrator cannot see a concern, and stands in only where there is nobody else at all: where those who
    can are there and none of them takes mail, operations are told."""
    with empty_tables():
        programme = a_programme(policy=a_policy_with(CHAIN))
        people = {role: a_person(role, programme) for role in sorted(roles)}
        about = rng.choice(list(people.values()))
        takes_no_mail = {people[role].address for role in dead & roles}
        new = a_new_concern(programme_id=programme.programme_id, about_id=about.person_id)
        concern_id, moment = raised_in(programme, new), MONDAY

        for _ in range(4):
            make_sure_of_alerts(concern_id, now=moment)
            while back := [one for one in alerts() if one.address in takes_no_mail]:
                for alert in back:
                    record_receipt(alert.notice_id, receipt, moment)
                    alert_not_read(alert.notice_id, now=moment)
            moment += timedelta(minutes=10)

        others = {role: one.address for role, one in people.items() if one is not about}
        able = {at for role, at in others.items() if role in CONVERSATION_READERS} or set(others.values())
        told = {one.address for one in Notice.scan() if isinstance(one, Notice)}
        assert about.address not in told
        if able - takes_no_mail:
            assert told & (able - takes_no_mail)
        else:
            assert told & ({"operations@example.org", *others.values()} - takes_no_mail)
