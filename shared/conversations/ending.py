"""Ending a conversation: a coordinator does it, both are told in calm words, and nobody is blamed."""

from collections.abc import Callable
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.notices.actions import queue
from shared.people.permissions import Viewer, may_moderate, part_in_pair, require
from shared.platform.errors import Busy, Invalid
from shared.platform.tables import Lost, find, transaction
from shared.programmes.desk import add_unpaired

from .items import Couple, Pair, couple_key
from .letters import letter_about
from .room import active_pairs
from .rules import as_typed
from .sharing import close_what_is_ahead
from .steps import load_pair

TRIES = 4
LONGEST_WHY = 500
WHY = "Please say in a sentence why it ends. Only the people who run the programme read it."
TOO_LONG = f"Please keep this to {LONGEST_WHY} characters."


def end_pair(
    viewer: Viewer,
    pair_id: str,
    *,
    why: str,
    now: datetime,
    also: Callable[[TransactWrite], None] = lambda _: None,
) -> bool:
    """Nothing more can be written from now on; both can go on reading. A mentee without another conversation
    waits for a mentor again. What is still on its way is decided on by a person.

    Returns whether this ended it: ended already, nothing changes, and nothing is added that `also` adds.
    Raises NotFound for those who do not read the conversation as staff, Invalid without a reason.
    """
    why = as_typed(why)
    for _ in range(TRIES):
        pair = load_pair(pair_id)
        part = part_in_pair(
            viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
        )
        require(part == "staff" and may_moderate(viewer, pair.programme_id))
        if not why or len(why) > LONGEST_WHY:
            raise Invalid(TOO_LONG if why else WHY, field="why")
        if pair.status != "active":
            return False
        try:
            _end(viewer, pair, why, now, also)
            return True
        except Lost:
            continue
    raise Busy


def _end(viewer: Viewer, pair: Pair, why: str, now: datetime, also: Callable[[TransactWrite], None]) -> None:
    couple = find(Couple, *couple_key(pair.programme_id, pair.mentor_id, pair.mentee_id))
    others = [
        one
        for one in active_pairs([pair.mentee_id], pair.programme_id, now=now)
        if one.mentee_id == pair.mentee_id and one.pair_id != pair.pair_id
    ]
    with transaction() as write:
        write.update(
            pair, [Pair.status.set("ended"), Pair.ended_at.set(now)], condition=Pair.status == "active"
        )
        if couple is not None:
            write.update(couple, [Couple.ended_at.set(now)])
        close_what_is_ahead(write, pair.pair_id, now=now)
        if not others:
            add_unpaired(write, pair.programme_id, pair.mentee_id, name=pair.mentee_name, now=now)
        for one in (pair.mentor, pair.mentee):
            cause = ("ended", pair.pair_id)
            queue(write, letter_about(pair, one, "conversation_ended", cause=cause), now=now)
        record(
            write,
            pair.programme_id,
            "ended_pair",
            f"pair:{pair.pair_id}",
            by_id=viewer.person_id,
            by_name=viewer.name,
            now=now,
            why=why,
            hidden_from=pair.ids,
        )
        also(write)
