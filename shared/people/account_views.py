"""What somebody sees of their own account."""

from dataclasses import dataclass
from datetime import date

from shared.platform.errors import NotFound
from shared.programmes.rules import spoken

from .actions.sessions import load_account
from .participation import is_vetted
from .permissions import Role, Viewer
from .vetting import FOR_EVER


@dataclass(frozen=True)
class RoleHeld:
    """What somebody is, and where."""

    programme_id: str
    programme_name: str
    role: str


@dataclass(frozen=True)
class Cleared:
    """Until when somebody is cleared as a mentor of a programme."""

    programme_name: str
    until: str
    """The last day, in words."""
    is_over: bool


@dataclass(frozen=True)
class AccountView:
    """What somebody sees of their own account."""

    first_name: str
    surname: str
    username: str
    address: str
    roles: tuple[RoleHeld, ...]
    is_mentor: bool
    about_me: str
    """What a mentor's mentees read of them."""
    cleared: tuple[Cleared, ...]
    """Of a mentor, where what they have shown has an end."""


def account_of(viewer: Viewer, *, today: date) -> AccountView:
    """One Query. Raises NotFound."""
    account = load_account(viewer.person_id)
    if account is None:
        raise NotFound
    mentor = [one for one in account.active if one.role == Role.MENTOR]
    return AccountView(
        first_name=account.person.first_name,
        surname=account.person.surname,
        username=account.person.username,
        address=account.person.address,
        roles=tuple(
            RoleHeld(one.programme_id, one.programme_name, one.role.value) for one in viewer.memberships
        ),
        is_mentor=bool(mentor),
        about_me=next((one.about_me for one in mentor if one.about_me), ""),
        cleared=tuple(
            Cleared(one.programme_name, _day(one.vetted_until), not is_vetted(one.vetted_until, today))
            for one in mentor
            if one.vetted_until and one.vetted_until != FOR_EVER
        ),
    )


def _day(iso: str) -> str:
    return spoken(date.fromisoformat(iso))
