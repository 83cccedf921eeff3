"""What the pages about the chain show: who would be told, when, and what can be changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.people.absence_views import Named
from shared.people.permissions import Viewer, may_change_chain, may_see_chain, programme_name, require
from shared.people.views import StaffMember
from shared.platform.clock import LONDON
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.tables import find
from shared.policies import Policy
from shared.policies.schema import Rank
from shared.policies.working_time import DAYS
from shared.programmes.actions import policy_of, running
from shared.programmes.items import Programme, programme_key

from .changing import UNREADABLE
from .checking import faults_in
from .faults import ROLE_WORDS
from .form import MOST_STEPS, SEVERITIES
from .rules import Chain, chain_of, whom_to_tell
from .staffing import Staffing, staffing

FURTHEST = timedelta(days=731)
"""How far from today a moment may be looked at."""


@dataclass(frozen=True)
class Told:
    """Somebody who would be told at a step."""

    name: str
    takes_mail: bool


@dataclass(frozen=True)
class StepPreview:
    """One step as it would be taken."""

    at: datetime
    is_working: bool
    told: tuple[Told, ...]
    until: datetime
    """When the next step would be taken, should nobody have answered."""
    repeats: bool
    """It is the top: from here on the same people are told again, and those who run the site."""


@dataclass(frozen=True)
class SeverityPreview:
    """How a concern of one severity would climb."""

    severity: str
    steps: tuple[StepPreview, ...]


@dataclass(frozen=True)
class OtherSteps:
    """The steps for concerns of one severity."""

    severity: str
    steps: tuple[str, ...]
    nights: tuple[str, ...]


@dataclass(frozen=True)
class ChainView:
    """Who would be told of a concern raised at a moment, step by step."""

    programme_id: str
    programme_name: str
    may_change: bool
    faults: tuple[str, ...]
    """What is wrong with the chain now."""
    moment: datetime
    moment_typed: str
    """The same by the clock of the United Kingdom, as a form's field holds it."""
    is_working: bool
    previews: tuple[SeverityPreview, ...]
    steps: tuple[str, ...]
    """Whom each step names, in words."""
    nights: tuple[str, ...]
    """The same out of hours; empty where it makes no difference."""
    others: tuple[OtherSteps, ...] = ()
    """Other steps for one severity, in and out of hours."""
    about_staff: tuple[str, ...] = ()
    """Whom each step names for worries about somebody on the staff."""


def chain_page(viewer: Viewer, programme_id: str, *, at: str = "", now: datetime) -> ChainView:
    """Who would be told of a concern raised at the moment `at` (as in `2026-11-27T23:00`, by the clock of the
    United Kingdom), or now: a GetItem, a Query and a BatchGet. Raises NotFound, and Invalid for a moment that
    is none."""
    require(may_see_chain(viewer, programme_id))
    moment = _moment(at, now)
    policy = policy_of(programme_id)
    chain, staff = chain_of(policy), staffing(programme_id)
    return ChainView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        may_change=may_change_chain(viewer, programme_id),
        faults=tuple(faults_in(policy, staff, now=now)),
        moment=moment,
        moment_typed=f"{moment.astimezone(LONDON):%Y-%m-%dT%H:%M}",
        is_working=chain.is_working(moment),
        previews=tuple(
            SeverityPreview(severity, tuple(_steps(chain, staff.able, severity, moment)))
            for severity in SEVERITIES
        ),
        steps=_in_words(chain.ranks, staff),
        nights=_in_words(chain.out_of_hours_ranks, staff),
        others=tuple(
            OtherSteps(severity, *(_in_words(ranks, staff) for ranks in chain.steps_for(severity)))
            for severity in SEVERITIES
            if severity in chain.by_severity
        ),
        about_staff=_in_words(chain.about_staff, staff),
    )


def _in_words(ranks: Sequence[Rank], staff: Staffing) -> tuple[str, ...]:
    return tuple(rank_in_words(rank, staff) for rank in ranks)


def _moment(text: str, now: datetime) -> datetime:
    if not text.strip():
        return now
    try:
        moment = datetime.fromisoformat(text.strip()).replace(tzinfo=LONDON)
    except ValueError:
        raise Invalid("Please give a day and a time, as in 2026-11-27T23:00.", code="no_moment") from None
    if abs(moment.replace(tzinfo=None) - now.replace(tzinfo=None)) > FURTHEST:
        raise Invalid("Please choose a day within two years of today.", code="too_far")
    return moment.astimezone(now.tzinfo)


def _steps(
    chain: Chain, staff: Sequence[StaffMember], severity: str, moment: datetime
) -> Iterator[StepPreview]:
    """Each step with whom it would tell, to the one from which it only repeats."""
    rank = 0
    while True:
        ranks = chain.ranks_at(moment, severity)
        telling = whom_to_tell(staff, ranks, rank=rank, kept_from=(), now=moment)
        until = chain.answer_by(severity, now=moment)
        repeats = telling.rank >= len(ranks) - 1
        told = tuple(Told(one.name, not one.bounces) for one in telling.members)
        yield StepPreview(moment, chain.is_working(moment), told, until, repeats)
        if repeats:
            return
        moment, rank = until, telling.rank + 1


_SEVERAL: Mapping[str, str] = {
    "safeguarding_lead": "safeguarding leads",
    "deputy": "deputies",
    "coordinator": "coordinators",
    "regional_manager": "regional managers",
    "administrator": "administrators",
}


def rank_in_words(rank: Rank, staff: Staffing) -> str:
    """Such as `safeguarding leads, deputies and Ruth Adeyemi`."""
    names = {one.person_id: one.name for one in staff.known}
    parts = [_SEVERAL[role] for role in rank.roles]
    parts += [names.get(one, "somebody who is not on the staff any more") for one in rank.people]
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


# ── Changing it ────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class ClockSet:
    """How long a step waits for an answer to a concern of one severity."""

    severity: str
    minutes: int
    counts: str


@dataclass(frozen=True)
class DaySet:
    """The hours worked on one day; empty when it is not worked."""

    day: str
    opens: str
    closes: str


@dataclass(frozen=True)
class ChainSettings:
    """What is in force, to be changed."""

    programme_id: str
    programme_name: str
    version: int
    """Of the policy, to be sent along with a change."""
    roles: tuple[str, ...]
    people: tuple[Named, ...]
    """Who can be named: those on the staff who are not suspended."""
    steps: tuple[tuple[str, ...], ...]
    """As many as can be filled in; each holds `role:<role>` and `person:<person_id>`."""
    nights: tuple[tuple[str, ...], ...]
    clocks: tuple[ClockSet, ...]
    days: tuple[DaySet, ...]
    bank_holidays: str
    closed_on: str
    """ISO dates, one on each line."""


def chain_settings(viewer: Viewer, programme_id: str) -> ChainSettings:
    """A GetItem, a Query and a BatchGet. Raises NotFound for those who may not change it."""
    require(may_change_chain(viewer, programme_id))
    programme = find(Programme, *programme_key(programme_id))
    if programme is None:
        raise NotFound
    try:
        policy = running(programme).policy
    except (ValueError, TypeError):
        raise Conflict(UNREADABLE, code="unreadable") from None
    staff = staffing(programme_id)
    people = {one.person_id: Named(one.person_id, one.name) for one in staff.able}
    return ChainSettings(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        version=int(programme.policy_version),
        roles=tuple(ROLE_WORDS),
        people=tuple(people.values()),
        steps=_chosen(policy.escalation.ranks),
        nights=_chosen(policy.escalation.out_of_hours_ranks),
        clocks=tuple(
            ClockSet(severity, clock.minutes, clock.counts)
            for severity in SEVERITIES
            for name, clock in policy.escalation.acknowledge_within.items()
            if name == severity
        ),
        days=_days(policy),
        bank_holidays=policy.working_time.bank_holidays,
        closed_on="\n".join(day.isoformat() for day in policy.working_time.closed_on),
    )


def _chosen(ranks: Sequence[Rank]) -> tuple[tuple[str, ...], ...]:
    filled = [
        (*(f"role:{one}" for one in rank.roles), *(f"person:{one}" for one in rank.people)) for rank in ranks
    ]
    return (*filled, *[()] * (MOST_STEPS - len(filled)))


def _days(policy: Policy) -> tuple[DaySet, ...]:
    hours = policy.working_time.days
    return tuple(
        DaySet(
            day,
            f"{hours[day].opens:%H:%M}" if day in hours else "",
            f"{hours[day].closes:%H:%M}" if day in hours else "",
        )
        for day in DAYS
    )
