"""What the pages about cohorts show."""

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
from shared.platform.errors import NotFound
from shared.platform.tables import DirectoryItem, find
from shared.policies import Policy
from shared.policies.people import Question
from shared.programmes.actions import cohorts_of, running
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
    kept_until,
    state_of,
    strand_of,
    weeks_of,
)

PAGE = 50
"""People of a cohort on one page."""


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
    supporter: str
    """Who of the staff is there for its mentors; empty for nobody yet."""


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
    removal_on: date | None
    """Once it was announced: the last day on which what was written in its conversations is there."""
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
        supporter=cohort.supporter_name or "",
    )


def cohort_page(
    viewer: Viewer, programme_id: str, cohort_id: str, *, show: str = "", after: str = "", now: datetime
) -> CohortView:
    """A BatchGetItem and a Query. Raises NotFound."""
    require(may_see_people(viewer, programme_id))
    show = "mentor" if show == "mentor" else "mentee"
    policy, cohort = both(programme_id, cohort_id)
    found = places_of(cohort_id, show, after)
    page = found[:PAGE]
    row = row_of(cohort, now)
    return CohortView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        cohort=row,
        weeks=weeks_of(row.starts_on, row.ends_on) if row.ends_on else None,
        kept_until=kept_until(row.ends_on, policy.retention_months) if row.ends_on else None,
        removal_on=_announced(cohort, policy),
        retention_months=policy.retention_months,
        asked=tuple(_asked(one) for one in asked_for(policy, cohort)),
        strands=tuple(one.name for one in policy.eligibility.strands),
        show=show,
        people=tuple(_in_cohort(one, policy) for one in page),
        next=page[-1].person_id if len(found) > PAGE else "",
        is_first=not after,
        may_change=may_plan_cohorts(viewer, programme_id),
    )


def _announced(cohort: Cohort, policy: Policy) -> date | None:
    if cohort.removal_on is None or cohort.ends_on is None:
        return None
    announced = date.fromisoformat(cohort.removal_on)
    kept = kept_until(date.fromisoformat(cohort.ends_on), policy.retention_months)
    return announced if announced >= kept else None


def both(programme_id: str, cohort_id: str) -> tuple[Policy, Cohort]:
    """The policy and the cohort: one BatchGetItem. Raises NotFound."""
    keys = [programme_key(programme_id), cohort_key(programme_id, cohort_id)]
    found = list(DirectoryItem.batch_get(keys, consistent_read=True))
    programme = next((one for one in found if isinstance(one, Programme)), None)
    cohort = next((one for one in found if isinstance(one, Cohort)), None)
    if programme is None or cohort is None:
        raise NotFound
    return running(programme).policy, cohort


def places_of(cohort_id: str, role: str, after: str = "", *, limit: int = PAGE) -> list[Place]:
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
