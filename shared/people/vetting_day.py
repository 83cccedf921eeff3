"""Each morning: whom to remind that something a mentor has shown ends, and whose conversations rest now.

That they rest needs nothing of this: each check of a message looks at the day, and where something else is
asked than when a mentor was cleared, at their records. Lists go by what is stored, which is reckoned anew
here; of those who are suspended as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.notices.actions import enqueue, queue
from shared.notices.rules import NewNotice
from shared.platform.tables import Lost, transaction
from shared.policies.people import Vetting
from shared.programmes.actions import load_programme
from shared.programmes.rules import day_of

from .actions.vetting import reckoned, records_of, save_reckoned
from .items import Membership, roll
from .participation import asks_something, is_vetted, print_of
from .permissions import Role
from .vetting import stage_of
from .views import StaffMember, who_looks_after

LOOKED_BACK = timedelta(days=30)
"""How long after an end somebody is still told of it, should mornings have been missed."""


@dataclass(frozen=True)
class Looked:
    """What a morning came to."""

    told: int
    """Mentors who were reminded, or told that they are not cleared any more."""
    reckoned: int
    """Mentors reckoned anew, because something else is asked."""


@dataclass(frozen=True)
class _Due:
    mentor: Membership
    mark: str
    """Which end, and which reminder of it."""


def look_after_vetting(programme_id: str, *, now: datetime) -> Looked:
    """Tells mentors and coordinators what ends soon or has ended, each end once for each reminder. Raises
    NotFound or ValueError without a policy."""
    vetting = load_programme(programme_id).policy.vetting
    if not asks_something(vetting):
        return Looked(0, 0)
    today, anew, due = day_of(now), 0, []
    for mentor in _to_look_at(programme_id, vetting, today):
        ended = False
        if mentor.vetted_for != print_of(vetting):
            ended = _reckon_anew(mentor, vetting, today)
            anew += 1
        if mentor.status != "active":
            continue
        stage = "ended" if ended else stage_of(mentor.vetted_until or "", vetting, today)
        mark = f"{mentor.vetted_until or ''}:{stage}"
        if stage and mentor.vetting_told != mark:
            due.append(_Due(mentor, mark))
    if due:
        _tell_coordinators(due, today, now)
    for one in due:
        _tell_mentor(one, now)
    return Looked(len(due), anew)


def _to_look_at(programme_id: str, vetting: Vetting, today: date) -> Iterator[Membership]:
    """Those whose clearing ends soon, has ended lately, or was reckoned for something else: the programme's
    mentors, a page of the index at a time."""
    first = (today - LOOKED_BACK).isoformat()
    last = (today + timedelta(days=max(vetting.remind_days_before, default=0))).isoformat()
    stale = Membership.vetted_for.does_not_exist() | (Membership.vetted_for != print_of(vetting))
    found = Membership.by_listing.query(
        roll(programme_id, Role.MENTOR),
        filter_condition=stale | Membership.vetted_until.between(first, last),
    )
    return (one for one in found if isinstance(one, Membership))


def _reckon_anew(mentor: Membership, vetting: Vetting, today: date) -> bool:
    """Whether the mentor was cleared before and is not any more."""
    was = mentor.vetted_until or ""
    records = records_of(mentor.programme_id, mentor.person_id)
    until = reckoned(vetting, records)
    try:
        with transaction() as write:
            save_reckoned(write, mentor, records, vetting)
    except Lost:  # somebody recorded something at this moment, and reckoned with it
        until = was
    mentor.refresh(consistent_read=True)
    return is_vetted(was, today) and not is_vetted(until, today)


def _tell_coordinators(due: list[_Due], today: date, now: datetime) -> None:
    """One e-mail each morning, however many mentors it is about."""
    first = due[0].mentor
    for member in who_looks_after(first.programme_id):
        enqueue(_to_look_after(member, first, len(due), today), now=now)


def _to_look_after(member: StaffMember, mentor: Membership, how_many: int, today: date) -> NewNotice:
    return NewNotice.to(
        member,
        "vetting_to_look_at",
        cause=(mentor.programme_id, today.isoformat()),
        path=f"/programmes/{mentor.programme_id}/people?show=mentor&vetting=due",
        programme_id=mentor.programme_id,
        programme_name=mentor.programme_name,
        how_many=how_many,
    )


def _tell_mentor(one: _Due, now: datetime) -> None:
    """Once for each reminder. Somebody who changed the mentor at this moment loses nothing: the next morning
    looks again."""
    mentor = one.mentor
    notice = NewNotice.to(
        mentor,
        "own_vetting",
        cause=(mentor.programme_id, one.mark),
        path="/account",
        programme_id=mentor.programme_id,
        programme_name=mentor.programme_name,
    )
    try:
        with transaction() as write:
            queue(write, notice, now=now)
            write.update(mentor, [Membership.vetting_told.set(one.mark)])
    except Lost:
        return
