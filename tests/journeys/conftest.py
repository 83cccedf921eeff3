"""The stack of `make demo`, once for all journeys, and people with a browser each."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from infra.local.emulator import port_is_free
from infra.local.mailbox import Mail
from infra.local.stack import LocalStack, Ports
from infra.package import architecture_here, build
from tests.journeys.waiting import until

CHROMIUM = os.environ.get("SIGNPOST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PHONE = {"width": 360, "height": 740}
ENOUGH = 30_000
"""Milliseconds a page may take: a function's cold start on a busy machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """Signpost as it ships, on ports of its own, filled with the demonstration programme."""
    package = build(architecture_here())
    with (
        tempfile.TemporaryDirectory(prefix="signpost-journeys-") as state,
        LocalStack(package, Path(state), _free_ports()) as running,
    ):
        running.fill()
        yield running


def _free_ports() -> Ports:
    free = [port for port in range(8600, 8700) if port_is_free(port)]
    return Ports(stack=free[0], site=free[1], inbox=free[2])


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield browser
        browser.close()


_COOKIES: dict[tuple[str, str], list[Any]] = {}
"""The session of each person who has signed in, by the site."""


class Someone:
    """Somebody at a browser of their own."""

    def __init__(self, page: Page, stack: LocalStack) -> None:
        self.page = page
        self._stack = stack
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._note)

    def _note(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.problems.append(f"{said.text} at {said.location.get('url')}")

    def open(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else self._stack.site_url + path)
        return self.page

    def sign_in(self, username: str, password: str = "") -> None:
        """Through the sign-in page; the demonstration's own password unless another is given.

        Only so many sign-ins are taken of one person in a quarter of an hour, and the journeys have more: who
        has signed in before in this run takes the session along, as in another tab.
        """
        known = {one.username: one.password for one in self._stack.people()}
        place = (self._stack.site_url, username)
        if not password and place in _COOKIES:
            self.page.context.add_cookies(_COOKIES[place])
            self.open("/")
            if self.page.get_by_role("button", name="Sign out").is_visible():
                return
        self.open("/sign-in")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password", exact=True).fill(password or known[username])
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()
        _COOKIES[place] = list(self.page.context.cookies())

    def sees(self, words: str) -> None:
        """Waits until the page shows `words`, loading it again as a person would."""

        def there() -> bool:
            if self.page.get_by_text(words).first.is_visible():
                return True
            self.page.reload()
            return self.page.get_by_text(words).first.is_visible()

        until(there, f"{words!r} on {self.page.url}")

    def does_not_see(self, words: str) -> None:
        self.page.reload()
        expect(self.page.get_by_text(words)).to_have_count(0)


@pytest.fixture
def someone(chromium: Browser, stack: LocalStack) -> Iterator[Callable[..., Someone]]:
    """Gives people: each call is another person with a browser, on a telephone unless said otherwise."""
    contexts = []

    def arrive(*, wide: bool = False, script: bool = True) -> Someone:
        context = chromium.new_context(
            viewport={"width": 1280, "height": 900} if wide else PHONE, java_script_enabled=script
        )
        context.set_default_timeout(ENOUGH)
        expect.set_options(timeout=ENOUGH)
        contexts.append(context)
        return Someone(context.new_page(), stack)

    yield arrive
    for context in contexts:
        context.close()


class Inbox:
    """The e-mails that arrived."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack
        self._before = {mail.id for mail in stack.mails()}

    def letter_to(self, address: str, subject: str = "") -> Mail:
        """Waits for an e-mail to `address` that came since this test began."""

        def arrived() -> Mail | None:
            for mail in self.new():
                if address in mail.to and subject.casefold() in mail.subject.casefold():
                    return mail
            return None

        return until(arrived, f"an e-mail {subject!r} to {address}")

    def new(self) -> list[Mail]:
        """What came since this test began, newest first."""
        return [mail for mail in self._stack.mails() if mail.id not in self._before]

    @staticmethod
    def link(mail: Mail) -> str:
        """The first link in an e-mail."""
        found = re.search(r"http://\S+", mail.text)
        assert found, mail.text
        return found.group(0)


@pytest.fixture
def inbox(stack: LocalStack) -> Inbox:
    return Inbox(stack)
