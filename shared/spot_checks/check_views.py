"""One spot check as its reader sees it: a conversation to be read, or a decision to be made again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.audit.actions import record_reading
from shared.audit.rules import What
from shared.conversations.lists import latest_delivered
from shared.conversations.steps import load_message, steps_of
from shared.filtering import CATEGORIES, WORRY_CATEGORIES
from shared.moderation.rules import found_in
from shared.people.permissions import Viewer, programme_name
from shared.platform.tables import find
from shared.safeguarding.concerns.choices import CHOICES, Choice
from shared.safeguarding.concerns.reading import may_see
from shared.safeguarding.items import Concern, concern_key
from shared.safeguarding.marking import Segment, category_words, segments

from .items import (
    OF_CONVERSATIONS,
    OF_DECISIONS,
    SpotCheck,
)
from .reading import load_check

LETTERS = 40


@dataclass(frozen=True)
class DeliveredLetter:
    """A delivered message in a conversation that is spot-checked."""

    id: str
    name: str
    sender_role: str
    text: str
    at: datetime


@dataclass(frozen=True)
class ConversationCheck:
    """A conversation to be read, and the form."""

    check_id: str
    programme_id: str
    programme_name: str
    pair_id: str
    title: str
    mentee_name: str
    mentor_name: str
    week: str
    state: str
    letters: tuple[DeliveredLetter, ...]
    """The latest, the oldest first."""
    has_older: bool
    categories: tuple[Choice, ...]
    concerns: tuple[Choice, ...]
    """What a concern can be about."""
    concern_id: str
    """The concern that was raised with the answers, where there is one that the viewer may see."""
    answers: Mapping[str, Any] | None
    done_by_name: str
    done_at: datetime | None


@dataclass(frozen=True)
class DecisionCheck:
    """A moderator's decision to be made again. What they decided is shown only once that is done."""

    check_id: str
    programme_id: str
    programme_name: str
    pair_id: str
    title: str
    week: str
    state: str
    words: tuple[Segment, ...]
    found: tuple[str, ...]
    sender_role: str
    is_worry: bool
    decision: str
    agreed: bool | None
    answers: Mapping[str, Any] | None
    done_by_name: str
    done_at: datetime | None


def conversation_check(viewer: Viewer, check_id: str, *, now: datetime) -> ConversationCheck:
    """A conversation to be read, with the latest that was delivered in it: one GetItem and one Query, and the
    write that records the reading. Raises NotFound when there is none that the viewer may do."""
    check = load_check(viewer, check_id, of=OF_CONVERSATIONS)
    _record(viewer, check, "read_conversation", f"pair:{check.pair_id}", now)
    found = latest_delivered(check.pair_id, limit=LETTERS + 1)
    names = {check.mentee_id: check.mentee_name, check.mentor_id: check.mentor_name}
    letters = [
        DeliveredLetter(
            one.message_id,
            names.get(one.sender_id, one.sender_first_name),
            one.sender_role,
            one.text,
            one.delivered_at or one.written_at,
        )
        for one in reversed(found[:LETTERS])
    ]
    return ConversationCheck(
        check_id=check.check_id,
        programme_id=check.programme_id,
        programme_name=programme_name(viewer, check.programme_id),
        pair_id=check.pair_id,
        title=check.title,
        mentee_name=check.mentee_name,
        mentor_name=check.mentor_name,
        week=check.week,
        state=check.state,
        letters=tuple(letters),
        has_older=len(found) > LETTERS,
        categories=_categories(),
        concerns=CHOICES.categories,
        concern_id=_visible_concern(viewer, check),
        answers=check.answers,
        done_by_name=check.done_by_name or "",
        done_at=check.done_at,
    )


def _visible_concern(viewer: Viewer, check: SpotCheck) -> str:
    """One GetItem where a concern was raised."""
    concern = find(Concern, *concern_key(check.concern_id)) if check.concern_id else None
    return concern.concern_id if concern and may_see(viewer, concern) else ""


def _categories() -> tuple[Choice, ...]:
    """Worries first, for they are what must not be passed over."""
    ordered = sorted(CATEGORIES, key=lambda one: (one not in WORRY_CATEGORIES, category_words(one)))
    return tuple(Choice(one, category_words(one).capitalize()) for one in ordered)


def decision_check(viewer: Viewer, check_id: str, *, now: datetime) -> DecisionCheck:
    """A decision to be made again, as it was before the moderator: two GetItems, a Query of the message's
    history, and the write that records the reading."""
    check = load_check(viewer, check_id, of=OF_DECISIONS)
    message_id = check.message_id or ""
    _record(viewer, check, "read_held_message", f"message:{check.pair_id}/{message_id}", now)
    message = load_message(check.pair_id, message_id)
    wording = int(check.round or 1)
    text, findings = message.text, message.findings or ()
    if wording != int(message.round):
        text, findings = _earlier_wording(check.pair_id, message_id, wording)
    is_done = check.state == "done"
    return DecisionCheck(
        check_id=check.check_id,
        programme_id=check.programme_id,
        programme_name=programme_name(viewer, check.programme_id),
        pair_id=check.pair_id,
        title=check.title,
        week=check.week,
        state=check.state,
        words=segments(text, findings),
        found=tuple(category_words(one) for one in found_in(findings)),
        sender_role=message.sender_role,
        is_worry=any(one["category"] in WORRY_CATEGORIES for one in findings),
        decision=(check.decision or "") if is_done else "",
        agreed=check.agreed if is_done else None,
        answers=check.answers,
        done_by_name=check.done_by_name or "",
        done_at=check.done_at,
    )


def _earlier_wording(pair_id: str, message_id: str, wording: int) -> tuple[str, Any]:
    """A wording that was changed since, and what the filter found in it."""
    current, text, findings = 0, "", ()
    for step in steps_of(pair_id, message_id):
        if step.what in ("written", "changed"):
            current += 1
        if current == wording:
            text = step.text or text
            findings = step.findings or findings
    return text, findings


def _record(viewer: Viewer, check: SpotCheck, what: What, on: str, now: datetime) -> None:
    record_reading(
        check.programme_id,
        what,
        on,
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
        why="Spot check",
        hidden_from=(check.mentor_id, check.mentee_id),
    )
