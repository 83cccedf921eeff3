"""What lists of people show, and who is to be told."""

from collections.abc import Collection
from dataclasses import dataclass

from .items import Membership, roll
from .permissions import Role


@dataclass(frozen=True)
class StaffMember:
    """Somebody on the staff of a programme, to be told by e-mail."""

    person_id: str
    first_name: str
    name: str
    address: str
    role: Role


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
