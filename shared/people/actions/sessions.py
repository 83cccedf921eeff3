"""Signing in and out, and who is asking."""

from dataclasses import dataclass
from datetime import datetime

from shared.platform import tokens
from shared.platform.errors import Invalid
from shared.platform.ids import derived_id, fingerprint
from shared.platform.tables import DirectoryItem, Lost, conditional, find, is_new

from ..accounts import Accounts
from ..items import (
    ACCOUNT_PREFIX,
    Membership,
    Person,
    Session,
    Username,
    person_key,
    session_key,
    username_key,
)
from ..permissions import Member, Role, Viewer
from ..rules import (
    PASSWORD_LENGTH,
    SESSION_LIFE,
    SESSION_SEEN_EVERY,
    SESSIONS_AT_MOST,
    SIGN_IN_ACCOUNT,
    SIGN_IN_CALLER,
    SIGN_IN_HERE,
    is_live,
    neighbourhood,
    problem_with_username,
    tidy_password,
    tidy_username,
)
from ._limits import count_try

WRONG = "That username and password do not go together. Please check both and try again."
PAUSED = "Your account is paused. Please get in touch with the people who run your programme."


@dataclass(frozen=True)
class AccountItems:
    """What the Directory holds of one person: one Query."""

    person: Person
    memberships: list[Membership]
    sessions: list[Session]

    @property
    def active(self) -> list[Membership]:
        """The memberships in force: none for somebody who is suspended."""
        if self.person.status != "active":
            return []
        return [one for one in self.memberships if one.status == "active"]

    def has_live(self, session: Session, now: datetime) -> bool:
        return is_live(
            epoch=int(session.epoch),
            created_at=session.created_at,
            seen_at=session.seen_at,
            person_epoch=int(self.person.epoch),
            now=now,
        )


def load_account(person_id: str) -> AccountItems | None:
    """The person with memberships and sessions, as of now: one consistent Query."""
    pk, _ = person_key(person_id)
    items = list(DirectoryItem.query(pk, DirectoryItem.sk.startswith(ACCOUNT_PREFIX), consistent_read=True))
    people = [item for item in items if isinstance(item, Person)]
    if not people:
        return None
    return AccountItems(
        person=people[0],
        memberships=[item for item in items if isinstance(item, Membership)],
        sessions=[item for item in items if isinstance(item, Session)],
    )


def sign_in(username: str, password: str, *, accounts: Accounts, now: datetime, caller: str = "") -> str:
    """Opens a session and returns its token. `caller` is the address the request came from.

    Raises Invalid in the same words, after the same work, whether the username or the password is wrong;
    TooMany, also when the password service is busy.
    """
    name = tidy_username(username)
    place = neighbourhood(caller)
    count_try(SIGN_IN_CALLER, place, now=now)
    count_try(SIGN_IN_HERE, f"{name} from {place}", now=now)
    count_try(SIGN_IN_ACCOUNT, name, now=now)
    holder = None if problem_with_username(name) else find(Username, *username_key(name))
    account_id = holder.account_id if holder else derived_id("nobody", name)
    if not verified(account_id, password, accounts=accounts) or holder is None:
        raise Invalid(WRONG, code="wrong_sign_in")
    return start_session(holder.person_id, now=now)


def verified(account_id: str, password: str, *, accounts: Accounts) -> bool:
    """Whether this is the account's password. One that nobody can have is not even asked about."""
    tidy = tidy_password(password)
    possible = PASSWORD_LENGTH[0] <= len(tidy) <= PASSWORD_LENGTH[1] and _encodable(tidy)
    return possible and accounts.verify(account_id, password=tidy)


def _encodable(text: str) -> bool:
    return not any("\ud800" <= one <= "\udfff" for one in text)


def start_session(person_id: str, *, now: datetime) -> str:
    """Opens a session for somebody who has shown who they are. Raises Invalid when they are suspended."""
    account = load_account(person_id)
    if account is None or not account.active:
        raise Invalid(PAUSED, code="suspended")
    token, secret = tokens.make(person_id)
    Session(
        *session_key(person_id, fingerprint(secret)),
        person_id=person_id,
        epoch=int(account.person.epoch),
        created_at=now,
        seen_at=now,
        expires_at=now + SESSION_LIFE,
    ).save(is_new(Session))
    _clear_out(account, now)
    return token


def _clear_out(account: AccountItems, now: datetime) -> None:
    """Removes dead sessions, and the oldest of too many, leaving room for the one just opened."""
    live = sorted(
        (one for one in account.sessions if account.has_live(one, now)), key=lambda one: one.created_at
    )
    kept = {one.sk for one in live[-(SESSIONS_AT_MOST - 1) :]}
    for session in account.sessions:
        if session.sk not in kept:
            session.delete(add_version_condition=False)


def sign_out(token: str) -> None:
    """Ends the session. Harmless when it has ended already."""
    found = tokens.parts(token)
    if found:
        person_id, secret = found
        Session(*session_key(person_id, fingerprint(secret))).delete(add_version_condition=False)


def viewer_of(token: str, *, now: datetime) -> Viewer | None:
    """Who is asking, or None when the session does not count (any longer): one Query.

    Now and then it writes down that the session is in use.
    """
    found = tokens.parts(token)
    account = load_account(found[0]) if found else None
    if found is None or account is None or not account.active:
        return None
    key = session_key(found[0], fingerprint(found[1]))
    session = next((one for one in account.sessions if one.sk == key[1]), None)
    if session is None or not account.has_live(session, now):
        return None
    _note_use(session, now)
    return _viewer(account)


def who_asked(person_id: str) -> Viewer | None:
    """Somebody for whom something is done in the background, with the roles they have by now; None for who
    has none any more: one Query."""
    account = load_account(person_id)
    return _viewer(account) if account is not None and account.active else None


def _viewer(account: AccountItems) -> Viewer:
    return Viewer(
        person_id=account.person.person_id,
        first_name=account.person.first_name,
        surname=account.person.surname,
        memberships=tuple(
            Member(
                one.programme_id,
                one.programme_name,
                Role(one.role),
                int(one.agreed_version),
                tuple({each.pair_id: None for each in one.asked if each.waits}),
            )
            for one in account.active
        ),
    )


def _note_use(session: Session, now: datetime) -> None:
    if now < session.seen_at + SESSION_SEEN_EVERY:
        return
    try:
        with conditional():
            session.update([Session.seen_at.set(now)], condition=Session.pk.exists())
    except Lost:
        pass  # noted by another request of the same moment, or signed out meanwhile
