"""Who is on the staff, and is to be told."""

from collections.abc import Collection
from dataclasses import dataclass

from shared.platform.tables import find

from .absences import Absence
from .items import (
    Membership,
    membership_key,
    roll,
)
from .permissions import (
    Role,
)

MOST_TOLD = 40
"""E-mails to staff about one thing: all of it fits into one transaction of 100 items."""


@dataclass(frozen=True)
class StaffMember:
    """Somebody on the staff of a programme, to be told by e-mail."""

    person_id: str
    first_name: str
    name: str
    address: str
    role: Role
    absence: Absence | None = None
    """The days on which they are away, now or later."""
    bounces: bool = False
    """Whether their address is known to take no mail."""


def staff_of(programme_id: str, roles: Collection[Role]) -> list[StaffMember]:
    """The active staff of a programme who have one of `roles`, each person once: one Query."""
    found: dict[str, StaffMember] = {}
    for item in Membership.by_listing.query(roll(programme_id, Role.COORDINATOR)):
        if not isinstance(item, Membership) or item.status != "active" or Role(item.role) not in roles:
            continue
        found.setdefault(
            item.person_id,
            StaffMember(
                person_id=item.person_id,
                first_name=item.first_name,
                name=f"{item.first_name} {item.surname}",
                address=item.address,
                role=Role(item.role),
            ),
        )
    return list(found.values())


def is_active_mentee(person_id: str, programme_id: str) -> bool:
    """Whether somebody takes part in a programme as a mentee: one GetItem."""
    found = find(Membership, *membership_key(person_id, programme_id, Role.MENTEE))
    return found is not None and found.status == "active"


def who_looks_after(
    programme_id: str, *, or_else: Role = Role.ADMINISTRATOR, but: Collection[str] = ()
) -> list[StaffMember]:
    """Whom to tell of what a programme's coordinators see to: the coordinators; without any, the
    administrators, or those of `or_else`. Nobody of `but`; each address once."""
    for role in (Role.COORDINATOR, or_else):
        if members := [one for one in staff_of(programme_id, {role}) if one.person_id not in but]:
            return list({one.address: one for one in members}.values())[:MOST_TOLD]
    return []
