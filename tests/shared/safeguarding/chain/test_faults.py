"""What is wrong with a chain, said so that it can be mended."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.notices.addresses import remember_bounce
from shared.people.absences import Absence
from shared.people.permissions import Role
from shared.people.views import StaffMember
from shared.policies.schema import Rank, Steps
from shared.safeguarding.chain.checking import NO_POLICY, check_chain
from shared.safeguarding.chain.faults import NOBODY_APART, Known, faults_of
from shared.safeguarding.chain.rules import Chain
from shared.safeguarding.chain.staffing import staffing
from tests.builders.clock import MONDAY
from tests.builders.people import a_person
from tests.builders.programmes import a_programme, with_a_broken_policy
from tests.shared.safeguarding.builders import MORAG, OWEN, PRIYA, a_staff_member

RUTH = a_staff_member("Ruth Adeyemi", Role.REGIONAL_MANAGER)
LEADS, COORDINATORS = Rank(roles=["safeguarding_lead"]), Rank(roles=["coordinator"])


def faults(
    *staff: StaffMember,
    ranks: Any = (LEADS, COORDINATORS),
    night: Any = (),
    gone: Any = (),
    low: Any = None,
    about_staff: Any = (),
) -> list[str]:
    known = [Known(one.person_id, one.name, True) for one in staff]
    chain = Chain(ranks, night, {}, None, {"low": low} if low else {}, about_staff)
    return faults_of(chain, staff, [*known, *gone], now=MONDAY)


def away(member: StaffMember, stand_in: str = "") -> StaffMember:
    return replace(member, absence=Absence(date(2026, 11, 23), date(2026, 11, 27), stand_in))


def test_a_chain_without_a_gap_has_no_faults() -> None:
    assert faults(MORAG, PRIYA) == []
    assert faults(away(MORAG, PRIYA.person_id), PRIYA) == []


def test_a_step_that_nobody_fills() -> None:
    assert faults(MORAG, RUTH) == ["Step 2 has nobody: nobody on the staff is coordinator."]
    assert faults(MORAG, PRIYA, night=(Rank(roles=["deputy", "regional_manager"]),)) == [
        "Step 1 out of hours has nobody: nobody on the staff is deputy or regional manager."
    ]


def test_a_chain_that_nobody_fills() -> None:
    assert "whole staff" in faults(OWEN)[0]
    assert faults() == ["There is nobody on the staff who could be told of a concern."]


def test_everybody_away() -> None:
    assert faults(away(MORAG), PRIYA) == ["Everybody of step 1 is away today, and nobody there stands in."]
    assert faults(away(MORAG), away(PRIYA), OWEN)[0] == "Everybody in the chain is away today."


def test_a_person_named_who_is_suspended_or_gone() -> None:
    isla = Known("isla", "Isla Grant", False)
    named = Rank(roles=["safeguarding_lead"], people=["isla", "nobody-we-know"])

    assert faults(MORAG, PRIYA, ranks=(named, COORDINATORS), gone=[isla]) == [
        "Step 1 names Isla Grant, who is suspended.",
        "Step 1 names somebody who is not on the staff any more.",
    ]


def test_an_address_that_takes_no_mail() -> None:
    assert faults(replace(MORAG, bounces=True), PRIYA) == ["E-mails to Morag Sinclair do not arrive."]


@pytest.mark.usefixtures("tables")
class TestTheCheck:
    def test_sees_addresses_that_bounced(self) -> None:
        programme = a_programme()
        lead = a_person("safeguarding_lead", programme)
        a_person("coordinator", programme)
        a_person("regional_manager", programme)
        remember_bounce(lead.address, "bounced", at=MONDAY)

        assert check_chain(programme.programme_id, now=MONDAY) == ["E-mails to Morag Sinclair do not arrive."]

    def test_sees_a_policy_that_cannot_be_read(self) -> None:
        programme = a_programme()
        a_person("safeguarding_lead", programme)
        a_person("regional_manager", programme)
        with_a_broken_policy(programme)

        assert check_chain(programme.programme_id, now=MONDAY) == [NO_POLICY]

    def test_sees_those_who_are_suspended_as_known_and_not_able(self) -> None:
        programme = a_programme()
        a_person("deputy", programme, status="suspended")

        staff = staffing(programme.programme_id)

        assert staff.able == []
        assert [one.is_active for one in staff.known] == [False]


def test_a_step_of_those_who_may_read_no_concerns() -> None:
    administrators = Rank(roles=["administrator"])

    assert faults(MORAG, PRIYA, OWEN, ranks=(administrators, LEADS, COORDINATORS)) == [
        "Step 1 has nobody who may read concerns, so that others are told with it at once."
    ]


def test_the_steps_for_one_severity_are_looked_at_too() -> None:
    low = Steps(ranks=[COORDINATORS, Rank(roles=["deputy"])], out_of_hours_ranks=[Rank(people=["isla"])])
    isla = Known("isla", "Isla Grant", False)

    assert faults(MORAG, PRIYA, low=low, gone=[isla]) == [
        "Step 2 for low has nobody: nobody on the staff is deputy.",
        "Step 1 for low, out of hours names Isla Grant, who is suspended.",
        "Step 1 for low, out of hours has nobody: nobody it names is on the staff.",
    ]


def test_only_one_who_may_read_concerns_can_close_nothing_severe() -> None:
    assert faults(MORAG, OWEN, ranks=[LEADS]) == [
        "Morag Sinclair alone may read concerns, so that nothing severe can be closed: that takes two."
    ]


class TestWorriesAboutStaff:
    MANAGERS = (Rank(roles=["regional_manager"]), Rank(roles=["regional_manager", "administrator"]))

    def test_somebody_apart_is_there(self) -> None:
        assert faults(MORAG, PRIYA, RUTH, about_staff=self.MANAGERS) == []

    @pytest.mark.parametrize("staff", [(MORAG, PRIYA), (MORAG, PRIYA, OWEN)])
    def test_nobody_apart_may_read_them(self, staff: tuple[StaffMember, ...]) -> None:
        assert faults(*staff, about_staff=self.MANAGERS) == [NOBODY_APART]

    def test_whoever_they_are_for_is_away(self) -> None:
        assert faults(MORAG, PRIYA, away(RUTH), about_staff=self.MANAGERS) == [
            "Everybody whom worries about staff are for is away today, so that others are told of them."
        ]
        assert faults(MORAG, PRIYA, away(RUTH, MORAG.person_id), about_staff=self.MANAGERS) == []

    def test_their_address_takes_no_mail_or_they_are_suspended(self) -> None:
        named = (Rank(roles=["regional_manager"], people=["isla"]),)
        isla = Known("isla", "Isla Grant", False)

        assert faults(MORAG, PRIYA, replace(RUTH, bounces=True), about_staff=named, gone=[isla]) == [
            "Step 1 for worries about staff names Isla Grant, who is suspended.",
            "E-mails to Ruth Adeyemi do not arrive.",
        ]
