"""What can be taken as a name, an address, a username or a password, and what still holds."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.people.rules import (
    SESSION_IDLE,
    SESSION_LIFE,
    SIGN_IN_ACCOUNT,
    BadRow,
    Row,
    is_live,
    problem_with_address,
    problem_with_name,
    problem_with_password,
    problem_with_username,
    read_rows,
    standing,
    tidy_address,
    tidy_name,
    tidy_username,
    window_of,
)

from .builders import MONDAY


@pytest.mark.parametrize(
    "name",
    ["Isla", "Siân", "Nguyễn", "O’Neill", "Ó Súilleabháin", "محمد", "सूर्य", "می‌خواهم", "李", "X Æ A-12"],
)
def test_a_name_of_any_script_is_taken(name: str) -> None:
    assert problem_with_name(tidy_name(name), "first name") == ""


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "Isla\r\nBcc: all@example.org",
        "Is\x00la",
        "Is\ud800la",
        "Isla\u202ealsI",
        "a" * 81,
        "12",
        "–",
    ],
)
def test_a_name_that_could_do_harm_is_refused_with_a_sentence(name: str) -> None:
    assert problem_with_name(tidy_name(name), "first name").endswith(".")


def test_spaces_around_and_doubled_inside_a_name_are_dropped() -> None:
    assert tidy_name("  Mary   Ann ") == "Mary Ann"


@given(st.text(max_size=100))
def test_tidying_a_name_twice_changes_nothing_more(text: str) -> None:
    assert tidy_name(tidy_name(text)) == tidy_name(text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Isla.Mackay@Example.ORG", "isla.mackay@example.org"),
        (" isla+signpost@mail.example.org ", "isla+signpost@mail.example.org"),
        ("o'neill@example.co.uk", "o'neill@example.co.uk"),
        ("jürgen@bücher.example", "jürgen@xn--bcher-kva.example"),
        ("info@bücher.example", "info@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_stored_in_one_form(typed: str, stored: str) -> None:
    assert tidy_address(typed) == stored


@pytest.mark.parametrize("address", ["isla@example.org", "info@bücher.example", "a_b-c@x.example.org"])
def test_a_sound_address_is_taken(address: str) -> None:
    assert problem_with_address(tidy_address(address)) == ""


@pytest.mark.parametrize(
    "address",
    [
        "",
        "isla",
        "isla@",
        "@example.org",
        "isla@example",
        "isla@@example.org",
        "isla@mackay@example.org",
        "isla@example.org\r\nBcc: all@example.org",
        "isla @example.org",
        "isla@exa mple.org",
        "isla@.example.org",
        "isla@example..org",
        "isla@127.0.0.1",
        ".isla@example.org",
        "jürgen@example.org",
        "isla@example.org,morag@example.org",
        "Isla <isla@example.org>",
        "a" * 65 + "@example.org",
        "isla@" + "a" * 64 + ".org",
        "isla@\ud800.org",
    ],
)
def test_an_address_that_cannot_be_written_to_is_refused(address: str) -> None:
    assert problem_with_address(tidy_address(address)).endswith(".")


def test_capitals_make_no_difference_to_a_username() -> None:
    assert tidy_username(" Isla.M ") == "isla.m"


@pytest.mark.parametrize(
    "username", ["", "is", "a" * 31, "isla mackay", "isla@example.org", "ísla", ".isla", "isla\n"]
)
def test_a_username_of_other_characters_or_length_is_refused(username: str) -> None:
    assert problem_with_username(username).endswith(".")


@pytest.mark.parametrize("username", ["isla", "isla.m_2-x", "123", "a" * 30])
def test_a_plain_username_is_taken(username: str) -> None:
    assert problem_with_username(username) == ""


@pytest.mark.parametrize(
    "password",
    [
        "kettle orbit marmalade",
        "Der Igel schläft im Laub",
        "x7Tq#m2Lw9!d",
        "я люблю чай и дождь",
        "🦔🍵🌧️🚲🪁🧦🫖🧭🪴🛶🦉🌵",
    ],
)
def test_a_password_that_is_hard_to_guess_is_taken(password: str) -> None:
    assert problem_with_password(password, username="isla.m") == ""


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password2026!",
        "p4ssw0rd1357",
        "PasswordPassword",
        "123456789012",
        "849302716455",
        "qwertyuiop12",
        "qwerty123456",
        "1q2w3e4r5t6y",
        "asdfghjkl123",
        "poiuytrewq00",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "iloveyou2010!",
        "letmein123456",
        "liverpool1892",
        "correcthorsebatterystaple",
        "signpost2026",
    ],
)
def test_a_password_many_people_use_is_refused(password: str) -> None:
    assert "Many people" in problem_with_password(password, username="isla.m")


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "x" * 129,
        "kettle orbit\nmarmalade",
        " kettle orbit marmalade",
        "kettle orbit \ud800",
        "isla.mackay.2",
    ],
)
def test_a_password_of_the_wrong_shape_is_refused_with_what_to_do(password: str) -> None:
    assert problem_with_password(password, username="isla.mackay").endswith(".")


@given(st.text(max_size=200), st.text(max_size=40))
def test_any_text_at_all_gets_an_answer(text: str, username: str) -> None:
    for answer in (
        problem_with_password(text, username=username),
        problem_with_username(tidy_username(text)),
        problem_with_address(tidy_address(text)),
        problem_with_name(tidy_name(text), "surname"),
    ):
        assert answer == "" or answer.endswith(".")


def test_an_invitation_is_open_until_the_moment_it_ends() -> None:
    until = MONDAY + timedelta(days=14)

    assert standing("open", until, until - timedelta(microseconds=1)) == "open"
    assert standing("open", until, until) == "expired"
    assert standing("accepted", until, until) == "accepted"
    assert standing("withdrawn", until, MONDAY) == "withdrawn"


def test_a_session_ends_when_idle_when_old_and_when_the_epoch_moves_on() -> None:
    def live(*, idle: timedelta, age: timedelta, epoch: int = 3) -> bool:
        return is_live(
            epoch=epoch, created_at=MONDAY - age, seen_at=MONDAY - idle, person_epoch=3, now=MONDAY
        )

    minute = timedelta(minutes=1)
    assert live(idle=SESSION_IDLE - minute, age=SESSION_LIFE - minute)
    assert not live(idle=SESSION_IDLE, age=SESSION_LIFE - minute)
    assert not live(idle=minute, age=SESSION_LIFE)
    assert not live(idle=minute, age=minute, epoch=2)


@given(st.integers(min_value=0, max_value=10**6))
def test_every_moment_falls_into_exactly_one_window(seconds: int) -> None:
    now = MONDAY + timedelta(seconds=seconds)
    start, end = window_of(SIGN_IN_ACCOUNT, now)

    assert start <= now < end
    assert end - start == SIGN_IN_ACCOUNT.window
    assert window_of(SIGN_IN_ACCOUNT, end)[0] == end


def test_rows_are_read_from_commas_tabs_and_semicolons_with_or_without_a_heading() -> None:
    text = (
        "First name,Surname,E-mail\r\n"
        "Isla,Mackay,Isla.Mackay@example.org\r\n"
        "\r\n"
        '"Mary Ann","O\'Neill, Jr",mary@example.org,\n'
        "Siân\tPrice\tsian@example.org\n"
        "Bao;Nguyễn;bao@example.org"
    )

    assert read_rows(text) == (
        [
            Row(2, "Isla", "Mackay", "isla.mackay@example.org"),
            Row(4, "Mary Ann", "O'Neill, Jr", "mary@example.org"),
            Row(5, "Siân", "Price", "sian@example.org"),
            Row(6, "Bao", "Nguyễn", "bao@example.org"),
        ],
        [],
    )


def test_each_bad_row_is_listed_with_its_line_and_the_reason() -> None:
    good, bad = read_rows(
        "Isla,Mackay,isla@example.org\n"
        "Ewan,ewan@example.org\n"
        'Ros"ie,Bell,rosie@example.org\n'
        '"Rosie,Bell,rosie@example.org\n'
        "Rory,Boyd,rory@example\n"
        "Isla,Mackay,ISLA@example.org\n"
        ",Boyd,rory@example.org\n"
        "Ro\x00ry,Boyd,rory@example.org"
    )

    assert [row.line for row in good] == [1, 3]
    assert [row.line for row in bad] == [2, 4, 5, 6, 7, 8]
    assert bad[3] == BadRow(6, "This e-mail address is on line 1 too.")
    assert bad[1] == BadRow(4, "The quotation marks do not match.")


@given(st.text(max_size=300))
def test_any_pasted_text_is_read_without_a_fault(text: str) -> None:
    good, bad = read_rows(text)

    assert len({row.address for row in good}) == len(good)
    assert not {row.line for row in good} & {row.line for row in bad}
