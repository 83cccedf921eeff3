"""What somebody sees of their own account."""

from dataclasses import dataclass

from shared.platform.errors import NotFound
from shared.platform.tables import find

from .items import (
    Person,
    person_key,
)
from .permissions import (
    Viewer,
)

# ── One's own account ──────────────────────────────────────────────────────


@dataclass(frozen=True)
class RoleHeld:
    """What somebody is, and where."""

    programme_name: str
    role: str


@dataclass(frozen=True)
class AccountView:
    """What somebody sees of their own account."""

    first_name: str
    surname: str
    username: str
    address: str
    roles: tuple[RoleHeld, ...]


def account_of(viewer: Viewer) -> AccountView:
    """One GetItem. Raises NotFound."""
    person = find(Person, *person_key(viewer.person_id))
    if person is None:
        raise NotFound
    return AccountView(
        first_name=person.first_name,
        surname=person.surname,
        username=person.username,
        address=person.address,
        roles=tuple(RoleHeld(one.programme_name, one.role.value) for one in viewer.memberships),
    )
