"""What moderators see: the queue, and one held message with all that helps to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.audit.actions import record_reading
from shared.conversations.items import (
    STEP_PREFIX,
    Message,
    Pair,
    Step,
    held_listing,
    message_key,
    pair_key,
)
from shared.conversations.views import STAFF_STATUS_WORDS
from shared.people.permissions import Viewer, may_moderate, require
from shared.platform.errors import NotFound
from shared.platform.tables import ConversationsItem
from shared.safeguarding.marking import Segment, category_words, segments

from .actions import may_moderate_pair
from .rules import Happening, found_in, is_worry, offered_reasons, past_holds, why_not
from .steps import claim_of, history

MOST_LISTED = 100
READ_AROUND = 40
"""How many of a conversation's latest messages are read to show what is around a held one."""
MOST_BEFORE = 8
MOST_AFTER = 4
MOST_HOLDS_SHOWN = 5
LOOKED_AT = frozenset({"held", "checked"})
"""Steps after which staff may look at a message here: it was held, or it was checked for a worry although its
writer had taken it back."""


@dataclass(frozen=True)
class HeldRow:
    """A message in the queue."""

    pair_id: str
    message_id: str
    severity: str
    is_worry: bool
    writer_name: str
    writer_role: str
    reader_name: str
    found: str
    held_at: datetime
    claimed_by_name: str
    """Who is reading it now; empty when nobody is."""
    claimed_until: datetime | None
    is_mine: bool
    """The viewer is the one reading it."""


@dataclass(frozen=True)
class Queue:
    """A programme's held messages, most severe first, then oldest."""

    programme_id: str
    programme_name: str
    messages: tuple[HeldRow, ...]
    has_more: bool


@dataclass(frozen=True)
class Around:
    """A message of the conversation around the held one."""

    message_id: str
    name: str
    at: datetime
    text: str
    status: str
    status_kind: str


@dataclass(frozen=True)
class Line:
    """One line of the message's history, oldest first."""

    at: datetime
    who: str
    what: str
    why: str


@dataclass(frozen=True)
class Hold:
    """An earlier hold of the writer's."""

    at: datetime
    found: str
    became: str


@dataclass(frozen=True)
class HeldMessage:
    """One held message, or what became of it."""

    pair_id: str
    message_id: str
    programme_id: str
    programme_name: str
    state: str
    is_held: bool
    wording: int
    severity: str
    is_worry: bool
    concern_id: str
    writer_name: str
    writer_first_name: str
    writer_role: str
    reader_name: str
    written_at: datetime
    held_at: datetime | None
    text: tuple[Segment, ...]
    found: tuple[str, ...]
    reasons: tuple[str, ...]
    """What may be said to the writer, as the filter would say it; to be edited."""
    why_no_return: str
    """Why the writer cannot be asked to change it; empty when they can."""
    claimed_by_name: str
    claimed_until: datetime | None
    is_mine: bool
    is_free: bool
    """Whether the viewer may decide now."""
    before: tuple[Around, ...]
    after: tuple[Around, ...]
    holds: int
    """How many of the writer's other messages in this conversation were held."""
    latest_holds: tuple[Hold, ...]
    history: tuple[Line, ...]


def queue(viewer: Viewer, programme_id: str, *, now: datetime) -> Queue:
    """The held messages that the viewer may decide on: one Query and one BatchGetItem for the names. Raises
    NotFound for those who do not moderate the programme."""
    require(may_moderate(viewer, programme_id))
    found = Message.by_listing.query(held_listing(programme_id), limit=MOST_LISTED + 1)
    listed = [one for one in found if isinstance(one, Message) and one.state == "held"]
    pairs = _pairs({one.pair_id for one in listed[:MOST_LISTED]})
    names = [one.programme_name for one in viewer.memberships if one.programme_id == programme_id]
    return Queue(
        programme_id=programme_id,
        programme_name=names[0],
        messages=tuple(
            _row(viewer, one, pairs[one.pair_id], now)
            for one in listed[:MOST_LISTED]
            if one.pair_id in pairs and may_moderate_pair(viewer, pairs[one.pair_id])
        ),
        has_more=len(listed) > MOST_LISTED,
    )


def next_page(viewer: Viewer, programme_id: str, *, after: str, now: datetime) -> str:
    """Where a moderator goes on to: the first message that nobody else is reading, or the queue when there is
    none. The message `after`, just decided, may still be listed."""
    for row in queue(viewer, programme_id, now=now).messages:
        if row.message_id != after and (row.is_mine or not row.claimed_by_name):
            return f"/moderation/{row.pair_id}/{row.message_id}"
    return f"/programmes/{programme_id}/moderation"


def _pairs(pair_ids: set[str]) -> dict[str, Pair]:
    keys = [pair_key(pair_id) for pair_id in sorted(pair_ids)]
    return {pair.pair_id: pair for pair in Pair.batch_get(keys)} if keys else {}


def _names(message: Message, pair: Pair) -> tuple[str, str]:
    """The writer and the reader."""
    mentor = f"{pair.mentor_first_name} {pair.mentor_surname}"
    mentee = f"{pair.mentee_first_name} {pair.mentee_surname}"
    return (mentor, mentee) if message.sender_id == pair.mentor_id else (mentee, mentor)


def _words(categories: Sequence[str]) -> tuple[str, ...]:
    return tuple(category_words(one) for one in categories)


def _row(viewer: Viewer, message: Message, pair: Pair, now: datetime) -> HeldRow:
    writer, reader = _names(message, pair)
    findings = message.findings or ()
    claim = claim_of(message)
    holds = claim.holds(now)
    return HeldRow(
        pair_id=message.pair_id,
        message_id=message.message_id,
        severity=message.severity,
        is_worry=is_worry(message.lane, findings),
        writer_name=writer,
        writer_role=message.sender_role,
        reader_name=reader,
        found=", ".join(_words(found_in(findings))),
        held_at=message.held_at or message.written_at,
        claimed_by_name=claim.by_name if holds else "",
        claimed_until=claim.until if holds else None,
        is_mine=claim.is_of(viewer.person_id, now=now),
    )


def held_message(viewer: Viewer, pair_id: str, message_id: str, *, now: datetime) -> HeldMessage:
    """The message and what is around it: one BatchGetItem and two Queries, and one write which records that
    the viewer read it. A message that was decided on is shown with what became of it. Raises NotFound for
    those who may not moderate it."""
    pair, message = _pair_and_message(pair_id, message_id)
    require(may_moderate_pair(viewer, pair))
    steps = history(_steps(pair_id))
    own = [one for one in steps if one.message_id == message_id]
    require(message.state == "held" or any(one.what in LOOKED_AT for one in own))
    record_reading(
        pair.programme_id,
        "read_held_message",
        f"message:{pair_id}/{message_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
        hidden_from=(pair.mentor_id, pair.mentee_id),
    )
    before, after = _around(message, pair)
    holds = past_holds(message.sender_id, steps, without=message_id)
    writer, reader = _names(message, pair)
    findings = message.findings or ()
    worry = is_worry(message.lane, findings)
    claim = claim_of(message)
    return HeldMessage(
        pair_id=pair_id,
        message_id=message_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        state=message.state,
        is_held=message.state == "held",
        wording=int(message.round),
        severity=message.severity,
        is_worry=worry,
        concern_id=message.concern_id or "",
        writer_name=writer,
        writer_first_name=message.sender_first_name,
        writer_role=message.sender_role,
        reader_name=reader,
        written_at=message.written_at,
        held_at=message.held_at,
        text=segments(message.text, [one for one in findings if one["end"] > one["start"]]),
        found=_words(found_in(findings)),
        reasons=offered_reasons(findings),
        why_no_return=why_not("returned", worry=worry, has_ended=pair.status != "active"),
        claimed_by_name=claim.by_name if claim.holds(now) else "",
        claimed_until=claim.until if claim.holds(now) else None,
        is_mine=claim.is_of(viewer.person_id, now=now),
        is_free=not claim.stands_against(viewer.person_id, now=now),
        before=before,
        after=after,
        holds=len(holds),
        latest_holds=tuple(
            Hold(one.at, ", ".join(_words(one.categories)), _BECAME[one.became])
            for one in holds[:MOST_HOLDS_SHOWN]
        ),
        history=tuple(_line(one, message) for one in own),
    )


def _pair_and_message(pair_id: str, message_id: str) -> tuple[Pair, Message]:
    keys = [pair_key(pair_id), message_key(pair_id, message_id)]
    found = list(ConversationsItem.batch_get(keys, consistent_read=True))
    pair = next((one for one in found if isinstance(one, Pair)), None)
    message = next((one for one in found if isinstance(one, Message)), None)
    if pair is None or message is None:
        raise NotFound
    return pair, message


def _steps(pair_id: str) -> list[Step]:
    """Every step of the conversation, in order within each message: one Query."""
    pk, _ = pair_key(pair_id)
    return list(Step.query(pk, Step.sk.startswith(STEP_PREFIX), consistent_read=True))


def _around(held: Message, pair: Pair) -> tuple[tuple[Around, ...], tuple[Around, ...]]:
    """What stands before and after the held message in the conversation, oldest first: one Query."""
    found = Message.thread.query(
        held.pk, consistent_read=True, scan_index_forward=False, limit=READ_AROUND, page_size=READ_AROUND
    )
    others = [one for one in found if isinstance(one, Message) and one.message_id != held.message_id]
    here = held.thread_at or ""
    before = [one for one in others if (one.thread_at or "") <= here][:MOST_BEFORE]
    after = [one for one in others if (one.thread_at or "") > here][-MOST_AFTER:]
    return tuple(_piece(one, pair) for one in before[::-1]), tuple(_piece(one, pair) for one in after[::-1])


def _piece(message: Message, pair: Pair) -> Around:
    words, kind = STAFF_STATUS_WORDS[message.state]
    return Around(
        message_id=message.message_id,
        name=_names(message, pair)[0],
        at=message.delivered_at or message.written_at,
        text=message.text,
        status=words,
        status_kind=kind,
    )


def _line(step: Happening, message: Message) -> Line:
    """Earlier wordings are shown in full; the present one stands on the page already."""
    who = step.by_name or ("The filter" if step.what in ("held", "delivered", "checked") else "")
    why = step.reason or (step.text if step.text != message.text else "")
    if step.what == "held":
        why = ", ".join(_words(step.categories)).capitalize()
    return Line(step.at, who, _WHAT.get(step.what, step.what.capitalize()), why)


_WHAT = {
    "written": "Written",
    "changed": "Changed",
    "held": "Held",
    "delivered": "Delivered",
    "returned": "Asked to change it",
    "declined": "Declined",
    "withdrawn": "Taken back",
    "checked": "Checked after it was taken back",
}
_BECAME = {
    "": "Still held",
    "delivered": "Delivered",
    "returned": "Asked to change it",
    "declined": "Declined",
    "withdrawn": "Taken back by the writer",
}
