"""Signing in and out, a forgotten password, joining, and one's own account, as a browser and a program see
them."""

from collections.abc import Iterator

import pytest

from shared.people.actions import invite_first_administrator
from shared.people.permissions import Viewer
from shared.platform.clock import now
from shared.platform.tables import DirectoryItem
from tests.shared.people.builders import GOOD_PASSWORD, OTHER_PASSWORD, a_programme, invited, join

from .browser import Browser, Program
from .with_accounts import a_pool, mailed, signed_in

ADDRESS = "isla.mackay@example.org"


@pytest.fixture
def administrator(tables: None) -> Iterator[Viewer]:
    """Agnes, who has joined as a programme's first administrator."""
    with a_pool() as accounts:
        invitation = invite_first_administrator(
            a_programme(), first_name="Agnes", surname="Sinclair", address="agnes@example.org", now=now()
        )
        yield join(invitation, "agnes", accounts=accounts, now=now())


@pytest.fixture
def link(administrator: Viewer) -> str:
    """The path of the invitation that Isla was sent."""
    invited(administrator, administrator.memberships[0].programme_id, address=ADDRESS, now=now())
    return mailed("invitation", ADDRESS)


@pytest.fixture
def browser(administrator: Viewer) -> Browser:
    return Browser()


def stored() -> int:
    return sum(1 for item in DirectoryItem.scan() if not item.pk.startswith("RATE#"))


# ── Joining ────────────────────────────────────────────────────────────────


def test_an_invitation_leads_to_an_account_and_signs_in(browser: Browser, link: str) -> None:
    page = browser.get(link)
    assert page.status == 200
    assert "Hello Isla" in page.words
    assert "be a mentee in Bright Futures Dundee" in page.words
    assert "I write to my mentor on Signpost only." in page.words

    answer = browser.post(link, username="isla.m", password=GOOD_PASSWORD, agreed="1")

    assert (answer.status, answer.location) == (303, "/")
    assert "Isla" in browser.get("/account").words


def test_opening_the_link_writes_nothing(browser: Browser, link: str) -> None:
    before = stored()
    for _ in range(3):
        browser.get(link)

    assert stored() == before
    assert "signpost.example.org" not in browser.get(link).headers.get("referrer-policy", "")


def test_everything_to_put_right_is_said_at_once_and_the_username_is_kept(
    browser: Browser, link: str
) -> None:
    browser.get(link)
    before = stored()

    answer = browser.post(link, username="is", password="password1234")

    assert answer.status == 422
    assert "Choose a username of 3 to 30 characters." in answer.words
    assert "Many people use a password like this one." in answer.words
    assert "Please agree to the ground rules." in answer.words
    assert 'value="is"' in answer.text
    assert "password1234" not in answer.text
    assert stored() == before


def test_a_used_link_says_so(browser: Browser, link: str) -> None:
    browser.get(link)
    browser.post(link, username="isla.m", password=GOOD_PASSWORD, agreed="1")

    answer = Browser().get(link)

    assert answer.status == 409
    assert "This invitation has been used." in answer.words


def test_an_altered_link_does_not_exist(browser: Browser, link: str) -> None:
    answer = browser.get(link + "x")

    assert answer.status == 404
    assert Program().get(link + "x").json["error"]["code"] == "not_found"


def test_somebody_with_an_account_signs_in_and_comes_back(
    administrator: Viewer, browser: Browser, link: str
) -> None:
    browser.get(link)
    browser.post(link, username="isla.m", password=GOOD_PASSWORD, agreed="1")
    programme = administrator.memberships[0].programme_id
    invited(administrator, programme, role="coordinator", address=ADDRESS, now=now())
    second = mailed("invitation", ADDRESS)

    other = Browser()
    assert "You have an account already" in other.get(second).words
    other.get(f"/sign-in?next={second}")
    signed = other.post("/sign-in", username="isla.m", password=GOOD_PASSWORD, next=second)
    assert signed.location == second
    other.follow()
    assert other.post(f"{second}/with-account").status == 422
    assert other.post(f"{second}/with-account", agreed="1").status == 303
    assert "Bright Futures Dundee: coordinator" in other.get("/account").words


# ── Signing in and out ─────────────────────────────────────────────────────


def test_signing_in_sets_a_cookie_that_no_script_and_no_other_site_can_use(browser: Browser) -> None:
    browser.get("/sign-in")
    answer = browser.post("/sign-in", username="agnes", password=GOOD_PASSWORD, next="/account")

    assert (answer.status, answer.location) == (303, "/account")
    session = next(one for one in answer.headers["set-cookie"] if one.startswith("__Host-session="))
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(session.split("; "))


def test_a_wrong_name_and_a_wrong_password_look_the_same(browser: Browser) -> None:
    browser.get("/sign-in")
    wrong_password = browser.post("/sign-in", username="agnes", password=OTHER_PASSWORD, next="")
    wrong_name = browser.post("/sign-in", username="agnew", password=GOOD_PASSWORD, next="")

    assert wrong_password.status == wrong_name.status == 422
    assert wrong_password.words.replace("agnes", "agnew") == wrong_name.words
    assert "do not go together" in wrong_name.words
    assert "__Host-session" not in browser.cookies


def test_empty_fields_are_named(browser: Browser) -> None:
    browser.get("/sign-in")
    answer = browser.post("/sign-in", username="", password="", next="")

    assert "Enter your username." in answer.words
    assert "Enter your password." in answer.words


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example.org",
        "//evil.example.org",
        "/\\evil.example.org",
        "\\\\evil.example.org",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=y",
        "/\t/evil.example.org",
    ],
)
def test_signing_in_never_leads_to_another_site(wanted: str, browser: Browser) -> None:
    browser.get("/sign-in")
    answer = browser.post("/sign-in", username="agnes", password=GOOD_PASSWORD, next=wanted)

    assert answer.status == 422
    assert "leads away from Signpost" in answer.words
    assert 'value="agnes"' in answer.text
    assert "__Host-session" not in browser.cookies
    signed_in_now = browser.post("/sign-in", username="agnes", password=GOOD_PASSWORD, next="")
    assert (signed_in_now.status, signed_in_now.location) == (303, "/")


def test_a_link_to_the_sign_in_that_leads_away_is_not_followed(browser: Browser) -> None:
    answer = browser.get("/sign-in?next=https://evil.example.org/")

    assert answer.status == 422
    assert "leads away from Signpost" in answer.words
    assert "evil" not in answer.text


def test_a_page_behind_the_sign_in_is_come_back_to(browser: Browser) -> None:
    answer = browser.get("/account")
    assert (answer.status, answer.location) == (303, "/sign-in?next=/account")
    browser.follow()
    assert 'name="next" value="/account"' in (browser.last.text if browser.last else "")


def test_signing_out_ends_the_session_even_for_a_copied_cookie(browser: Browser) -> None:
    browser = signed_in("agnes")
    copied = dict(browser.cookies)
    browser.get("/account")

    answer = browser.post("/sign-out")

    assert answer.status == 303
    assert "You are signed out." in browser.follow().words
    thief = Browser()
    thief.cookies = copied
    assert thief.get("/account").status == 303


def test_signing_in_again_ends_the_session_before(browser: Browser) -> None:
    browser = signed_in("agnes")
    first = dict(browser.cookies)
    assert browser.get("/sign-in").status == 303, "somebody signed in is sent on"

    browser.get("/account")
    browser.post("/sign-in", username="agnes", password=GOOD_PASSWORD, next="")

    old = Browser()
    old.cookies = first
    assert old.get("/account").status == 303


def test_too_many_tries_are_told_to_wait(browser: Browser) -> None:
    browser.get("/sign-in")
    for _ in range(10):
        browser.post("/sign-in", username="agnes", password=OTHER_PASSWORD, next="")
    answer = browser.post("/sign-in", username="agnes", password=GOOD_PASSWORD, next="")

    assert answer.status == 429
    assert "Please wait" in answer.words


def test_a_program_signs_in_for_a_bearer_token(administrator: Viewer) -> None:
    answer = Program().post("/sign-in", {"username": "agnes", "password": GOOD_PASSWORD})
    assert answer.status == 201
    assert "set-cookie" not in answer.headers

    program = Program(
        answer.json["token"],
    )
    assert program.get("/account").json["account"]["username"] == "agnes"
    assert program.post("/sign-out").status == 200
    assert program.get("/account").status == 401


def test_a_program_is_refused_in_words_and_a_code(administrator: Viewer) -> None:
    answer = Program().post("/sign-in", {"username": "agnes", "password": OTHER_PASSWORD})

    assert answer.status == 422
    assert answer.json["error"]["code"] == "wrong_sign_in"


# ── A forgotten password ───────────────────────────────────────────────────


def test_a_forgotten_password_is_replaced_by_a_link(browser: Browser) -> None:
    before = signed_in("agnes")
    browser.get("/forgotten-password")
    browser.post("/forgotten-password", name="agnes@example.org")
    assert "an e-mail with a link is on its way" in browser.follow().words

    path = mailed("password_link", "agnes@example.org")
    assert "Your username is agnes" in browser.get(path).words
    assert browser.post(path, password="short").status == 422
    assert browser.post(path, password=OTHER_PASSWORD).status == 303
    assert "Your password is changed." in browser.follow().words

    assert before.get("/account").status == 303, "every session has ended"
    assert signed_in("agnes", OTHER_PASSWORD)
    assert browser.get(path).status == 409


def test_asking_for_nobody_looks_the_same(browser: Browser) -> None:
    pages = []
    for name in ("agnes", "nobody", "nobody@example.org"):
        browser.get("/forgotten-password")
        browser.post("/forgotten-password", name=name)
        pages.append(browser.follow().words)

    assert len(set(pages)) == 1


# ── One's own account ──────────────────────────────────────────────────────


def test_changing_the_password_keeps_this_browser_signed_in(browser: Browser) -> None:
    browser, elsewhere = signed_in("agnes"), signed_in("agnes")
    browser.get("/account")

    wrong = browser.post("/account/password", old=OTHER_PASSWORD, new=OTHER_PASSWORD)
    assert "That is not your password." in wrong.words
    done = browser.post("/account/password", old=GOOD_PASSWORD, new=OTHER_PASSWORD)

    assert done.status == 303
    assert "Your password is changed." in browser.follow().words
    assert elsewhere.get("/account").status == 303


def test_the_account_shows_its_own_address_and_no_others(browser: Browser) -> None:
    words = signed_in("agnes").get("/account").words

    assert "agnes@example.org" in words
    assert "Bright Futures Dundee: administrator" in words
