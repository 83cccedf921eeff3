"""Who is reading a held message: taking it, leaving it to others, handing it to a colleague."""

from dataclasses import dataclass
from datetime import datetime

from shared.conversations.items import Message, Pair
from shared.conversations.letters import letter_about
from shared.conversations.steps import leave_to_others, save_with_step, steps_of
from shared.notices.actions import queue
from shared.people.permissions import CONVERSATION_READERS, Viewer
from shared.people.views import StaffMember, staff_of
from shared.platform.errors import Busy, Invalid
from shared.platform.tables import Lost, conditional, transaction
from shared.policies.schema import Moderation
from shared.programmes.actions import policy_of
from shared.safeguarding.rules import read_words

from .access import TRIES, decision_on, load, not_open, record_on, require_free
from .rules import Claim, claimed
from .steps import claim_of

LONGEST_NOTE = 500
NOT_OFFERED = "Please choose one of the colleagues offered."
WITHOUT_POLICY = Moderation.model_validate({})
"""How long claims last where the programme's policy cannot be read."""


@dataclass(frozen=True)
class HandedOver:
    """To whom a message was handed, and until when it is kept for them."""

    programme_id: str
    pair_id: str
    message_id: str
    to_name: str
    until: datetime


def claim(viewer: Viewer, pair_id: str, message_id: str, *, now: datetime) -> datetime:
    """The viewer is reading this message, and nobody else decides on it meanwhile. Returns until when; taken
    again by the same person, it lasts longer.

    Raises Conflict, saying who, when somebody else is reading it or has decided. Raises NotFound for those
    who may not moderate it.
    """
    for _ in range(TRIES):
        message, _ = load(viewer, pair_id, message_id)
        if message.state != "held":
            raise not_open(viewer, message, decision_on(message, int(message.round)), now=now)
        require_free(viewer, message, now=now)
        until = take(viewer, message, now=now)
        try:
            with conditional():
                message.save()
            return until
        except Lost:
            continue
    raise Busy


def take(viewer: Viewer, message: Message, *, now: datetime) -> datetime:
    """The message in memory is the viewer's to read. Returns until when."""
    mine = claimed(viewer.person_id, viewer.name, _clocks(message).claim_minutes, now=now)
    is_renewed = claim_of(message).is_of(viewer.person_id, now=now)
    # Renewing never shortens what a colleague was given when it was handed over.
    until = max(mine.until or now, message.claimed_until) if is_renewed else mine.until or now
    since = message.claimed_at if is_renewed else None
    _note(message, mine, since=since or now, until=until)
    return until


def _note(message: Message, claim: Claim, *, since: datetime, until: datetime) -> None:
    message.claimed_by, message.claimed_by_name = claim.by_id, claim.by_name
    message.claimed_at = since
    message.claimed_until = until


def _clocks(message: Message) -> Moderation:
    policy = policy_of(message.programme_id)
    return policy.moderation if policy else WITHOUT_POLICY


def release(
    viewer: Viewer, pair_id: str, message_id: str, *, version: int | None = None, now: datetime
) -> str:
    """The viewer leaves the message to others. Where it is not theirs, nothing changes. Returns the
    programme's id.

    `version` is the message as the page knew it that was left: where it has changed since, for instance taken
    again by the same person, leaving that page means nothing any more.
    """
    for _ in range(TRIES):
        message, pair = load(viewer, pair_id, message_id)
        if message.state != "held" or not claim_of(message).is_of(viewer.person_id, now=now):
            return str(pair.programme_id)
        if version is not None and version != int(message.version):
            return str(pair.programme_id)
        leave_to_others(message)
        try:
            with conditional():
                message.save()
            return str(pair.programme_id)
        except Lost:
            continue
    raise Busy


def hand_over(
    viewer: Viewer, pair_id: str, message_id: str, *, to: str, note: str, now: datetime
) -> HandedOver:
    """The message is kept for a colleague, who is told by e-mail; the note stays in its history. Sent again,
    the same is done once.

    Raises Invalid for a note that cannot be kept or somebody who may not moderate it, and Conflict when
    somebody else is reading it or it is decided. Raises NotFound for those who may not moderate it.
    """
    note = read_words(note, field="words", most=LONGEST_NOTE)
    for _ in range(TRIES):
        message, pair = load(viewer, pair_id, message_id)
        if message.state != "held":
            raise not_open(viewer, message, decision_on(message, int(message.round)), now=now)
        colleague = next((one for one in colleagues(viewer, pair) if one.person_id == to), None)
        if colleague is None:
            raise Invalid(NOT_OFFERED, field="to")
        if claim_of(message).is_of(to, now=now) and _was_just_handed(viewer, message, to, note):
            return _handed(message)
        require_free(viewer, message, now=now)
        try:
            _hand(viewer, pair, message, colleague, note, now)
            return _handed(message)
        except Lost:
            continue
    raise Busy


def colleagues(viewer: Viewer, pair: Pair) -> list[StaffMember]:
    """Those to whom the viewer can hand a message of the pair, by name: one Query."""
    not_them = (viewer.person_id, pair.mentor_id, pair.mentee_id)
    able = staff_of(pair.programme_id, CONVERSATION_READERS)
    return sorted((one for one in able if one.person_id not in not_them), key=lambda one: one.name.casefold())


def _was_just_handed(viewer: Viewer, message: Message, to: str, note: str) -> bool:
    last = list(steps_of(message.pair_id, message.message_id))[-1]
    return (last.what, last.by_id, last.to_id, last.reason) == ("handed_over", viewer.person_id, to, note)


def _hand(
    viewer: Viewer, pair: Pair, message: Message, colleague: StaffMember, note: str, now: datetime
) -> None:
    theirs = claimed(colleague.person_id, colleague.name, _clocks(message).hand_over_minutes, now=now)
    _note(message, theirs, since=now, until=theirs.until or now)
    path = f"/moderation/{pair.pair_id}/{message.message_id}"
    cause = ("handed_over", message.message_id, str(int(message.version)))
    with transaction() as write:
        save_with_step(
            write,
            message,
            "handed_over",
            now=now,
            by=viewer,
            reason=note,
            to=(colleague.person_id, colleague.name),
        )
        queue(write, letter_about(pair, colleague, "handed_over", cause=cause, path=path), now=now)
        why = f"To {colleague.name}: {note}"
        record_on(write, "handed_over", pair, message.message_id, by=viewer, why=why, now=now)


def _handed(message: Message) -> HandedOver:
    return HandedOver(
        programme_id=message.programme_id,
        pair_id=message.pair_id,
        message_id=message.message_id,
        to_name=message.claimed_by_name or "",
        until=message.claimed_until or message.claimed_at,
    )
