"""Proposing a meeting, at several times to choose from. No words go from one of the two to the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.transactions import TransactWrite

from shared.conversations.agreement import require_agreed
from shared.conversations.arranged import MEETING, empty_link, open_meetings
from shared.conversations.items import Shared
from shared.conversations.private_words import PrivateWords, add_concern, look_through
from shared.conversations.rules import Checker, as_typed
from shared.conversations.sharing import all_shared, new_shared, save_new
from shared.filtering import check
from shared.people.permissions import Viewer, may_run_meetings, require
from shared.platform.clock import order
from shared.platform.errors import Busy, Conflict, Invalid, all_of, require_none
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, transaction

from .items import MeetingWords, words_key
from .loading import TRIES, Place, find_meeting, place_of, require_goes_on
from .plan import OPEN, PARTS, Plan, keep, plan_of
from .rules import MOST_OPEN, MOST_TIMES, SHORTEST, Typed, kinds_for, overlap, problem_with_length, read_time
from .telling import tell

LONGEST_REASON = 500
LONGEST_PLACE = 200
LINGERS = timedelta(days=14)
"""How long after a meeting it stands on the pair's page for somebody to say how it went."""
CHOOSE_KIND = "Please choose how you would like to meet."
NO_TIME = "Please give at least one day and time."
REASON_NEEDED = (
    "Please say why it has to be then, or choose another time. Only the people who run the programme read "
    "the reason."
)
REASON_TOO_LONG = f"Please keep the reason to {LONGEST_REASON} characters."
PLACE_NEEDED = f"Please say where it is, in {LONGEST_PLACE} characters at the most."
SAME_TWICE = "This time is there twice, or runs into another one. Please change one of them."
ENOUGH = (
    f"There are {MOST_OPEN} meetings already that are proposed or ahead. Please answer one, or call one off."
)
MOST_A_DAY = 12
"""Meetings that are proposed between two within a day, whatever becomes of them."""
A_DAY = timedelta(days=1)
ENOUGH_TODAY = (
    f"{MOST_A_DAY} meetings have been proposed within a day, and that is enough for today. Please write to "
    "each other when it would suit you both, and try again tomorrow."
)
OWN_BEFORE = "You have proposed a meeting at this time already. It waits for an answer."
OTHERS_BEFORE = "A meeting at this time has been proposed already. It can be accepted on its own page."
TAKEN = "There is a meeting at this time already. Please choose another time."


@dataclass(frozen=True)
class Proposal:
    """A meeting as somebody typed it."""

    kind: str
    minutes: str
    times: Sequence[Typed]
    """By their place in the form; some may be empty."""
    reason: str = ""
    """Why it is outside the usual hours; for the staff alone."""
    place: str = ""
    """Where it is, of a coordinator's, where people meet face to face."""


@dataclass(frozen=True)
class Proposed:
    """What was proposed."""

    item_id: str
    shows_help: bool = False
    """Whether whoever proposed it is shown where help is, for what they wrote."""


@dataclass(frozen=True)
class Times:
    """What was read of the times of a proposal."""

    starts: tuple[datetime, ...]
    places: tuple[int, ...]
    """Of each, which of the form's it is, counted from 1."""
    minutes: int
    reason: PrivateWords | None

    @property
    def slots(self) -> list[str]:
        return [order(one) for one in self.starts]

    def shows_help(self, part: str) -> bool:
        return self.reason is not None and self.reason.shows_help(part)


def propose(
    viewer: Viewer, pair_id: str, proposal: Proposal, *, key: str, checker: Checker = check, now: datetime
) -> Proposed:
    """Proposes a meeting to the other; a coordinator proposes one to both. `key` is the form's: sent again,
    it is proposed once, and another reason stands instead of the one before.

    Raises NotFound for who may not, Invalid naming every field that needs another look, and Conflict when the
    two may not meet, there are enough meetings, or one of the times is taken.
    """
    said = (
        proposal.kind,
        proposal.minutes,
        *(part for one in proposal.times for part in (one.day, one.clock)),
        as_typed(proposal.place),
    )
    meeting_id = derived_id(MEETING, pair_id, viewer.person_id, key, *said)
    for _ in range(TRIES):
        place = place_of(viewer, pair_id, now=now)
        require(place.part != "staff" or may_run_meetings(viewer, place.pair.programme_id))
        require(bool(kinds_for(place.part, place.policy.meetings)))
        if find_meeting(pair_id, meeting_id) is not None:
            return Proposed(meeting_id, say_why(viewer, place, meeting_id, proposal.reason, checker, now=now))
        require_possible(place)
        times = _read(place, proposal, checker, now)
        place.require_clear(proposal.kind, now)
        standing = open_meetings(pair_id)
        _require_room(standing, now)
        _require_few_today(pair_id, now)
        require_free(place, standing, times)
        try:
            _store(viewer, place, proposal, times, meeting_id, standing, now)
            return Proposed(meeting_id, times.shows_help(place.part))
        except Lost:
            continue
    raise Busy


def _store(
    viewer: Viewer,
    place: Place,
    proposal: Proposal,
    times: Times,
    meeting_id: str,
    standing: Iterable[Shared],
    now: datetime,
) -> None:
    plan = Plan(proposal.kind, times.minutes, times.slots, place.part)
    if place.part == "staff":
        plan.staff_id, plan.staff_name = viewer.person_id, viewer.first_name
        plan.place = as_typed(proposal.place) if proposal.kind == "face_to_face" else ""
    item = new_shared(
        place.pair, MEETING, meeting_id, by_id=viewer.person_id, by_role=place.part, state="proposed", now=now
    )
    item.shown_at = now  # it has no words that would have to be checked first
    keep(item, plan, "proposed", now=now)
    with transaction() as write:
        place.hold_still(write)
        place.take_turn(write, now)
        save_new(write, item)
        _tidy(write, standing, now)
        place.record_deed(write, viewer, now)
        keep_reason(write, viewer, place, meeting_id, times.reason, now=now)
        others = [one for one in PARTS if one != place.part]
        tell(write, "meeting_proposed", place.pair, meeting_id, others, now=now)


# ── What can be taken ──────────────────────────────────────────────────────


def require_possible(place: Place) -> None:
    """Raises Conflict where nothing can be arranged: the conversation has ended, or one of the two has not
    agreed how they go about it."""
    require_goes_on(place)
    if place.part != "staff":
        require_agreed(place.pair, place.part, place.policy)


def _read(place: Place, proposal: Proposal, checker: Checker, now: datetime) -> Times:
    """Raises Invalid with everything that is wrong with the proposal."""
    meetings = place.policy.meetings
    problems = []
    if proposal.kind not in kinds_for(place.part, meetings):
        problems.append(Invalid(CHOOSE_KIND, field="kind"))
    length = proposal.minutes.strip()
    if problem := problem_with_length(length, meetings):
        problems.append(Invalid(problem, field="minutes"))
    where = as_typed(proposal.place)
    if proposal.kind == "face_to_face" and not 0 < len(where) <= LONGEST_PLACE:
        problems.append(Invalid(PLACE_NEEDED, field="place"))
    minutes = SHORTEST if problem else int(length)
    try:
        times = read_times(place, proposal.times, minutes, proposal.reason, checker, now)
    except Invalid as error:
        raise all_of([*problems, *error.all]) from None
    require_none(problems)
    return times


def read_times(
    place: Place, typed: Sequence[Typed], minutes: int, reason: str, checker: Checker, now: datetime
) -> Times:
    """Raises Invalid with everything that is wrong with them."""
    meetings = place.policy.meetings
    filled = [(n, one) for n, one in enumerate(typed[:MOST_TIMES], 1) if not one.is_empty]
    if not filled:
        raise Invalid(NO_TIME, field="day_1")
    read = [(n, read_time(one, minutes, meetings, now=now)) for n, one in filled]
    problems = [Invalid(one.problem, field=f"{one.field}_{n}") for n, one in read if one.problem]
    starts = [(n, one.starts_at) for n, one in read if one.starts_at]
    for at, (n, start) in enumerate(starts):
        if any(overlap(start, minutes, other, minutes) for _, other in starts[:at]):
            problems.append(Invalid(SAME_TWICE, field=f"day_{n}"))
    why_outside = next((one.why_outside for _, one in read if one.is_outside), "")
    words = None
    try:  # also where none was needed: what somebody writes is never thrown away unread
        words = _read_reason(place, reason, checker)
    except Invalid as error:
        problems += error.all
    else:
        if why_outside and words is None:
            said = f"{why_outside} {REASON_NEEDED}"
            problems.append(Invalid(said, field="reason", code="reason_needed"))
    require_none(problems)
    return Times(tuple(one for _, one in starts), tuple(n for n, _ in starts), minutes, words)


def _read_reason(place: Place, reason: str, checker: Checker) -> PrivateWords | None:
    """None where none is given. Raises Invalid."""
    typed = as_typed(reason)
    if not typed:
        return None
    if len(typed) > LONGEST_REASON:
        raise Invalid(REASON_TOO_LONG, field="reason")
    if place.part == "staff":
        return PrivateWords(as_typed(reason), "", "none", ())
    return look_through(
        reason, part=place.part, programme=place.together.programme, checker=checker, field="reason"
    )


def _require_room(standing: Iterable[Shared], now: datetime) -> None:
    if sum(_is_ahead(one, now) for one in standing) >= MOST_OPEN:
        raise Conflict(ENOUGH, field="day_1", code="too_many")


def _require_few_today(pair_id: str, now: datetime) -> None:
    """Each proposal is an e-mail to somebody, also where it is called off at once. One Query."""
    made = [one for one in all_shared(pair_id, MEETING) if one.made_at > now - A_DAY]
    if len(made) >= MOST_A_DAY:
        raise Conflict(ENOUGH_TODAY, field="day_1", code="too_many")


def _is_ahead(item: Shared, now: datetime) -> bool:
    plan = plan_of(item)
    return item.state in OPEN and any(one > now for one in plan.times)


def require_free(place: Place, standing: Iterable[Shared], times: Times, *, but: str = "") -> None:
    """Raises Conflict where one of the times runs into another meeting of theirs (`but`: not this one),
    proposed or arranged."""
    for item in standing:
        plan = plan_of(item)
        if item.item_id == but or item.state not in OPEN:
            continue
        for n, start in zip(times.places, times.starts, strict=True):
            if any(overlap(start, times.minutes, other, plan.minutes) for other in plan.times):
                is_own = plan.proposed_by == place.part
                said = TAKEN if plan.starts_at else OWN_BEFORE if is_own else OTHERS_BEFORE
                raise Conflict(said, field=f"day_{n}", code="time_taken")


def _tidy(write: TransactWrite, standing: Iterable[Shared], now: datetime) -> None:
    """Adds that what nobody answered in time lapses, that what is over has no link any more, and that what is
    long over leaves the page, so that what stands there stays little."""
    for item in standing:
        plan = plan_of(item)
        if plan.is_over(now):
            empty_link(write, item)
        if item.state == "proposed" and not _is_ahead(item, now):
            keep(item, plan, "lapsed", now=now)
            write.save(item)
        elif plan.ends is not None and now > plan.ends + LINGERS:
            item.thread_at = item.listing = item.listing_order = None
            write.save(item)


def say_why(
    viewer: Viewer, place: Place, meeting_id: str, reason: str, checker: Checker, *, now: datetime
) -> bool:
    """Keeps another reason for a proposal that stands as it is. Returns whether its writer is shown where
    help is. Raises Invalid, and Busy."""
    words = _read_reason(place, reason, checker)
    kept = find(MeetingWords, *words_key(place.pair.pair_id, meeting_id, "reason"))
    if words is None:
        return False
    if kept is None or kept.text != words.text:
        try:
            with transaction() as write:
                place.record_deed(write, viewer, now)
                keep_reason(write, viewer, place, meeting_id, words, now=now)
        except Lost:
            raise Busy from None
    return words.shows_help(place.part)


def keep_reason(
    write: TransactWrite,
    viewer: Viewer,
    place: Place,
    meeting_id: str,
    words: PrivateWords | None,
    *,
    now: datetime,
) -> None:
    """Adds why it is outside the usual hours, for the staff; and the concern that goes with a worry in it."""
    if words is None:
        return
    key = words_key(place.pair.pair_id, meeting_id, "reason")
    kept = find(MeetingWords, *key) or MeetingWords(*key, meeting_id=meeting_id, of="reason")
    kept.text, kept.by_id, kept.by_name, kept.at = words.text, viewer.person_id, viewer.name, now
    cause = ("meeting_reason", place.pair.pair_id, meeting_id, order(now))
    concern_id = add_concern(
        write,
        words,
        pair=place.pair,
        part=place.part,
        cause=cause,
        programme=place.together.programme,
        now=now,
    )
    kept.concern_id = concern_id or kept.concern_id
    write.save(kept)
