"""Sending a last message after the end."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.people.permissions import Viewer
from shared.platform.errors import Busy, Conflict
from shared.platform.tables import Lost, find, transaction

from .actions import REUSED, message_id_of, new_message, part_in, text_to_send
from .ending_items import Ending, belongs_to, ending_key
from .items import Message, Pair, message_key, pair_key
from .last_message import LastMessage, last_message, speaks_against
from .resting import taking_part
from .rules import LAST_MESSAGE
from .steps import load_pair, save_with_step
from .views import other_name

TRIES = 4
MAY_BE_REPLACED = frozenset({"declined", "withdrawn"})
"""States of a last message after which its writer may send another."""
NOT_NOW = (
    "A last message can’t be sent here. If there is something you would like to pass on, please ask the "
    "people who run the programme."
)
SENT = "You have sent your last message already."


@dataclass(frozen=True)
class LastMessagePage:
    """Where a last message is written."""

    pair_id: str
    programme_name: str
    other_name: str
    may_write: bool
    """Why they may not, nobody is told here."""
    was_sent: bool
    until: date | None


def last_message_page(viewer: Viewer, pair_id: str, *, now: datetime) -> LastMessagePage:
    """Three requests, and where it is still open those of `speaks_against`. Raises NotFound for who is not in
    the pair."""
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    found, _ = _where(pair, part, now)
    is_open = found.state == "open" and not speaks_against(pair)
    return LastMessagePage(
        pair_id=pair_id,
        programme_name=pair.programme_name,
        other_name=other_name(pair, part),
        may_write=is_open,
        was_sent=found.state == "sent",
        until=found.until if is_open else None,
    )


def send_last_message(viewer: Viewer, pair_id: str, *, text: str, key: str, now: datetime) -> Message:
    """Stores it for the filter, and for a person to read, whatever the filter says. One of each side; another
    only when it was declined or taken back.

    `key` is the form's: sent again with the same text, nothing is stored. Raises NotFound for who is not in
    the pair, Invalid for a text that cannot be taken, Conflict where no last message can be sent.
    """
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    text = text_to_send(text)
    message_id = message_id_of(pair_id, viewer, key)
    for _ in range(TRIES):
        found, before = _where(pair, part, now)
        if before == message_id:
            return _same(pair_id, message_id, text)
        _require_open(pair, found)
        message = new_message(pair, part, message_id, text, first_name=viewer.first_name, now=now)
        message.about = LAST_MESSAGE
        field = Ending.mentor_last_message if part == "mentor" else Ending.mentee_last_message
        try:
            with transaction() as write:
                write.condition_check(Pair, *pair_key(pair_id), condition=Pair.status == pair.status)
                save_with_step(write, message, "written", now=now, by=viewer, text=text)
                write.update(
                    Ending(*ending_key(pair_id)),
                    [*belongs_to(pair), field.set(message_id)],
                    condition=(field == before) if before else field.does_not_exist(),
                    add_version_condition=False,
                )
            return message
        except Lost:
            pair = load_pair(pair_id)
    raise Busy


def _where(pair: Pair, part: str, now: datetime) -> tuple[LastMessage, str]:
    """Where this side is with it, and the id of what they have sent before."""
    ending = find(Ending, *ending_key(pair.pair_id))
    sent_id = ending.last_message_of(part) if ending else ""
    sent = find(Message, *message_key(pair.pair_id, sent_id)) if sent_id else None
    was_sent = bool(sent_id) and (sent is None or sent.state not in MAY_BE_REPLACED)
    found = last_message(pair, taking_part(pair, now=now), ending, was_sent=was_sent, now=now)
    return found, sent_id


def _same(pair_id: str, message_id: str, text: str) -> Message:
    stored = find(Message, *message_key(pair_id, message_id))
    if stored is None or stored.text != text:
        raise Conflict(REUSED, field="text", code="key_reused")
    return stored


def _require_open(pair: Pair, found: LastMessage) -> None:
    """Raises Conflict unless everything allows it."""
    if found.state == "sent":
        raise Conflict(SENT, field="text", code="sent")
    if found.state != "open" or speaks_against(pair):
        raise Conflict(NOT_NOW, field="text", code="no_last_message")
