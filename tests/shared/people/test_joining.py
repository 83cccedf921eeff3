"""Joining by an invitation's link: once, by the right person, whatever is interrupted."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.people.actions import (
    accept_invitation,
    join_with_account,
    open_invitation,
    resend,
    sign_in,
    viewer_of,
    withdraw,
)
from shared.people.invitation_items import Invitation
from shared.people.items import Person
from shared.people.permissions import Role, Viewer
from shared.platform.errors import Conflict, Invalid, NotFound, TooMany
from shared.platform.tables import DirectoryItem
from tests.racing import just_before_it_writes

from .builders import (
    GOOD_PASSWORD,
    MONDAY,
    OTHER_PASSWORD,
    a_programme,
    an_administrator,
    invited,
    join,
    later,
    link_of,
)
from .fakes import FakeAccounts


class Stopped(Exception):
    """The process ends here, whatever it was about to do."""


def stop() -> None:
    raise Stopped


def accept(invitation: Invitation, accounts: FakeAccounts, **other: Any) -> str:
    given: dict[str, Any] = {
        "username": "isla.m",
        "password": GOOD_PASSWORD,
        "agreed_version": 1,
        "now": later(hours=1),
    }
    return accept_invitation(link_of(invitation), accounts=accounts, **(given | other))


def everything() -> list[str]:
    """The Directory, less counts of tries: to see that nothing was written."""
    return sorted(
        f"{item.pk} {item.sk} {item.version}"
        for item in DirectoryItem.scan()
        if not item.pk.startswith("RATE#")
    )


def test_opening_a_link_any_number_of_times_uses_nothing_up(administrator: Viewer, programme: str) -> None:
    invitation = invited(administrator, programme)
    open_invitation(link_of(invitation), now=later(minutes=1))
    before = everything()

    pages = [open_invitation(link_of(invitation), now=later(hours=1)) for _ in range(3)]

    assert everything() == before
    assert pages[0] == pages[2]
    assert pages[0].programme_name == "Bright Futures Dundee"
    assert pages[0].rules == ("I write to my mentor on Signpost only.", "I can stop at any time.")
    assert not pages[0].has_account


def test_accepting_makes_the_person_and_signs_them_in(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    session = accept(invited(administrator, programme), accounts, username="Isla.M")

    viewer = viewer_of(session, now=later(hours=1))
    assert viewer is not None
    assert (viewer.first_name, viewer.surname) == ("Isla", "Mackay")
    assert [(one.programme_id, one.role) for one in viewer.memberships] == [(programme, Role.MENTEE)]
    assert sign_in("ISLA.M", GOOD_PASSWORD, accounts=accounts, now=later(hours=2))


@pytest.mark.parametrize(
    "alter",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.split(".")[0],
        lambda token: "0" * 32 + "." + token.split(".")[1],
        lambda token: token + "x",
        lambda _: "",
        lambda _: "ﬀ.ﬀ",
        lambda _: "\x00",
        lambda _: "a." + "b" * 4096,
    ],
)
def test_an_altered_link_is_not_known(
    alter: Callable[[str], str], administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    link = alter(link_of(invited(administrator, programme)))
    before = everything()

    with pytest.raises(NotFound, match="do not know this link"):
        open_invitation(link, now=MONDAY)
    with pytest.raises(NotFound, match="do not know this link"):
        accept_invitation(
            link, username="isla.m", password=GOOD_PASSWORD, agreed_version=1, accounts=accounts, now=MONDAY
        )
    assert everything() == before


@pytest.mark.parametrize(
    ("other", "fields"),
    [
        ({"username": "is"}, ["username"]),
        ({"password": "too short"}, ["password"]),
        ({"password": "isla.m isla.m"}, ["password"]),
        ({"agreed_version": 0}, ["agreed"]),
        ({"agreed_version": 7}, ["agreed"]),
        (
            {"username": "", "password": "password1234", "agreed_version": 0},
            ["agreed", "username", "password"],
        ),
    ],
)
def test_a_form_that_needs_another_look_writes_nothing_and_the_link_still_works(
    other: dict[str, Any], fields: list[str], administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    invitation = invited(administrator, programme)
    before = everything()

    with pytest.raises(Invalid) as refused:
        accept(invitation, accounts, **other)

    assert [error.field for error in refused.value.all] == fields
    assert everything() == before
    assert accept(invitation, accounts)


def test_a_username_of_somebody_else_is_taken_whatever_its_capitals(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    join(invited(administrator, programme, first_name="Rory"), "sunny", accounts=accounts)
    known = dict(accounts.passwords)

    with pytest.raises(Invalid, match="Somebody else has this username"):
        accept(invited(administrator, programme), accounts, username="SUNNY")
    assert accounts.passwords == known


def test_the_same_form_sent_again_signs_in_and_makes_nobody(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    invitation = invited(administrator, programme)
    first = accept(invitation, accounts)
    again = accept(invitation, accounts)

    for session in (first, again):
        viewer = viewer_of(session, now=later(hours=1))
        assert viewer is not None
        assert viewer.first_name == "Isla"
    assert len(accounts.passwords) == 2, "the administrator's and hers"


def test_a_used_link_lets_nobody_else_in(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    invitation = invited(administrator, programme)
    accept(invitation, accounts)
    before = everything()

    with pytest.raises(Conflict, match="has been used"):
        accept(invitation, accounts, username="somebody.else")
    with pytest.raises(Invalid, match="do not go together"):
        accept(invitation, accounts, password=OTHER_PASSWORD)
    with pytest.raises(Conflict, match="has been used"):
        open_invitation(link_of(invitation), now=later(hours=2))
    assert everything() == before


def test_a_busy_password_service_asks_to_try_again_and_the_link_still_works(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    invitation = invited(administrator, programme)
    accounts.busy = True
    with pytest.raises(TooMany, match="try again in a minute"):
        accept(invitation, accounts)

    accounts.busy = False
    assert accept(invitation, accounts)


def test_a_password_the_service_refuses_is_said_beside_the_field(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    accounts.refused = {GOOD_PASSWORD}

    with pytest.raises(Invalid, match="choose another password") as refused:
        accept(invited(administrator, programme), accounts)
    assert refused.value.field == "password"


def test_stopped_between_the_two_systems_the_same_form_joins_all_the_same(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    invitation = invited(administrator, programme)
    accounts.after["create"] = stop
    with pytest.raises(Stopped):
        accept(invitation, accounts)

    assert viewer_of(accept(invitation, accounts), now=later(hours=1)) is not None
    assert sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=later(hours=2))


def test_what_an_interrupted_try_left_behind_opens_nothing(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    invitation = invited(administrator, programme)
    accounts.after["create"] = stop
    with pytest.raises(Stopped):
        accept(invitation, accounts, password=OTHER_PASSWORD)
    accept(invitation, accounts)

    with pytest.raises(Invalid, match="do not go together"):
        sign_in("isla.m", OTHER_PASSWORD, accounts=accounts, now=later(hours=2))


@pytest.mark.parametrize("meanwhile", ["withdrawn", "sent again", "used"])
def test_what_happens_to_an_invitation_meanwhile_counts(
    meanwhile: str, administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    invitation = invited(administrator, programme)
    happenings = {
        "withdrawn": lambda: withdraw(administrator, programme, invitation.invitation_id, now=later(hours=1)),
        "sent again": lambda: resend(administrator, programme, invitation.invitation_id, now=later(hours=1)),
        "used": lambda: accept(invitation, accounts, username="quicker"),
    }
    accounts.after["create"] = lambda: happenings[meanwhile]()

    with pytest.raises(Conflict):
        accept(invitation, accounts)

    pointed_at = {item.account_id for item in Person.scan() if isinstance(item, Person)}
    assert set(accounts.passwords) == pointed_at, "the loser cleared up after itself"


def test_two_people_choosing_one_username_at_once_get_one_each(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    isla = invited(administrator, programme)
    rory = invited(administrator, programme, first_name="Rory")
    accounts.after["create"] = lambda: accept(rory, accounts, username="sunny") and None

    with pytest.raises(Invalid, match="Somebody else has this username") as refused:
        accept(isla, accounts, username="sunny")
    assert refused.value.field == "username"
    assert accept(isla, accounts, username="sunny.2")


def test_somebody_with_an_account_is_asked_to_sign_in_instead(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    elsewhere = a_programme("Northern Lights")
    isla = join(invited(administrator, programme), "isla.m", accounts=accounts)
    second = invited(an_administrator(elsewhere, accounts=accounts), elsewhere, role="mentor")

    assert open_invitation(link_of(second), now=later(hours=1)).has_account
    with pytest.raises(Conflict) as refused:
        accept(second, accounts, username="isla.two")
    assert refused.value.code == "has_account"

    assert join_with_account(isla, link_of(second), agreed_version=1, now=later(hours=2)) == elsewhere
    assert join_with_account(isla, link_of(second), agreed_version=1, now=later(hours=2)) == elsewhere
    session = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=later(hours=3))
    viewer = viewer_of(session, now=later(hours=3))
    assert viewer is not None
    assert {(one.programme_id, one.role) for one in viewer.memberships} == {
        (programme, Role.MENTEE),
        (elsewhere, Role.MENTOR),
    }


def test_two_invitations_accepted_at_once_make_one_person_who_is_told_to_sign_in(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    as_mentee = invited(administrator, programme)
    as_deputy = invited(administrator, programme, role="deputy")
    accounts.after["create"] = lambda: accept(as_deputy, accounts) and None

    with pytest.raises(Conflict, match="You have an account already"):
        accept(as_mentee, accounts)
    assert len(accounts.passwords) == 2, "the administrator's and hers"


def test_nobody_joins_as_mentee_and_mentor_even_if_invited_as_both_at_one_moment(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    as_mentor: list[Invitation] = []
    with just_before_it_writes(lambda: as_mentor.append(invited(administrator, programme, role="mentor"))):
        as_mentee = invited(administrator, programme)
    isla = join(as_mentee, "isla.m", accounts=accounts)

    with pytest.raises(Conflict, match="You have joined this programme as a mentee"):
        join_with_account(isla, link_of(as_mentor[0]), agreed_version=1, now=later(hours=1))
    viewer = viewer_of(
        sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=later(hours=2)), now=later(hours=2)
    )
    assert viewer is not None
    assert [one.role for one in viewer.memberships] == [Role.MENTEE]


def test_an_invitation_is_bound_to_the_address_it_was_sent_to(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    rory = join(invited(administrator, programme, first_name="Rory"), "rory.m", accounts=accounts)
    invitation = invited(administrator, programme, role="mentor")

    with pytest.raises(Conflict, match="another e-mail address"):
        join_with_account(rory, link_of(invitation), agreed_version=1, now=later(hours=1))
    assert accept(invitation, accounts)


def test_the_ground_rules_are_agreed_before_joining_with_an_account(
    administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    isla = join(invited(administrator, programme), "isla.m", accounts=accounts)
    invitation = invited(administrator, programme, role="deputy")

    with pytest.raises(Invalid, match="agree to the ground rules"):
        join_with_account(isla, link_of(invitation), agreed_version=0, now=later(hours=1))
