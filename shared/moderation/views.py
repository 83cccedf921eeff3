"""One held message, with all that helps to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.audit.actions import record_reading
from shared.conversations.attachments import file_words
from shared.conversations.cards import LibraryCard, card_with
from shared.conversations.items import (
    AFTER_MESSAGES,
    STEP_PREFIX,
    Message,
    Pair,
    Step,
    message_key,
    pair_key,
)
from shared.conversations.resting import taking_part
from shared.conversations.views import STAFF_STATUS_WORDS
from shared.people.permissions import Viewer, require
from shared.platform.errors import NotFound
from shared.platform.tables import ConversationsItem
from shared.safeguarding.marking import Segment, category_words, segments

from .access import load, may_moderate_pair
from .claims import colleagues
from .items import OwnDecision, own_decisions_key
from .mine import MyDecision, as_value
from .queue import OWN_DECISION
from .rules import Circumstances, Happening, found_in, is_worry, offered_reasons, past_holds, why_not
from .steps import circumstances_of, claim_of, history, names_of

READ_AROUND = 40
"""How many of a conversation's latest messages are read to show what is around a held one."""
MOST_BEFORE = 8
MOST_AFTER = 4
MOST_HOLDS_SHOWN = 5
LOOKED_AT = frozenset({"held", "checked"})
"""Steps after which staff may look at a message here: it was held, or it was checked for a worry although its
writer had taken it back."""


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
class Handed:
    """That one moderator left this message to another, and what they said about it."""

    at: datetime
    by_name: str
    to_name: str
    to_me: bool
    note: str


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
    late_since: datetime | None
    """When somebody should have decided on it; none while there is time, or once it is decided."""
    file: str
    """Name and size of the file that came with it; to be opened before it is decided on."""
    card: LibraryCard | None
    """What goes along with it from the library."""
    text: tuple[Segment, ...]
    found: tuple[str, ...]
    reasons: tuple[str, ...]
    """What may be said to the writer, as the filter would say it; to be edited."""
    why_no_return: str
    """Why the writer cannot be asked to change it; empty when they can."""
    to_know: str
    """That one of the two is suspended, say, or the conversation has ended; empty where nothing is to be
    known."""
    claimed_by_name: str
    claimed_at: datetime | None
    claimed_until: datetime | None
    is_mine: bool
    is_free: bool
    """Whether the viewer may decide now."""
    version: int
    """Of the message as it is here: leaving this page leaves that one to others, and no later one."""
    handed: Handed | None
    """The last time it was handed over since it is held."""
    done: MyDecision | None
    """What the viewer has just decided on another message."""
    before: tuple[Around, ...]
    after: tuple[Around, ...]
    holds: int
    """How many of the writer's other messages in this conversation were held."""
    latest_holds: tuple[Hold, ...]
    history: tuple[Line, ...]


def _words(categories: Sequence[str]) -> tuple[str, ...]:
    return tuple(category_words(one) for one in categories)


def held_message(
    viewer: Viewer, pair_id: str, message_id: str, *, done: str = "", now: datetime
) -> HeldMessage:
    """The message and what is around it: two BatchGetItems and two Queries, and one write which records that
    the viewer read it. A message that was decided on is shown with what became of it. `done` names the
    viewer's own decision that brought them here. Raises NotFound for those who may not moderate it."""
    pair, message, just_done = _load(viewer, pair_id, message_id, done)
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
        hidden_from=pair.ids,
    )
    before, after = _around(message, pair)
    holds = past_holds(message.sender_id, steps, without=message_id)
    writer, reader = names_of(message, pair)
    findings = message.findings or ()
    is_held = message.state == "held"
    late_since = message.review_by if is_held and message.review_by and message.review_by <= now else None
    worry = is_worry(message.lane, findings)
    claim = claim_of(message)
    stands = circumstances_of(pair, taking_part(pair, now=now), message) if is_held else Circumstances()
    return HeldMessage(
        pair_id=pair_id,
        message_id=message_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        state=message.state,
        is_held=is_held,
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
        late_since=late_since,
        file=file_words(message),
        card=card_with(message),
        text=segments(message.text, [one for one in findings if one["end"] > one["start"]]),
        found=_words(found_in(findings)),
        reasons=offered_reasons(findings),
        why_no_return=why_not("returned", stands, worry=worry),
        to_know=stands.sentence,
        claimed_by_name=claim.by_name if claim.holds(now) else "",
        claimed_at=claim.since if claim.holds(now) else None,
        claimed_until=claim.until if claim.holds(now) else None,
        is_mine=claim.is_of(viewer.person_id, now=now),
        is_free=not claim.stands_against(viewer.person_id, now=now),
        version=int(message.version),
        handed=_handed(viewer, own) if is_held else None,
        done=as_value(just_done, now=now) if just_done else None,
        before=before,
        after=after,
        holds=len(holds),
        latest_holds=tuple(
            Hold(one.at, ", ".join(_words(one.categories)), _BECAME[one.became])
            for one in holds[:MOST_HOLDS_SHOWN]
        ),
        history=tuple(_line(one, message) for one in own),
    )


@dataclass(frozen=True)
class Colleague:
    """Somebody to whom a message can be handed."""

    person_id: str
    name: str
    role: str


@dataclass(frozen=True)
class HandOver:
    """The page from which a held message is handed to a colleague."""

    pair_id: str
    message_id: str
    programme_id: str
    programme_name: str
    is_held: bool
    is_free: bool
    claimed_by_name: str
    severity: str
    writer_name: str
    reader_name: str
    colleagues: tuple[Colleague, ...]


def hand_over_page(viewer: Viewer, pair_id: str, message_id: str, *, now: datetime) -> HandOver:
    """Two GetItems and one Query. Raises NotFound for those who may not moderate it."""
    message, pair = load(viewer, pair_id, message_id)
    writer, reader = names_of(message, pair)
    claim = claim_of(message)
    return HandOver(
        pair_id=pair_id,
        message_id=message_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        is_held=message.state == "held",
        is_free=not claim.stands_against(viewer.person_id, now=now),
        claimed_by_name=claim.by_name if claim.holds(now) else "",
        severity=message.severity,
        writer_name=writer,
        reader_name=reader,
        colleagues=tuple(
            Colleague(one.person_id, one.name, one.role.value) for one in colleagues(viewer, pair)
        ),
    )


def _handed(viewer: Viewer, own: Sequence[Happening]) -> Handed | None:
    for step in reversed(own):
        if step.what == "handed_over":
            to_me = step.to_id == viewer.person_id
            return Handed(step.at, step.by_name, step.to_name, to_me, step.reason)
        if step.what in ("held", "undone"):
            break
    return None


def _load(
    viewer: Viewer, pair_id: str, message_id: str, done: str
) -> tuple[Pair, Message, OwnDecision | None]:
    """The pair, the message, and the viewer's own decision of that name, if there is one: one
    BatchGetItem."""
    keys = [pair_key(pair_id), message_key(pair_id, message_id)]
    own_programmes = {one.programme_id for one in viewer.memberships} if OWN_DECISION.match(done) else set()
    keys += [(own_decisions_key(viewer.person_id, programme_id), done) for programme_id in own_programmes]
    found = list(ConversationsItem.batch_get(keys, consistent_read=True))
    own = next((one for one in found if isinstance(one, OwnDecision)), None)
    pair = next((one for one in found if isinstance(one, Pair)), None)
    message = next((one for one in found if isinstance(one, Message)), None)
    if pair is None or message is None:
        raise NotFound
    return pair, message, own


def _steps(pair_id: str) -> list[Step]:
    """Every step of the conversation, in order within each message: one Query."""
    pk, _ = pair_key(pair_id)
    return list(Step.query(pk, Step.sk.startswith(STEP_PREFIX), consistent_read=True))


def _around(held: Message, pair: Pair) -> tuple[tuple[Around, ...], tuple[Around, ...]]:
    """What stands before and after the held message in the conversation, oldest first: one Query."""
    found = Message.thread.query(
        held.pk,
        Message.thread_at < AFTER_MESSAGES,
        consistent_read=True,
        scan_index_forward=False,
        limit=READ_AROUND,
        page_size=READ_AROUND,
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
        name=names_of(message, pair)[0],
        at=message.delivered_at or message.written_at,
        text=message.text,
        status=words,
        status_kind=kind,
    )


def _line(step: Happening, message: Message) -> Line:
    """Earlier wordings are shown in full; the present one stands on the page already."""
    who = step.by_name or ("The filter" if step.what in ("held", "delivered", "scheduled", "checked") else "")
    why = step.reason or (step.text if step.text != message.text else "")
    what = _WHAT.get(step.what, step.what.capitalize())
    if step.what == "held":
        why = ", ".join(_words(step.categories)).capitalize()
    if step.what == "handed_over":
        what = f"Handed to {step.to_name}"
    return Line(step.at, who, what, why)


_WHAT = {
    "written": "Written",
    "changed": "Changed",
    "held": "Held",
    "delivered": "Delivered",
    "scheduled": "Let pass, for the programme’s hours",
    "returned": "Asked to change it",
    "undone": "Asking for it taken back",
    "declined": "Declined",
    "withdrawn": "Taken back",
    "checked": "Checked after it was taken back",
}
_BECAME = {
    "": "Still held",
    "delivered": "Delivered",
    "scheduled": "Waits for the programme’s hours",
    "returned": "Asked to change it",
    "declined": "Declined",
    "withdrawn": "Taken back by the writer",
}
