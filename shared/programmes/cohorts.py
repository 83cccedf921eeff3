"""Cohorts as every area needs them: whether one is over, what it asks, and taking a place in it."""

from collections.abc import Mapping
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from shared.platform.tables import find, is_new
from shared.policies import Policy
from shared.policies.people import Question

from .items import Cohort, Place, cohort_key, place_key, places_listing, places_order
from .rules import is_over, questions_for


def cohort_of(programme_id: str, cohort_id: str) -> Cohort | None:
    """The cohort, or None when the programme has none of this id: one GetItem."""
    return find(Cohort, *cohort_key(programme_id, cohort_id)) if cohort_id else None


def cohort_is_over(programme_id: str, cohort_id: str | None, *, now: datetime) -> bool:
    """Whether the last day of writing in a cohort has passed: one GetItem, none for a pair without one."""
    cohort = cohort_of(programme_id, cohort_id or "")
    return cohort is not None and is_over(cohort.ends_on, now)


def own_questions(cohort: Cohort) -> tuple[Question, ...]:
    """What only this cohort asks."""
    return tuple(Question.model_validate(one) for one in cohort.questions or ())


def asked_for(policy: Policy, cohort: Cohort | None) -> tuple[Question, ...]:
    """What is asked, and accepted, of whoever is to come into the cohort; into the programme without one."""
    if cohort is None:
        return questions_for(policy.eligibility)
    return questions_for(policy.eligibility, cohort.accepts, own_questions(cohort))


# ── Places ─────────────────────────────────────────────────────────────────


def free_places(cohort: Cohort) -> int | None:
    """How many mentees there is room for; None for any number."""
    return None if cohort.capacity is None else max(0, int(cohort.capacity) - int(cohort.taken))


def take_place(write: TransactWrite, cohort: Cohort, *, mentees: int = 1) -> None:
    """Adds to a running transaction that so many mentees have a place in the loaded cohort from now on: when
    they are invited to it, or put into it. It is Lost when there is no room any more."""
    room: Condition = Cohort.pk.exists()
    if cohort.capacity is None:
        room &= Cohort.capacity.does_not_exist()
    else:
        most = int(cohort.capacity)
        room &= Cohort.capacity == most
        room &= Cohort.taken.does_not_exist() | (Cohort.taken <= most - mentees)
    _count(write, cohort, mentees, room)


def give_place_back(write: TransactWrite, cohort: Cohort, *, mentees: int = 1) -> None:
    """Adds to a running transaction that mentees who had a place have none: an invitation was withdrawn."""
    _count(write, cohort, -mentees, Cohort.taken >= mentees)


def _count(write: TransactWrite, cohort: Cohort, mentees: int, condition: Condition) -> None:
    write.update(
        cohort,
        actions=[Cohort.taken.add(mentees)],
        condition=condition,
        add_version_condition=False,
    )


def enter(
    write: TransactWrite,
    cohort: Cohort,
    *,
    person_id: str,
    role: str,
    first_name: str,
    surname: str,
    answers: Mapping[str, str] | None = None,
    now: datetime,
) -> None:
    """Adds to a running transaction that somebody stands among the people of the cohort. The caller says so
    on their membership too, and has taken the place of a mentee."""
    place = Place(
        *place_key(cohort.cohort_id, role, person_id),
        programme_id=cohort.programme_id,
        cohort_id=cohort.cohort_id,
        person_id=person_id,
        role=role,
        first_name=first_name,
        surname=surname,
        answers=dict(answers) if answers else None,
        since=now,
        listing=places_listing(cohort.cohort_id, role),
        listing_order=places_order(surname, first_name, person_id),
    )
    write.save(place, condition=is_new(Place))


def leave(write: TransactWrite, cohort_id: str, *, role: str, person_id: str) -> None:
    """Adds to a running transaction that somebody no longer stands among the people of a cohort. Of a mentee
    the caller gives the place back."""
    place = Place(*place_key(cohort_id, role, person_id))
    write.delete(place, condition=Place.pk.exists(), add_version_condition=False)
