"""The pieces from which every change of a message is made, here and in moderation.

Each adds to a running transaction. A message is changed in memory and saved whole: its version makes the
transaction Lost when somebody else changed it since it was loaded.
"""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.people.permissions import Viewer
from shared.platform.clock import order
from shared.platform.errors import NotFound
from shared.platform.tables import find, is_new
from shared.policies import Policy

from .items import (
    HELD_DUE,
    Message,
    Pair,
    PairOfPerson,
    Step,
    checked_listing,
    checked_order,
    held_listing,
    held_order,
    message_key,
    pair_key,
    pair_of_person_key,
    step_key,
)
from .rules import review_by, severity_rank
from .sharing import let_follow

WAITING_CHANGES = frozenset({"held", "undone", "returned", "changed", "declined", "withdrawn"})
"""Steps after which a message waits for another person, or for nobody any more."""


def load_pair(pair_id: str) -> Pair:
    """The pair. Raises NotFound."""
    pair = find(Pair, *pair_key(pair_id))
    if pair is None:
        raise NotFound
    return pair


def load_message(pair_id: str, message_id: str) -> Message:
    """The message as it is now, whoever asks. Raises NotFound."""
    message = find(Message, *message_key(pair_id, message_id))
    if message is None:
        raise NotFound
    return message


def save_with_step(
    write: TransactWrite,
    message: Message,
    what: str,
    *,
    now: datetime,
    by: Viewer | None = None,
    text: str | None = None,
    reason: str | None = None,
    to: tuple[str, str] | None = None,
) -> None:
    """Adds the message as it is in memory, the line of its history that says why, and whether it waits.
    `by` is None when the filter did it; `to` is the id and the name of whom it was handed to."""
    is_first = message.version is None
    version = 1 if is_first else int(message.version) + 1
    pk, sk = step_key(message.pair_id, message.message_id, version)
    step = Step(
        pk,
        sk,
        message_id=message.message_id,
        what=what,
        by_id=by.person_id if by else None,
        by_name=by.name if by else None,
        at=now,
        text=text,
        reason=reason,
        to_id=to[0] if to else None,
        to_name=to[1] if to else None,
        findings=message.findings,
        rules_version=message.rules_version,
    )
    write.save(message, condition=is_new(Message) if is_first else None)
    write.save(step, condition=is_new(Step))
    if message.about and not is_first:
        let_follow(write, message, what, now=now)
    if what in WAITING_CHANGES or (what in ("delivered", "scheduled") and by):
        _note_what_waits(write, message)


def _note_what_waits(write: TransactWrite, message: Message) -> None:
    """Keeps beside the writer's part in the pair whether this message waits, so that their first page can
    say so. What the filter lets pass at once has never waited."""
    mine = PairOfPerson(*pair_of_person_key(message.sender_id, message.pair_id))
    waiting = {"held": PairOfPerson.held, "returned": PairOfPerson.returned}
    this = {message.message_id}
    write.update(
        mine,
        actions=[
            ids.add(this) if message.state == state else ids.delete(this) for state, ids in waiting.items()
        ],
        add_version_condition=False,
    )


def join_queue(message: Message, policy: Policy | None, *, now: datetime) -> None:
    """Holds the message, from now on: it is in its programme's queue, and due by when the policy wants it
    decided."""
    leave_queues(message)
    message.state = "held"
    message.held_at = now
    message.review_by = review_by(message.severity, policy, now=now)
    message.due = HELD_DUE
    message.due_at = order(message.review_by)
    list_as_held(message)


def list_as_held(message: Message) -> None:
    """Among its programme's held messages, in its place."""
    held_at = order(message.held_at or message.written_at)
    message.listing = held_listing(message.programme_id)
    message.listing_order = held_order(severity_rank(message.severity), held_at, message.message_id)


def leave_queues(message: Message) -> None:
    """Takes the message out of every queue and claim it was in. One that was checked is from then on among
    its programme's checked messages."""
    message.due = message.due_at = None
    message.listing = message.listing_order = None
    if message.checked_at is not None:
        message.listing = checked_listing(message.programme_id)
        message.listing_order = checked_order(order(message.checked_at), message.message_id)
    leave_to_others(message)


def leave_to_others(message: Message) -> None:
    """Nobody is reading the message any more."""
    message.claimed_by = message.claimed_by_name = None
    message.claimed_at = message.claimed_until = None


def steps_of(pair_id: str, message_id: str) -> Sequence[Step]:
    """A message's history, oldest first: one Query."""
    pk, first = step_key(pair_id, message_id, 0)
    return list(Step.query(pk, Step.sk.startswith(first[: -len("000000")])))
