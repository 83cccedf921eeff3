"""What is asked of the two of a conversation today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.conversations.acquaintances import pairs_of
from shared.conversations.agreement import agreement_of
from shared.conversations.items import Pair, pair_key
from shared.conversations.resting import TakingPart
from shared.people.asked import EVERYBODY, Asked
from shared.people.items import Membership
from shared.policies import Policy
from shared.policies.evaluation import EvaluationForm, Point
from shared.policies.people import Side
from shared.programmes.items import Cohort
from shared.programmes.rules import day_of

from .rules import Open, Way, asked_in, forms_for, point_of, waiting

FEEDBACK, TAKING_PART = "feedback", "taking_part"
"""What leave is asked for that decides whether somebody is asked, where the policy asks for it."""


@dataclass(frozen=True)
class Standing:
    """What is asked of one of the two at present."""

    cohort_id: str
    forms: tuple[EvaluationForm, ...]
    """Those whose time it is."""
    asked: tuple[Asked, ...]
    wants: bool
    """Whether they may be asked: they have said yes to it, where the policy asks for their leave."""

    @property
    def waiting(self) -> list[EvaluationForm]:
        return waiting(self.asked, self.cohort_id, self.forms) if self.wants else []

    def asked_of(self, form_id: str) -> Asked | None:
        return asked_in(self.asked, self.cohort_id, form_id)


def standing_of(together: TakingPart, pair: Pair, part: str, now: datetime) -> Standing:
    """Of the viewer's own part, from what the pair's page has read anyway; nothing for staff, and where the
    policy cannot be read. After an end with questions that wait, a Query and a BatchGetItem more: who goes on
    in the same cohort with somebody else is not asked yet how it went."""
    member = together.member(part)
    policy = together.programme.policy if together.programme else None
    cohort_id = pair.cohort_id or EVERYBODY
    if member is None or policy is None or pair.removed_at is not None:
        return Standing(cohort_id, (), (), wants=False)
    forms = forms_for(policy.evaluation, part, point_today(pair, policy, together.cohort, day_of(now)))
    if pair.status != "active" and waiting(member.asked, cohort_id, forms):
        forms = [] if _goes_on_with_another(pair, part) else forms
    wants = may_be_asked(member, policy, day_of(now))
    return Standing(cohort_id, tuple(forms), member.asked, wants=wants)


def _goes_on_with_another(pair: Pair, part: str) -> bool:
    """Whether this side of it writes with somebody else in the same cohort."""
    person_id = pair.mentor_id if part == "mentor" else pair.mentee_id
    found = Pair.batch_get([pair_key(one) for one in sorted(pairs_of(person_id))], consistent_read=True)
    place = (pair.programme_id, pair.cohort_id or EVERYBODY)
    return any(
        one.status == "active"
        and (one.programme_id, one.cohort_id or EVERYBODY) == place
        and person_id == (one.mentor_id if part == "mentor" else one.mentee_id)
        for one in found
    )


def point_today(pair: Pair, policy: Policy, cohort: Cohort | None, today: date) -> Point | None:
    state = agreement_of(pair, policy)
    stages = [one.id for one in policy.relationship.stages]
    ends_on = cohort.ends_on if cohort else None
    is_over = ends_on is not None and today.isoformat() > ends_on
    ends = [_ended_on(pair)] if pair.status != "active" else []
    ends += [date.fromisoformat(ends_on)] if is_over and ends_on else []
    way = Way(
        begun_on=begun_on(pair, state.mentor, state.mentee) if state.stands else None,
        has_ended=pair.status != "active" or is_over,
        ends_on=date.fromisoformat(ends_on) if ends_on else None,
        stage=stages.index(pair.stage) + 1 if pair.stage in stages else 1,
        stages=len(stages),
        ended_on=min(ends, default=None),
    )
    return point_of(way, policy.evaluation.end_from_days, today)


def _ended_on(pair: Pair) -> date:
    """Of one that has ended: the day, or where nobody wrote that down the last day that is known of it."""
    if pair.ended_at is None and pair.last_day:
        return date.fromisoformat(pair.last_day)
    return day_of(pair.ended_at or pair.last_delivered_at or pair.created_at)


def begun_on(pair: Pair, mentor: Any, mentee: Any) -> date:
    """The day on which the second of them agreed; where nothing is agreed, that on which they were brought
    together."""
    agreed = [datetime.fromisoformat(one["at"]) for one in (mentor, mentee) if one.get("at")]
    return day_of(max(agreed, default=pair.created_at))


def may_be_asked(member: Membership, policy: Policy, today: date) -> bool:
    """Whether somebody may be asked how it goes: they have said yes to that, where the policy asks for that
    leave, and have not said that they take part no more."""
    side: Side = "mentor" if member.role == "mentor" else "mentee"
    said: dict[str, str] = {
        one.id: member.facts.leave.for_purpose(one, side, today)
        for one in policy.consents.purposes
        if side in one.asked_of
    }
    return said.get(FEEDBACK, "yes") == "yes" and said.get(TAKING_PART) != "no"


def open_for(pair: Pair, policy: Policy, cohort: Cohort | None, today: date) -> dict[str, Sequence[Open]]:
    """What each side of a conversation is to be asked today, whether they may be asked or not."""
    if pair.removed_at is not None:
        return {"mentor": (), "mentee": ()}
    point = point_today(pair, policy, cohort, today)
    cohort_id = pair.cohort_id or EVERYBODY
    return {
        side: tuple(
            Open(cohort_id, one.id, pair.pair_id) for one in forms_for(policy.evaluation, side, point)
        )
        for side in ("mentor", "mentee")
    }
