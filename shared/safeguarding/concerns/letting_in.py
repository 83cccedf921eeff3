"""Opening a worry about staff to a colleague from whom it is kept only because such worries are not for
everybody."""

from datetime import datetime

from shared.people.permissions import Viewer
from shared.people.staff import active_staff, staff_roll
from shared.people.views import StaffMember
from shared.platform.errors import Invalid
from shared.platform.ids import derived_id
from shared.platform.tables import find

from ..items import Concern, Entry, entry_key
from ..rules import read_words
from .changing import Doing, change
from .keeping_from import hiding
from .reading import load_visible, steps_of


def staff_to_let_in(viewer: Viewer, concern: Concern) -> list[StaffMember]:
    """To whom the viewer may open it: one Query. Never whom it is about, or who is close to them."""
    apart = set(concern.set_apart or ()) - {viewer.person_id, concern.about_id}
    staff = active_staff(staff_roll(concern.programme_id))
    return list({one.person_id: one for one in staff if one.person_id in apart}.values())


def let_in(viewer: Viewer, concern_id: str, *, whom: str, reason: str, key: str, now: datetime) -> None:
    """From now on a colleague sees it as others do: to advise, to take it over, or to read it second. Raises
    Invalid, and NotFound."""
    concern = load_visible(viewer, concern_id)
    words = read_words(reason, field="reason")
    cause = ("let_in", derived_id(viewer.person_id, key))
    if find(Entry, *entry_key(concern_id, *cause)):
        return
    member = next((one for one in staff_to_let_in(viewer, concern) if one.person_id == whom), None)
    if member is None:
        raise Invalid("Please choose somebody from the list.", field="whom", code="missing")

    def decide(concern: Concern) -> Doing | None:
        if whom not in (concern.set_apart or ()):
            return None
        concern.set_apart = [one for one in concern.set_apart if one != whom]
        concern.kept_from = [one for one in concern.kept_from if one != whom]
        adds = tuple(hiding(step, concern) for step in steps_of(concern_id))
        return Doing("let_in", "changed_concern", words, {"to": member.name}, "Opened to a colleague", adds)

    change(viewer, concern_id, decide, *cause, now=now)
