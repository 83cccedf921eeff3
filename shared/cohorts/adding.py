"""Putting somebody who is in the programme already into a cohort."""

from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.people.eligibility import problem_with_answer
from shared.people.items import Membership, membership_key
from shared.people.permissions import PARTICIPANTS, Role, Viewer, may_plan_cohorts, require
from shared.platform.errors import Busy, Conflict, Invalid, Refused
from shared.platform.tables import Lost, find, transaction
from shared.policies import Policy
from shared.programmes.actions import load_programme
from shared.programmes.cohorts import (
    asked_for,
    cohort_of,
    enter,
    free_places,
    give_place_back,
    leave,
    take_place,
)
from shared.programmes.items import Cohort, Place, place_key
from shared.programmes.rules import is_over

from .planning import load_cohort

TRIES = 4
NOBODY = "Please choose a mentee or a mentor of this programme who is not suspended."


def add_to_cohort(
    viewer: Viewer, programme_id: str, cohort_id: str, *, person_id: str, role: str, now: datetime
) -> None:
    """Puts somebody into a cohort. A mentee leaves the one they were in; a mentor stays in it, too. Done
    twice, it is done once.

    What was answered about them must be what the cohort accepts; what was never asked stands in nobody's way.
    Raises NotFound, Invalid for somebody who is not here, Refused with the reason for who may not come in,
    and Conflict for a cohort that is full or over.
    """
    require(may_plan_cohorts(viewer, programme_id))
    policy = load_programme(programme_id).policy
    for _ in range(TRIES):
        cohort = load_cohort(programme_id, cohort_id)
        member = _member(programme_id, person_id, role)
        if find(Place, *place_key(cohort_id, role, person_id)) is not None:
            return
        _require_room(cohort, role, now)
        _require_accepted(policy, cohort, member)
        try:
            with transaction() as write:
                _move(write, member, cohort, now)
                record(
                    write,
                    programme_id,
                    "changed_cohort",
                    f"person:{person_id}",
                    by_id=viewer.person_id,
                    by_name=viewer.name,
                    now=now,
                    why=f"Put into {cohort.name}",
                )
            return
        except Lost:
            continue
    raise Busy


def _member(programme_id: str, person_id: str, role: str) -> Membership:
    if role not in PARTICIPANTS or not person_id:
        raise Invalid(NOBODY, field="person_id")
    member = find(Membership, *membership_key(person_id, programme_id, role))
    if member is None or member.status != "active":
        raise Invalid(NOBODY, field="person_id")
    return member


def _require_room(cohort: Cohort, role: str, now: datetime) -> None:
    if is_over(cohort.ends_on, now):
        raise Conflict(f"{cohort.name} is over, so nobody can come in any more.", code="over")
    if role == Role.MENTEE and free_places(cohort) == 0:
        raise Conflict(
            f"{cohort.name} is full. You can make room in it by “Change it”, or choose another cohort.",
            code="full",
        )


def _require_accepted(policy: Policy, cohort: Cohort, member: Membership) -> None:
    answers = member.answers or {}
    for question in asked_for(policy, cohort):
        answer = answers.get(question.id, "") if question.asked_of == member.role else ""
        problem = problem_with_answer(question, answer) if answer else ""
        if problem:
            refusal = f"{member.first_name} can’t be in {cohort.name}. {problem}"
            raise Refused(refusal, code="not_accepted")


def _move(write: TransactWrite, member: Membership, cohort: Cohort, now: datetime) -> None:
    if member.role == Role.MENTEE:
        take_place(write, cohort)
        before = cohort_of(member.programme_id, member.cohort_id or "")
        if before and find(Place, *place_key(before.cohort_id, member.role, member.person_id)):
            leave(write, before.cohort_id, role=member.role, person_id=member.person_id)
            give_place_back(write, before)
    enter(
        write,
        cohort,
        person_id=member.person_id,
        role=member.role,
        first_name=member.first_name,
        surname=member.surname,
        answers=member.answers,
        now=now,
    )
    write.update(member, [Membership.cohort_id.set(cohort.cohort_id)])
