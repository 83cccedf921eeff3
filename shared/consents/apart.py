"""Who of the staff stands apart from somebody: whoever writes with a person learns whether they take part,
and neither what they or a parent answered nor that they took something back."""

from shared.conversations.acquaintances import companions_of
from shared.people.permissions import Role, Viewer, require
from shared.people.staff import active_staff, staff_roll
from shared.people.views import StaffMember

MOST_TOLD = 30
"""E-mails to staff about one withdrawal: all of it fits into one transaction of 100 items."""


def require_apart(viewer: Viewer, programme_id: str, person_id: str) -> None:
    """Raises NotFound for whoever writes, or wrote, with this person, unless nobody else looks after people
    there: a Query and a BatchGetItem, and another Query for those who do."""
    near = companions_of(programme_id, person_id)
    require(viewer.person_id not in near or not _apart(_who_looks_after(programme_id), near))


def who_is_told(programme_id: str, person_id: str) -> list[StaffMember]:
    """Whom to tell that something was taken back: the coordinators apart from the person; without any, the
    administrators apart; and only where there is nobody else, a coordinator who writes with them."""
    near, staff = companions_of(programme_id, person_id), _who_looks_after(programme_id)
    coordinators = [one for one in staff if one.role == Role.COORDINATOR]
    return (_apart(coordinators, near) or _apart(staff, near) or coordinators)[:MOST_TOLD]


def _who_looks_after(programme_id: str) -> list[StaffMember]:
    roles = (Role.COORDINATOR, Role.ADMINISTRATOR)
    return [one for one in active_staff(staff_roll(programme_id)) if one.role in roles]


def _apart(staff: list[StaffMember], near: frozenset[str]) -> list[StaffMember]:
    return [one for one in staff if one.person_id not in near]
