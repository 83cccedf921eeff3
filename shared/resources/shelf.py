"""Everything that a programme's library holds, as it is read: the common library and the programme's own."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.people.items import Membership, membership_key
from shared.people.permissions import Role, Viewer, own_role
from shared.platform.errors import NotFound
from shared.platform.tables import DirectoryItem
from shared.policies.library import Library
from shared.policies.people import Strand
from shared.programmes.actions import RunningProgramme, running
from shared.programmes.items import Programme, programme_key
from shared.programmes.rules import strand_of

from .common import common_library
from .items import (
    RESOURCE_PREFIX,
    VERSION_PREFIX,
    ReadMarks,
    Resource,
    ResourceVersion,
    library_key,
    read_marks_key,
    resource_version_key,
)
from .rules import About, from_stored, in_order, is_for, topics_of


@dataclass(frozen=True)
class Shelf:
    """What one person finds in a programme's library."""

    programme: RunningProgramme
    role: Role
    pieces: tuple[About, ...]
    """In the order in which they are shown."""
    strand: Strand | None
    """What a mentee is there for."""
    read: frozenset[str]
    """Ids of what they have marked as read."""

    @property
    def library(self) -> Library:
        return self.programme.policy.library

    def piece(self, resource_id: str) -> About:
        """Raises NotFound for what is not on it."""
        found = next((one for one in self.pieces if one.resource_id == resource_id), None)
        if found is None:
            raise NotFound
        return found


def own_shelf(viewer: Viewer, programme_id: str) -> Shelf:
    """What a mentee or mentor finds: a BatchGetItem and a Query. Raises NotFound for who takes no part."""
    role = own_role(viewer, programme_id)
    keys = [
        programme_key(programme_id),
        membership_key(viewer.person_id, programme_id, role),
        read_marks_key(viewer.person_id, programme_id),
    ]
    items = list(DirectoryItem.batch_get(keys))
    programme = programme_in(items)
    answers = next((one.answers for one in items if isinstance(one, Membership)), None)
    marks = next((one.read for one in items if isinstance(one, ReadMarks)), None)
    strand = strand_of(programme.policy.eligibility.strands, answers) if role == Role.MENTEE else None
    return Shelf(
        programme=programme,
        role=role,
        pieces=tuple(shown_to(role, programme, own_resources(programme_id), strand)),
        strand=strand,
        read=frozenset(marks or ()),
    )


def programme_in(items: Sequence[DirectoryItem]) -> RunningProgramme:
    """The programme that was read among others. Raises NotFound."""
    found = next((one for one in items if isinstance(one, Programme)), None)
    if found is None:
        raise NotFound
    return running(found)


def own_resources(programme_id: str) -> list[Resource]:
    """What the programme itself has, shown or taken out: one Query."""
    found = Resource.query(library_key(programme_id), Resource.sk.startswith(RESOURCE_PREFIX))
    return [one for one in found if isinstance(one, Resource)]


def shown_to(
    role: str, programme: RunningProgramme, own: Sequence[Resource], strand: Strand | None
) -> list[About]:
    """What somebody in this role sees of it, in its order."""
    library = programme.policy.library
    shown = [about_in(one) for one in own if one.state == "shown" and one.about]
    pieces = [*shown, *common_beside(own, library)]
    return in_order([one for one in pieces if is_for(one, role)], strand.id if strand else "", library)


def common_beside(own: Sequence[Resource], library: Library) -> list[About]:
    """The common pieces of the programme's topics in whose place it has put nothing."""
    if not library.common:
        return []
    replaced = {one.resource_id for one in own}
    found = [one.about for name, one in common_library().items() if name not in replaced]
    return [one for one in found if not library.tags or topics_of(one, library)]


def about_in(item: Resource) -> About:
    """What a stored piece with a wording is about."""
    return from_stored(item.resource_id, item.about)


def text_of(about: About, programme_id: str) -> str:
    """The text of a piece: nothing is read for a common one, else one Query."""
    if about.is_common:
        return common_library()[about.resource_id].text
    return latest_version(programme_id, about.resource_id).text


def latest_version(programme_id: str, resource_id: str) -> ResourceVersion:
    """Raises NotFound."""
    pk, _ = resource_version_key(programme_id, resource_id, 0)
    found = ResourceVersion.query(
        pk, ResourceVersion.sk.startswith(VERSION_PREFIX), scan_index_forward=False, limit=1
    )
    latest = next(iter(found), None)
    if latest is None:
        raise NotFound
    return latest
