"""The staff of a programme as the chain sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.notices.addresses import bouncing
from shared.people.items import Membership
from shared.people.staff import active_staff, staff_roll
from shared.people.views import StaffMember

from .faults import Known


@dataclass(frozen=True)
class Staffing:
    """The staff of a programme as the chain sees it."""

    memberships: Sequence[Membership]
    """Suspended ones too."""
    able: Sequence[StaffMember]
    """Who can be told, once for each role."""

    @property
    def known(self) -> list[Known]:
        return [
            Known(one.person_id, f"{one.first_name} {one.surname}", one.status == "active")
            for one in self.memberships
        ]


def staffing(programme_id: str) -> Staffing:
    """One Query, and a BatchGet of addresses."""
    memberships = staff_roll(programme_id)
    able = active_staff(memberships)
    without_mail = bouncing({one.address for one in able})
    return Staffing(memberships, [replace(one, bounces=one.address in without_mail) for one in able])


def whole_staff(programme_id: str) -> list[StaffMember]:
    """Everybody on the staff, once for each role they have, with their days away and whether their address
    takes mail: one Query, and a BatchGet of addresses."""
    return list(staffing(programme_id).able)
