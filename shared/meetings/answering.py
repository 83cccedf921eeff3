"""Accepting one of the times that were proposed, or none; and proposing others for a meeting that has one."""

from collections.abc import Sequence
from datetime import datetime

from shared.conversations.arranged import empty_link, open_meetings
from shared.conversations.items import Shared
from shared.conversations.rules import Checker
from shared.filtering import check
from shared.people.permissions import Viewer, require
from shared.platform.errors import Busy, Conflict
from shared.platform.tables import Lost, transaction

from .loading import TRIES, At, meeting_at, require_part
from .plan import DATED, PARTS, Plan, keep
from .proposing import OTHERS_BEFORE, Times, keep_reason, read_times, require_free, require_possible, say_why
from .rules import Typed, needs_coordinator, problem_with_accepting
from .telling import tell, tell_coordinators

NONE = "none"
"""The answer that no time suits."""
OWN = "You have proposed this yourself. The other one can accept it."
SETTLED = "This has been settled already. Please look at the page again."
NO_SUCH_TIME = "This time is not proposed any more. Please look at the page again."
NOT_TO_MOVE = "Only a meeting that is arranged can be moved."
SAME_TIME = "The meeting is at this time already. Please choose another one, or leave it as it is."
SOON_BEGINS = "This meeting begins very soon, so it cannot be moved any more. You can call it off."


def answer(viewer: Viewer, pair_id: str, meeting_id: str, *, chosen: str, now: datetime) -> Shared:
    """Accepts one of the times (`chosen` is the moment, as `order` writes it), or `none` of them. Where a
    coordinator has proposed it, both accept.

    Answered again the same way, nothing changes. Raises NotFound for who takes no part, and Conflict when it
    is one's own proposal, was settled otherwise, or the two may not meet.
    """
    for _ in range(TRIES):
        at = meeting_at(viewer, pair_id, meeting_id, now=now)
        require_part(at)
        if _is_done(at, chosen):
            return at.item
        if at.item.state not in ("proposed", *DATED) or not at.plan.slots:
            raise Conflict(SETTLED, code="settled")
        if at.plan.proposed_by == at.part:
            raise Conflict(OWN, code="own_proposal")
        try:
            if chosen == NONE:
                return _refuse(at, now)
            _require_can_be(at, chosen, now)
            return _accept(at, chosen, now)
        except Lost:
            continue
    raise Busy


def _is_done(at: At, chosen: str) -> bool:
    plan = at.plan
    if chosen == NONE:
        return at.item.state == "refused"
    if plan.slots:
        return at.part in plan.agreed
    return at.item.state in DATED and plan.starts_at == chosen


def _require_can_be(at: At, chosen: str, now: datetime) -> None:
    require_possible(at)
    if chosen not in at.plan.slots:
        raise Conflict(NO_SUCH_TIME, code="no_such_time")
    start = datetime.fromisoformat(chosen)
    if problem := problem_with_accepting(start, at.plan.minutes, at.policy.meetings, now=now):
        raise Conflict(problem, code="too_late")
    at.require_clear(at.plan.kind, now)
    arranged = [one for one in open_meetings(at.pair.pair_id) if one.state in DATED]
    require_free(at, arranged, Times((start,), (1,), at.plan.minutes, None), but=at.item.item_id)


def _refuse(at: At, now: datetime) -> Shared:
    """A first proposal is over with it; a meeting that has a time keeps that."""
    plan = at.plan
    is_first = not plan.starts_at
    by_staff = plan.proposed_by == "staff"
    plan.slots, plan.proposed_by, plan.agreed = [], "", []
    keep(at.item, plan, "refused" if is_first else at.item.state, now=now)
    with transaction() as write:
        write.save(at.item)
        if is_first:
            others = [one for one in PARTS if one != at.part]
            staff_id = plan.staff_id if by_staff else ""
            tell(write, "meeting_off", at.pair, at.item.item_id, others, staff_id=staff_id, now=now)
    return at.item


def _accept(at: At, chosen: str, now: datetime) -> Shared:
    """The time stands once it needs nobody else: where a coordinator proposed it, when both have accepted;
    otherwise at once, and where none takes place without a coordinator, one is asked to take it on."""
    plan, meeting_id = at.plan, at.item.item_id
    by_staff = plan.proposed_by == "staff"
    plan.agreed = [*plan.agreed, at.part]
    waits_for_other = by_staff and not set(PARTS) <= set(plan.agreed)
    waits_for_staff = not by_staff and needs_coordinator(plan.kind, at.policy.meetings)
    was_moved = bool(plan.starts_at)
    if not waits_for_other:
        _put(plan, chosen)
        if waits_for_staff:
            plan.staff_id = plan.staff_name = ""
        keep(at.item, plan, "accepted" if waits_for_staff else "scheduled", now=now)
    else:
        plan.slots = [chosen]  # the other is asked for this very time
        keep(at.item, plan, at.item.state, now=now)
    with transaction() as write:
        at.hold_still(write)
        at.take_turn(write, now)
        write.save(at.item)
        if was_moved and not waits_for_other:
            empty_link(write, at.item)
        if waits_for_staff:
            tell_coordinators(write, "meeting_to_take_on", at.pair, meeting_id, now=now)
        elif not waits_for_other:
            tell(write, "meeting_arranged", at.pair, meeting_id, PARTS, staff_id=plan.staff_id, now=now)
    return at.item


def _put(plan: Plan, chosen: str) -> None:
    """The time stands from now on. What was agreed for another time is asked anew."""
    plan.starts_at, plan.slots, plan.proposed_by, plan.agreed = chosen, [], "", []
    plan.recording, plan.admitted, plan.reminded, plan.arranged_at = {}, {}, [], ""
    plan.moves += 1


def _require_other_times(at: At, read: Times) -> None:
    """Raises Conflict where it is at one of these times already, or the other has proposed one of them: two
    who move it to the same time would wait for each other."""
    others = at.part in PARTS and at.plan.proposed_by not in ("", at.part)
    for n, slot in zip(read.places, read.slots, strict=True):
        if slot == at.plan.starts_at:
            raise Conflict(SAME_TIME, field=f"day_{n}", code="same_time")
        if others and slot in at.plan.slots:
            raise Conflict(OTHERS_BEFORE, field=f"day_{n}", code="time_taken")


def move(
    viewer: Viewer,
    pair_id: str,
    meeting_id: str,
    times: Sequence[Typed],
    *,
    reason: str = "",
    checker: Checker = check,
    now: datetime,
) -> bool:
    """Proposes other times for a meeting. The one that stands does so until another is accepted. The same
    times proposed again with another reason keep that. Returns whether its writer is shown where help is.

    Raises NotFound, Invalid for times that cannot be taken, and Conflict when it cannot be moved.
    """
    for _ in range(TRIES):
        at = meeting_at(viewer, pair_id, meeting_id, now=now)
        require(at.part != "staff" or viewer.person_id == at.plan.staff_id)
        if at.item.state not in DATED:
            raise Conflict(NOT_TO_MOVE, code="not_arranged")
        if at.plan.begins is not None and now >= at.plan.begins:
            raise Conflict(SOON_BEGINS, code="begun")
        require_possible(at)
        read = read_times(at, times, at.plan.minutes, reason, checker, now)
        at.require_clear(at.plan.kind, now)
        require_free(at, open_meetings(pair_id), read, but=meeting_id)
        _require_other_times(at, read)
        if at.plan.slots == read.slots and at.plan.proposed_by == at.part:
            return say_why(viewer, at, meeting_id, reason, checker, now=now)
        at.plan.slots, at.plan.proposed_by, at.plan.agreed = read.slots, at.part, []
        keep(at.item, at.plan, at.item.state, now=now)
        try:
            with transaction() as write:
                at.hold_still(write)
                at.take_turn(write, now)
                write.save(at.item)
                at.record_deed(write, viewer, now)
                keep_reason(write, viewer, at, meeting_id, read.reason, now=now)
                others = [one for one in PARTS if one != at.part]
                tell(write, "meeting_proposed", at.pair, meeting_id, others, now=now)
            return read.shows_help(at.part)
        except Lost:
            continue
    raise Busy
