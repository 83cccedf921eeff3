"""Recording a session: only with a yes of both for this very session, given before it begins, with what for
and where it is kept written down; and each can take it back at any time, during the session too."""

from datetime import datetime
from typing import Literal

from shared.people.permissions import Viewer
from shared.platform.clock import order
from shared.platform.errors import Busy, Conflict, Invalid, require_none
from shared.platform.tables import Lost, transaction
from shared.programmes.rules import day_of

from .loading import TRIES, At, meeting_at, require_part
from .plan import PARTS, Plan, keep
from .rules import recording_bars

RecordingAnswer = Literal["ask", "yes", "no"]
NOT_HERE = "This session cannot be recorded: the programme does not do that, or one of you does not want it."
TOO_LATE = "This session has begun, so it cannot be agreed to any more that it is recorded."
NOT_ASKED = "Nobody has asked to record this session."
ASKED = "It has been asked already whether this session can be recorded."
ASKED_ANEW = "It is asked for something else by now. Please read it again before you agree."
CHOOSE_PURPOSE = "Please choose what the recording is for."
CHOOSE_STORAGE = "Please choose where it is kept."


def answer_recording(
    viewer: Viewer,
    pair_id: str,
    meeting_id: str,
    *,
    answer: RecordingAnswer,
    purpose: str = "",
    storage: str = "",
    now: datetime,
) -> None:
    """Asks to record this session, which is one's own yes; says yes to what the other asked, which `purpose`
    and `storage` name, as it was read; or says no, and takes a yes back. Answered again the same way, nothing
    changes.

    Raises NotFound for who takes no part, Invalid for a purpose or a storage that is none of the policy's,
    and Conflict when it cannot be agreed to any more.
    """
    for _ in range(TRIES):
        at = meeting_at(viewer, pair_id, meeting_id, now=now)
        require_part(at)
        if not _say(at, answer, purpose, storage, now):
            return
        keep(at.item, at.plan, at.item.state, now=now)
        try:
            with transaction() as write:
                at.hold_still(write)
                write.save(at.item)
            return
        except Lost:
            continue
    raise Busy


def _say(at: At, answer: RecordingAnswer, purpose: str, storage: str, now: datetime) -> bool:
    """Puts the answer into the plan; False when it is there already."""
    said = at.plan.recording
    if answer == "no":
        if not said or said.get(at.part, {}).get("answer") == "no":
            return False
        at.plan.recording = {**said, at.part: {"answer": "no", "at": order(now)}}
        return True
    _require_can_be(at, now)
    if answer == "ask":
        if said and _stands(said):
            if (said["purpose"], said["storage"]) == (purpose, storage) and said["asked_by"] == at.part:
                return False
            raise Conflict(ASKED, code="asked")
        _require_known(at, purpose, storage)
        said = {"purpose": purpose, "storage": storage, "asked_by": at.part}
    elif not said or not _stands(said):
        raise Conflict(NOT_ASKED, code="not_asked")
    elif (said["purpose"], said["storage"]) != (purpose, storage):
        raise Conflict(ASKED_ANEW, code="stale")
    elif said.get(at.part, {}).get("answer") == "yes":
        return False
    at.plan.recording = {**said, at.part: {"answer": "yes", "at": order(now)}}
    return True


def _require_can_be(at: At, now: datetime) -> None:
    if at.item.state != "scheduled" or at.plan.begins is None or not may_be_recorded(at, now):
        raise Conflict(NOT_HERE, code="not_recorded")
    if now >= at.plan.begins:
        raise Conflict(TOO_LATE, code="begun")
    at.require_clear(at.plan.kind, now)


def may_be_recorded(at: At, now: datetime) -> bool:
    """Whether the programme does that, and both want to be asked."""
    mentor, mentee = at.together.mentor, at.together.mentee
    facts = (mentor.facts if mentor else None, mentee.facts if mentee else None)
    return not recording_bars(*facts, at.policy, day_of(now))


def _require_known(at: At, purpose: str, storage: str) -> None:
    offered = at.policy.meetings.recording
    problems = [] if purpose in offered.purposes else [Invalid(CHOOSE_PURPOSE, field="purpose")]
    if storage not in offered.storage:
        problems.append(Invalid(CHOOSE_STORAGE, field="storage"))
    require_none(problems)


def _stands(said: dict[str, object]) -> bool:
    """Whether nobody has said no to what was asked."""
    return not any(isinstance(one, dict) and one.get("answer") == "no" for one in said.values())


def is_agreed(plan: Plan) -> bool:
    """Whether both have said yes to recording this session, and neither has taken it back."""
    return bool(plan.recording) and all(plan.recording.get(part, {}).get("answer") == "yes" for part in PARTS)
