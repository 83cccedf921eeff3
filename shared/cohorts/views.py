"""What the pages about cohorts show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shared.people.permissions import (
    Role,
    Viewer,
    may_plan_cohorts,
    may_see_people,
    programme_name,
    require,
)
from shared.people.roll_views import Show, Wanted, people_of
from shared.platform.errors import NotFound
from shared.platform.tables import DirectoryItem, find
from shared.policies import Policy
from shared.policies.people import Question
from shared.programmes.actions import cohorts_of, load_programme, running
from shared.programmes.cohorts import asked_for, free_places
from shared.programmes.items import (
    Cohort,
    Place,
    Programme,
    cohort_key,
    place_key,
    places_listing,
    programme_key,
)
from shared.programmes.rules import (
    State,
    accepted_by,
    day_of,
    is_over,
    kept_until,
    state_of,
    strand_of,
    weeks_of,
)

from .planning import MUST, load_cohort, narrowable, plan_of

PAGE = 50
"""People of a cohort on one page."""
MOST_RETURNING = 200
"""Mentors who can be chosen to go on into the next cohort."""
OWN_QUESTIONS = 3
"""Further questions that the form has room for."""


@dataclass(frozen=True)
class CohortRow:
    """A cohort in the list."""

    cohort_id: str
    name: str
    starts_on: date
    ends_on: date | None
    state: State
    taken: int
    """Mentees who have a place, invited or here."""
    capacity: int | None
    free: int | None
    """Places for mentees; None for any number."""


@dataclass(frozen=True)
class CohortsView:
    """A programme's cohorts, the latest first."""

    programme_id: str
    programme_name: str
    cohorts: tuple[CohortRow, ...]
    may_change: bool


@dataclass(frozen=True)
class InCohort:
    """Somebody in a cohort."""

    person_id: str
    name: str
    strand: str
    """What a mentee is there for; empty where nothing says."""


@dataclass(frozen=True)
class Asked:
    """Something that is asked of whoever is to come in."""

    words: str
    of: str
    accepts: str
    """The answers with which one may, in words."""


@dataclass(frozen=True)
class CohortView:
    """A cohort, and a page of its mentees or mentors."""

    programme_id: str
    programme_name: str
    cohort: CohortRow
    weeks: int | None
    """How long it lasts, one that was begun included."""
    kept_until: date | None
    """The day until which its conversations are kept; None without a last day."""
    retention_months: int
    asked: tuple[Asked, ...]
    strands: tuple[str, ...]
    show: str
    """`mentee` or `mentor`."""
    people: tuple[InCohort, ...]
    next: str
    """The `after` of the next page; empty on the last."""
    is_first: bool
    may_change: bool


def cohorts(viewer: Viewer, programme_id: str, *, now: datetime) -> CohortsView:
    """One Query. Raises NotFound for who is not on the staff."""
    require(may_see_people(viewer, programme_id))
    found = sorted(cohorts_of(programme_id), key=lambda one: (one.starts_on, one.cohort_id), reverse=True)
    return CohortsView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        cohorts=tuple(row_of(one, now) for one in found),
        may_change=may_plan_cohorts(viewer, programme_id),
    )


def row_of(cohort: Cohort, now: datetime) -> CohortRow:
    return CohortRow(
        cohort_id=cohort.cohort_id,
        name=cohort.name,
        starts_on=date.fromisoformat(cohort.starts_on),
        ends_on=date.fromisoformat(cohort.ends_on) if cohort.ends_on else None,
        state=state_of(cohort.starts_on, cohort.ends_on, now),
        taken=int(cohort.taken),
        capacity=None if cohort.capacity is None else int(cohort.capacity),
        free=free_places(cohort),
    )


def cohort_page(
    viewer: Viewer, programme_id: str, cohort_id: str, *, show: str = "", after: str = "", now: datetime
) -> CohortView:
    """A BatchGetItem and a Query. Raises NotFound."""
    require(may_see_people(viewer, programme_id))
    show = "mentor" if show == "mentor" else "mentee"
    policy, cohort = _both(programme_id, cohort_id)
    found = _places(cohort_id, show, after)
    page = found[:PAGE]
    row = row_of(cohort, now)
    return CohortView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        cohort=row,
        weeks=weeks_of(row.starts_on, row.ends_on) if row.ends_on else None,
        kept_until=kept_until(row.ends_on, policy.retention_months) if row.ends_on else None,
        retention_months=policy.retention_months,
        asked=tuple(_asked(one) for one in asked_for(policy, cohort)),
        strands=tuple(one.name for one in policy.eligibility.strands),
        show=show,
        people=tuple(_in_cohort(one, policy) for one in page),
        next=page[-1].person_id if len(found) > PAGE else "",
        is_first=not after,
        may_change=may_plan_cohorts(viewer, programme_id),
    )


def _both(programme_id: str, cohort_id: str) -> tuple[Policy, Cohort]:
    """The policy and the cohort: one BatchGetItem. Raises NotFound."""
    keys = [programme_key(programme_id), cohort_key(programme_id, cohort_id)]
    found = list(DirectoryItem.batch_get(keys, consistent_read=True))
    programme = next((one for one in found if isinstance(one, Programme)), None)
    cohort = next((one for one in found if isinstance(one, Cohort)), None)
    if programme is None or cohort is None:
        raise NotFound
    return running(programme).policy, cohort


def _places(cohort_id: str, role: str, after: str = "", *, limit: int = PAGE) -> list[Place]:
    """From after somebody on. The link to the next page names an id only: the order holds surnames."""
    start = None
    if after:
        place = find(Place, *place_key(cohort_id, role, after), consistent=False)
        if place is None:
            raise NotFound
        start = place.listing_order
    found = Place.by_listing.query(
        places_listing(cohort_id, role),
        Place.listing_order > (start or " "),
        limit=limit + 1,
        page_size=limit + 1,
    )
    return [one for one in found if isinstance(one, Place)]


def _in_cohort(place: Place, policy: Policy) -> InCohort:
    strand = strand_of(policy.eligibility.strands, place.answers) if place.role == Role.MENTEE else None
    name = f"{place.first_name} {place.surname}"
    return InCohort(place.person_id, name, strand.name if strand else "")


def _asked(question: Question) -> Asked:
    if question.kind == "number":
        bounds = (("at least", question.least), ("at most", question.most))
        accepts = " and ".join(f"{words} {bound}" for words, bound in bounds if bound is not None)
    else:
        accepts = ", ".join(accepted_by(question))
    return Asked(question.words, question.asked_of, accepts or "any number")


# ── Forms ──────────────────────────────────────────────────────────────────


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


def new_form(viewer: Viewer, programme_id: str) -> CohortForm:
    """What a new cohort begins with: one GetItem. Raises NotFound for who may not make one."""
    require(may_plan_cohorts(viewer, programme_id))
    policy = load_programme(programme_id).policy
    return _form(viewer, programme_id, policy, capacity=_text(policy.cohort.capacity))


def copy_form(viewer: Viewer, programme_id: str, cohort_id: str) -> CohortForm:
    """A new cohort with another one's settings, and whoever could go on from there: a BatchGetItem and a
    Query."""
    require(may_plan_cohorts(viewer, programme_id))
    policy, cohort = _both(programme_id, cohort_id)
    mentors = _places(cohort_id, Role.MENTOR, limit=MOST_RETURNING)[:MOST_RETURNING]
    return _form(
        viewer,
        programme_id,
        policy,
        capacity=_text(plan_of(cohort).capacity),
        settings=cohort,
        copy_of=cohort_id,
        copy_of_name=cohort.name,
        mentors=tuple(Mentor(one.person_id, f"{one.first_name} {one.surname}") for one in mentors),
    )


def change_form(viewer: Viewer, programme_id: str, cohort_id: str) -> CohortForm:
    """A cohort as it is, to be changed: one BatchGetItem."""
    require(may_plan_cohorts(viewer, programme_id))
    policy, cohort = _both(programme_id, cohort_id)
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
    policy, cohort = _both(programme_id, cohort_id)
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
