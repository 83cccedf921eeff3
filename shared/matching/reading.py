"""Who is to be matched, read from the tables."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from shared.conversations.lists import every_pair
from shared.conversations.never_again import kept_apart
from shared.people.items import Membership, membership_key, roll
from shared.people.permissions import Role
from shared.people.wishes import Wishes
from shared.programmes.actions import RunningProgramme, cohorts_of
from shared.programmes.items import Place, place_key
from shared.programmes.rules import day_of, is_over

from .items import DECLINED_PREFIX, Declined, Suggestion, matching_pk
from .rules import Apart, Couple, Party, Problem

NOT_SAID = Wishes()


def read_problem(
    programme: RunningProgramme,
    cohort_id: str,
    *,
    together: frozenset[Couple],
    kept: Iterable[Suggestion] = (),
    now: datetime,
) -> Problem:
    """Whom to bring together in a cohort: its mentors, and those of its mentees who are in no conversation.
    `together` are the couples whose conversations go on. Who is in a kept suggestion is not free any more."""
    programme_id = programme.programme_id
    locked = [(one.mentor_id, one.mentee_id) for one in kept]
    busy = Counter(mentor for mentor, _ in [*together, *locked])
    taken = {mentee for _, mentee in [*together, *locked]}
    mentors = [
        replace(party_of(one), pairs=busy[one.person_id])
        for one in _members(programme_id, cohort_id, Role.MENTOR)
    ]
    mentees = [
        party_of(one) for one in _members(programme_id, cohort_id, Role.MENTEE) if one.person_id not in taken
    ]
    return Problem(
        mentors=sorted(mentors, key=lambda one: one.person_id),
        mentees=sorted(mentees, key=lambda one: one.person_id),
        policy=programme.policy,
        apart=Apart(
            together=together,
            never_again=frozenset((one.mentor_id, one.mentee_id) for one in kept_apart(programme_id)),
            declined=frozenset(_declined(programme_id, cohort_id)),
        ),
        today=day_of(now),
    )


def party_of(member: Membership) -> Party:
    """Somebody as matching knows them."""
    return Party(
        person_id=member.person_id,
        first_name=member.first_name,
        surname=member.surname,
        facts=member.facts,
        school=member.school or "",
        answers=member.answers or {},
        wishes=member.wished if member.wishes else NOT_SAID,
    )


def _members(programme_id: str, cohort_id: str, role: Role) -> Iterator[Membership]:
    """Those of a role in a cohort; everybody of the programme without one."""
    if not cohort_id:
        listed = Membership.by_listing.query(roll(programme_id, role))
        yield from (one for one in listed if isinstance(one, Membership) and one.role == role)
        return
    pk, prefix = place_key(cohort_id, role, "")
    places = Place.query(pk, Place.sk.startswith(prefix), attributes_to_get=["pk", "sk", "kind", "person_id"])
    keys = [membership_key(one.person_id, programme_id, role) for one in places]
    yield from Membership.batch_get(keys) if keys else ()


def couples_together(programme_id: str, *, now: datetime) -> frozenset[Couple]:
    """The couples of the programme whose conversations go on."""
    over = {one.cohort_id for one in cohorts_of(programme_id) if is_over(one.ends_on, now)}
    return frozenset(
        pair.ids
        for pair in every_pair(programme_id)
        if pair.status == "active" and pair.cohort_id not in over
    )


def _declined(programme_id: str, cohort_id: str) -> Iterator[Couple]:
    found = Declined.query(
        matching_pk(programme_id, cohort_id), Declined.sk.startswith(DECLINED_PREFIX), consistent_read=True
    )
    for one in found:
        yield one.mentor_id, one.mentee_id
