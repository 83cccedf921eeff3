"""The chain by which a concern climbs: who is told at each step, and by when somebody must answer."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Generic, Protocol, TypeVar

from shared.people.permissions import CONVERSATION_READERS
from shared.platform.clock import LONDON
from shared.policies.hours import Clock, WorkingTime
from shared.policies.schema import Escalation, Policy, Rank, Steps
from shared.policies.working_time import after_working, is_working

LONGEST_WAIT = timedelta(days=4)
"""How long a step waits at most, however many days are not worked: as long as a school is closed at
Easter."""
SOONEST_ANSWER = Clock(minutes=15, counts="always")
"""How long to wait for an answer when the policy does not say."""


@dataclass(frozen=True)
class Chain:
    """Who is told at each step, in and out of working hours, and how long each waits, by severity.

    Without working hours it is always a working hour.
    """

    ranks: Sequence[Rank]
    out_of_hours_ranks: Sequence[Rank]
    clocks: Mapping[str, Clock]
    working_time: WorkingTime | None = None
    by_severity: Mapping[str, Steps] = field(default_factory=dict)
    about_staff: Sequence[Rank] = ()
    """For worries about somebody on the staff, at any hour; the usual steps where there are none."""

    def is_working(self, moment: datetime) -> bool:
        return self.working_time is None or is_working(moment, self.working_time)

    def ranks_at(self, moment: datetime, severity: str, *, about_staff: bool = False) -> Sequence[Rank]:
        """The steps as they are at this moment.

        What is immediate goes to the whole first rank at any hour: out of hours to those of working hours
        too.
        """
        if about_staff and self.about_staff:
            return self.about_staff
        ranks, out_of_hours_ranks = self.steps_for(severity)
        if self.is_working(moment) or not out_of_hours_ranks:
            return ranks
        first, *above = out_of_hours_ranks
        if severity == "immediate":
            first = _both(first, ranks[0])
        return (first, *above)

    @property
    def every_rank(self) -> list[Rank]:
        """Every step there is, whenever and for whatever it is taken."""
        others = (rank for one in self.by_severity.values() for rank in (*one.ranks, *one.out_of_hours_ranks))
        return [*self.ranks, *self.out_of_hours_ranks, *others, *self.about_staff]

    def steps_for(self, severity: str) -> tuple[Sequence[Rank], Sequence[Rank]]:
        """In and out of working hours; none for the latter where it makes no difference."""
        other = self.by_severity.get(severity)
        if other is None:
            return self.ranks, self.out_of_hours_ranks
        return other.ranks, other.out_of_hours_ranks

    def answer_by(self, severity: str, *, now: datetime) -> datetime:
        """When the next step is taken unless somebody has answered. A severity that the policy does not name
        waits no longer than any other."""
        clock = self.clocks.get(severity) or min(
            self.clocks.values(), key=lambda one: one.minutes, default=SOONEST_ANSWER
        )
        duration = timedelta(minutes=clock.minutes)
        if clock.counts == "always" or severity == "immediate" or self.working_time is None:
            return now + duration
        return min(after_working(now, duration, self.working_time), now + max(LONGEST_WAIT, duration))


def _both(one: Rank, other: Rank) -> Rank:
    return Rank(
        roles=list(dict.fromkeys([*one.roles, *other.roles])),
        people=list(dict.fromkeys([*one.people, *other.people])),
    )


WITHOUT_POLICY = Chain(
    ranks=(
        Rank(roles=["safeguarding_lead"]),
        Rank(roles=["safeguarding_lead", "deputy", "coordinator"]),
        Rank(roles=["safeguarding_lead", "deputy", "coordinator", "regional_manager", "administrator"]),
    ),
    out_of_hours_ranks=(),
    clocks={},
    about_staff=(Rank(roles=["regional_manager"]), Rank(roles=["regional_manager", "administrator"])),
)
"""How a concern climbs where the programme's policy cannot be read: a worry does not wait for its repair."""


def chain_of(policy: Policy | None) -> Chain:
    """The chain that the policy names, or one that serves where there is no policy to be read."""
    if policy is None:
        return WITHOUT_POLICY
    return chain_from(policy.escalation, policy.working_time)


def chain_from(escalation: Escalation, working_time: WorkingTime) -> Chain:
    return Chain(
        escalation.ranks,
        escalation.out_of_hours_ranks,
        {str(severity): clock for severity, clock in escalation.acknowledge_within.items()},
        working_time,
        {str(severity): steps for severity, steps in escalation.by_severity.items()},
        escalation.about_staff,
    )


class Away(Protocol):
    """Days on which somebody is away."""

    @property
    def stand_in(self) -> str: ...
    def covers(self, day: date) -> bool: ...


class Tellable(Protocol):
    """Somebody on the staff of a programme, in one of their roles."""

    @property
    def person_id(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def absence(self) -> Away | None: ...
    @property
    def bounces(self) -> bool: ...


T = TypeVar("T", bound=Tellable)


@dataclass(frozen=True)
class Telling(Generic[T]):
    """Who is told, and how far up the chain that is. Without members there is nobody to tell."""

    rank: int
    members: tuple[T, ...]
    reached: bool
    """Whether an address of theirs takes mail, as far as is known."""


def whom_to_tell(
    staff: Sequence[T],
    ranks: Sequence[Rank],
    *,
    rank: int,
    kept_from: Collection[str],
    now: datetime,
    bounced: Collection[str] = (),
    also: Collection[str] = (),
    not_alone: Collection[str] = (),
    least: int = 1,
) -> Telling[T]:
    """The people of `rank`, and those of the ranks above it until one of them can be reached; failing that,
    the whole staff, and those who are away only when there is nobody else.

    Somebody is reached only by one who may read concerns, as long as there is anybody who may.
    Those of the staff whose person_id is in `also` are told besides, and nobody counts on them. Nor on those
    in `not_alone`, who are told in their turn and never the only ones; and where `least` is two, another has
    to be told besides one who may read it. An address
    that is known to take no mail, or is in `bounced`, is tried all the same and does not count. Nobody of
    `kept_from` is ever told, not in anybody's place either, and nobody twice; `staff` may name a person once
    for each role. A rank beyond the chain is its last.
    """
    top = len(ranks) - 1
    able = [one for one in staff if one.person_id not in kept_from]
    besides = [one for one in able if one.person_id in also]
    readers = {one.person_id for one in able if one.role in CONVERSATION_READERS}
    told: list[T] = []

    def reached() -> bool:
        reachable = {
            one.person_id
            for one in told
            if not one.bounces and one.address not in bounced and one.person_id not in not_alone
        }
        return len(reachable) >= least and bool(reachable & (readers or reachable))

    for place in range(min(rank, top), top + 1):
        told += serving(able, ranks[place], now=now)
        if reached():
            return Telling(place, _each_once([*told, *besides]), reached=True)
    for others in ([one for one in able if not is_away(one, now)], able):
        told += others
        if reached():
            break
    return Telling(top, _each_once([*told, *besides]), reached())


def serving(staff: Sequence[T], rank: Rank, *, now: datetime) -> list[T]:
    """Those of a rank who are there at this moment, and who stands in for those who are not."""
    found = (_who_serves(one, staff, now) for one in staff if is_named(one, rank))
    return [one for one in found if one is not None]


def is_named(member: Tellable, rank: Rank) -> bool:
    return member.role in rank.roles or member.person_id in rank.people


def is_away(member: Tellable, now: datetime) -> bool:
    return member.absence is not None and member.absence.covers(now.astimezone(LONDON).date())


def _who_serves(member: T, staff: Sequence[T], now: datetime) -> T | None:
    return next((one for one in _down_the_line(member, staff) if not is_away(one, now)), None)


def _down_the_line(member: T, staff: Sequence[T]) -> Iterator[T]:
    """The person, who stands in for them, who for that one, and so on; nobody twice."""
    met: set[str] = set()
    one: T | None = member
    while one is not None and one.person_id not in met:
        yield one
        met.add(one.person_id)
        wanted = one.absence.stand_in if one.absence else ""
        one = next((other for other in staff if other.person_id == wanted), None)


def _each_once(members: Sequence[T]) -> tuple[T, ...]:
    """By address: two e-mails to one address would be one notice, which a transaction cannot write twice."""
    first_of: dict[str, T] = {}
    for one in members:
        first_of.setdefault(one.address, one)
    return tuple(first_of.values())
