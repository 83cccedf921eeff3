"""Raising a concern about a message that a member of staff can read, and what a mentor's or mentee's worry
says of the message they come from."""

from dataclasses import dataclass
from datetime import datetime

from shared.people.permissions import Viewer, may_see_concerns, part_in_pair, require
from shared.platform.tables import find
from shared.safeguarding.actions import raise_once
from shared.safeguarding.concerns.choices import CHOICES, Choices
from shared.safeguarding.fields import Wrong
from shared.safeguarding.items import Concern, concern_key
from shared.safeguarding.raising.by_hand import Raised, raised
from shared.safeguarding.rules import CATEGORIES, SEVERITIES, NewConcern, read_words

from .acquaintances import kept_from
from .items import Message, Pair, message_key, pair_key
from .rules import spans_of
from .steps import load_message, load_pair
from .views import record_conversation_read

LONGEST_EXCERPT = 280
"""Characters of a message that are shown again beside a worry about it."""


@dataclass(frozen=True)
class MessageConcernForm:
    """A message that somebody on the staff is worried about."""

    pair_id: str
    message_id: str
    programme_id: str
    programme_name: str
    writer_role: str
    writer_name: str
    mentee_name: str
    mentor_name: str
    text: str
    written_at: datetime
    concern_id: str
    """The concern that the filter raised about it, where there is one that the viewer may see."""
    choices: Choices = CHOICES


def concern_form(viewer: Viewer, pair_id: str, message_id: str, *, now: datetime) -> MessageConcernForm:
    """Three GetItems at most, and one write when it is recorded that the viewer reads it. Raises NotFound
    when they do not do so as staff."""
    pair, message = _readable(viewer, pair_id, message_id)
    record_conversation_read(viewer, pair, now=now)
    known = find(Concern, *concern_key(message.concern_id)) if message.concern_id else None
    by_mentor = message.sender_id == pair.mentor_id
    return MessageConcernForm(
        pair_id=pair_id,
        message_id=message_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        writer_role="mentor" if by_mentor else "mentee",
        writer_name=pair.name_of(message.sender_id),
        mentee_name=pair.mentee_name,
        mentor_name=pair.mentor_name,
        text=message.text,
        written_at=message.changed_at or message.written_at,
        concern_id=known.concern_id if known and viewer.person_id not in known.hidden_from else "",
    )


def _readable(viewer: Viewer, pair_id: str, message_id: str) -> tuple[Pair, Message]:
    pair = load_pair(pair_id)
    require(_part(viewer, pair) == "staff" and may_see_concerns(viewer, pair.programme_id))
    return pair, load_message(pair_id, message_id)


def _part(viewer: Viewer, pair: Pair) -> str:
    return part_in_pair(
        viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
    )


def raise_about_message(
    viewer: Viewer,
    pair_id: str,
    message_id: str,
    *,
    about: str,
    category: str,
    severity: str,
    reason: str,
    key: str,
    now: datetime,
) -> Raised:
    """Raises a concern about the mentee or the mentor of the pair, with its alerts. The same form sent again
    is the same concern. Raises Invalid naming every field that needs another look, and NotFound."""
    pair, message = _readable(viewer, pair_id, message_id)
    wrong = Wrong()
    words = wrong.read(read_words, reason, field="words") or ""
    for name, value, choices, sentence in (
        ("about", about, ("mentee", "mentor"), "Please choose whom it is about."),
        ("category", category, CATEGORIES, "Please choose what it is about."),
        ("severity", severity, SEVERITIES[1:], "Please choose how urgent it is."),
    ):
        if value not in choices:
            wrong.add(sentence, name)
    wrong.none()
    new = NewConcern(
        cause=("staff", pair_id, message_id, viewer.person_id, key),
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        about_id=pair.mentor_id if about == "mentor" else pair.mentee_id,
        about_name=pair.mentor_name if about == "mentor" else pair.mentee_name,
        raised_by=viewer.person_id,
        by_staff=True,
        raised_by_name=viewer.name,
        category=category,
        severity=severity,
        words=message.text,
        spans=spans_of(message.findings or ()),
        pair_id=pair_id,
        message_id=message_id,
        kept_from=kept_from(pair),
        reason=words,
    )
    raise_once(new, now=now)
    return raised(viewer, new)


def excerpt_of(viewer: Viewer, pair_id: str, message_id: str) -> str:
    """The beginning of a message that the viewer can see as mentor or mentee; empty when there is none, since
    nobody with a worry meets a page that is not there."""
    pair = find(Pair, *pair_key(pair_id)) if pair_id and message_id else None
    message = find(Message, *message_key(pair_id, message_id)) if pair else None
    if pair is None or message is None or _part(viewer, pair) not in ("mentor", "mentee"):
        return ""
    if message.state != "delivered" and message.sender_id != viewer.person_id:
        return ""
    text = " ".join(message.text.split())
    return text if len(text) <= LONGEST_EXCERPT else f"{text[: LONGEST_EXCERPT - 1].rstrip()}…"
