"""Answering for oneself, and taking back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shared.people.permissions import Role, Viewer, may_manage_people, own_role, require
from shared.people.rules import problem_with_address, problem_with_name, tidy_address, tidy_name
from shared.platform.errors import Busy, Invalid, require_none
from shared.platform.tables import Lost, transaction
from shared.programmes.rules import day_of

from .apart import require_apart
from .links import NOT_A_PARENTS, ask_parent_if_due, is_somebody_elses
from .rules import Answer, changes, problem_with_birthday
from .standing import TRIES, Standing, end_what_is_left, record_about, standing_of, store, with_answers

NOTED = "Your date of birth is noted already. If it is wrong, please ask your coordinator to put it right."
ASKED = "Your parent or carer has been asked already. If the address is wrong, please tell your coordinator."
OWN_ADDRESS = "This is your own address. Please enter your parent’s or carer’s."


@dataclass(frozen=True)
class Said:
    """What somebody filled in for themselves."""

    answers: Mapping[str, Answer]
    born_on: date | None = None
    parent_name: str = ""
    parent_address: str = ""


def answer_for_oneself(viewer: Viewer, programme_id: str, said: Said, *, now: datetime) -> None:
    """Stores the viewer's answers; a withdrawal counts from this moment. Sent again, nothing changes.

    Where a parent or carer is to be asked and is known, they are sent their link. Raises NotFound, and
    Invalid with every field that needs another look.
    """
    role = own_role(viewer, programme_id)
    for _ in range(TRIES):
        standing = standing_of(viewer.person_id, programme_id, role)
        changed = changes(standing.purposes, standing.consent.own or {}, said.answers)
        _take_particulars(standing, said, now)
        consent = standing.consent
        consent.own = with_answers(consent.own, changed, now)
        try:
            with transaction() as write:
                ask_parent_if_due(write, standing, now)
                store(write, standing, changed, by="self", by_name=viewer.name, now=now)
            end_what_is_left(standing, changed, now)
            return
        except Lost:
            continue
    raise Busy


def correct_birthday(
    viewer: Viewer, programme_id: str, person_id: str, *, born_on: date | None, now: datetime
) -> None:
    """Puts a mentee's date of birth right; what is in force follows it at once. Raises NotFound for those who
    do not look after people there, Invalid for what can be nobody's."""
    require(may_manage_people(viewer, programme_id) and viewer.person_id != person_id)
    require_apart(viewer, programme_id, person_id)
    if born_on is None:
        raise Invalid("Enter the date of birth.", field="born_on")
    if problem := problem_with_birthday(born_on, day_of(now)):
        raise Invalid(problem, field="born_on")
    for _ in range(TRIES):
        standing = standing_of(person_id, programme_id, Role.MENTEE)
        if standing.consent.born_on == born_on.isoformat():
            return
        standing.consent.born_on = born_on.isoformat()
        try:
            with transaction() as write:
                store(write, standing, (), by="self", by_name="", now=now)
                record_about(write, viewer, standing, "changed_birthday", now)
            return
        except Lost:
            continue
    raise Busy


def _take_particulars(standing: Standing, said: Said, now: datetime) -> None:
    """Notes a birthday, and a parent's or carer's name and address, where they are given and asked for.
    Raises Invalid, with every field that needs another look."""
    problems = []
    if said.born_on and (problem := problem_with_birthday(said.born_on, day_of(now))):
        problems.append(Invalid(problem, field="born_on"))
    if said.parent_name or said.parent_address:
        name, address = tidy_name(said.parent_name), tidy_address(said.parent_address)
        if problem := problem_with_name(name, "name"):
            problems.append(Invalid(problem, field="parent_name"))
        if problem := problem_with_address(address):
            problems.append(Invalid(problem, field="parent_address"))
        if address == standing.member.address:
            problems.append(Invalid(OWN_ADDRESS, field="parent_address"))
        elif is_somebody_elses(standing.member, address):
            problems.append(Invalid(NOT_A_PARENTS, field="parent_address"))
        standing.consent.parent_name, standing.consent.parent_address = name, address
    if said.born_on and standing.consent.born_on not in (None, said.born_on.isoformat()):
        problems.append(Invalid(NOTED, field="born_on", code="noted"))
    if said.parent_address and standing.consent.link_id:
        problems.append(Invalid(ASKED, field="parent_address", code="asked"))
    require_none(problems)
    if said.born_on:
        standing.consent.born_on = said.born_on.isoformat()
