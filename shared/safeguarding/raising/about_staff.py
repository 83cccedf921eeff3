"""A worry about somebody on the staff: whom one may name, and where it goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.people.permissions import CONVERSATION_READERS
from shared.people.staff import active_staff, staff_roll
from shared.people.views import StaffMember
from shared.policies import Policy

from ..chain.rules import chain_of, is_named
from ..concerns.choices import Choice

ABOUT_STAFF = "staff"
"""What is answered to whom a worry is about when it is somebody who works on the programme."""
UNSAID = "unsaid"
_BETWEEN = "+"
_NOT_FOUND = "Somebody on the staff, who could not be found"


@dataclass(frozen=True)
class AboutStaff:
    """Whom somebody named, if anybody: several where two cannot be told apart by first name and role."""

    person_ids: tuple[str, ...] = ()
    person_id: str = ""
    """Who it is, where there is no doubt."""
    name: str = "Somebody on the staff"
    first_name: str = ""
    """For who reports it."""
    programme_ids: tuple[str, ...] = ()
    """Where they were found: each of them works in one of these."""


def staff_in(programme_ids: Iterable[str]) -> list[StaffMember]:
    """Who works on any of these programmes: one Query for each."""
    return [one for programme_id in programme_ids for one in active_staff(staff_roll(programme_id))]


def staff_choices(staff: Sequence[StaffMember], *, without: str) -> tuple[Choice, ...]:
    """Who can be named, by first name and role, as young people know them."""
    known: dict[str, dict[str, None]] = {}
    for one in _who_may_be_named(staff, without):
        known.setdefault(_in_words(one), {})[one.person_id] = None
    return tuple(Choice(_BETWEEN.join(ids), words) for words, ids in sorted(known.items()))


def goes_to(policy: Policy | None, staff: Sequence[StaffMember]) -> tuple[str, ...]:
    """The roles of those to whom alone a worry about staff goes; none when there is nobody apart from those
    who work with everybody, and it goes to all of them together."""
    meant = [one for rank in chain_of(policy).about_staff for one in staff if is_named(one, rank)]
    if not any(one.role in CONVERSATION_READERS for one in meant):
        return ()
    return tuple(dict.fromkeys(role_for_participants(one.role) for one in meant))


def whom(chosen: str, programme_ids: Iterable[str], *, without: str) -> AboutStaff:
    """Who was chosen, looked for in one programme after the other until everybody is found: a Query each.
    Whatever is not among the choices names nobody: a worry is not refused for it."""
    ids = set(chosen.split(_BETWEEN))
    found: dict[str, StaffMember] = {}
    where: list[str] = []
    for programme_id in programme_ids:
        if not ids - found.keys():
            break
        able = _who_may_be_named(staff_in([programme_id]), without)
        here = {one.person_id: one for one in able if one.person_id in ids - found.keys()}
        if here:
            where.append(programme_id)
            found |= here
    if not found:
        return AboutStaff(name=_NOT_FOUND) if ids - {"", UNSAID} else AboutStaff()
    ids_found, first = tuple(found), next(iter(found.values()))
    names = " or ".join(one.name for one in found.values())
    person_id = first.person_id if len(found) == 1 else ""
    return AboutStaff(ids_found, person_id, names, first.first_name, tuple(where))


def _who_may_be_named(staff: Sequence[StaffMember], without: str) -> list[StaffMember]:
    return [one for one in staff if one.role in CONVERSATION_READERS and one.person_id != without]


def _in_words(member: StaffMember) -> str:
    return f"{member.first_name}, {role_for_participants(member.role)}"


def role_for_participants(role: str) -> str:
    """A role of the staff in words for a mentee or mentor."""
    return {"deputy": "deputy safeguarding lead"}.get(role, role.replace("_", " "))
