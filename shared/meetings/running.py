"""The coordinator's part: taking a meeting on or over, giving it back, and letting each person in by name."""

from datetime import datetime
from typing import Literal

from shared.conversations.arranged import empty_link
from shared.people.permissions import Viewer, may_run_meetings, require
from shared.platform.clock import order
from shared.platform.errors import Busy, Conflict
from shared.platform.tables import Lost, transaction

from .ahead import meetings_between
from .loading import TRIES, At, meeting_at, require_goes_on
from .plan import PARTS, keep
from .rules import is_near, needs_coordinator, overlap
from .telling import tell, tell_coordinators

Deed = Literal["take_on", "take_over", "give_back", "admit_mentor", "admit_mentee"]
TAKEN_ON = "{name} has taken this meeting on already."
NOT_NOW = "This meeting does not wait for a coordinator. Please look at it again."
NOT_YOURS = "Only the coordinator who has taken this meeting on can do this."
TWO_AT_ONCE = "You take part in another meeting at this time. Please ask a colleague to take this one on."
NOT_YET = "You can let people in from shortly before the meeting begins until it is over."


def run_meeting(viewer: Viewer, pair_id: str, meeting_id: str, *, deed: Deed, now: datetime) -> None:
    """Takes a meeting on, takes it over from a colleague who cannot come, gives it back to the other
    coordinators, or lets one of the two in. Done already, nothing changes. Raises NotFound for who does not
    coordinate there, and Conflict saying why not."""
    for _ in range(TRIES):
        at = meeting_at(viewer, pair_id, meeting_id, now=now)
        require(at.part == "staff" and may_run_meetings(viewer, at.pair.programme_id))
        require_goes_on(at)
        try:
            if deed == "take_on":
                _take_on(viewer, at, now)
            elif deed == "take_over":
                _take_over(viewer, at, now)
            elif deed == "give_back":
                _give_back(viewer, at, now)
            else:
                _admit(viewer, at, deed.removeprefix("admit_"), now)
            return
        except Lost:
            continue
    raise Busy


def _take_on(viewer: Viewer, at: At, now: datetime) -> None:
    plan = at.plan
    if plan.staff_id == viewer.person_id and at.item.state == "scheduled":
        return
    if at.item.state == "scheduled" and plan.staff_id:
        raise Conflict(TAKEN_ON.format(name=plan.staff_name), code="taken_on")
    if not waits_for_coordinator(at) or plan.begins is None or plan.is_over(now):
        raise Conflict(NOT_NOW, code="settled")
    at.require_clear(plan.kind, now)
    _require_no_other(viewer, at)
    plan.staff_id, plan.staff_name = viewer.person_id, viewer.first_name
    keep(at.item, plan, "scheduled", now=now)
    with transaction() as write:
        at.hold_still(write)
        write.save(at.item)
        at.record_deed(write, viewer, now)
        tell(write, "meeting_arranged", at.pair, at.item.item_id, PARTS, now=now)


def _take_over(viewer: Viewer, at: At, now: datetime) -> None:
    """Everybody is told to look, also the colleague. Who was let in is let in anew, by who is there now."""
    plan, former = at.plan, at.plan.staff_id
    if former == viewer.person_id:
        return
    if not has_coordinator(at) or plan.is_over(now):
        raise Conflict(NOT_NOW, code="settled")
    at.require_clear(plan.kind, now)
    _require_no_other(viewer, at)
    plan.staff_id, plan.staff_name, plan.admitted = viewer.person_id, viewer.first_name, {}
    plan.arranged_at = ""
    keep(at.item, plan, "scheduled", now=now)
    with transaction() as write:
        at.hold_still(write)
        write.save(at.item)
        at.record_deed(write, viewer, now)
        tell(write, "meeting_arranged", at.pair, at.item.item_id, PARTS, staff_id=former, now=now)


def has_coordinator(at: At) -> bool:
    """Whether it is arranged, and a coordinator takes part."""
    return at.item.state == "scheduled" and bool(at.plan.staff_id)


def waits_for_coordinator(at: At) -> bool:
    """Whether one is to take it on; also where none takes place without one only since it was arranged."""
    is_alone = at.item.state == "scheduled" and not at.plan.staff_id
    return at.item.state == "accepted" or (is_alone and needs_coordinator(at.plan.kind, at.policy.meetings))


def _require_no_other(viewer: Viewer, at: At) -> None:
    assert at.plan.begins is not None
    assert at.plan.ends is not None
    for other in meetings_between(at.pair.programme_id, at.plan.begins, at.plan.ends):
        is_theirs = other.staff_id == viewer.person_id and other.meeting_id != at.item.item_id
        if is_theirs and overlap(other.starts_at, other.minutes, at.plan.begins, at.plan.minutes):
            raise Conflict(TWO_AT_ONCE, code="two_at_once")


def _give_back(viewer: Viewer, at: At, now: datetime) -> None:
    plan = at.plan
    if at.item.state == "accepted":
        return
    if at.item.state != "scheduled" or plan.is_over(now):
        raise Conflict(NOT_NOW, code="settled")
    if plan.staff_id != viewer.person_id:
        raise Conflict(NOT_YOURS, code="not_yours")
    plan.staff_id, plan.staff_name, plan.admitted = "", "", {}
    keep(at.item, plan, "accepted", now=now)
    with transaction() as write:
        write.save(at.item)
        at.record_deed(write, viewer, now)
        empty_link(write, at.item)
        tell_coordinators(write, "meeting_to_take_on", at.pair, at.item.item_id, now=now)


def _admit(viewer: Viewer, at: At, part: str, now: datetime) -> None:
    plan = at.plan
    if plan.staff_id != viewer.person_id:
        raise Conflict(NOT_YOURS, code="not_yours")
    if part in plan.admitted:
        return
    if at.item.state != "scheduled" or plan.begins is None:
        raise Conflict(NOT_NOW, code="settled")
    if not is_near(plan.begins, plan.minutes, at.policy.meetings, now):
        raise Conflict(NOT_YET, code="not_near")
    at.require_clear(plan.kind, now)
    plan.admitted = {**plan.admitted, part: order(now)}
    keep(at.item, plan, at.item.state, now=now)
    with transaction() as write:
        at.hold_still(write)
        write.save(at.item)
        at.record_deed(write, viewer, now)
