"""Delivering several slight messages at once: chosen in the queue, read in full on one page, and then decided
on one by one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shared.conversations.items import Message, Pair, message_key, pair_key
from shared.conversations.resting import taking_part_in
from shared.people.permissions import Viewer, may_moderate, programme_name, require
from shared.platform.errors import Conflict, Invalid, SignpostError
from shared.platform.tables import ConversationsItem, transaction
from shared.safeguarding.marking import Segment, category_words, segments

from .access import NOT_HELD, WORDED_ANEW, may_moderate_pair, record_on, require_free
from .actions import deliver
from .rules import MOST_TOGETHER, Circumstances, found_in, why_not_together
from .steps import circumstances_of, names_of

CHOICE = re.compile(r"^([0-9a-z]{1,64})\.([0-9a-z]{1,64})\.([0-9]{1,6})$")
NONE_CHOSEN = "Please tick the messages that you want to deliver."
TOO_MANY = f"At most {MOST_TOGETHER} messages can be delivered at once. Please tick fewer."
NOT_OFFERED = "Please choose among the messages offered."


class Choice(NamedTuple):
    """One wording of one message."""

    pair_id: str
    message_id: str
    wording: int


@dataclass(frozen=True)
class Chosen:
    """A message that can be delivered, in full."""

    choice: str
    """How it is named when it is chosen."""
    pair_id: str
    message_id: str
    writer_name: str
    writer_role: str
    reader_name: str
    written_at: datetime
    severity: str
    found: str
    text: tuple[Segment, ...]


@dataclass(frozen=True)
class Left:
    """A message that was chosen and is left in the queue, and why."""

    pair_id: str
    message_id: str
    writer_name: str
    reader_name: str
    sentence: str


@dataclass(frozen=True)
class Together:
    """What is about to be delivered at once."""

    programme_id: str
    programme_name: str
    messages: tuple[Chosen, ...]
    left: tuple[Left, ...]


@dataclass(frozen=True)
class Sent:
    """A message that was delivered with others."""

    pair_id: str
    message_id: str
    writer_name: str
    reader_name: str


@dataclass(frozen=True)
class Delivered:
    """What became of those that were to be delivered at once."""

    programme_id: str
    programme_name: str
    delivered: tuple[Sent, ...]
    left: tuple[Left, ...]


def to_read(viewer: Viewer, programme_id: str, chosen: Sequence[str], *, now: datetime) -> Together:
    """The chosen messages in full, and those that cannot be delivered so: two BatchGetItems, and one
    transaction which records that the viewer read them.

    Raises Invalid when none, too many or something else was chosen; NotFound for those who do not moderate
    the programme, or one of the messages.
    """
    found = _load(viewer, programme_id, chosen)
    with transaction() as write:
        for _, message, pair in found:
            record_on(
                write, "read_held_message", pair, message.message_id, by=viewer, why="With others", now=now
            )
    together = taking_part_in([pair for _, _, pair in found], now=now)
    why = {
        choice: _why_not(
            viewer, choice, message, circumstances_of(pair, together[pair.pair_id], message), now
        )
        for choice, message, pair in found
    }
    return Together(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        messages=tuple(_in_full(choice, message, pair) for choice, message, pair in found if not why[choice]),
        left=tuple(_left(message, pair, why[choice]) for choice, message, pair in found if why[choice]),
    )


def deliver_together(viewer: Viewer, programme_id: str, chosen: Sequence[str], *, now: datetime) -> Delivered:
    """Delivers each of them as though it were the only one, in the wording that was read; what has changed
    meanwhile is left. Done again, nothing changes. Raises as `to_read`."""
    delivered: list[Sent] = []
    left: list[Left] = []
    for choice, message, pair in _load(viewer, programme_id, chosen):
        try:
            deliver(viewer, *choice[:2], wording=choice.wording, now=now, only_low_risk=True)
        except SignpostError as error:
            left.append(_left(message, pair, error.sentence))
        else:
            delivered.append(Sent(*choice[:2], *names_of(message, pair)))
    return Delivered(programme_id, programme_name(viewer, programme_id), tuple(delivered), tuple(left))


def _read(chosen: Sequence[str]) -> list[Choice]:
    if not chosen:
        raise Invalid(NONE_CHOSEN, field="chosen", code="empty")
    choices = []
    for text in dict.fromkeys(chosen):
        found = CHOICE.match(text)
        if not found:
            raise Invalid(NOT_OFFERED, field="chosen")
        choices.append(Choice(found[1], found[2], int(found[3])))
    if len(choices) > MOST_TOGETHER:
        raise Invalid(TOO_MANY, field="chosen", code="too_many")
    return choices


def _load(viewer: Viewer, programme_id: str, chosen: Sequence[str]) -> list[tuple[Choice, Message, Pair]]:
    require(may_moderate(viewer, programme_id))
    choices = _read(chosen)
    keys = {message_key(one.pair_id, one.message_id) for one in choices}
    keys |= {pair_key(one.pair_id) for one in choices}
    found = list(ConversationsItem.batch_get(sorted(keys), consistent_read=True))
    pairs = {one.pair_id: one for one in found if isinstance(one, Pair)}
    messages = {(one.pair_id, one.message_id): one for one in found if isinstance(one, Message)}
    loaded = []
    for choice in choices:
        pair, message = pairs.get(choice.pair_id), messages.get(choice[:2])
        ours = pair is not None and pair.programme_id == programme_id and may_moderate_pair(viewer, pair)
        require(ours and message is not None)
        if pair is not None and message is not None:
            loaded.append((choice, message, pair))
    return loaded


def _why_not(
    viewer: Viewer, choice: Choice, message: Message, circumstances: Circumstances, now: datetime
) -> str:
    """Why it cannot be delivered with others, in a sentence; empty when it can."""
    if message.state != "held":
        return NOT_HELD
    if int(message.round) != choice.wording:
        return WORDED_ANEW
    try:
        require_free(viewer, message, now=now)
    except Conflict as taken:
        return taken.sentence
    return why_not_together(circumstances, message.severity, message.lane, message.findings or ())


def _left(message: Message, pair: Pair, sentence: str) -> Left:
    return Left(message.pair_id, message.message_id, *names_of(message, pair), sentence)


def _in_full(choice: Choice, message: Message, pair: Pair) -> Chosen:
    writer, reader = names_of(message, pair)
    findings = message.findings or ()
    return Chosen(
        choice=".".join(str(part) for part in choice),
        pair_id=message.pair_id,
        message_id=message.message_id,
        writer_name=writer,
        writer_role=message.sender_role,
        reader_name=reader,
        written_at=message.written_at,
        severity=message.severity,
        found=", ".join(category_words(one) for one in found_in(findings)),
        text=segments(message.text, [one for one in findings if one["end"] > one["start"]]),
    )
