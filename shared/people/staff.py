"""The staff of a programme with the days on which they are away."""

from collections.abc import Iterable
from datetime import date

from .absences import Absence
from .items import Membership, roll
from .permissions import Role
from .views import StaffMember

_BY_ROLE = (
    Role.SAFEGUARDING_LEAD,
    Role.DEPUTY,
    Role.COORDINATOR,
    Role.REGIONAL_MANAGER,
    Role.ADMINISTRATOR,
)
"""In which role somebody with several stands first."""


def staff_roll(programme_id: str) -> list[Membership]:
    """Every membership of the programme's staff, suspended ones too: one Query."""
    found = Membership.by_listing.query(roll(programme_id, Role.COORDINATOR))
    return [item for item in found if isinstance(item, Membership)]


def active_staff(memberships: Iterable[Membership]) -> list[StaffMember]:
    """Those who are not suspended, once for each role they have, in the order of roles."""
    known = list(memberships)
    away = {one.person_id: absence for one in known if (absence := absence_of(one))}
    members = [_member(one, away.get(one.person_id)) for one in known if one.status == "active"]
    return sorted(members, key=lambda one: _BY_ROLE.index(one.role))


def absence_of(membership: Membership) -> Absence | None:
    """The days away that are noted with a membership."""
    if not (membership.away_from and membership.away_until):
        return None
    return Absence(
        date.fromisoformat(membership.away_from),
        date.fromisoformat(membership.away_until),
        membership.stand_in or "",
    )


def _member(item: Membership, absence: Absence | None) -> StaffMember:
    return StaffMember(
        person_id=item.person_id,
        first_name=item.first_name,
        name=f"{item.first_name} {item.surname}",
        address=item.address,
        role=Role(item.role),
        absence=absence,
    )
