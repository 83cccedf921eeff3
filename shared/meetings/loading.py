"""A meeting with everything that decides what may be done with it."""

from dataclasses import dataclass
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.conversations.arranged import MEETING
from shared.conversations.items import Pair, Shared, shared_key
from shared.conversations.resting import TakingPart, taking_part
from shared.conversations.steps import load_pair
from shared.conversations.views import part_or_staff
from shared.people.items import Membership
from shared.people.permissions import Viewer, require
from shared.platform.errors import Conflict, NotFound
from shared.platform.tables import find
from shared.policies import Policy
from shared.programmes.rules import day_of

from .plan import Plan, plan_of
from .rules import Bar, bars

TRIES = 4
ENDED = "This conversation has ended, so no meeting can be arranged in it."
NO_POLICY = "Nothing can be arranged just now. Please try again in a few minutes."
SOMETHING_MISSING = (
    "A meeting cannot be arranged at the moment, because not everything that it needs is there. Your "
    "coordinator can see what is missing."
)


@dataclass
class Place:
    """A pair at which somebody arranges a meeting."""

    pair: Pair
    part: str
    """`mentor`, `mentee` or `staff`."""
    together: TakingPart
    policy: Policy

    def bars(self, kind: str, now: datetime) -> tuple[Bar, ...]:
        """What stands against a meeting of this kind at this moment."""
        mentor, mentee = self.together.mentor, self.together.mentee
        facts = (mentor.facts if mentor else None, mentee.facts if mentee else None)
        return bars(kind, *facts, self.policy, day_of(now))

    def require_clear(self, kind: str, now: datetime) -> None:
        """Raises Conflict while something stands against it: to staff everything, to one of the two what is
        theirs, and of the other's nothing."""
        if found := self.bars(kind, now):
            raise Conflict(why_not(found, self.part), code="not_yet_possible")

    def hold_still(self, write: TransactWrite) -> None:
        """Adds to a running transaction that neither of the two has changed what they agreed to meanwhile,
        and that the conversation goes on."""
        for member in (self.together.mentor, self.together.mentee):
            if member is not None:
                same = Membership.version == member.version
                write.condition_check(Membership, member.pk, member.sk, condition=same)

    def record_deed(self, write: TransactWrite, viewer: Viewer, now: datetime) -> None:
        """Adds to the audit record that one of the staff did something about a meeting of theirs."""
        if self.part == "staff":
            record(
                write,
                self.pair.programme_id,
                "ran_meeting",
                f"pair:{self.pair.pair_id}",
                by_id=viewer.person_id,
                by_name=viewer.name,
                now=now,
                hidden_from=(self.pair.mentor_id, self.pair.mentee_id),
            )

    def take_turn(self, write: TransactWrite, now: datetime) -> None:
        """Adds that a time of theirs is taken: of two that do this at once, one is Lost, and looks again."""
        write.update(self.pair, [Pair.meetings_at.set(now)], condition=Pair.status == "active")


@dataclass
class At(Place):
    """One meeting of theirs."""

    item: Shared
    plan: Plan


def why_not(found: tuple[Bar, ...], part: str) -> str:
    """What somebody is told of what stands against a meeting; empty where nothing does."""
    if not found or part == "staff":
        return " ".join(one.for_staff for one in found)
    own = [one.for_oneself for one in found if one.side == part and one.for_oneself]
    return " ".join(own) or SOMETHING_MISSING


def place_of(viewer: Viewer, pair_id: str, *, now: datetime) -> Place:
    """The pair, for somebody who may see it: a GetItem and a BatchGetItem. Raises NotFound, and Conflict
    without a policy that can be read."""
    pair = load_pair(pair_id)
    part = part_or_staff(viewer, pair)
    together = taking_part(pair, now=now)
    if together.programme is None:
        raise Conflict(NO_POLICY, code="no_policy")
    return Place(pair, part, together, together.programme.policy)


def meeting_at(viewer: Viewer, pair_id: str, meeting_id: str, *, now: datetime) -> At:
    """A meeting, for somebody who may see it. Raises as `place_of`."""
    place = place_of(viewer, pair_id, now=now)
    item = find_meeting(pair_id, meeting_id)
    if item is None:
        raise NotFound
    return At(place.pair, place.part, place.together, place.policy, item, plan_of(item))


def find_meeting(pair_id: str, meeting_id: str) -> Shared | None:
    return find(Shared, *shared_key(pair_id, MEETING, meeting_id))


def require_goes_on(place: Place) -> None:
    """Raises Conflict when the conversation has ended, in whichever way."""
    if place.together.status_of(place.pair) != "active":
        raise Conflict(ENDED, code="ended")


def require_part(place: Place) -> None:
    """Raises NotFound for staff: what the two answer for themselves nobody answers for them."""
    require(place.part != "staff")
