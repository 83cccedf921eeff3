"""What the forms about cohorts begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shared.people.permissions import Role, Viewer, may_plan_cohorts, programme_name, require
from shared.people.roll_views import Show, Wanted, people_of
from shared.policies import Policy
from shared.policies.people import Question
from shared.programmes.actions import load_programme
from shared.programmes.items import Cohort
from shared.programmes.rules import accepted_by, day_of, is_over

from .planning import MUST, load_cohort, narrowable, plan_of
from .views import CohortRow, both, places_of, row_of

MOST_RETURNING = 200
"""Mentors who can be chosen one by one to go on into the next cohort."""
OWN_QUESTIONS = 3
"""Further questions that the form has room for."""


@dataclass(frozen=True)
class AnswerChoice:
    """An answer that the programme accepts, and whether this cohort does."""

    value: str
    words: str
    is_accepted: bool


@dataclass(frozen=True)
class QuestionChoice:
    """One of the policy's questions, with the answers among which a cohort may choose."""

    words: str
    answers: tuple[AnswerChoice, ...]


@dataclass(frozen=True)
class OwnQuestion:
    """A further question of the cohort's own."""

    words: str
    must: str


@dataclass(frozen=True)
class Mentor:
    """A mentor who could go on into the next cohort."""

    person_id: str
    name: str


@dataclass(frozen=True)
class CohortForm:
    """A cohort to be made or changed."""

    programme_id: str
    programme_name: str
    cohort_id: str
    """The one that is changed; empty for a new one."""
    copy_of: str
    """The one whose settings are offered for a new one; empty without."""
    copy_of_name: str
    name: str
    starts_on: str
    ends_on: str
    weeks: int | None
    """How long the policy has a cohort last."""
    capacity: str
    taken: int
    questions: tuple[QuestionChoice, ...]
    asks: tuple[OwnQuestion, ...]
    mentors: tuple[Mentor, ...]
    """Who could go on from the other cohort."""
    has_more_mentors: bool
    """Whether there are more of them than can be chosen from one by one."""


def new_form(viewer: Viewer, programme_id: str) -> CohortForm:
    """What a new cohort begins with: one GetItem. Raises NotFound for who may not make one."""
    require(may_plan_cohorts(viewer, programme_id))
    policy = load_programme(programme_id).policy
    return _form(viewer, programme_id, policy, capacity=_text(policy.cohort.capacity))


def copy_form(viewer: Viewer, programme_id: str, cohort_id: str) -> CohortForm:
    """A new cohort with another one's settings, and whoever could go on from there: a BatchGetItem and a
    Query."""
    require(may_plan_cohorts(viewer, programme_id))
    policy, cohort = both(programme_id, cohort_id)
    mentors = places_of(cohort_id, Role.MENTOR, limit=MOST_RETURNING)
    return _form(
        viewer,
        programme_id,
        policy,
        capacity=_text(plan_of(cohort).capacity),
        settings=cohort,
        copy_of=cohort_id,
        copy_of_name=cohort.name,
        mentors=tuple(
            Mentor(one.person_id, f"{one.first_name} {one.surname}") for one in mentors[:MOST_RETURNING]
        ),
        has_more_mentors=len(mentors) > MOST_RETURNING,
    )


def change_form(viewer: Viewer, programme_id: str, cohort_id: str) -> CohortForm:
    """A cohort as it is, to be changed: one BatchGetItem."""
    require(may_plan_cohorts(viewer, programme_id))
    policy, cohort = both(programme_id, cohort_id)
    return _form(
        viewer,
        programme_id,
        policy,
        capacity=_text(plan_of(cohort).capacity),
        settings=cohort,
        cohort_id=cohort_id,
        name=cohort.name,
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on or "",
        taken=int(cohort.taken),
    )


def _form(
    viewer: Viewer,
    programme_id: str,
    policy: Policy,
    *,
    capacity: str,
    settings: Cohort | None = None,
    cohort_id: str = "",
    copy_of: str = "",
    copy_of_name: str = "",
    name: str = "",
    starts_on: str = "",
    ends_on: str = "",
    taken: int = 0,
    mentors: tuple[Mentor, ...] = (),
    has_more_mentors: bool = False,
) -> CohortForm:
    plan = plan_of(settings) if settings else None
    return CohortForm(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        cohort_id=cohort_id,
        copy_of=copy_of,
        copy_of_name=copy_of_name,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        weeks=policy.cohort.weeks,
        capacity=capacity,
        taken=taken,
        questions=tuple(_choice(one, plan.accepts if plan else None) for one in narrowable(policy)),
        asks=_own(plan.questions if plan else ()),
        mentors=mentors,
        has_more_mentors=has_more_mentors,
    )


def _choice(question: Question, accepts: Mapping[str, Sequence[str]] | None) -> QuestionChoice:
    here = (accepts or {}).get(question.id)
    return QuestionChoice(
        question.words,
        tuple(
            AnswerChoice(f"{question.id}:{one}", one, here is None or one in here)
            for one in accepted_by(question)
        ),
    )


def _own(questions: Sequence[Question]) -> tuple[OwnQuestion, ...]:
    """As many as the form has room for, empty ones too."""
    asked = [OwnQuestion(one.words, one.accepts[0] if one.accepts else MUST[-1]) for one in questions]
    return tuple((asked + [OwnQuestion("", "yes")] * OWN_QUESTIONS)[: max(OWN_QUESTIONS, len(asked))])


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


@dataclass(frozen=True)
class EndView:
    """The last day of a cohort, to be agreed."""

    programme_id: str
    programme_name: str
    cohort: CohortRow
    today: date
    retention_months: int
    has_ended: bool


def end_form(viewer: Viewer, programme_id: str, cohort_id: str, *, now: datetime) -> EndView:
    """What ending a cohort does, before it is done: one BatchGetItem."""
    require(may_plan_cohorts(viewer, programme_id))
    policy, cohort = both(programme_id, cohort_id)
    return EndView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        cohort=row_of(cohort, now),
        today=day_of(now),
        retention_months=policy.retention_months,
        has_ended=is_over(cohort.ends_on, now),
    )


@dataclass(frozen=True)
class CouldCome:
    """Somebody who could be put into a cohort."""

    person_id: str
    name: str
    cohort_name: str
    """The cohort they are in; empty for none."""
    is_here: bool


@dataclass(frozen=True)
class AddView:
    """Looking for somebody to be put into a cohort."""

    programme_id: str
    programme_name: str
    cohort: CohortRow
    show: str
    """`mentee` or `mentor`."""
    find: str
    people: tuple[CouldCome, ...]


def add_form(
    viewer: Viewer, programme_id: str, cohort_id: str, *, show: str = "", looked_for: str = "", now: datetime
) -> AddView:
    """Who could be put into a cohort: a GetItem, and where somebody is looked for what the list of people
    costs. Raises NotFound."""
    require(may_plan_cohorts(viewer, programme_id))
    role: Show = "mentor" if show == "mentor" else "mentee"
    cohort = load_cohort(programme_id, cohort_id)
    looked_for = looked_for.strip()
    wanted = Wanted(find=looked_for)
    found = people_of(viewer, programme_id, role, wanted=wanted, now=now).people if looked_for else ()
    return AddView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        cohort=row_of(cohort, now),
        show=role,
        find=looked_for,
        people=tuple(
            CouldCome(
                one.person_id,
                f"{one.first_name} {one.surname}",
                one.cohort_name,
                one.cohort_name == cohort.name,
            )
            for one in found
            if one.status == "active"
        ),
    )
