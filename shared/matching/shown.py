"""The mentors whom a mentee may ask for: a short list of those who chose to be shown."""

from dataclasses import dataclass
from datetime import datetime

from shared.conversations.never_again import kept_from
from shared.conversations.rules import shows_what_nobody_read
from shared.people.items import Membership, membership_key
from shared.people.permissions import Role
from shared.people.wishes import shared_choices
from shared.policies import Policy
from shared.programmes.items import Place, place_key
from shared.programmes.rules import day_of

from .reading import party_of
from .rules import Apart, hindrance_of, rules_between

MOST_SHOWN = 8
MOST_READ = 100
"""Mentors of a cohort among whom those are chosen: what one BatchGetItem takes."""


@dataclass(frozen=True)
class ShownMentor:
    """A mentor who lets mentees of the cohort see this much."""

    person_id: str
    first_name: str
    about_me: str
    both_chose: tuple[str, ...]
    """What mentee and mentor chose alike."""
    is_asked_for: bool


def mentors_to_ask(mentee: Membership, policy: Policy, *, now: datetime) -> tuple[ShownMentor, ...]:
    """Those of the mentee's cohort who chose to be shown, whom nothing stands against, and who fit best: two
    Queries and a BatchGetItem, nothing at all where the policy shows nobody.

    Whoever the mentee may know is left out, and so is who is kept apart from them: nothing tells why.
    """
    if not policy.matching.mentees_ask or not mentee.cohort_id:
        return ()
    apart = {one.mentor_id for one in kept_from(mentee.programme_id, mentee.person_id, is_mentor=False)}
    found = [
        _shown(one, mentee, policy)
        for one in _mentors(mentee)
        if one.person_id not in apart and _may_be_shown(one, mentee, policy, now)
    ]
    found.sort(key=lambda one: (not one.is_asked_for, -len(one.both_chose), one.person_id))
    return tuple(found[:MOST_SHOWN])


def _mentors(mentee: Membership) -> list[Membership]:
    """Those of the cohort: the first so many who came into it."""
    pk, first = place_key(mentee.cohort_id or "", Role.MENTOR, "")
    places = Place.query(pk, Place.sk.startswith(first), limit=MOST_READ)
    keys = [
        membership_key(one.person_id, mentee.programme_id, Role.MENTOR)
        for one in places
        if isinstance(one, Place)
    ]
    return [one for one in Membership.batch_get(keys) if isinstance(one, Membership)] if keys else []


def _may_be_shown(mentor: Membership, mentee: Membership, policy: Policy, now: datetime) -> bool:
    if not mentor.wished.is_shown:
        return False
    one, other = party_of(mentor), party_of(mentee)
    if hindrance_of("mentor", one, policy, day_of(now)):
        return False
    return not rules_between(one, other, policy, Apart())


def _shown(mentor: Membership, mentee: Membership, policy: Policy) -> ShownMentor:
    alike = shared_choices(mentee.wished, mentor.wished)
    return ShownMentor(
        person_id=mentor.person_id,
        first_name=mentor.first_name,
        about_me=(mentor.about_me or "") if shows_what_nobody_read(policy) else "",
        both_chose=tuple(choice for choices in alike.values() for choice in choices),
        is_asked_for=mentor.person_id in mentee.wished.mentors,
    )
