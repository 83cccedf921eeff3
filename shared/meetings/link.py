"""The link of a meeting online: who gives it, and opening it near the time. It is shown on no page but the
meeting's, and stands in no e-mail."""

from dataclasses import dataclass
from datetime import datetime

from shared.conversations.arranged import MeetingLink, link_key
from shared.conversations.views import record_conversation_read
from shared.people.permissions import Viewer, may_run_meetings, require
from shared.platform.errors import Busy, Conflict, Invalid, require_none
from shared.platform.tables import Lost, find, transaction
from shared.policies.meetings import ONLINE

from .loading import TRIES, At, meeting_at, require_goes_on
from .plan import keep
from .rules import is_near, needs_coordinator, opens_at, problem_with_link, problem_with_secret

NOT_YET = "The link opens shortly before the meeting begins. Please come back then."
NO_LINK = "There is no link yet. Whoever gives it has been asked to."
NOT_LET_IN = "Your coordinator lets each of you in by name. Please wait a moment, and look again."
OVER = "This meeting is over, or does not take place, so there is no link any more."
NOT_ARRANGED = "A link can be given as soon as the meeting is arranged."
NO_LINK_NEEDED = "This kind of meeting has no link."


@dataclass(frozen=True)
class OpenLink:
    """Where a meeting takes place. `password` is empty where there is none."""

    url: str
    password: str


def may_give_link(viewer: Viewer, at: At) -> bool:
    """Where a coordinator takes part it is theirs; otherwise the mentor's, or a coordinator's."""
    if at.plan.kind not in ONLINE or at.item.state != "scheduled":
        return False
    if at.part == "staff":
        return may_run_meetings(viewer, at.pair.programme_id)
    return at.part == "mentor" and not at.plan.staff_id


def give_link(
    viewer: Viewer,
    pair_id: str,
    meeting_id: str,
    *,
    url: str,
    password: str,
    has_waiting_room: bool,
    now: datetime,
) -> None:
    """Keeps the link, or another one in its place. Raises NotFound for whose it is not to give, Invalid for a
    link that is not taken, and Conflict when the meeting is not arranged."""
    url, password = url.strip(), password.strip()
    for _ in range(TRIES):
        at = meeting_at(viewer, pair_id, meeting_id, now=now)
        require(
            at.part != "mentee" and (at.part == "mentor" or may_run_meetings(viewer, at.pair.programme_id))
        )
        if at.item.state != "scheduled" or at.plan.is_over(now):
            raise Conflict(NOT_ARRANGED, code="not_arranged")
        if at.plan.kind not in ONLINE:
            raise Conflict(NO_LINK_NEEDED, code="no_link")
        require(may_give_link(viewer, at))
        require_goes_on(at)
        at.require_clear(at.plan.kind, now)
        meetings, by_staff = at.policy.meetings, at.part == "staff"
        wrong = (
            ("link", problem_with_link(url, meetings.link_hosts, by_staff=by_staff)),
            ("password", problem_with_secret(password, has_waiting_room, meetings)),
        )
        require_none(Invalid(problem, field=field) for field, problem in wrong if problem)
        key = link_key(pair_id, meeting_id)
        given = find(MeetingLink, *key) or MeetingLink(*key, meeting_id=meeting_id)
        given.link, given.password, given.has_waiting_room = url, password or None, has_waiting_room
        given.by_id, given.given_at = viewer.person_id, now
        keep(at.item, at.plan, at.item.state, now=now)
        try:
            with transaction() as write:
                at.hold_still(write)
                write.save(at.item)  # with its version: what was called off meanwhile has no link again
                write.save(given)
                at.record_deed(write, viewer, now)
            return
        except Lost:
            continue
    raise Busy


def open_link(viewer: Viewer, pair_id: str, meeting_id: str, *, now: datetime) -> OpenLink:
    """Where the meeting takes place, for who may get in at this moment: everything that it needs is asked
    once more. Staff's opening is recorded. Raises NotFound, and Conflict saying why not."""
    at = meeting_at(viewer, pair_id, meeting_id, now=now)
    given = find(MeetingLink, *link_key(pair_id, meeting_id))
    if problem := why_closed(at, given, now):
        raise Conflict(problem, code="closed")
    assert given is not None
    assert given.link is not None
    if at.part == "staff":
        record_conversation_read(viewer, at.pair, now=now)
    return OpenLink(given.link, given.password or "")


def why_closed(at: At, given: MeetingLink | None, now: datetime) -> str:
    """Why the link cannot be opened at this moment, to whoever wants to; empty when it can."""
    begins = at.plan.begins
    if at.item.state != "scheduled" or begins is None or at.together.status_of(at.pair) != "active":
        return OVER
    if at.bars(at.plan.kind, now):
        return OVER if at.part != "staff" else "Something that the meeting needs is missing."
    if given is None or not given.link:
        return NO_LINK
    meetings = at.policy.meetings
    if at.part == "staff":
        return ""
    if now < opens_at(begins, meetings):
        return NOT_YET
    if not is_near(begins, at.plan.minutes, meetings, now):
        return OVER
    is_led = bool(at.plan.staff_id) or needs_coordinator(at.plan.kind, meetings)
    if is_led and at.part not in at.plan.admitted:
        return NOT_LET_IN
    return ""
