"""Why a conversation rests: what the two have shown and agreed to, held against the programme's policy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.people.items import Membership, membership_key
from shared.people.participation import Pause, open_methods, why_paused
from shared.people.permissions import Role
from shared.platform.errors import Conflict
from shared.platform.tables import DirectoryItem
from shared.policies.people import Method, Strand
from shared.programmes.actions import RunningProgramme, running_or_none
from shared.programmes.items import Cohort, Programme, cohort_key, programme_key
from shared.programmes.rules import day_of, is_over, strand_of

from .items import Pair
from .rules import shows_what_nobody_read

RESTS = "This conversation is resting, so nothing was changed. Your coordinator knows."


@dataclass(frozen=True)
class TakingPart:
    """The programme of a pair, where its policy can be read, and what stands in the way of the two."""

    programme: RunningProgramme | None
    is_over: bool
    """Whether the last day of writing in their cohort has passed."""
    pauses: tuple[Pause, ...]
    about_mentor: str = ""
    """What the mentor tells of themselves, where the programme shows it."""
    strand: Strand | None = None
    """What the mentee is there for, by what was answered about them."""
    methods: tuple[Method, ...] = ()
    """The ways of being in touch that both chose."""
    mentor: Membership | None = None
    """The mentor's membership; none where they have left. So for the mentee."""
    mentee: Membership | None = None
    cohort: Cohort | None = None
    """The cohort they are in."""

    def member(self, part: str) -> Membership | None:
        """The membership of the mentor or the mentee; None for staff, too."""
        return {"mentor": self.mentor, "mentee": self.mentee}.get(part)

    @property
    def ends_on(self) -> str:
        """ISO date of the last day of writing in their cohort; empty where there is none."""
        return (self.cohort.ends_on or "") if self.cohort else ""

    @property
    def rests(self) -> bool:
        """Whether nothing may be passed on, whoever decides. What a suspended person wrote, somebody may yet
        decide to pass on."""
        return any(pause.what != "standing" for pause in self.pauses)

    def status_of(self, pair: Pair) -> str:
        """The pair's status as it is today: `ended` from the day on after its cohort's last."""
        return "ended" if self.is_over else pair.status

    @property
    def because(self) -> str:
        """Why, for staff."""
        return " ".join(pause.sentence for pause in self.pauses)


def taking_part(pair: Pair, *, now: datetime) -> TakingPart:
    """One BatchGetItem. Without a policy that can be read there are no pauses: nothing is passed on then
    unless a person decides."""
    return taking_part_in([pair], now=now)[pair.pair_id]


def require_awake(pair: Pair, *, now: datetime) -> None:
    """Raises Conflict while the conversation rests. For what the two do together without a message, which
    would wait for itself: one BatchGetItem."""
    if taking_part(pair, now=now).rests:
        raise Conflict(RESTS, code="rests")


def taking_part_in(pairs: Iterable[Pair], *, now: datetime) -> dict[str, TakingPart]:
    """The same of several conversations, by their ids: one BatchGetItem for some thirty of them."""
    several = list(pairs)
    keys = {key for pair in several for key in _keys(pair)}
    items = {(one.pk, one.sk): one for one in DirectoryItem.batch_get(sorted(keys), consistent_read=True)}
    return {pair.pair_id: _taking_part([items.get(key) for key in _keys(pair)], now) for pair in several}


def _taking_part(items: Sequence[DirectoryItem | None], now: datetime) -> TakingPart:
    programme = next((running_or_none(one) for one in items if isinstance(one, Programme)), None)
    mentor, mentee = (
        next((one for one in items if isinstance(one, Membership) and one.role == role), None)
        for role in (Role.MENTOR, Role.MENTEE)
    )
    facts = (mentor.facts if mentor else None, mentee.facts if mentee else None)
    shows_about = programme is not None and shows_what_nobody_read(programme.policy)
    strands = programme.policy.eligibility.strands if programme else ()
    cohort = next((one for one in items if isinstance(one, Cohort)), None)
    return TakingPart(
        programme=programme,
        is_over=cohort is not None and is_over(cohort.ends_on, now),
        pauses=why_paused(*facts, programme.policy, day_of(now)) if programme else (),
        about_mentor=(mentor.about_me or "") if mentor and shows_about else "",
        strand=strand_of(strands, mentee.answers if mentee else None),
        methods=open_methods(programme.policy, *facts, day_of(now)) if programme else (),
        mentor=mentor,
        mentee=mentee,
        cohort=cohort,
    )


def _keys(pair: Pair) -> list[tuple[str, str]]:
    return [
        programme_key(pair.programme_id),
        membership_key(pair.mentor_id, pair.programme_id, Role.MENTOR),
        membership_key(pair.mentee_id, pair.programme_id, Role.MENTEE),
        *([cohort_key(pair.programme_id, pair.cohort_id)] if pair.cohort_id else []),
    ]
