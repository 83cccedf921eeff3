"""Whether a held message is the viewer's to see, and to decide on now; and recording what they do with it."""

from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.audit.rules import What as Deed
from shared.conversations.items import Message, Pair
from shared.conversations.steps import load_message, load_pair, steps_of
from shared.people.permissions import Viewer, may_moderate, part_in_pair, require
from shared.platform.errors import Conflict
from shared.safeguarding.rules import clock_time, said

from .rules import Happening, decided
from .steps import claim_of, history

TRIES = 4
"""How often a change begins anew when something else changed the message meanwhile."""
BECAME = {
    "delivered": "delivered it",
    "returned": "asked for a change to it",
    "declined": "declined it",
    "withdrawn": "taken it back",
}
NOT_HELD = "This message is not waiting to be read any more."
WORDED_ANEW = "This message has been changed since you read it. Please read it again before you decide."


def may_moderate_pair(viewer: Viewer, pair: Pair) -> bool:
    part = part_in_pair(
        viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
    )
    return part == "staff" and may_moderate(viewer, pair.programme_id)


def load(viewer: Viewer, pair_id: str, message_id: str) -> tuple[Message, Pair]:
    """The message as it is now, with its pair. Raises NotFound for those who may not moderate it: people of
    the pair itself above all, whatever else they are."""
    pair = load_pair(pair_id)
    require(may_moderate_pair(viewer, pair))
    return load_message(pair_id, message_id), pair


def require_free(viewer: Viewer, message: Message, *, now: datetime) -> None:
    """Raises Conflict, saying who and until when, while somebody else is reading the message."""
    mine = claim_of(message)
    if mine.stands_against(viewer.person_id, now=now) and mine.until:
        sentence = f"{mine.by_name} is reading this message and has it until {clock_time(mine.until)}."
        raise Conflict(sentence, code="claimed")


def decision_on(message: Message, wording: int) -> Happening | None:
    """The step by which that wording of it left the queue: one Query."""
    return decided(history(steps_of(message.pair_id, message.message_id)), wording)


def not_open(viewer: Viewer, message: Message, step: Happening | None, *, now: datetime) -> Conflict:
    """Why there is nothing to decide any more: who did what, and when."""
    if step is None:
        return Conflict(WORDED_ANEW if message.state == "held" else NOT_HELD, code="stale")
    who = "You have" if step.by_id == viewer.person_id else f"{step.by_name or 'Somebody'} has"
    return Conflict(f"{who} already {BECAME[step.what]}, {said(step.at, now=now)}.", code="decided")


def record_on(
    write: TransactWrite, what: Deed, pair: Pair, message_id: str, *, by: Viewer, why: str, now: datetime
) -> None:
    """Adds to a running transaction that somebody did this to a message. The two of the pair, should they be
    on the staff as well, never learn of it from the record."""
    record(
        write,
        pair.programme_id,
        what,
        f"message:{pair.pair_id}/{message_id}",
        by_id=by.person_id,
        by_name=by.name,
        now=now,
        why=why,
        hidden_from=pair.ids,
    )
