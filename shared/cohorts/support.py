"""Who of the staff is there for mentors: a named person for support and supervision, of a whole cohort or of
one mentor."""

from dataclasses import dataclass
from datetime import datetime

from pynamodb.expressions.update import Action

from shared.audit.actions import record
from shared.people.items import Membership, membership_key
from shared.people.permissions import (
    STAFF,
    Role,
    Viewer,
    may_plan_cohorts,
    programme_name,
    require,
)
from shared.people.views import staff_of
from shared.platform.errors import Busy, Invalid, NotFound
from shared.platform.tables import Lost, find, transaction
from shared.programmes.cohorts import cohort_of
from shared.programmes.items import Cohort

TRIES = 4
CHOOSE = "Please choose somebody from the list."


@dataclass(frozen=True)
class Colleague:
    """Somebody who can be chosen."""

    person_id: str
    name: str


@dataclass(frozen=True)
class SupportForm:
    """Who can be there for the mentors of a cohort, or for one mentor."""

    programme_id: str
    programme_name: str
    cohort_id: str
    """Empty where it is about one mentor."""
    mentor_id: str
    title: str
    supporter_id: str
    """Who it is at present; empty for nobody."""
    colleagues: tuple[Colleague, ...]


def support_form(
    viewer: Viewer, programme_id: str, *, cohort_id: str = "", mentor_id: str = ""
) -> SupportForm:
    """For a cohort or a mentor: one GetItem and one Query. Raises NotFound."""
    require(may_plan_cohorts(viewer, programme_id))
    item = _load(programme_id, cohort_id, mentor_id)
    name = item.name if isinstance(item, Cohort) else f"{item.first_name} {item.surname}"
    return SupportForm(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        cohort_id=cohort_id,
        mentor_id=mentor_id,
        title=name,
        supporter_id=item.supporter_id or "",
        colleagues=tuple(
            sorted((Colleague(one.person_id, one.name) for one in staff_of(programme_id, STAFF)), key=_name)
        ),
    )


def _name(colleague: Colleague) -> str:
    return colleague.name.casefold()


def name_supporter(
    viewer: Viewer,
    programme_id: str,
    supporter_id: str,
    *,
    cohort_id: str = "",
    mentor_id: str = "",
    now: datetime,
) -> None:
    """Says who is there for the mentors of a cohort, or for one mentor; nobody where it is empty. Raises
    NotFound for who may not, Invalid for somebody who is not on the staff."""
    require(may_plan_cohorts(viewer, programme_id))
    staff = {one.person_id: one.name for one in staff_of(programme_id, STAFF)}
    if supporter_id and supporter_id not in staff:
        raise Invalid(CHOOSE, field="supporter_id")
    if supporter_id == mentor_id and mentor_id:
        raise Invalid("Nobody supervises themselves. Please choose somebody else.", field="supporter_id")
    for _ in range(TRIES):
        item = _load(programme_id, cohort_id, mentor_id)
        if (item.supporter_id or "") == supporter_id:
            return
        kind = type(item)
        actions: list[Action] = (
            [kind.supporter_id.set(supporter_id), kind.supporter_name.set(staff[supporter_id])]
            if supporter_id
            else [kind.supporter_id.remove(), kind.supporter_name.remove()]
        )
        try:
            with transaction() as write:
                write.update(item, actions)
                record(
                    write,
                    programme_id,
                    "named_supporter",
                    f"cohort:{cohort_id}" if cohort_id else f"person:{mentor_id}",
                    by_id=viewer.person_id,
                    by_name=viewer.name,
                    now=now,
                    why=staff.get(supporter_id, "Nobody any more"),
                )
            return
        except Lost:
            continue
    raise Busy


def _load(programme_id: str, cohort_id: str, mentor_id: str) -> Cohort | Membership:
    item: Cohort | Membership | None
    if cohort_id:
        item = cohort_of(programme_id, cohort_id)
    else:
        item = find(Membership, *membership_key(mentor_id, programme_id, Role.MENTOR))
    if item is None:
        raise NotFound
    return item
