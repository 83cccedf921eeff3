"""Who may do what. The one module that decides; everything else asks it.

A viewer's memberships say which role they have in which programme. A check that fails is answered as though
the thing did not exist (`NotFound`), so that nobody learns of what they may not see.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.platform.errors import NotFound


class Role(StrEnum):
    """What a person is in one programme."""

    MENTEE = "mentee"
    MENTOR = "mentor"
    EDUCATOR = "educator"
    """A teacher or adviser who puts young people forward. No staff, and takes no part."""
    COORDINATOR = "coordinator"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    DEPUTY = "deputy"
    """Stands in for the safeguarding lead."""
    REGIONAL_MANAGER = "regional_manager"
    """Whom a worry climbs to when neither answers."""
    ADMINISTRATOR = "administrator"


def role_words(role: str) -> str:
    """A role in plain English."""
    return role.replace("_", " ")


PARTICIPANTS = frozenset({Role.MENTEE, Role.MENTOR})
CONVERSATION_READERS = frozenset(
    {Role.COORDINATOR, Role.SAFEGUARDING_LEAD, Role.DEPUTY, Role.REGIONAL_MANAGER}
)
"""Staff who read conversations. An administrator looks after people and settings and reads none."""
STAFF = CONVERSATION_READERS | {Role.ADMINISTRATOR}


@dataclass(frozen=True)
class Member:
    """One role in one programme."""

    programme_id: str
    programme_name: str
    role: Role
    agreed_version: int | None = None
    """The version of the ground rules that was agreed to; None where it does not matter."""
    asked_at: tuple[str, ...] = ()
    """The ids of pairs on whose pages questions wait for their answers."""


@dataclass(frozen=True)
class Viewer:
    """The person who is asking, as of this request."""

    person_id: str
    first_name: str
    surname: str
    memberships: tuple[Member, ...]

    @property
    def name(self) -> str:
        """In full, as staff know each other. Never for a mentee's or mentor's eyes."""
        return f"{self.first_name} {self.surname}"

    def roles_in(self, programme_id: str) -> frozenset[Role]:
        return frozenset(one.role for one in self.memberships if one.programme_id == programme_id)

    @property
    def roles(self) -> frozenset[Role]:
        """Every role in any programme. Only for deciding what to offer, never what to allow."""
        return frozenset(one.role for one in self.memberships)

    @property
    def is_mentee(self) -> bool:
        return Role.MENTEE in self.roles

    @property
    def is_mentor(self) -> bool:
        return Role.MENTOR in self.roles

    @property
    def is_educator(self) -> bool:
        return Role.EDUCATOR in self.roles

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF)


def programme_name(viewer: Viewer, programme_id: str) -> str:
    """What a programme is called in which the viewer has a role."""
    return next(one.programme_name for one in viewer.memberships if one.programme_id == programme_id)


def require(allowed: bool) -> None:
    """Raises NotFound unless `allowed`."""
    if not allowed:
        raise NotFound


def own_role(viewer: Viewer, programme_id: str) -> Role:
    """As what the viewer takes part. Raises NotFound where they do not."""
    roles = viewer.roles_in(programme_id) & PARTICIPANTS
    require(bool(roles))
    return Role.MENTEE if Role.MENTEE in roles else Role.MENTOR


def may_moderate(viewer: Viewer, programme_id: str) -> bool:
    """Read the queue of held messages and decide on them."""
    return bool(viewer.roles_in(programme_id) & CONVERSATION_READERS)


def may_change_rules(viewer: Viewer, programme_id: str) -> bool:
    """Draft changes to the filter's rules, try them on past messages and adopt them. What those messages say,
    only those see who read conversations."""
    return bool(viewer.roles_in(programme_id) & STAFF)


def may_see_policy(viewer: Viewer, programme_id: str) -> bool:
    """See the policy in force, and how and why it was changed."""
    return bool(viewer.roles_in(programme_id) & STAFF)


def may_change_policy(viewer: Viewer, programme_id: str) -> bool:
    """Change any part of the policy. Some parts others may change by pages of their own."""
    return Role.ADMINISTRATOR in viewer.roles_in(programme_id)


def may_run_meetings(viewer: Viewer, programme_id: str) -> bool:
    """Arrange meetings for others, take part where a coordinator must, and let people in."""
    return Role.COORDINATOR in viewer.roles_in(programme_id)


def may_see_concerns(viewer: Viewer, programme_id: str) -> bool:
    return bool(viewer.roles_in(programme_id) & CONVERSATION_READERS)


def may_manage_people(viewer: Viewer, programme_id: str) -> bool:
    """Invite, pair, suspend and reinstate mentees and mentors, and invite educators."""
    return bool(viewer.roles_in(programme_id) & {Role.COORDINATOR, Role.ADMINISTRATOR})


def may_nominate(viewer: Viewer, programme_id: str) -> bool:
    """Put young people forward, and see how far it has come with them."""
    return Role.EDUCATOR in viewer.roles_in(programme_id)


def may_manage_staff(viewer: Viewer, programme_id: str) -> bool:
    """Invite and suspend staff. Coordinators look after mentees and mentors only."""
    return Role.ADMINISTRATOR in viewer.roles_in(programme_id)


def may_make_programmes(viewer: Viewer, programme_id: str) -> bool:
    """Make further programmes in the organisation of this one."""
    return Role.ADMINISTRATOR in viewer.roles_in(programme_id)


def may_plan_cohorts(viewer: Viewer, programme_id: str) -> bool:
    """Make cohorts, change them, end them, and put people into them."""
    return may_manage_people(viewer, programme_id)


def may_change_chain(viewer: Viewer, programme_id: str) -> bool:
    """Say who is told of concerns, and send them a test."""
    return bool(viewer.roles_in(programme_id) & {Role.SAFEGUARDING_LEAD, Role.ADMINISTRATOR})


def may_see_chain(viewer: Viewer, programme_id: str) -> bool:
    """See who is told of concerns, when, and who is away."""
    return bool(viewer.roles_in(programme_id) & STAFF)


def may_edit_library(viewer: Viewer, programme_id: str) -> bool:
    """Write what mentees and mentors can read, and take it out."""
    return may_manage_people(viewer, programme_id)


def may_see_library(viewer: Viewer, programme_id: str) -> bool:
    """See the whole library with its versions, as staff."""
    return bool(viewer.roles_in(programme_id) & STAFF)


def may_see_results(viewer: Viewer, programme_id: str) -> bool:
    """See what came of the evaluation, counted. What was written, only those read who read conversations."""
    return bool(viewer.roles_in(programme_id) & STAFF)


def may_set_days_away(viewer: Viewer, programme_id: str, person_id: str) -> bool:
    """Note somebody of the staff as away: everybody for themselves, some for anybody."""
    roles = viewer.roles_in(programme_id) & STAFF
    if viewer.person_id == person_id:
        return bool(roles)
    return bool(roles & {Role.COORDINATOR, Role.SAFEGUARDING_LEAD, Role.ADMINISTRATOR})


def may_see_people(viewer: Viewer, programme_id: str) -> bool:
    return bool(viewer.roles_in(programme_id) & STAFF)


def may_see_audit(viewer: Viewer, programme_id: str) -> bool:
    """See what the staff read, decided and changed, and check that the record of it is whole."""
    overseers = {Role.ADMINISTRATOR, Role.SAFEGUARDING_LEAD, Role.REGIONAL_MANAGER}
    return bool(viewer.roles_in(programme_id) & overseers)


def part_in_pair(viewer: Viewer, *, programme_id: str, mentor_id: str, mentee_id: str) -> str:
    """`mentor`, `mentee`, `staff`, or empty for somebody to whom the conversation does not exist.

    Taking part needs the membership too: a mentor who left the programme sees nothing more of it. Staff who
    take part in a pair themselves see it as that part, never as staff.
    """
    roles = viewer.roles_in(programme_id)
    if viewer.person_id == mentor_id:
        return "mentor" if Role.MENTOR in roles else ""
    if viewer.person_id == mentee_id:
        return "mentee" if Role.MENTEE in roles else ""
    return "staff" if roles & CONVERSATION_READERS else ""
