"""Bringing a mentor and a mentee together."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime

from shared.audit.actions import record
from shared.notices.actions import queue
from shared.people.items import Membership, membership_key
from shared.people.participation import why_paused
from shared.people.permissions import Role, Viewer, may_manage_people, require
from shared.people.wishes import are_at_one_school, may_know
from shared.platform.errors import Busy, Conflict, Invalid, NotFound, Refused
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, is_new, transaction
from shared.policies import Policy
from shared.programmes.actions import running
from shared.programmes.desk import end_unpaired
from shared.programmes.items import Cohort, Programme, cohort_key, programme_key
from shared.programmes.rules import day_of, is_over, spoken

from .items import (
    Couple,
    Pair,
    PairOfPerson,
    couple_key,
    pair_key,
    pair_of_person_key,
    pairs_listing,
    pairs_of_cohort,
    pairs_order,
)
from .letters import letter_about
from .never_again import NeverAgain, are_kept_apart, never_again_key, not_apart
from .room import active_mentees, most_mentees
from .watching import watch

TRIES = 4
ONESELF = "You cannot pair yourself. Please ask another coordinator to do it."
NO_POLICY = (
    "The settings of this programme can’t be read, so nobody can be paired. "
    "Please tell those who run the site."
)
APART = "The staff noted that {mentee} and {mentor} are never to be brought together."
RELATED = (
    "{mentee} and {mentor} may know each other: one of them wrote a name that fits. People who know each "
    "other are not brought together."
)
ONE_SCHOOL = "{mentee} and {mentor} are at the same school, and this programme keeps those apart."

Asked = Callable[[Membership, Membership, Policy], None]
"""Raises what else is against a mentor and a mentee. It is asked of both as they are when they are paired."""


def pair_up(
    viewer: Viewer,
    programme_id: str,
    *,
    mentor_id: str,
    mentee_id: str,
    cohort_id: str,
    key: str,
    now: datetime,
    also_ask: Asked = lambda _mentor, _mentee, _policy: None,
) -> str:
    """Begins a conversation between a mentor and a mentee of the programme, and returns the pair's id.

    `cohort_id` may be empty. `key` is the form's: sent again, the same pair is answered. Raises NotFound when
    the viewer may not pair, Invalid for people who are not active there, Refused with the reason while the
    policy keeps them apart, they know each other, the mentor has no room or the cohort is over, Conflict when
    the two have a conversation already, and whatever `also_ask` raises.
    """
    require(may_manage_people(viewer, programme_id))
    programme = find(Programme, *programme_key(programme_id))
    if programme is None:
        raise NotFound
    cohort = _cohort(programme_id, cohort_id)
    pair_id = derived_id("pair", programme_id, viewer.person_id, key)
    for _ in range(TRIES):
        mentor = _member(programme_id, mentor_id, Role.MENTOR)
        mentee = _member(programme_id, mentee_id, Role.MENTEE)
        if viewer.person_id in (mentor_id, mentee_id):
            raise Refused(ONESELF, code="oneself")
        if mentor_id == mentee_id:
            raise Invalid("Please choose two different people.", field="mentor_id")
        if _has_begun(programme_id, mentor, mentee, pair_id):
            return pair_id
        _require_open(cohort, now)
        policy = _policy(programme)
        _require_taking_part(policy, mentor, mentee, now)
        _require_apart_from_nobody(programme_id, mentor, mentee)
        _require_two_schools(policy, mentor, mentee)
        _require_room(policy, mentor, now)
        also_ask(mentor, mentee, policy)
        with suppress(Lost):
            _begin(viewer, programme, mentor, mentee, cohort_id, pair_id, now)
            return pair_id
    raise Busy


def _cohort(programme_id: str, cohort_id: str) -> Cohort | None:
    cohort = find(Cohort, *cohort_key(programme_id, cohort_id)) if cohort_id else None
    if cohort_id and cohort is None:
        raise Invalid("Please choose one of the cohorts offered.", field="cohort_id")
    return cohort


def _require_open(cohort: Cohort | None, now: datetime) -> None:
    """Nobody is introduced into a conversation that has ended."""
    if cohort is not None and is_over(cohort.ends_on, now):
        last = spoken(date.fromisoformat(str(cohort.ends_on)))
        raise Refused(
            f"{cohort.name} is over: its last day of writing was {last}. Please choose another cohort.",
            field="cohort_id",
            code="cohort_over",
        )


def _policy(programme: Programme) -> Policy:
    try:
        return running(programme).policy
    except (ValueError, TypeError):
        raise Refused(NO_POLICY, code="no_policy") from None


def _require_taking_part(policy: Policy, mentor: Membership, mentee: Membership, now: datetime) -> None:
    """Raises Refused with every reason for which their conversation would rest from its first day."""
    pauses = why_paused(mentor.facts, mentee.facts, policy, day_of(now))
    if pauses:
        sentences = " ".join(pause.sentence for pause in pauses)
        raise Refused(sentences, field=f"{pauses[0].side}_id", code="not_ready")


def _require_apart_from_nobody(programme_id: str, mentor: Membership, mentee: Membership) -> None:
    """Raises Refused for two of whom the staff, or one of themselves, said that they must not be matched."""
    names = {"mentor": mentor.first_name, "mentee": mentee.first_name}
    if are_kept_apart(programme_id, mentor.person_id, mentee.person_id):
        raise Refused(APART.format(**names), field="mentor_id", code="never_again")
    said_by_mentor = may_know(mentor.wished.knows, mentee.first_name, mentee.surname)
    if said_by_mentor or may_know(mentee.wished.knows, mentor.first_name, mentor.surname):
        raise Refused(RELATED.format(**names), field="mentor_id", code="know_each_other")


def _require_two_schools(policy: Policy, mentor: Membership, mentee: Membership) -> None:
    """Raises Refused for two of one school where the policy keeps those apart. What they chose, and the group
    a mentor is for, whoever pairs by hand weighs for themselves."""
    if policy.matching.same_school_apart and are_at_one_school(mentor.school or "", mentee.school or ""):
        sentence = ONE_SCHOOL.format(mentor=mentor.first_name, mentee=mentee.first_name)
        raise Refused(sentence, field="mentor_id", code="same_school")


def _require_room(policy: Policy, mentor: Membership, now: datetime) -> None:
    """Raises Refused for a mentor who has as many mentees as they may have, or want. There is no way round
    it here: the policy is changed, or what the mentor said."""
    most = most_mentees(policy, mentor.wished)
    if active_mentees(mentor.person_id, mentor.programme_id, now=now) < most:
        return
    mentees = "one mentee" if most == 1 else f"{most} mentees"
    if most == policy.matching.mentees_per_mentor:
        sentence = f"{mentor.first_name} has {mentees}, which is as many as the policy lets a mentor have."
    elif most:
        sentence = f"{mentor.first_name} said that {mentees} at most would suit them, and has as many."
    else:
        sentence = f"{mentor.first_name} said that they can take on no mentee just now."
    raise Refused(sentence, field="mentor_id", code="no_room")


def _member(programme_id: str, person_id: str, role: Role) -> Membership:
    field = f"{role}_id"
    member = find(Membership, *membership_key(person_id, programme_id, role)) if person_id else None
    if member is None:
        raise Invalid(f"Please choose a {role} of this programme.", field=field)
    if member.status != "active":
        raise Invalid(
            f"{member.first_name} is suspended at the moment. Please choose another {role}.", field=field
        )
    return member


def _begin(
    viewer: Viewer,
    programme: Programme,
    mentor: Membership,
    mentee: Membership,
    cohort_id: str,
    pair_id: str,
    now: datetime,
) -> None:
    programme_id = programme.programme_id
    pk, sk = pair_key(pair_id)
    by_surname = pairs_order(mentee.surname, mentee.first_name, pair_id)
    pair = Pair(
        pk,
        sk,
        pair_id=pair_id,
        programme_id=programme_id,
        programme_name=programme.name,
        cohort_id=cohort_id or None,
        mentor_id=mentor.person_id,
        mentor_first_name=mentor.first_name,
        mentor_surname=mentor.surname,
        mentor_address=mentor.address,
        mentee_id=mentee.person_id,
        mentee_first_name=mentee.first_name,
        mentee_surname=mentee.surname,
        mentee_address=mentee.address,
        created_at=now,
        listing=pairs_listing(programme_id),
        listing_order=by_surname,
        group=pairs_of_cohort(programme_id, cohort_id),
        group_order=by_surname,
    )
    key = couple_key(programme_id, mentor.person_id, mentee.person_id)
    guard = find(Couple, *key) or Couple(*key)  # theirs from before, when they come together again
    has_ended = guard.ended_at is not None
    guard.pair_id, guard.ended_at = pair_id, None
    with transaction() as write:
        for member in (mentor, mentee):
            # what was found of them a moment ago still stands: a check withdrawn meanwhile counts
            write.update(member, [Membership.paired_at.set(now)])
            ours = PairOfPerson(
                *pair_of_person_key(member.person_id, pair_id), pair_id=pair_id, programme_id=programme_id
            )
            write.save(ours, condition=is_new(PairOfPerson))
            queue(write, letter_about(pair, member, "introduced", cause=(pair_id,)), now=now)
        write.save(pair, condition=is_new(Pair))
        write.save(guard, condition=Couple.ended_at.exists() if has_ended else is_new(Couple))
        apart = never_again_key(programme_id, mentor.person_id, mentee.person_id)
        write.condition_check(NeverAgain, *apart, condition=not_apart())
        watch(write, pair, at=now)
        end_unpaired(write, programme_id, mentee.person_id, now=now)
        record(
            write,
            programme_id,
            "paired",
            f"pair:{pair_id}",
            by_id=viewer.person_id,
            by_name=viewer.name,
            now=now,
        )


def are_together(programme_id: str, mentor_id: str, mentee_id: str) -> bool:
    """Whether the two have a conversation that has not been ended: one GetItem."""
    couple = find(Couple, *couple_key(programme_id, mentor_id, mentee_id))
    return couple is not None and couple.ended_at is None


def _has_begun(programme_id: str, mentor: Membership, mentee: Membership, pair_id: str) -> bool:
    """Whether this form has paired these two before. Raises Conflict when something else is in the way."""
    earlier = find(Pair, *pair_key(pair_id))
    if earlier is not None:
        if (earlier.mentor_id, earlier.mentee_id) == (mentor.person_id, mentee.person_id):
            return True
        raise Conflict(
            "This form has paired two other people already. Please open it again.", code="key_reused"
        )
    if are_together(programme_id, mentor.person_id, mentee.person_id):
        names = f"{mentee.first_name} {mentee.surname} and {mentor.first_name} {mentor.surname}"
        raise Conflict(f"{names} have a conversation already.", code="paired_already")
    return False
