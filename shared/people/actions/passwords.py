"""A forgotten password, and a new one."""

from dataclasses import dataclass
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.notices.actions import queue
from shared.notices.rules import NewNotice
from shared.platform import tokens
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.ids import fingerprint, matches, new_id
from shared.platform.tables import Lost, find, is_new, transaction

from ..accounts import Accounts, PasswordRefused
from ..items import (
    Address,
    PasswordLink,
    Person,
    Username,
    address_key,
    password_link_key,
    username_key,
)
from ..permissions import Viewer
from ..rules import (
    CHANGE_PASSWORD,
    LINK_ACCOUNT,
    LINK_CALLER,
    PASSWORD_LINK_LIFE,
    neighbourhood,
    problem_with_address,
    problem_with_password,
    problem_with_username,
    tidy_address,
    tidy_password,
    tidy_username,
)
from ._limits import count_try
from .sessions import AccountItems, load_account, start_session, verified

UNKNOWN = "We do not know this link. Please open it from the e-mail again, or ask for a new one."
USED = "This link has been used. If you still cannot sign in, please ask for a new one."
NOBODY = "nobody"
"""Stands for the person where there is none. No person has this id."""
EXPIRED = "This link has expired: it works for one hour. Please ask for a new one."


@dataclass(frozen=True)
class OpenPasswordLink:
    """What the page behind a password link shows."""

    username: str


def ask_password_link(username_or_address: str, *, now: datetime, caller: str = "") -> None:
    """Queues an e-mail with a link to choose a new password, if there is somebody to send it to.

    Says nothing either way, and does as much for nobody, whose link nobody is sent: how long it takes tells
    nothing either. Raises TooMany, by what was typed, not by who is found.
    """
    typed = username_or_address.strip().lower()
    count_try(LINK_CALLER, neighbourhood(caller), now=now)
    count_try(LINK_ACCOUNT, typed, now=now)
    account = _account_named(typed)
    person = account.person if account and account.active else None
    link_id = new_id(now)
    token, secret = tokens.make(link_id)
    with transaction() as write:
        write.save(
            PasswordLink(
                *password_link_key(link_id),
                link_id=link_id,
                person_id=person.person_id if person else NOBODY,
                secret_fingerprint=fingerprint(secret),
                epoch=int(person.epoch) if person else 0,
                usable_until=now + PASSWORD_LINK_LIFE,
                # Kept a while after it stopped working, so that it can be told that it has expired.
                expires_at=now + 24 * PASSWORD_LINK_LIFE,
            ),
            condition=is_new(PasswordLink),
        )
        if person:
            queue(write, _notice("password_link", (link_id,), person, f"/password/{token}"), now=now)


def _account_named(typed: str) -> AccountItems | None:
    """Whose username or e-mail address this is."""
    holder: Username | Address | None = None
    if "@" in typed:
        address = tidy_address(typed)
        if not problem_with_address(address):
            holder = find(Address, *address_key(fingerprint(address)))
    elif not problem_with_username(tidy_username(typed)):
        holder = find(Username, *username_key(tidy_username(typed)))
    return load_account(holder.person_id if holder else NOBODY)


def open_password_link(token: str, *, now: datetime) -> OpenPasswordLink:
    """Looks at a link without using it. Raises NotFound, or Conflict when it no longer works."""
    _, account = _usable(token, now)
    return OpenPasswordLink(username=account.person.username)


def set_password(token: str, password: str, *, accounts: Accounts, now: datetime) -> str:
    """Chooses a new password by a link, ends every session, and returns the person's id.

    The password is set first: stopped after that, the link still works and the same form finishes the rest.
    Raises NotFound, Conflict, Invalid, TooMany.
    """
    link, account = _usable(token, now)
    _set(account, password, field="password", accounts=accounts)
    try:
        with transaction() as write:
            write.update(link, [PasswordLink.used.set(True)])
            _end_sessions(write, account.person, ("link", link.link_id), now)
    except Lost as lost:
        raise Conflict(USED, code="link_used") from lost
    return str(account.person.person_id)


def change_password(viewer: Viewer, old: str, new: str, *, accounts: Accounts, now: datetime) -> str:
    """Changes the password of somebody signed in, ends every session, and returns a new session's token.

    Raises Invalid, TooMany, NotFound.
    """
    account = load_account(viewer.person_id)
    if account is None:
        raise NotFound
    count_try(CHANGE_PASSWORD, account.person.person_id, now=now)
    if not verified(account.person.account_id, old, accounts=accounts):
        raise Invalid("That is not your password. Please try again.", field="old")
    _set(account, new, field="new", accounts=accounts)
    with transaction() as write:
        _end_sessions(write, account.person, ("changed", new_id(now)), now)
    return start_session(viewer.person_id, now=now)


def _set(account: AccountItems, password: str, *, field: str, accounts: Accounts) -> None:
    tidy = tidy_password(password)
    if problem := problem_with_password(tidy, username=account.person.username):
        raise Invalid(problem, field=field)
    try:
        accounts.set_password(account.person.account_id, password=tidy)
    except PasswordRefused as refused:
        raise Invalid("Please choose another password.", field=field) from refused


def _end_sessions(write: TransactWrite, person: Person, cause: tuple[str, ...], now: datetime) -> None:
    """Moves the epoch, which voids every session and every other link, and tells the person."""
    write.update(person, [Person.epoch.add(1)], add_version_condition=False)
    queue(write, _notice("password_changed", (person.person_id, *cause), person, "/sign-in"), now=now)


def _notice(template: str, cause: tuple[str, ...], person: Person, path: str) -> NewNotice:
    return NewNotice(
        "password_link" if template == "password_link" else "password_changed",
        cause,
        person.address,
        person.first_name,
        path,
        person_id=person.person_id,
    )


def _usable(token: str, now: datetime) -> tuple[PasswordLink, AccountItems]:
    """The link and whose it is. Raises NotFound, Conflict."""
    found = tokens.parts(token)
    link = find(PasswordLink, *password_link_key(found[0])) if found else None
    if found is None or link is None or not matches(found[1], link.secret_fingerprint):
        raise NotFound(UNKNOWN)
    account = load_account(link.person_id)
    if account is None or not account.active:
        raise NotFound(UNKNOWN)
    if link.used or link.epoch != account.person.epoch:
        raise Conflict(USED, code="link_used")
    if now >= link.usable_until:
        raise Conflict(EXPIRED, code="link_expired")
    return link, account
