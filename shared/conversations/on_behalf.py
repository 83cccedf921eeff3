"""Messages that a mentee gave to the staff by telephone, text or e-mail, entered on the mentee's behalf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import get_args

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.people.permissions import Viewer, may_moderate, part_in_pair, require
from shared.platform.errors import Invalid, Refused
from shared.policies import Policy

from .actions import message_id_of, new_message, require_going_on, store_once, text_to_send
from .agreement import require_agreed
from .items import Message, Pair
from .programme_rules import programme_or_none
from .rules import ARRIVED, Way
from .steps import load_pair

NOT_HERE = (
    "In this programme nothing is entered on behalf of mentees: they write for themselves. An administrator "
    "can change that in the programme’s policy."
)


@dataclass(frozen=True)
class WayIn:
    """How a message can have reached the staff."""

    value: Way
    words: str


@dataclass(frozen=True)
class OnBehalfForm:
    """The form for a message that a mentee gave to the staff."""

    pair_id: str
    programme_id: str
    programme_name: str
    mentee_first_name: str
    mentor_first_name: str
    ways: tuple[WayIn, ...]


def on_behalf_form(viewer: Viewer, pair_id: str) -> OnBehalfForm:
    """Two GetItems. Raises NotFound for those who do not read the conversation as staff, Refused where the
    programme does not have it."""
    pair = load_pair(pair_id)
    ways = _require_ways(viewer, pair)
    return OnBehalfForm(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        mentee_first_name=pair.mentee_first_name,
        mentor_first_name=pair.mentor_first_name,
        ways=tuple(WayIn(way, ARRIVED[way].capitalize()) for way in ways),
    )


def enter_for_mentee(
    viewer: Viewer, pair_id: str, *, arrived_by: str, text: str, key: str, now: datetime
) -> Message:
    """Stores what a mentee gave to the viewer as a message of the mentee's, marked so. It is checked like any
    other, and a worry in it raises a concern.

    `key` is the form's. Raises as `on_behalf_form`, and Invalid and Conflict as `write_message`.
    """
    pair = load_pair(pair_id)
    ways = _require_ways(viewer, pair)
    way = next((one for one in ways if one == arrived_by), None)
    if way is None:
        raise Invalid("Say how the message reached you.", field="arrived_by")
    require_going_on(pair, now)
    programme = programme_or_none(pair.programme_id)
    require_agreed(pair, "mentee", programme.policy if programme else None)
    message_id = message_id_of(pair_id, viewer, key)
    message = new_message(
        pair, "mentee", message_id, text_to_send(text), first_name=pair.mentee_first_name, now=now
    )
    message.entered_by, message.entered_by_name = viewer.person_id, viewer.name
    message.arrived_by = way
    return store_once(message, by=viewer, now=now, also=partial(_record, viewer, pair, message, now))


def _record(viewer: Viewer, pair: Pair, message: Message, now: datetime, write: TransactWrite) -> None:
    record(
        write,
        pair.programme_id,
        "entered_message",
        f"message:{pair.pair_id}/{message.message_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
        why=f"By {arrived(message)}",
        hidden_from=pair.ids,
    )


def arrived(message: Message) -> str:
    """How the message reached the staff, in words; empty where its writer wrote it here."""
    return next((words for way, words in ARRIVED.items() if way == message.arrived_by), "")


def ways_in(policy: Policy | None) -> Sequence[Way]:
    """How messages may reach the staff, by the policy; in none where it cannot be read."""
    allowed = policy.delivery.entered_for_mentees if policy else ()
    return [way for way in get_args(Way) if way in allowed]


def _require_ways(viewer: Viewer, pair: Pair) -> Sequence[Way]:
    part = part_in_pair(
        viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
    )
    require(part == "staff" and may_moderate(viewer, pair.programme_id))
    programme = programme_or_none(pair.programme_id)
    ways = ways_in(programme.policy if programme else None)
    if not ways:
        raise Refused(NOT_HERE)
    return ways
