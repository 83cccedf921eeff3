"""Mentors who go on from one cohort into the next."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from shared.people.items import Membership, membership_key
from shared.people.permissions import Role
from shared.platform.errors import Busy
from shared.platform.tables import Lost, transaction
from shared.programmes.cohorts import enter
from shared.programmes.items import Cohort, Place, place_key, places_listing

AT_ONCE = 45
"""Mentors in one transaction, of two items each."""
TRIES = 4


def bring_along(cohort: Cohort, before_id: str, person_ids: Iterable[str], *, now: datetime) -> int:
    """Puts those of these mentors who are in the cohort `before_id`, and active, into this one too; they stay
    among the people of the earlier. Done again, it is done once. Gives how many were brought along now."""
    brought = 0
    for some in _parcels(dict.fromkeys(person_ids)):
        brought += _bring(cohort, before_id, some, now)
    return brought


def mentors_in(cohort_id: str) -> Iterator[str]:
    """The person_ids of a cohort's mentors: a Query for each page."""
    for one in Place.by_listing.query(places_listing(cohort_id, Role.MENTOR)):
        if isinstance(one, Place):
            yield one.person_id


def _parcels(person_ids: Iterable[str]) -> Iterator[list[str]]:
    left = iter(person_ids)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _bring(cohort: Cohort, before_id: str, person_ids: Sequence[str], now: datetime) -> int:
    for _ in range(TRIES):
        going = _still_to_go(cohort, before_id, person_ids)
        if not going:
            return 0
        try:
            with transaction() as write:
                for one in going:
                    enter(
                        write,
                        cohort,
                        person_id=one.person_id,
                        role=Role.MENTOR,
                        first_name=one.first_name,
                        surname=one.surname,
                        now=now,
                    )
                    write.update(one, [Membership.cohort_id.set(cohort.cohort_id)])
            return len(going)
        except Lost:
            continue
    raise Busy


def _still_to_go(cohort: Cohort, before_id: str, person_ids: Sequence[str]) -> list[Membership]:
    """Those who were in the earlier cohort and are not in this one yet: two BatchGetItems."""
    were = [place_key(before_id, Role.MENTOR, one) for one in person_ids]
    are = [place_key(cohort.cohort_id, Role.MENTOR, one) for one in person_ids]
    places = list(Place.batch_get([*were, *are], consistent_read=True))
    there = {one.person_id for one in places if one.cohort_id == cohort.cohort_id}
    wanted = {one.person_id for one in places if one.cohort_id == before_id} - there
    keys = [membership_key(one, cohort.programme_id, Role.MENTOR) for one in sorted(wanted)]
    members = Membership.batch_get(keys, consistent_read=True) if keys else ()
    return [one for one in members if isinstance(one, Membership) and one.status == "active"]
