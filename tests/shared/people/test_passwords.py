"""A forgotten password, and a new one."""

import pytest

from shared.people.actions import (
    ask_password_link,
    change_password,
    open_password_link,
    set_password,
    sign_in,
    suspend,
    viewer_of,
)
from shared.people.permissions import Viewer
from shared.people.rules import CHANGE_PASSWORD, LINK_ACCOUNT
from shared.platform.errors import Conflict, Invalid, NotFound, TooMany
from tests.outbox import written
from tests.shared.people.counting import requests_made

from .builders import GOOD_PASSWORD, MONDAY, OTHER_PASSWORD, invited, join, later
from .fakes import FakeAccounts


class Stopped(Exception):
    """The process ends here, whatever it was about to do."""


@pytest.fixture
def isla(administrator: Viewer, programme: str, accounts: FakeAccounts) -> Viewer:
    return join(invited(administrator, programme), "isla.m", accounts=accounts)


def link(number: int = -1) -> str:
    path = written("password_link")[number].path
    assert path is not None
    return path.removeprefix("/password/")


@pytest.mark.parametrize(
    "typed", ["isla.m", " ISLA.M ", "isla.mackay@example.org", "Isla.Mackay@Example.org"]
)
def test_a_link_is_sent_to_the_persons_own_address(typed: str, isla: Viewer) -> None:
    ask_password_link(typed, now=MONDAY)

    (mail,) = written("password_link")
    assert (mail.address, mail.person_id) == ("isla.mackay@example.org", isla.person_id)
    assert open_password_link(link(), now=later(minutes=59)).username == "isla.m"


@pytest.mark.parametrize(
    "typed", ["nobody", "nobody@example.org", "", "@", "not a name", "x" * 5_000, "é\x00"]
)
def test_asking_for_nobody_says_and_sends_nothing(typed: str, tables: None) -> None:
    ask_password_link(typed, now=MONDAY)

    assert written("password_link") == []


def test_somebody_suspended_is_sent_no_link_and_one_sent_before_is_void(
    isla: Viewer, administrator: Viewer, programme: str, accounts: FakeAccounts
) -> None:
    ask_password_link("isla.m", now=MONDAY)
    suspend(administrator, programme, isla.person_id, now=later(minutes=1))
    ask_password_link("isla.m", now=later(minutes=2))

    assert len(written("password_link")) == 1
    with pytest.raises(NotFound):
        set_password(link(), OTHER_PASSWORD, accounts=accounts, now=later(minutes=3))


def test_asking_too_often_is_refused_whether_or_not_there_is_such_a_person(isla: Viewer) -> None:
    for typed in ("isla.m", "nobody"):
        for _ in range(LINK_ACCOUNT.tries):
            ask_password_link(typed, now=MONDAY)
        with pytest.raises(TooMany):
            ask_password_link(typed, now=MONDAY)


def test_a_new_password_ends_every_session_and_the_person_is_told(
    isla: Viewer, accounts: FakeAccounts
) -> None:
    session = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)
    ask_password_link("isla.m", now=MONDAY)

    set_password(link(), OTHER_PASSWORD, accounts=accounts, now=later(minutes=5))

    assert viewer_of(session, now=later(minutes=6)) is None
    assert sign_in("isla.m", OTHER_PASSWORD, accounts=accounts, now=later(minutes=6))
    with pytest.raises(Invalid):
        sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=later(minutes=6))
    assert [mail.address for mail in written("password_changed")] == ["isla.mackay@example.org"]


def test_a_link_works_once_and_for_an_hour(isla: Viewer, accounts: FakeAccounts) -> None:
    ask_password_link("isla.m", now=MONDAY)
    with pytest.raises(Conflict, match="expired"):
        set_password(link(), OTHER_PASSWORD, accounts=accounts, now=later(hours=1))

    set_password(link(), OTHER_PASSWORD, accounts=accounts, now=later(minutes=59))
    with pytest.raises(Conflict, match="has been used"):
        set_password(link(), "another kettle entirely", accounts=accounts, now=later(minutes=59))
    with pytest.raises(Conflict, match="has been used"):
        open_password_link(link(), now=later(minutes=59))
    assert sign_in("isla.m", OTHER_PASSWORD, accounts=accounts, now=later(hours=2))


def test_using_one_link_makes_the_others_void(isla: Viewer, accounts: FakeAccounts) -> None:
    ask_password_link("isla.m", now=MONDAY)
    ask_password_link("isla.m", now=later(minutes=1))

    set_password(link(1), OTHER_PASSWORD, accounts=accounts, now=later(minutes=2))

    with pytest.raises(Conflict, match="has been used"):
        set_password(link(0), "another kettle entirely", accounts=accounts, now=later(minutes=3))


@pytest.mark.parametrize("alteration", ["x", "-", "."])
def test_an_altered_link_is_not_known(alteration: str, isla: Viewer) -> None:
    ask_password_link("isla.m", now=MONDAY)

    with pytest.raises(NotFound, match="do not know this link"):
        open_password_link(link() + alteration, now=MONDAY)


def test_a_password_that_will_not_do_leaves_the_link_as_it_was(isla: Viewer, accounts: FakeAccounts) -> None:
    ask_password_link("isla.m", now=MONDAY)

    for poor in ("short", "password1234", "isla.m isla.m"):
        with pytest.raises(Invalid) as refused:
            set_password(link(), poor, accounts=accounts, now=MONDAY)
        assert refused.value.field == "password"
    set_password(link(), OTHER_PASSWORD, accounts=accounts, now=MONDAY)


def test_stopped_between_the_two_systems_the_same_form_finishes_the_rest(
    isla: Viewer, accounts: FakeAccounts
) -> None:
    session = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)
    ask_password_link("isla.m", now=MONDAY)

    def stop() -> None:
        raise Stopped

    accounts.after["set_password"] = stop
    with pytest.raises(Stopped):
        set_password(link(), OTHER_PASSWORD, accounts=accounts, now=MONDAY)
    set_password(link(), OTHER_PASSWORD, accounts=accounts, now=MONDAY)

    assert viewer_of(session, now=MONDAY) is None
    assert len(written("password_changed")) == 1


def test_two_uses_of_one_link_at_once_count_as_one(isla: Viewer, accounts: FakeAccounts) -> None:
    ask_password_link("isla.m", now=MONDAY)
    accounts.after["set_password"] = lambda: (
        set_password(link(), OTHER_PASSWORD, accounts=accounts, now=MONDAY) and None
    )

    with pytest.raises(Conflict, match="has been used"):
        set_password(link(), OTHER_PASSWORD, accounts=accounts, now=MONDAY)
    assert len(written("password_changed")) == 1


def test_changing_ones_password_keeps_this_session_alone(isla: Viewer, accounts: FakeAccounts) -> None:
    elsewhere = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)

    here = change_password(isla, GOOD_PASSWORD, OTHER_PASSWORD, accounts=accounts, now=later(minutes=1))

    assert viewer_of(here, now=later(minutes=2)) == isla
    assert viewer_of(elsewhere, now=later(minutes=2)) is None
    assert len(written("password_changed")) == 1


def test_changing_needs_the_old_password_and_tries_at_it_are_counted(
    isla: Viewer, accounts: FakeAccounts
) -> None:
    for _ in range(CHANGE_PASSWORD.tries):
        with pytest.raises(Invalid, match="not your password") as refused:
            change_password(isla, OTHER_PASSWORD, "another kettle entirely", accounts=accounts, now=MONDAY)
        assert refused.value.field == "old"

    with pytest.raises(TooMany):
        change_password(isla, GOOD_PASSWORD, "another kettle entirely", accounts=accounts, now=MONDAY)
    assert sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)


def test_the_e_mail_about_a_changed_password_leads_to_where_one_signs_in(
    isla: Viewer, accounts: FakeAccounts
) -> None:
    change_password(isla, GOOD_PASSWORD, "another kettle entirely", accounts=accounts, now=MONDAY)

    (mail,) = written("password_changed")
    assert mail.path == "/sign-in"


def test_asking_for_nobody_costs_the_same_requests_as_for_somebody(isla: Viewer) -> None:
    asked = []
    for name in ("isla.m", "nobody.m"):
        with requests_made() as made:
            ask_password_link(name, now=MONDAY, caller="203.0.113.7")
        asked.append(made)

    assert asked[0] == asked[1]


def test_a_poor_new_password_changes_nothing(isla: Viewer, accounts: FakeAccounts) -> None:
    with pytest.raises(Invalid) as refused:
        change_password(isla, GOOD_PASSWORD, "password1234", accounts=accounts, now=MONDAY)

    assert refused.value.field == "new"
    assert sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)
