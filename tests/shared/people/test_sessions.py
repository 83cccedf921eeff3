"""Signing in and out, and who is asking."""

from datetime import timedelta

import pytest

from shared.people.actions import sign_in, sign_out, viewer_of
from shared.people.items import RateCount, Session, person_key, rate_key
from shared.people.permissions import Viewer
from shared.people.rules import (
    SESSIONS_AT_MOST,
    SIGN_IN_ACCOUNT,
    SIGN_IN_CALLER,
    SIGN_IN_HERE,
    window_of,
)
from shared.platform.errors import Invalid, TooMany
from shared.platform.ids import fingerprint

from .builders import GOOD_PASSWORD, MONDAY, OTHER_PASSWORD, invited, join, later
from .counting import requests_made
from .fakes import FakeAccounts


@pytest.fixture
def isla(administrator: Viewer, programme: str, accounts: FakeAccounts) -> Viewer:
    return join(invited(administrator, programme), "isla.m", accounts=accounts)


def sessions_of(person: Viewer) -> list[Session]:
    found = Session.query(person_key(person.person_id)[0], Session.sk.startswith("ACCOUNT#SESSION#"))
    return list(found)


def test_the_right_password_opens_a_session(isla: Viewer, accounts: FakeAccounts) -> None:
    token = sign_in(" Isla.M ", GOOD_PASSWORD, accounts=accounts, now=MONDAY)

    assert viewer_of(token, now=MONDAY) == isla


def test_a_wrong_username_and_a_wrong_password_get_one_answer_after_the_same_work(
    isla: Viewer, accounts: FakeAccounts
) -> None:
    answers = []
    for username, password in [
        ("isla.m", OTHER_PASSWORD),
        ("nobody", GOOD_PASSWORD),
        ("not a name", GOOD_PASSWORD),
    ]:
        accounts.asked.clear()
        with pytest.raises(Invalid) as refused:
            sign_in(username, password, accounts=accounts, now=MONDAY)
        answers.append(
            (refused.value.sentence, refused.value.code, refused.value.field, tuple(accounts.asked))
        )

    assert len(set(answers)) == 1
    assert answers[0][3] == ("verify",)


@pytest.mark.parametrize("password", ["", "short", "x" * 5_000, "lone \ud800 surrogate"])
def test_what_can_be_nobodys_password_is_simply_wrong(
    password: str, isla: Viewer, accounts: FakeAccounts
) -> None:
    with pytest.raises(Invalid, match="do not go together"):
        sign_in("isla.m", password, accounts=accounts, now=MONDAY)


def test_a_busy_password_service_never_says_that_the_password_is_wrong(
    isla: Viewer, accounts: FakeAccounts
) -> None:
    accounts.busy = True

    with pytest.raises(TooMany, match="try again in a minute"):
        sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)


def test_after_too_many_tries_even_the_right_password_waits_for_the_next_window(
    isla: Viewer, accounts: FakeAccounts
) -> None:
    for _ in range(SIGN_IN_HERE.tries):
        with pytest.raises(Invalid):
            sign_in("isla.m", OTHER_PASSWORD, accounts=accounts, now=MONDAY)

    with pytest.raises(TooMany, match="wait 15 minutes") as refused:
        sign_in("ISLA.M", GOOD_PASSWORD, accounts=accounts, now=MONDAY + timedelta(seconds=1))
    assert refused.value.after == 899
    assert sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY + SIGN_IN_HERE.window)


def test_who_tries_at_somebody_elses_account_does_not_shut_them_out(
    isla: Viewer, accounts: FakeAccounts
) -> None:
    def guess(caller: str) -> None:
        sign_in("isla.m", OTHER_PASSWORD, accounts=accounts, now=MONDAY, caller=caller)

    for _ in range(SIGN_IN_HERE.tries):
        with pytest.raises(Invalid):
            guess("2001:db8:1:2::1")
    with pytest.raises(TooMany):
        guess("2001:db8:1:2:ffff::99")

    assert sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY, caller="203.0.113.7")


def test_many_places_trying_at_one_account_are_stopped_together(isla: Viewer, accounts: FakeAccounts) -> None:
    start, _ = window_of(SIGN_IN_ACCOUNT, MONDAY)
    tried = RateCount(*rate_key(SIGN_IN_ACCOUNT.what, fingerprint("isla.m"), start))
    tried.tries = SIGN_IN_ACCOUNT.tries
    tried.save()

    with pytest.raises(TooMany):
        sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY, caller="203.0.113.7")


def test_tries_are_counted_for_names_that_nobody_has_too(tables: None, accounts: FakeAccounts) -> None:
    for _ in range(SIGN_IN_HERE.tries):
        with pytest.raises(Invalid):
            sign_in("nobody", GOOD_PASSWORD, accounts=accounts, now=MONDAY)

    with pytest.raises(TooMany):
        sign_in("nobody", GOOD_PASSWORD, accounts=accounts, now=MONDAY)


def test_one_address_trying_many_names_is_stopped(tables: None, accounts: FakeAccounts) -> None:
    start, _ = window_of(SIGN_IN_CALLER, MONDAY)
    tried = RateCount(*rate_key(SIGN_IN_CALLER.what, fingerprint("203.0.113.7"), start))
    tried.tries = SIGN_IN_CALLER.tries - 1
    tried.save()

    def guess(name: str, caller: str) -> None:
        sign_in(name, GOOD_PASSWORD, accounts=accounts, now=MONDAY, caller=caller)

    with pytest.raises(Invalid):
        guess("the.last", "203.0.113.7")
    with pytest.raises(TooMany):
        guess("one.more", "203.0.113.7")
    with pytest.raises(Invalid):
        guess("one.more", "203.0.113.8")


def test_signing_out_ends_this_session_alone(isla: Viewer, accounts: FakeAccounts) -> None:
    here = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)
    there = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)

    sign_out(here)
    sign_out(here)

    assert viewer_of(here, now=MONDAY) is None
    assert viewer_of(there, now=MONDAY) == isla


@pytest.mark.parametrize(
    "token", ["", "nonsense", ".", "a.b", "a" * 5_000, "é.é", "x." + "y" * 43, "\x00.\x00"]
)
def test_a_token_that_is_none_of_ours_is_nobody(tables: None, token: str) -> None:
    assert viewer_of(token, now=MONDAY) is None
    sign_out(token)


def test_a_secret_of_one_person_does_not_open_another(
    isla: Viewer, administrator: Viewer, accounts: FakeAccounts
) -> None:
    token = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)

    assert viewer_of(f"{administrator.person_id}.{token.partition('.')[2]}", now=MONDAY) is None


def test_the_table_holds_no_token(isla: Viewer, accounts: FakeAccounts) -> None:
    token = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)

    stored = [session.serialize() for session in sessions_of(isla)]
    assert token.partition(".")[2] not in str(stored)


def test_an_idle_session_ends_and_a_used_one_goes_on_until_it_is_old(
    isla: Viewer, accounts: FakeAccounts
) -> None:
    idle = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)
    used = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)
    for minutes in range(0, 12 * 60, 30):
        assert viewer_of(used, now=later(minutes=minutes)) == isla

    assert viewer_of(idle, now=later(minutes=60)) is None
    assert viewer_of(used, now=later(hours=11, minutes=59)) == isla
    assert viewer_of(used, now=later(hours=12)) is None


def test_use_is_written_down_every_five_minutes_and_no_oftener(isla: Viewer, accounts: FakeAccounts) -> None:
    token = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=later(hours=1))

    def seen() -> set[timedelta]:
        return {session.seen_at - MONDAY for session in sessions_of(isla)}

    viewer_of(token, now=later(hours=1, minutes=4))
    assert timedelta(hours=1) in seen()
    viewer_of(token, now=later(hours=1, minutes=5))
    assert timedelta(hours=1, minutes=5) in seen()


def test_who_is_asking_costs_one_query(isla: Viewer, accounts: FakeAccounts) -> None:
    token = sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=MONDAY)

    with requests_made() as requests:
        viewer_of(token, now=later(minutes=1))

    assert requests == ["Query"]


def test_the_oldest_of_too_many_sessions_is_ended(isla: Viewer, accounts: FakeAccounts) -> None:
    # Half an hour apart, because tries are counted; kept in use, because idle ones end by themselves.
    tokens: list[str] = []
    for number in range(SESSIONS_AT_MOST + 2):
        now = later(minutes=30 * number)
        tokens.append(sign_in("isla.m", GOOD_PASSWORD, accounts=accounts, now=now))
        live = [viewer_of(token, now=now) is not None for token in tokens]

    assert live == [False] * 2 + [True] * SESSIONS_AT_MOST
    assert len(sessions_of(isla)) == SESSIONS_AT_MOST
