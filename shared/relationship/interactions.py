"""How often the two have been in touch, held against what the policy wants; and being in touch off the
platform, which one of them writes down and the other confirms.

Nothing here has words: a way that the policy offers, a day and a length. So nothing needs a filter, and both
see it at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal

from shared.audit.actions import record
from shared.conversations.actions import part_in, require_open
from shared.conversations.agreement import require_agreed
from shared.conversations.items import Pair, Shared, shared_key
from shared.conversations.moderators import ask_to_look
from shared.conversations.programme_rules import programme_or_none
from shared.conversations.resting import require_awake
from shared.conversations.sharing import all_shared, as_met, load_shared, new_shared
from shared.conversations.steps import load_pair
from shared.conversations.views import other_name, part_or_staff
from shared.people.permissions import Viewer, may_moderate, require
from shared.platform.clock import LONDON
from shared.platform.errors import Busy, Conflict, Invalid, NotFound, require_none
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, transaction
from shared.policies import Policy
from shared.programmes.desk import add_of_pair, end_of_pair
from shared.programmes.rules import day_of, spoken

from .rules import times_in_writing

INTERACTION = "interaction"
SAID, CONFIRMED, DENIED, LOOKED_AT, DROPPED = "said", "confirmed", "denied", "looked_at", "dropped"
TRIES = 4
MOST_WAITING = 3
"""How many may wait for an answer at once."""
LONGEST_MINUTES = 600
WAY = "Please choose how you were in touch."
UNREADABLE = "Please choose the day, or write it as in 2026-11-30."
TO_COME = "This day is still to come. Please write it down afterwards."
TOO_EARLY = "This was before the two of you were introduced."
MINUTES = f"Please give the minutes as a number from 1 to {LONGEST_MINUTES}."
THERE = "This has been written down already: the same way on the same day counts once."
TOO_MANY = f"There are {MOST_WAITING} already that wait for an answer. Please wait for those first."
SETTLED = "This has been answered already. Please look at the page again."
OWN = "You wrote this down yourself. The other one can say whether it was so."

Answer = Literal["confirm", "deny", "take_back", "looked_at"]


@dataclass(frozen=True)
class Counted:
    """How often the two have been in touch."""

    times: int
    least: int
    """What the programme wants at least; 0 where it says nothing."""
    in_writing: int
    meetings: int
    """Live meetings that took place."""
    confirmed: int
    """Off the platform, as one wrote down and the other confirmed."""
    is_enough: bool


@dataclass(frozen=True)
class Interaction:
    """One time off the platform, as its viewer sees it."""

    id: str
    way: str
    day: str
    """As it is spoken."""
    minutes: int
    by: str
    """First name of who wrote it down; “you” for its viewer."""
    state: str
    """`said`, `confirmed`, `denied`, `looked_at` by the staff, or `dropped`, taken back. To whoever wrote it
    down, what was denied is `with_staff`: what the other said of it is between them and the staff."""
    may_answer: bool
    may_take_back: bool
    may_settle: bool
    """Whether the viewer, one of the staff, can note that they looked at it."""


@dataclass(frozen=True)
class InTouch:
    """How often they have been in touch, and what waits for an answer: on the pair's page."""

    counted: Counted
    can_write_down: bool
    """Whether the programme has ways of being in touch off the platform."""
    waiting: tuple[Interaction, ...]


@dataclass(frozen=True)
class InTouchPage(InTouch):
    """All of it, on a page of its own."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    other_name: str
    counts_messages: str
    """How messages count: `exchange`, `message` or `nothing`."""
    has_meetings: bool
    """Whether there are live meetings in this programme."""
    ways: tuple[str, ...]
    first_day: date
    today: date
    before: tuple[Interaction, ...]
    """What was answered, the newest first."""
    may_write: bool


def counted(pair: Pair, policy: Policy) -> Counted:
    """How often, as the policy counts."""
    wanted = policy.relationship
    in_writing = times_in_writing(
        wanted.messages_count_as,
        messages=int(pair.mentor_messages + pair.mentee_messages),
        replies=int(pair.mentor_replies + pair.mentee_replies),
    )
    confirmed = int(pair.confirmed_interactions)
    meetings = int(pair.held_meetings)
    times = in_writing + meetings + confirmed
    return Counted(
        times=times,
        least=wanted.interactions_least,
        in_writing=in_writing,
        meetings=meetings,
        confirmed=confirmed,
        is_enough=times >= wanted.interactions_least,
    )


def in_touch(
    viewer: Viewer, pair: Pair, part: str, policy: Policy | None, items: Iterable[Shared], *, may_answer: bool
) -> InTouch | None:
    """What the pair's page shows; None where the policy asks for nothing of it."""
    if policy is None or not (policy.relationship.interactions_least or policy.relationship.logged_ways):
        return None
    return InTouch(
        counted=counted(pair, policy),
        can_write_down=bool(policy.relationship.logged_ways),
        waiting=tuple(
            _shown(one, viewer, pair, part, may_answer=may_answer)
            for one in items
            if one.what == INTERACTION and one.state == SAID
        ),
    )


def in_touch_page(viewer: Viewer, pair_id: str, *, now: datetime) -> InTouchPage:
    """Two GetItems and one Query. Raises NotFound, also where the policy asks for nothing of it."""
    pair = load_pair(pair_id)
    part = part_or_staff(viewer, pair)
    policy = _policy(pair)
    items = all_shared(pair_id, INTERACTION)
    goes_on = part != "staff" and pair.status == "active"
    beside = in_touch(viewer, pair, part, policy, items, may_answer=goes_on)
    if beside is None:
        raise NotFound
    ways = tuple(policy.relationship.logged_ways)
    return InTouchPage(
        counted=beside.counted,
        can_write_down=beside.can_write_down,
        waiting=beside.waiting,
        pair_id=pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        part=part,
        other_name=other_name(pair, part),
        counts_messages=policy.relationship.messages_count_as,
        has_meetings=bool(policy.meetings.kinds),
        ways=ways,
        first_day=day_of(pair.created_at),
        today=day_of(now),
        before=tuple(
            _shown(one, viewer, pair, part, may_answer=goes_on)
            for one in reversed(items)
            if one.state not in (SAID, DROPPED)
        ),
        may_write=goes_on and bool(ways),
    )


def _shown(one: Shared, viewer: Viewer, pair: Pair, part: str, *, may_answer: bool) -> Interaction:
    own = one.by_id == viewer.person_id
    names = {pair.mentor_id: pair.mentor_first_name, pair.mentee_id: pair.mentee_first_name}
    details = one.details or {}
    is_hidden = own and one.state in (DENIED, LOOKED_AT)
    return Interaction(
        id=one.item_id,
        way=str(details.get("way", "")),
        day=spoken(date.fromisoformat(str(one.on_day))),
        minutes=int(details.get("minutes", 0)),
        by="you" if own else names.get(one.by_id, ""),
        state="with_staff" if is_hidden else one.state,
        may_answer=may_answer and not own and one.state == SAID,
        may_take_back=may_answer and own and one.state == SAID,
        may_settle=part == "staff" and may_moderate(viewer, pair.programme_id) and one.state == DENIED,
    )


def write_down(viewer: Viewer, pair_id: str, *, way: str, day: str, minutes: str, now: datetime) -> Shared:
    """Writes down that the two were in touch off the platform; the other is asked whether it was so. The same
    way on the same day is one and the same, whoever writes it down, and sent again it is kept once.

    Raises NotFound for who is not in the pair, or where the policy has no such ways; Invalid naming what
    cannot be taken; Conflict where it is there already, too much waits, or the conversation has ended.
    """
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    policy = _policy(pair)
    require(bool(policy.relationship.logged_ways))
    require_open(pair, now)
    require_awake(pair, now=now)
    require_agreed(pair, part, policy)
    on_day, length = _read(pair, policy, way, day, minutes, now)
    item_id = derived_id(INTERACTION, pair_id, way, on_day)
    for _ in range(TRIES):
        earlier = find(Shared, *shared_key(pair_id, INTERACTION, item_id))
        if earlier is not None and earlier.state != DROPPED:
            if earlier.by_id == viewer.person_id and earlier.state == SAID:
                return earlier
            raise Conflict(THERE, field="way", code="there_already")
        if sum(one.state == SAID for one in all_shared(pair_id, INTERACTION)) >= MOST_WAITING:
            raise Conflict(TOO_MANY, field="way", code="too_many")
        item = new_shared(
            pair, INTERACTION, item_id, by_id=viewer.person_id, by_role=part, state=SAID, now=now
        )
        item.on_day, item.details, item.shown_at = on_day, {"way": way, "minutes": length}, now
        if earlier is not None:  # it takes the place of what was taken back, and of nothing later
            item.version = earlier.version
        try:
            with transaction() as write:
                write.condition_check(Pair, pair.pk, pair.sk, condition=Pair.status == "active")
                write.save(item)
            return item
        except Lost:
            continue
    raise Busy


def _read(pair: Pair, policy: Policy, way: str, given: str, minutes: str, now: datetime) -> tuple[str, int]:
    """The day as it is stored, and the minutes."""
    problems = []
    if way not in policy.relationship.logged_ways:
        problems.append(Invalid(WAY, field="way"))
    day = _day(given)
    if day is None or day > day_of(now) or day < day_of(pair.created_at):
        sentence = UNREADABLE if day is None else TO_COME if day > day_of(now) else TOO_EARLY
        problems.append(Invalid(sentence, field="day"))
    length = int(minutes) if minutes.strip().isdecimal() else 0
    if not 1 <= length <= LONGEST_MINUTES:
        problems.append(Invalid(MINUTES, field="minutes"))
    require_none(problems)
    return str(day), length


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given.strip())
    except ValueError:
        return None


def answer_for(viewer: Viewer, pair_id: str, item_id: str, *, answer: Answer, now: datetime) -> None:
    """The other of the two confirms what one wrote down, or says that it did not happen, and then the
    coordinators are told; whoever wrote it down can take it back before that. Staff note that they have
    looked at what was denied.

    Answered again the same way, nothing changes. Raises NotFound, and Conflict for what is not theirs to
    answer or was answered otherwise.
    """
    for _ in range(TRIES):
        pair = load_pair(pair_id)
        by_staff = answer == "looked_at"
        if by_staff:
            require(part_or_staff(viewer, pair) == "staff" and may_moderate(viewer, pair.programme_id))
        else:
            part_in(viewer, pair)
            require_open(pair, now)
            require_awake(pair, now=now)
        item = load_shared(pair_id, INTERACTION, item_id)
        becomes = {"confirm": CONFIRMED, "deny": DENIED, "take_back": DROPPED, "looked_at": LOOKED_AT}[answer]
        if item.state == becomes:
            return
        _require_theirs(item, viewer, answer)
        try:
            _settle(viewer, pair, item, becomes, now)
            return
        except Lost:
            continue
    raise Busy


def _require_theirs(item: Shared, viewer: Viewer, answer: Answer) -> None:
    own = item.by_id == viewer.person_id
    if item.state != (DENIED if answer == "looked_at" else SAID):
        raise Conflict(SETTLED, code="settled")
    if own and answer in ("confirm", "deny"):
        raise Conflict(OWN, code="own")
    if not own and answer == "take_back":
        raise Conflict(SETTLED, code="not_yours")


def _when(item: Shared, now: datetime) -> datetime:
    """About when it was: the middle of its day, if that has passed."""
    noon = datetime.combine(date.fromisoformat(str(item.on_day)), time(12), tzinfo=LONDON)
    return min(noon.astimezone(UTC), now)


def _settle(viewer: Viewer, pair: Pair, item: Shared, becomes: str, now: datetime) -> None:
    item.state, item.settled_at, item.thread_at = becomes, now, None
    others = [one for one in all_shared(pair.pair_id, INTERACTION) if one.item_id != item.item_id]
    ids = pair.programme_id, pair.pair_id
    with transaction() as write:
        write.save(item)
        if becomes == CONFIRMED:
            write.update(
                pair,
                [Pair.confirmed_interactions.add(1), *as_met(pair, _when(item, now))],
                condition=Pair.status == "active",
                add_version_condition=False,
            )
        elif becomes == DENIED:
            add_of_pair(write, "denied", *ids, name=pair.mentee_name, hidden_from=pair.ids, now=now)
            cause = (INTERACTION, item.pair_id, item.item_id, str(int(item.version)))
            ask_to_look(write, pair, "contact_denied", cause=cause, path="in-touch", now=now)
        elif becomes == LOOKED_AT:
            if not any(one.state == DENIED for one in others):
                end_of_pair(write, "denied", *ids, now=now)
            record(
                write,
                pair.programme_id,
                "settled_denial",
                f"pair:{pair.pair_id}",
                by_id=viewer.person_id,
                by_name=viewer.name,
                now=now,
                hidden_from=pair.ids,
            )


def _policy(pair: Pair) -> Policy:
    programme = programme_or_none(pair.programme_id)
    if programme is None:
        raise NotFound
    return programme.policy
