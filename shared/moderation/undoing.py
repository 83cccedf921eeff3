"""Taking back that a writer was asked for a change, while the e-mail about it still waits."""

from collections.abc import Sequence
from datetime import datetime

from shared.conversations.items import HELD_DUE, Message, Pair
from shared.conversations.outcomes import take_outcome_back
from shared.conversations.steps import list_as_held, save_with_step, steps_of
from shared.notices.actions import cancel
from shared.people.permissions import Viewer
from shared.platform.clock import order
from shared.platform.errors import Conflict
from shared.platform.tables import Lost, find, transaction

from .access import TRIES, load, not_open, record_on
from .actions import Decided
from .claims import take
from .items import OwnDecision, own_decision_key
from .rules import Happening, decided, why_no_undo
from .steps import history

TOO_LATE = (
    "The e-mail to the writer is on its way, so this can’t be taken back. If they change the message and "
    "something is found in it, you read it again."
)
NOTHING = "There is no decision of yours on this wording that could be taken back."


def undo(viewer: Viewer, pair_id: str, message_id: str, *, wording: int, now: datetime) -> Decided:
    """The message that the viewer has just returned is held again and theirs to read, and its writer hears
    nothing of it. Taken back already, nothing changes.

    Raises Conflict, saying why, when it is too late or was not the viewer's; NotFound for those who may not
    moderate it.
    """
    for _ in range(TRIES):
        message, pair = load(viewer, pair_id, message_id)
        steps = history(steps_of(pair_id, message_id))
        if _is_undone(viewer, message, steps, wording):
            return _held(message, steps[-1].at)
        step = decided(steps, wording)
        if step is None:
            raise Conflict(NOTHING, code="nothing_to_undo")
        if message.state == "withdrawn":
            raise not_open(viewer, message, step, now=now)
        refusal = why_no_undo(
            step,
            viewer.person_id,
            is_changed=int(message.round) != wording,
            writer=message.sender_first_name,
            now=now,
        )
        if refusal:
            raise Conflict(refusal, code="no_undo")
        try:
            _hold_again(viewer, pair, message, step, now)
        except Lost:
            continue
        return _held(message, now)
    raise Conflict(TOO_LATE, code="no_undo")


def _is_undone(viewer: Viewer, message: Message, steps: Sequence[Happening], wording: int) -> bool:
    last = steps[-1] if steps else None
    mine = last is not None and (last.what, last.by_id) == ("undone", viewer.person_id)
    return mine and message.state == "held" and int(message.round) == wording


def _hold_again(viewer: Viewer, pair: Pair, message: Message, step: Happening, now: datetime) -> None:
    """Everything that returning it has changed, in one transaction. Lost when the e-mail has begun to go."""
    wording = int(message.round)
    key = own_decision_key(viewer.person_id, pair.programme_id, order(step.at), message.message_id, wording)
    own = find(OwnDecision, *key)
    if own is None or own.notice_id is None:
        raise Conflict(NOTHING, code="nothing_to_undo")
    own.undone_at = now
    message.state = "held"
    message.reason = message.notice_id = None
    message.due, message.due_at = HELD_DUE, own.was_due_at or order(now)
    list_as_held(message)
    take(viewer, message, now=now)
    with transaction() as write:
        save_with_step(write, message, "undone", now=now, by=viewer)
        write.save(own)
        cancel(write, own.notice_id)
        take_outcome_back(write, message, step.at)
        record_on(
            write, "undid_decision", pair, message.message_id, by=viewer, why="Asked to change it", now=now
        )


def _held(message: Message, at: datetime) -> Decided:
    wording = int(message.round)
    return Decided(message.programme_id, message.pair_id, message.message_id, "held", wording, at)
