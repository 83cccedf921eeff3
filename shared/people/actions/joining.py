"""Opening an invitation's link, and joining by it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.platform import tokens
from shared.platform.errors import Conflict, Invalid, NotFound, TooMany, require_none
from shared.platform.ids import derived_id, fingerprint, matches, new_id
from shared.platform.tables import Lost, conditional, find, is_new, transaction
from shared.programmes.actions import RunningProgramme, load_programme
from shared.programmes.cohorts import cohort_is_over, cohort_of, enter
from shared.programmes.desk import add_unpaired
from shared.programmes.explaining import Explained, explained, rules_for

from ..accounts import Accounts, PasswordRefused
from ..invitation_items import Invitation, invitation_key
from ..items import (
    Address,
    Membership,
    Person,
    Username,
    address_key,
    membership_key,
    person_key,
    roll,
    roll_order,
    username_key,
)
from ..permissions import PARTICIPANTS, STAFF, Role, Viewer, role_words
from ..rules import (
    JOIN,
    problem_with_password,
    problem_with_username,
    standing,
    tidy_password,
    tidy_username,
)
from ._limits import count_try
from ._writing_invitations import other_part
from .agreeing import note_agreement
from .sessions import sign_in, start_session

UNKNOWN = (
    "We do not know this link. Please open it from the e-mail again; if you were sent more than one, "
    "use the newest."
)
USED = "This invitation has been used. If it was you, you can sign in."
EXPIRED = "This invitation has expired. Please ask the people who run your programme for a new one."
COHORT_OVER = (
    "What you were invited to has ended. Please ask the people who run your programme for a new invitation."
)
WITHDRAWN = (
    "This invitation has been withdrawn. If you think that is a mistake, please ask the people who run "
    "your programme."
)
HAS_ACCOUNT = "You have an account already. Please sign in, then join with it."
OTHER_ADDRESS = (
    "This invitation was sent to another e-mail address than the one of the account you are signed in with."
)
OTHER_PART = (
    "You have joined this programme as a {role}, and nobody can be mentee and mentor in one programme. If "
    "that is a mistake, please ask the people who run it."
)
TAKEN = "Somebody else has this username. Please choose another."
READ_AGAIN = "The ground rules have changed since you opened this page. Please read them again."
MEANWHILE = "Something else happened to this invitation at the same moment. Please try again."


@dataclass(frozen=True)
class OpenInvitation:
    """What the page behind an invitation's link shows."""

    first_name: str
    role: str
    programme_name: str
    organisation_name: str
    rules: tuple[str, ...]
    rules_version: int
    explained: Explained
    """How the programme runs, to be read before anything is agreed to."""
    has_account: bool
    """Somebody with the invited address has an account: they sign in instead of making another."""


def open_invitation(token: str, *, now: datetime) -> OpenInvitation:
    """Looks at an invitation without using it; that it was looked at is noted the first time. Raises
    NotFound, or Conflict when it is no longer open."""
    item = _usable(token, now)
    _note_opened(item, now)
    programme = load_programme(item.programme_id)
    return OpenInvitation(
        first_name=item.first_name,
        role=item.role,
        programme_name=programme.name,
        organisation_name=programme.organisation_name,
        rules=rules_for(programme.policy, item.role),
        rules_version=programme.policy.ground_rules.version,
        explained=explained(programme, item.role, now=now),
        has_account=_holder_of(item.address) is not None,
    )


def _note_opened(item: Invitation, now: datetime) -> None:
    if item.opened_at is not None:
        return
    with suppress(Lost), conditional():
        item.update([Invitation.opened_at.set(now)])


def accept_invitation(
    token: str,
    *,
    username: str,
    password: str,
    agreed_version: int,
    accounts: Accounts,
    now: datetime,
    caller: str = "",
) -> str:
    """Makes the invited person's account and signs them in: returns the session token.

    The account is made first, under a name nobody knows; one transaction then makes it this person's.
    Whatever stops us in between leaves an account that opens nothing, and the same link works again. The
    same form sent again, because its answer was lost or by a second click, signs the person in.
    Raises NotFound, Conflict, Invalid with every field that needs another look, and TooMany, also when the
    password service is busy.
    """
    name, secret_word = tidy_username(username), tidy_password(password)
    item = _known(token)
    if item.state == "accepted" and _is_theirs(item, name):
        return sign_in(name, password, accounts=accounts, now=now, caller=caller)
    _require_open(item, now)
    programme = load_programme(item.programme_id)
    _require_sound(name, secret_word, agreed_version, programme)
    if _holder_of(item.address) is not None:
        raise Conflict(HAS_ACCOUNT, code="has_account")
    count_try(JOIN, item.invitation_id, now=now)

    account_id = new_id(now)
    try:
        accounts.create(account_id, password=secret_word)
    except PasswordRefused as refused:
        raise Invalid("Please choose another password.", field="password") from refused
    person_id = derived_id("person", item.invitation_id)
    try:
        with transaction() as write:
            _store_person(write, item, person_id, name, account_id, now)
            _store_membership(write, item, person_id, (item.first_name, item.surname), agreed_version, now)
            _close(write, item, person_id, now)
    except Lost as lost:
        with suppress(TooMany):
            accounts.remove(account_id)
        _say_who_was_first(item, name, now, lost)
    return start_session(person_id, now=now)


def join_with_account(viewer: Viewer, token: str, *, agreed_version: int, now: datetime) -> str:
    """Joins with the account the viewer is signed in to, if it has the invited address; returns the
    programme's id. Done twice, it is done once. Raises NotFound, Conflict, Invalid."""
    item = _known(token)
    if item.state == "accepted" and item.accepted_by == viewer.person_id:
        return item.programme_id
    _require_open(item, now)
    person = find(Person, *person_key(viewer.person_id))
    if person is None or person.address != item.address:
        raise Conflict(OTHER_ADDRESS, code="other_address")
    _require_agreed(agreed_version, load_programme(item.programme_id))
    try:
        with transaction() as write:
            _store_membership(
                write, item, person.person_id, (person.first_name, person.surname), agreed_version, now
            )
            _close(write, item, person.person_id, now)
    except Lost as lost:
        _require_other_part_free(item, person.person_id)
        _say_who_was_first(item, "", now, lost)
    return item.programme_id


def _known(token: str) -> Invitation:
    """The invitation whose newest link this is. Raises NotFound."""
    found = tokens.parts(token)
    item = find(Invitation, *invitation_key(found[0])) if found else None
    if found is None or item is None or not matches(found[1], item.secret_fingerprint):
        raise NotFound(UNKNOWN)
    return item


def _usable(token: str, now: datetime) -> Invitation:
    item = _known(token)
    _require_open(item, now)
    return item


def _require_open(item: Invitation, now: datetime) -> None:
    match standing(item.state, item.usable_until, now):
        case "accepted":
            raise Conflict(USED, code="link_used")
        case "withdrawn":
            raise Conflict(WITHDRAWN, code="link_withdrawn")
        case "expired":
            raise Conflict(EXPIRED, code="link_expired")
    if cohort_is_over(item.programme_id, item.cohort_id, now=now):
        raise Conflict(COHORT_OVER, code="cohort_over")


def _holder_of(address: str) -> Address | None:
    return find(Address, *address_key(fingerprint(address)))


def _is_theirs(item: Invitation, username: str) -> bool:
    """Whether the person who accepted has this username: then the same form came a second time."""
    holder = None if problem_with_username(username) else find(Username, *username_key(username))
    return holder is not None and holder.person_id == item.accepted_by


def _require_sound(username: str, password: str, agreed_version: int, programme: RunningProgramme) -> None:
    """Raises Invalid with every field that needs another look, in the order of the page."""
    problems = []
    if agreed_version != programme.policy.ground_rules.version:
        problems.append(_not_agreed(agreed_version))
    if problem := problem_with_username(username):
        problems.append(Invalid(problem, field="username"))
    elif find(Username, *username_key(username)) is not None:
        problems.append(Invalid(TAKEN, field="username", code="taken"))
    if problem := problem_with_password(password, username=username):
        problems.append(Invalid(problem, field="password"))
    require_none(problems)


def _require_agreed(agreed_version: int, programme: RunningProgramme) -> None:
    if agreed_version != programme.policy.ground_rules.version:
        raise _not_agreed(agreed_version)


def _not_agreed(agreed_version: int) -> Invalid:
    """0 stands for a box that was not ticked."""
    return Invalid(READ_AGAIN if agreed_version else "Please agree to the ground rules.", field="agreed")


def _store_person(
    write: TransactWrite, item: Invitation, person_id: str, username: str, account_id: str, now: datetime
) -> None:
    write.save(
        Person(
            *person_key(person_id),
            person_id=person_id,
            username=username,
            account_id=account_id,
            address=item.address,
            first_name=item.first_name,
            surname=item.surname,
            created_at=now,
        ),
        condition=is_new(Person),
    )
    write.save(
        Username(*username_key(username), person_id=person_id, account_id=account_id),
        condition=is_new(Username),
    )
    write.save(
        Address(*address_key(fingerprint(item.address)), person_id=person_id), condition=is_new(Address)
    )


def _store_membership(
    write: TransactWrite,
    item: Invitation,
    person_id: str,
    names: tuple[str, str],
    agreed_version: int,
    now: datetime,
) -> None:
    first_name, surname = names
    role = Role(item.role)
    if role in PARTICIPANTS:  # what they answer about taking part counts for the one part they have
        other = membership_key(person_id, item.programme_id, other_part(role))
        write.condition_check(Membership, *other, condition=is_new(Membership))
    write.save(
        Membership(
            *membership_key(person_id, item.programme_id, item.role),
            person_id=person_id,
            programme_id=item.programme_id,
            programme_name=item.programme_name,
            role=item.role,
            first_name=first_name,
            surname=surname,
            address=item.address,
            agreed_version=agreed_version,
            agreed_at=now,
            cohort_id=item.cohort_id,
            school=item.school,
            answers=item.answers,
            nominated_by=item.nominated_by,
            listing=roll(item.programme_id, item.role),
            listing_order=roll_order(surname, first_name, item.role, person_id),
        ),
        condition=is_new(Membership),
    )
    note_agreement(write, person_id, item.programme_id, item.role, agreed_version, now)
    cohort = cohort_of(item.programme_id, item.cohort_id or "")
    if cohort is not None:
        enter(
            write,
            cohort,
            person_id=person_id,
            role=item.role,
            first_name=first_name,
            surname=surname,
            answers=item.answers,
            now=now,
        )
    if role == Role.MENTEE:
        add_unpaired(write, item.programme_id, person_id, name=f"{first_name} {surname}", now=now)
    if role in STAFF:
        record(
            write,
            item.programme_id,
            "changed_role",
            f"person:{person_id}",
            by_id=person_id,
            by_name=f"{first_name} {surname}",
            now=now,
            why=f"Joined as {role_words(item.role)}",
        )


def _require_other_part_free(item: Invitation, person_id: str) -> None:
    """Raises Conflict for who is in the programme as the other side."""
    role = Role(item.role)
    if role not in PARTICIPANTS:
        return
    other = other_part(role)
    if find(Membership, *membership_key(person_id, item.programme_id, other)) is not None:
        raise Conflict(OTHER_PART.format(role=role_words(other)), code="other_part")


def _close(write: TransactWrite, item: Invitation, person_id: str, now: datetime) -> None:
    """Uses the invitation up, if it still is what was read: neither used, withdrawn nor sent again."""
    write.update(
        item,
        [
            Invitation.state.set("accepted"),
            Invitation.accepted_at.set(now),
            Invitation.accepted_by.set(person_id),
            Invitation.due.remove(),
            Invitation.due_at.remove(),
        ],
    )


def _say_who_was_first(item: Invitation, username: str, now: datetime, lost: Lost) -> NoReturn:
    """Why the transaction was lost, from what is stored now."""
    item.refresh(consistent_read=True)
    _require_open(item, now)
    if username and _holder_of(item.address) is not None:
        raise Conflict(HAS_ACCOUNT, code="has_account") from lost
    if username and find(Username, *username_key(username)) is not None:
        raise Invalid(TAKEN, field="username", code="taken") from lost
    raise Conflict(MEANWHILE) from lost
