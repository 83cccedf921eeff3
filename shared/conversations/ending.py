"""Ending a conversation: a coordinator does it, or the day comes that the two have agreed on. Both are told
in calm words, and nobody is blamed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.notices.actions import queue
from shared.people.permissions import Viewer, may_moderate, part_in_pair, require
from shared.platform.errors import Busy, Conflict, Invalid
from shared.platform.tables import Lost, find, transaction
from shared.programmes.desk import add_unpaired
from shared.programmes.rules import day_of, spoken

from .arranged import close_what_is_ahead
from .ending_items import MAY_PASS, Ending, belongs_to, ending_key, ends_on, forbids
from .items import Couple, Pair, couple_key
from .letters import letter_about
from .resting import taking_part
from .room import active_pairs
from .rules import as_typed, last_day
from .steps import load_pair

TRIES = 4
LONGEST_WHY = 500
WHY = "Please say in a sentence why it ends. Only the people who run the programme read it."
WHY_NOTHING_MORE = (
    "Please say in a sentence why nothing more is to pass. Only the people who run the programme read it."
)
GOES_ON = "This conversation has not ended. You can say so when you end it."
NOTHING_LEFT = "This ended long ago, and nothing of it is kept any more. Nothing can pass."
TOO_LONG = f"Please keep this to {LONGEST_WHY} characters."
BY_ITSELF = "Signpost"
AGREED = "Both agreed that {day} is their last day."


@dataclass(frozen=True)
class _Deed:
    """Who ends it, and why, for the record."""

    by_id: str
    by_name: str
    why: str
    last_message: bool = True
    waits_again: bool = True
    """Whether a mentee who has nobody else now waits for a mentor."""


def end_pair(
    viewer: Viewer,
    pair_id: str,
    *,
    why: str,
    last_message: bool = True,
    now: datetime,
    also: Callable[[TransactWrite], None] = lambda _: None,
) -> bool:
    """Nothing more can be written from now on, but one last message of each where the programme has that and
    `last_message` does not forbid it; both can go on reading. A mentee without another conversation waits for
    a mentor again. What is still on its way is decided on by a person.

    Returns whether this ended it: ended already, nothing is added that `also` adds, and nothing changes but
    that a last message is forbidden from now on where `last_message` says so.
    Raises NotFound for those who do not read the conversation as staff, Invalid without a reason.
    """
    for _ in range(TRIES):
        pair = load_pair(pair_id)
        require_may_end(viewer, pair)
        why = _read(why, WHY)
        if pair.status != "active":
            if not last_message:
                forbid_last_message(viewer, pair, why=why, now=now)
            return False
        try:
            _end(pair, _Deed(viewer.person_id, viewer.name, why, last_message), now, also)
            return True
        except Lost:
            continue
    raise Busy


def require_may_end(viewer: Viewer, pair: Pair) -> None:
    """Raises NotFound for those who do not read the conversation as staff."""
    part = part_in_pair(
        viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
    )
    require(part == "staff" and may_moderate(viewer, pair.programme_id))


def _read(why: str, wanted: str) -> str:
    """The reason as it is kept. Raises Invalid, without one with the sentence `wanted`."""
    why = as_typed(why)
    if not why or len(why) > LONGEST_WHY:
        raise Invalid(TOO_LONG if why else wanted, field="why")
    return why


def let_nothing_more_pass(viewer: Viewer, pair_id: str, *, why: str, now: datetime) -> None:
    """Says of a conversation that has ended that nothing more is to pass in it; said already, nothing
    changes. Raises NotFound for those who do not read it as staff, Invalid without a reason, Conflict while
    it goes on or where nothing is kept of it any more."""
    pair = load_pair(pair_id)
    require_may_end(viewer, pair)
    why = _read(why, WHY_NOTHING_MORE)
    if pair.removed_at is not None:
        raise Conflict(NOTHING_LEFT, field="why", code="removed")
    if taking_part(pair, now=now).status_of(pair) == "active":
        raise Conflict(GOES_ON, field="why", code="goes_on")
    forbid_last_message(viewer, pair, why=why, now=now)


def forbid_last_message(viewer: Viewer, pair: Pair, *, why: str, now: datetime) -> None:
    """Nothing more passes after an end, not even what waits for delivery. Said once it stays; said again,
    nothing is stored. For whoever has asked whether the viewer may. Raises Busy."""
    key = ending_key(pair.pair_id)
    for _ in range(TRIES):
        ending = find(Ending, *key)
        if ending is not None and ending.no_last_message:
            return
        try:
            with transaction() as write:
                said = [*belongs_to(pair), *forbids(viewer.name, now)]
                write.update(Ending(*key), said, add_version_condition=False)
                record(
                    write,
                    pair.programme_id,
                    "forbade_last_message",
                    f"pair:{pair.pair_id}",
                    by_id=viewer.person_id,
                    by_name=viewer.name,
                    now=now,
                    why=why,
                    hidden_from=pair.ids,
                )
            return
        except Lost:
            continue
    raise Busy


def end_as_agreed(pair_id: str, *, now: datetime) -> bool:
    """Ends a conversation once the day is over that both agreed on. False where it goes on, or has ended. For
    what is looked after each morning; a fault of the moment is left to the next."""
    pair = load_pair(pair_id)
    if pair.status != "active" or not pair.last_day or pair.last_day >= day_of(now).isoformat():
        return False
    why = AGREED.format(day=spoken(date.fromisoformat(pair.last_day)))
    try:
        _end(pair, _Deed("signpost", BY_ITSELF, why, waits_again=False), now, lambda _: None)
    except Lost:
        return False
    return True


def _end(pair: Pair, deed: _Deed, now: datetime, also: Callable[[TransactWrite], None]) -> None:
    couple = find(Couple, *couple_key(pair.programme_id, pair.mentor_id, pair.mentee_id))
    others = [
        one
        for one in active_pairs([pair.mentee_id], pair.programme_id, now=now)
        if one.mentee_id == pair.mentee_id and one.pair_id != pair.pair_id
    ]
    on = last_day(day_of(now).isoformat(), pair.last_day or "", "")
    allows = [Ending.no_last_message.set(MAY_PASS)] if deed.last_message else forbids(deed.by_name, now)
    said = [*ends_on(pair, on), *allows]
    with transaction() as write:
        write.update(
            pair, [Pair.status.set("ended"), Pair.ended_at.set(now)], condition=Pair.status == "active"
        )
        write.update(Ending(*ending_key(pair.pair_id)), said, add_version_condition=False)
        if couple is not None:
            write.update(couple, [Couple.ended_at.set(now)])
        close_what_is_ahead(write, pair.pair_id, now=now)
        if deed.waits_again and not others:
            add_unpaired(write, pair.programme_id, pair.mentee_id, name=pair.mentee_name, now=now)
        for one in (pair.mentor, pair.mentee):
            cause = ("ended", pair.pair_id)
            queue(write, letter_about(pair, one, "conversation_ended", cause=cause), now=now)
        record(
            write,
            pair.programme_id,
            "ended_pair",
            f"pair:{pair.pair_id}",
            by_id=deed.by_id,
            by_name=deed.by_name,
            now=now,
            why=deed.why,
            hidden_from=pair.ids,
        )
        also(write)
