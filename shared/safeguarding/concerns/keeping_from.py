"""Keeping a concern from somebody on the staff: it turned out to be about them, or they stand near to it."""

from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.people.permissions import Viewer
from shared.people.staff import active_staff, staff_roll
from shared.people.views import StaffMember
from shared.platform.errors import Conflict, Invalid
from shared.platform.ids import derived_id
from shared.platform.tables import find

from ..chain.climbing import Adds, begin_anew
from ..items import Concern, Entry, NextStep, entry_key
from ..rules import read_words
from .changing import Doing, change
from .reading import load_visible, steps_of

IS_ABOUT_ANOTHER = "This concern is about somebody else already. It can be kept from them all the same."


def staff_to_keep_from(viewer: Viewer, concern: Concern) -> list[StaffMember]:
    """Everybody on the staff to whom it is open, but the viewer: one Query."""
    known = concern.hidden_from | {viewer.person_id}
    staff = active_staff(staff_roll(concern.programme_id))
    return list({one.person_id: one for one in staff if one.person_id not in known}.values())


def keep_from(
    viewer: Viewer, concern_id: str, *, whom: str, is_about: bool, reason: str, key: str, now: datetime
) -> None:
    """From now on it does not exist to `whom`, and they are told of it no more. If they were told of it last,
    or dealt with it, it climbs anew. `is_about`: it is about them, where it was about nobody we know. Raises
    Invalid, NotFound, and Conflict when it is about somebody already."""
    concern = load_visible(viewer, concern_id)
    words = read_words(reason, field="reason")
    cause = ("kept_from", derived_id(viewer.person_id, key))
    if find(Entry, *entry_key(concern_id, *cause)):
        return
    member = next((one for one in staff_to_keep_from(viewer, concern) if one.person_id == whom), None)
    if member is None:
        raise Invalid("Please choose somebody on the staff.", field="whom", code="missing")

    def decide(concern: Concern) -> Doing:
        if is_about and concern.about_id:
            raise Conflict(IS_ABOUT_ANOTHER, code="about_another")
        if is_about:
            concern.about_id, concern.about_name = member.person_id, member.name
            concern.about_staff, concern.is_unsaid = True, None
        concern.kept_from = sorted({*(concern.kept_from or ()), member.person_id})
        concern.set_apart = [one for one in concern.set_apart or () if one != whom] or None
        adds = [hiding(step, concern) for step in steps_of(concern_id)]
        if concern.state != "closed" and whom in _counted_on(concern):
            adds.append(begin_anew(concern, now=now))
        details = {"from_whom": member.name, **({"about": member.name} if is_about else {})}
        return Doing("kept_from", "changed_concern", words, details, "Kept from somebody", tuple(adds))

    change(viewer, concern_id, decide, *cause, now=now)


def _counted_on(concern: Concern) -> set[str | None]:
    """Who was told last, or deals with it."""
    climbing = set(concern.told or ()) if concern.answer_by else set()
    return {*climbing, concern.acknowledged_by, concern.handed_to}


def hiding(step: NextStep, concern: Concern) -> Adds:
    """Hides a next step from those from whom the concern is kept, and from nobody else."""
    step.hidden_from = sorted(concern.hidden_from)

    def add(write: TransactWrite) -> None:
        write.save(step)

    return add
