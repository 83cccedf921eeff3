"""The page of one meeting."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.conversations.arranged import MEETING, MeetingLink, link_key
from shared.conversations.items import Pair, Shared, pair_key, shared_key
from shared.conversations.prompting import keeps
from shared.conversations.resting import taking_part
from shared.conversations.views import other_name, part_or_staff, record_conversation_read
from shared.people.permissions import Viewer, may_run_meetings
from shared.platform.errors import Conflict, NotFound
from shared.platform.tables import ConversationsItem
from shared.policies.meetings import ONLINE
from shared.safeguarding.help import Helper, help_of

from .items import MeetingWords, words_key
from .lines import MeetingLine, line_of
from .link import may_give_link, why_closed
from .loading import NO_POLICY, At, why_not
from .noting import HAPPENED
from .plan import DATED, OPEN, OVER, PARTS, plan_of
from .recording import is_agreed, may_be_recorded
from .rules import OVERTIME, needs_coordinator, opens_at
from .running import has_coordinator, waits_for_coordinator
from .views import Asks, asks_of

ACCOUNTS = (*PARTS, "staff")


@dataclass(frozen=True)
class Admission:
    """One of the two, for the coordinator who lets them in."""

    part: str
    name: str
    at: datetime | None
    """When they were let in."""


@dataclass(frozen=True)
class Getting:
    """Getting into a meeting online."""

    is_given: bool
    opens_at: datetime | None
    is_open: bool
    why_closed: str
    password: str
    """Only where the link can be opened by the viewer at this moment."""
    has_waiting_room: bool
    may_give: bool
    hosts: tuple[str, ...]


@dataclass(frozen=True)
class RecordingView:
    """What was asked and answered about recording this session."""

    is_agreed: bool
    is_asked: bool
    purpose: str
    storage: str
    asked_by: str
    own_answer: str
    may_ask: bool
    may_agree: bool
    purposes: tuple[str, ...]
    storages: tuple[str, ...]


@dataclass(frozen=True)
class AccountView:
    """How somebody says that it went."""

    by: str
    happened: str
    minutes: int | None
    text: str
    at: datetime
    has_concern: bool


@dataclass(frozen=True)
class MeetingPage:
    """One meeting."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    other_name: str
    names: str
    """Who meets, for staff."""
    mentee_id: str
    """For staff, who may raise a concern; empty for the two."""
    meeting: MeetingLine
    why_not: str
    """What stands against it at this moment; empty when nothing does."""
    advice: tuple[str, ...]
    asks: Asks
    getting: Getting | None
    """For meetings online that are arranged."""
    admissions: tuple[Admission, ...]
    recording: RecordingView | None
    accounts: tuple[AccountView, ...]
    """One's own; for staff those of both, and the coordinator's."""
    is_disputed: bool
    """For staff: whether the two say different things of how it went."""
    reason: str
    """Why it is outside the usual hours, for staff and for whoever wrote it."""
    may_answer: bool
    may_move: bool
    may_call_off: bool
    may_take_on: bool
    may_take_over: bool
    """Whether the viewer can come in place of the coordinator who was to."""
    may_give_back: bool
    may_note: bool
    has_entry: bool
    """Whether it can be put into a calendar."""
    diary: str
    """What the viewer keeps, to look back at it: `diary`, `logbook` or nothing."""
    help_now: tuple[Helper, ...]


@dataclass(frozen=True)
class _Found:
    """What is stored of one meeting."""

    at: At
    link: MeetingLink | None
    words: Mapping[str, MeetingWords]
    """By whose they are, and the `reason`."""


def meeting_page(
    viewer: Viewer, pair_id: str, meeting_id: str, *, worried: bool = False, now: datetime
) -> MeetingPage:
    """Two BatchGetItems. Staff's reading is recorded. Raises NotFound."""
    found = _load(viewer, pair_id, meeting_id, now)
    at, pair, part = found.at, found.at.pair, found.at.part
    if part == "staff":
        record_conversation_read(viewer, pair, now=now)
    state, plan, is_over = at.item.state, at.plan, at.plan.is_over(now)
    goes_on = at.together.status_of(pair) == "active"
    runs = part == "staff" and may_run_meetings(viewer, pair.programme_id)
    is_ahead = goes_on and state in OPEN and not is_over
    line = line_of(at.item, pair, part, now)
    has_begun = plan.begins is not None and plan.begins <= now
    return MeetingPage(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        part=part,
        other_name=other_name(pair, part),
        names=f"{pair.mentee_name} and {pair.mentor_name}" if part == "staff" else "",
        mentee_id=pair.mentee_id if part == "staff" else "",
        meeting=line,
        why_not=why_not(at.bars(plan.kind, now), part) if is_ahead else "",
        advice=tuple(at.policy.meetings.advice) if is_ahead else (),
        asks=asks_of(at.policy.meetings),
        getting=_getting(viewer, found, now) if _can_be_got_into(found, now) else None,
        admissions=_admissions(found) if runs and plan.staff_id == viewer.person_id and is_ahead else (),
        recording=_recording(found, now) if state == "scheduled" and goes_on else None,
        accounts=tuple(
            _account(found, one) for one in ACCOUNTS if one in found.words and part in (one, "staff")
        ),
        is_disputed=part == "staff" and plan.is_disputed,
        reason=_reason(viewer, found),
        may_answer=is_ahead and part != "staff" and line.waits_for_me,
        may_move=is_ahead
        and state in DATED
        and not has_begun
        and (part != "staff" or _is_theirs(viewer, at)),
        may_call_off=is_ahead and (part != "staff" or runs),
        may_take_on=runs and is_ahead and waits_for_coordinator(at),
        may_take_over=runs and is_ahead and has_coordinator(at) and not _is_theirs(viewer, at),
        may_give_back=runs
        and is_ahead
        and _is_theirs(viewer, at)
        and state == "scheduled"
        and needs_coordinator(plan.kind, at.policy.meetings),
        may_note=has_begun and state in (*DATED, *OVER) and (part != "staff" or runs),
        has_entry=bool(plan.starts_at),
        diary=keeps(at.policy, part) if part in plan.noted else "",
        help_now=help_of(at.policy) if worried and part == "mentee" else (),
    )


def _reason(viewer: Viewer, found: _Found) -> str:
    words = found.words.get("reason")
    return words.text or "" if words and (found.at.part == "staff" or words.by_id == viewer.person_id) else ""


def _load(viewer: Viewer, pair_id: str, meeting_id: str, now: datetime) -> _Found:
    keys = [
        pair_key(pair_id),
        shared_key(pair_id, MEETING, meeting_id),
        link_key(pair_id, meeting_id),
        *(words_key(pair_id, meeting_id, of) for of in (*ACCOUNTS, "reason")),
    ]
    items = list(ConversationsItem.batch_get(keys, consistent_read=True))
    pair = next((one for one in items if isinstance(one, Pair)), None)
    item = next((one for one in items if isinstance(one, Shared)), None)
    if pair is None or item is None:
        raise NotFound
    part = part_or_staff(viewer, pair)
    together = taking_part(pair, now=now)
    if together.programme is None:
        raise Conflict(NO_POLICY, code="no_policy")
    return _Found(
        At(pair, part, together, together.programme.policy, item, plan_of(item)),
        next((one for one in items if isinstance(one, MeetingLink)), None),
        {one.of: one for one in items if isinstance(one, MeetingWords)},
    )


def _can_be_got_into(found: _Found, now: datetime) -> bool:
    """Whether there is, or may yet be, a link."""
    ends, at = found.at.plan.ends, found.at
    goes_on = at.together.status_of(at.pair) == "active"
    online = at.item.state == "scheduled" and at.plan.kind in ONLINE
    return goes_on and online and ends is not None and now < ends + OVERTIME


def _is_theirs(viewer: Viewer, at: At) -> bool:
    return at.plan.staff_id == viewer.person_id


def _getting(viewer: Viewer, found: _Found, now: datetime) -> Getting:
    at, given = found.at, found.link
    why = why_closed(at, given, now)
    return Getting(
        is_given=given is not None and bool(given.link),
        opens_at=opens_at(at.plan.begins, at.policy.meetings) if at.plan.begins else None,
        is_open=not why,
        why_closed=why,
        password=(given.password or "") if given is not None and not why else "",
        has_waiting_room=given is not None and given.has_waiting_room,
        may_give=may_give_link(viewer, at) and not at.plan.is_over(now),
        hosts=tuple(at.policy.meetings.link_hosts),
    )


def _admissions(found: _Found) -> tuple[Admission, ...]:
    pair, let_in = found.at.pair, found.at.plan.admitted
    names = {"mentor": pair.mentor_name, "mentee": pair.mentee_name}
    return tuple(
        Admission(part, names[part], datetime.fromisoformat(let_in[part]) if part in let_in else None)
        for part in PARTS
    )


def _recording(found: _Found, now: datetime) -> RecordingView | None:
    """None where nothing was asked and nothing can be any more."""
    at, said = found.at, found.at.plan.recording
    may = may_be_recorded(at, now)
    is_before = at.plan.begins is not None and now < at.plan.begins
    if not said and not (may and is_before):
        return None
    own = str(said.get(at.part, {}).get("answer", "")) if at.part in PARTS else ""
    answers = [said.get(part, {}).get("answer") for part in PARTS]
    names = {"mentor": at.pair.mentor_first_name, "mentee": at.pair.mentee_first_name}
    asked_by = str(said.get("asked_by", ""))
    stands = bool(said) and "no" not in answers
    return RecordingView(
        is_agreed=is_agreed(at.plan) and may,
        is_asked=stands,
        purpose=str(said.get("purpose", "")),
        storage=str(said.get("storage", "")),
        asked_by="you" if asked_by == at.part else names.get(asked_by, ""),
        own_answer=own,
        may_ask=may and is_before and not stands and at.part in PARTS,
        may_agree=may and is_before and stands and at.part in PARTS and own != "yes",
        purposes=tuple(at.policy.meetings.recording.purposes),
        storages=tuple(at.policy.meetings.recording.storage),
    )


def _account(found: _Found, of: str) -> AccountView:
    words, pair = found.words[of], found.at.pair
    names = {"mentor": pair.mentor_name, "mentee": pair.mentee_name}
    return AccountView(
        by="you" if of == found.at.part and of != "staff" else names.get(of, words.by_name),
        happened=HAPPENED.get(words.happened or "", ""),
        minutes=int(words.minutes) if words.minutes is not None else None,
        text=words.text or "",
        at=words.at,
        has_concern=words.concern_id is not None and found.at.part == "staff",
    )
