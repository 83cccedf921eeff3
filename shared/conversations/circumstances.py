"""What stands around a conversation and decides whether anything may pass in it."""

from dataclasses import dataclass

from shared.people.items import Membership, membership_key
from shared.people.permissions import Role
from shared.platform.tables import DirectoryItem
from shared.programmes.actions import RunningProgramme, running
from shared.programmes.items import Cohort, Programme, cohort_key, programme_key

from .items import Pair


@dataclass(frozen=True)
class Circumstances:
    """A conversation's programme, its cohort, and its two people's part in the programme."""

    programme: RunningProgramme | None
    """None where there is none, or none with a policy that can be read."""
    cohort: Cohort | None
    mentor: Membership | None
    mentee: Membership | None

    @property
    def both_active(self) -> bool:
        """Whether both still take part in the programme."""
        return all(one is not None and one.status == "active" for one in (self.mentor, self.mentee))


def circumstances_of(pair: Pair) -> Circumstances:
    """As they are now: one BatchGetItem."""
    mentor = membership_key(pair.mentor_id, pair.programme_id, Role.MENTOR)
    mentee = membership_key(pair.mentee_id, pair.programme_id, Role.MENTEE)
    programme = programme_key(pair.programme_id)
    keys = {mentor, mentee, programme}
    if pair.cohort_id:
        keys.add(cohort_key(pair.programme_id, pair.cohort_id))
    found = {(one.pk, one.sk): one for one in DirectoryItem.batch_get(sorted(keys), consistent_read=True)}
    return Circumstances(
        programme=_running(found.get(programme)),
        cohort=next((one for one in found.values() if isinstance(one, Cohort)), None),
        mentor=_membership(found.get(mentor)),
        mentee=_membership(found.get(mentee)),
    )


def _membership(found: DirectoryItem | None) -> Membership | None:
    return found if isinstance(found, Membership) else None


def _running(found: DirectoryItem | None) -> RunningProgramme | None:
    try:
        return running(found) if isinstance(found, Programme) else None
    except (ValueError, TypeError):
        return None
