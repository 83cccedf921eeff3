"""Why a conversation rests: what the two have shown and agreed to, held against the programme's policy."""

from dataclasses import dataclass
from datetime import datetime

from shared.people.items import Membership, membership_key
from shared.people.participation import Pause, why_paused
from shared.people.permissions import Role
from shared.platform.clock import day_of
from shared.platform.tables import DirectoryItem
from shared.policies import Policy
from shared.programmes.actions import RunningProgramme, running
from shared.programmes.items import Programme, programme_key

from .items import Pair


@dataclass(frozen=True)
class TakingPart:
    """The programme of a pair, where its policy can be read, and why their conversation rests."""

    programme: RunningProgramme | None
    pauses: tuple[Pause, ...]

    @property
    def rests(self) -> bool:
        """Whether nothing may be passed on, whoever decides. What a suspended person wrote, somebody may yet
        decide to pass on."""
        return any(pause.what != "standing" for pause in self.pauses)

    @property
    def because(self) -> str:
        """Why, for staff."""
        return " ".join(pause.sentence for pause in self.pauses)


def taking_part(pair: Pair, *, now: datetime) -> TakingPart:
    """One BatchGetItem. Without a policy that can be read it gives no pauses: nothing is passed on then
    unless a person decides."""
    keys = [programme_key(pair.programme_id), *_membership_keys(pair)]
    items = list(DirectoryItem.batch_get(keys, consistent_read=True))
    programme = next((_running(one) for one in items if isinstance(one, Programme)), None)
    members = [one for one in items if isinstance(one, Membership)]
    pauses = pauses_of(pair, members, programme.policy, now=now) if programme else ()
    return TakingPart(programme, pauses)


def load_pauses(pair: Pair, policy: Policy, *, now: datetime) -> tuple[Pause, ...]:
    """The same where the policy is at hand: one BatchGetItem."""
    found = Membership.batch_get(_membership_keys(pair), consistent_read=True)
    return pauses_of(pair, [one for one in found if isinstance(one, Membership)], policy, now=now)


def pauses_of(pair: Pair, members: list[Membership], policy: Policy, *, now: datetime) -> tuple[Pause, ...]:
    """Why the pair rests, by the memberships that were found of the two."""
    mentor, mentee = (
        next((one.facts for one in members if (one.person_id, one.role) == (person_id, role)), None)
        for person_id, role in ((pair.mentor_id, Role.MENTOR), (pair.mentee_id, Role.MENTEE))
    )
    return why_paused(mentor, mentee, policy, day_of(now))


def _membership_keys(pair: Pair) -> list[tuple[str, str]]:
    return [
        membership_key(pair.mentor_id, pair.programme_id, Role.MENTOR),
        membership_key(pair.mentee_id, pair.programme_id, Role.MENTEE),
    ]


def _running(item: Programme) -> RunningProgramme | None:
    try:
        return running(item)
    except (ValueError, TypeError):
        return None
