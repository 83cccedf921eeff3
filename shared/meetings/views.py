"""The lists of meetings: those of a pair, and a programme's meetings ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.conversations.agreement import agreement_of
from shared.conversations.arranged import MEETING
from shared.conversations.items import Pair, pair_key
from shared.conversations.resting import TakingPart, taking_part
from shared.conversations.sharing import all_shared
from shared.conversations.steps import load_pair
from shared.conversations.views import other_name, part_or_staff, record_conversation_read
from shared.people.items import Membership, membership_key
from shared.people.permissions import (
    Role,
    Viewer,
    may_moderate,
    may_run_meetings,
    part_in_pair,
    programme_name,
    require,
)
from shared.platform.tables import DirectoryItem
from shared.policies.meetings import Meetings
from shared.policies.telling import working_time_words
from shared.programmes.actions import running_or_none
from shared.programmes.items import Programme, programme_key

from .ahead import Ahead, meetings_from
from .lines import MeetingLine, line_of
from .loading import Place, why_not
from .plan import OPEN
from .rules import KIND_WORDS, MOST_TIMES, kinds_for, needs_coordinator

MOST_SHOWN = 60
"""Meetings of a pair on one page: more than a weekly one in a year."""
Missing = Literal["nobody", "left"]
"""How a meeting lacks its coordinator: nobody has taken it on, or who has is a coordinator no longer."""
TO_DO: Mapping[Missing, str] = {
    "nobody": "Open it and choose “I take this meeting on”, or ask a colleague to.",
    "left": "{name} is not a coordinator here any more. Open it and choose “I come instead of {name}”.",
}
FOR_COORDINATORS = "A coordinator has to take it on. Please ask one."


@dataclass(frozen=True)
class Kind:
    """A kind of meeting that can be proposed."""

    value: str
    words: str
    why_not: str
    """What stands against it at present, as far as the viewer may know; empty when nothing does."""


@dataclass(frozen=True)
class Asks:
    """What is asked about the times of a meeting."""

    most_times: int
    longest_minutes: int
    notice_hours: int
    window: str
    """When meetings may be, in words; empty for at any time."""
    takes_reason: bool
    """Whether a time outside of it may be, with a reason."""


@dataclass(frozen=True)
class MeetingsPage:
    """A pair's meetings, and where one is proposed."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    title: str
    other_name: str
    ahead: tuple[MeetingLine, ...]
    past: tuple[MeetingLine, ...]
    """The latest first."""
    kinds: tuple[Kind, ...]
    """Those that the viewer may propose; empty where they may not."""
    asks: Asks | None
    needs_coordinator: bool
    must_agree: bool
    """Whether the viewer is asked to agree how the two go about it, before they propose one."""
    waits_for: str
    """First name of the other, where they have not agreed to that yet; empty for staff."""


@dataclass(frozen=True)
class ProgrammeMeeting:
    """A meeting ahead, for the staff."""

    meeting_id: str
    pair_id: str
    mentee_name: str
    mentor_name: str
    kind: str
    starts_at: datetime
    minutes: int
    staff_name: str
    waits: bool
    """Whether the coordinator is missing without whom it does not take place."""
    to_do: str
    """What the viewer can do about that; empty where nothing is to be done."""
    is_mine: bool


@dataclass(frozen=True)
class ProgrammeMeetings:
    """A programme's meetings ahead: those without the coordinator whom they need first."""

    programme_id: str
    programme_name: str
    rows: tuple[ProgrammeMeeting, ...]


def meetings_page(viewer: Viewer, pair_id: str, *, now: datetime) -> MeetingsPage:
    """One GetItem, one Query and one BatchGetItem. Staff's reading is recorded. Raises NotFound, also where
    there are no meetings."""
    pair = load_pair(pair_id)
    part = part_or_staff(viewer, pair)
    items = all_shared(pair_id, MEETING)[-MOST_SHOWN:]
    together = taking_part(pair, now=now)
    policy = together.programme.policy if together.programme else None
    require(bool(items) or bool(policy and policy.meetings.kinds))
    if part == "staff":
        record_conversation_read(viewer, pair, now=now)
    may = part != "staff" or may_run_meetings(viewer, pair.programme_id)
    goes_on = together.status_of(pair) == "active"
    ahead = [one for one in items if goes_on and _is_ahead(line_of(one, pair, part, now))]
    past = [one for one in reversed(items) if one not in ahead]
    lines = [line_of(one, pair, part, now) for one in ahead]
    agreed = agreement_of(pair, policy)
    return MeetingsPage(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        part=part,
        title="Meetings" if part != "staff" else f"Meetings of {pair.mentee_name} and {pair.mentor_name}",
        other_name=other_name(pair, part),
        ahead=tuple(sorted(lines, key=lambda one: one.starts_at or one.slots[0].at)),
        past=tuple(line_of(one, pair, part, now) for one in past),
        kinds=_kinds(pair, part, together, now) if goes_on and may else (),
        asks=asks_of(policy.meetings) if policy else None,
        needs_coordinator=bool(policy and policy.meetings.coordinator_required),
        must_agree=part != "staff" and not agreed.is_current(part),
        waits_for="" if part == "staff" or agreed.stands or not agreed.of(part) else other_name(pair, part),
    )


def _is_ahead(line: MeetingLine) -> bool:
    """Whether it may yet take place, or somebody is to say how it went."""
    return line.waits_for_me or (
        line.state in OPEN and line.status_kind != "withdrawn" and line.status != "Over"
    )


def _kinds(pair: Pair, part: str, together: TakingPart, now: datetime) -> tuple[Kind, ...]:
    if together.programme is None:
        return ()
    place = Place(pair, part, together, together.programme.policy)
    return tuple(
        Kind(one, KIND_WORDS[one], why_not(place.bars(one, now), part))
        for one in kinds_for(part, place.policy.meetings)
    )


def asks_of(meetings: Meetings) -> Asks:
    """What the form of times says."""
    return Asks(
        most_times=MOST_TIMES,
        longest_minutes=meetings.longest_minutes,
        notice_hours=meetings.notice_hours,
        window=working_time_words(meetings.window) if meetings.window else "",
        takes_reason=meetings.window is not None and meetings.outside_window_with_reason,
    )


def programme_meetings(viewer: Viewer, programme_id: str, *, now: datetime) -> ProgrammeMeetings:
    """One Query and, where there are any, two BatchGetItems. Of their own pairs staff see nothing here.
    Raises NotFound for those who do not read conversations there."""
    require(may_moderate(viewer, programme_id))
    found = meetings_from(programme_id, now)
    keys = sorted({pair_key(one.pair_id) for one in found})
    pairs = {one.pair_id: one for one in Pair.batch_get(keys) if isinstance(one, Pair)} if keys else {}
    seen = [one for one in found if _is_seen(viewer, pairs.get(one.pair_id))]
    missing = _missing(programme_id, seen) if seen else {}
    rows = [_row(one, pairs[one.pair_id], viewer, missing.get(one.meeting_id)) for one in seen]
    return ProgrammeMeetings(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        rows=tuple(sorted(rows, key=lambda one: (not one.waits, one.starts_at))),
    )


def _missing(programme_id: str, meetings: Sequence[Ahead]) -> Mapping[str, Missing]:
    """Of each meeting that lacks the coordinator whom it needs, in which way; by its id. Also where none was
    needed when it was arranged, and where the one who was to come is a coordinator no longer."""
    staff_ids = sorted({one.staff_id for one in meetings if one.staff_id})
    keys = [membership_key(one, programme_id, Role.COORDINATOR) for one in staff_ids]
    items = list(DirectoryItem.batch_get([programme_key(programme_id), *keys]))
    programme = next((running_or_none(one) for one in items if isinstance(one, Programme)), None)
    there = {one.person_id for one in items if isinstance(one, Membership) and one.status == "active"}

    def lacks_one(one: Ahead) -> bool:
        is_needed = programme is not None and needs_coordinator(one.kind, programme.policy.meetings)
        return one.state == "accepted" or (is_needed and one.staff_id not in there)

    return {one.meeting_id: "left" if one.staff_id else "nobody" for one in meetings if lacks_one(one)}


def _is_seen(viewer: Viewer, pair: Pair | None) -> bool:
    return (
        pair is not None
        and pair.status == "active"
        and part_in_pair(
            viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
        )
        == "staff"
    )


def _row(one: Ahead, pair: Pair, viewer: Viewer, missing: Missing | None) -> ProgrammeMeeting:
    to_do = ""
    if missing is not None:
        runs = may_run_meetings(viewer, one.programme_id)
        to_do = TO_DO[missing].format(name=one.staff_name) if runs else FOR_COORDINATORS
    return ProgrammeMeeting(
        meeting_id=one.meeting_id,
        pair_id=one.pair_id,
        mentee_name=pair.mentee_name,
        mentor_name=pair.mentor_name,
        kind=KIND_WORDS.get(one.kind, one.kind),
        starts_at=one.starts_at,
        minutes=one.minutes,
        staff_name=one.staff_name,
        waits=missing is not None,
        to_do=to_do,
        is_mine=one.staff_id == viewer.person_id,
    )
