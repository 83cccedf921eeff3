"""Suspending and reinstating."""

import pytest

from shared.people.actions import join_with_account, reinstate, sign_in, suspend, viewer_of
from shared.people.permissions import Role, Viewer
from shared.people.roll_views import people_of
from shared.people.views import staff_of
from shared.platform.errors import Invalid, NotFound, Refused

from .builders import GOOD_PASSWORD, MONDAY, a_programme, an_administrator, invited, join, later, link_of
from .fakes import FakeAccounts


@pytest.fixture
def isla(administrator: Viewer, programme: str, accounts: FakeAccounts) -> Viewer:
    return join(invited(administrator, programme), "isla.m", accounts=accounts)


@pytest.fixture
def coordinator(administrator: Viewer, programme: str, accounts: FakeAccounts) -> Viewer:
    invitation = invited(administrator, programme, role="coordinator", first_name="Callum")
    return join(invitation, "callum", accounts=accounts)


def test_a_suspension_counts_from_the_next_click(
    isla: Viewer, coordinator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    session = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)
    assert viewer_of(session, now=MONDAY) is not None

    suspend(coordinator, programme, isla.person_id, now=MONDAY)

    assert viewer_of(session, now=MONDAY) is None
    with pytest.raises(Invalid, match="paused"):
        sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)


def test_somebody_reinstated_signs_in_anew(
    isla: Viewer, coordinator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    before = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)
    suspend(coordinator, programme, isla.person_id, now=MONDAY)
    suspend(coordinator, programme, isla.person_id, now=MONDAY)
    reinstate(coordinator, programme, isla.person_id, now=later(days=1))

    assert viewer_of(before, now=later(minutes=5)) is None
    token = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=later(days=1))
    assert viewer_of(token, now=later(days=1)) == isla


def test_another_programme_decides_for_itself(
    isla: Viewer, coordinator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    elsewhere = a_programme("Northern Lights")
    invitation = invited(an_administrator(elsewhere, accounts=accounts), elsewhere, role="mentor")
    join_with_account(isla, link_of(invitation), agreed_version=1, now=MONDAY)

    suspend(coordinator, programme, isla.person_id, now=MONDAY)

    viewer = viewer_of(sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY), now=MONDAY)
    assert viewer is not None
    assert [one.programme_id for one in viewer.memberships] == [elsewhere]


def test_a_coordinator_suspends_no_staff(
    administrator: Viewer, coordinator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    with pytest.raises(Refused, match="Only an administrator"):
        suspend(coordinator, programme, administrator.person_id, now=MONDAY)

    suspend(administrator, programme, coordinator.person_id, now=MONDAY)
    assert staff_of(programme, [Role.COORDINATOR]) == []


def test_a_mentor_who_is_on_the_staff_too_is_staff(
    administrator: Viewer, coordinator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    address = "callum.mackay@example.org"
    invitation = invited(administrator, programme, role="mentor", first_name="Callum", address=address)
    join_with_account(coordinator, link_of(invitation), agreed_version=1, now=MONDAY)
    other = join(
        invited(administrator, programme, role="coordinator", first_name="Greer"), "greer", accounts=accounts
    )

    with pytest.raises(Refused):
        suspend(other, programme, coordinator.person_id, now=MONDAY)


def test_nobody_suspends_themselves(administrator: Viewer, programme: str) -> None:
    with pytest.raises(Refused, match="yourself"):
        suspend(administrator, programme, administrator.person_id, now=MONDAY)


def test_those_who_may_not_learn_nothing(
    isla: Viewer, administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    rory = join(
        invited(administrator, programme, role="mentor", first_name="Rory"), "rory", accounts=accounts
    )
    elsewhere = an_administrator(a_programme("Northern Lights"), accounts=accounts)

    for viewer in (rory, isla, elsewhere):
        with pytest.raises(NotFound):
            suspend(viewer, programme, isla.person_id, now=MONDAY)
    with pytest.raises(NotFound):
        suspend(elsewhere, elsewhere.memberships[0].programme_id, isla.person_id, now=MONDAY)
    with pytest.raises(NotFound):
        suspend(administrator, programme, "nobody", now=MONDAY)


def test_the_list_still_shows_who_is_suspended(isla: Viewer, coordinator: Viewer, programme: str) -> None:
    suspend(coordinator, programme, isla.person_id, now=MONDAY)

    (row,) = people_of(coordinator, programme, "mentee", now=MONDAY).people
    assert (row.first_name, row.status, row.may_change) == ("Isla", "suspended", True)
