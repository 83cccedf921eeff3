"""A mentor points their mentee to a piece of the library.

It goes as a message: the mentor's own words, or ours where they write none, are checked like any other, and
the piece goes along as a card. The card's words are the library's, so no rule ever reads them.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.conversations.actions import (
    message_id_of,
    new_message,
    part_in,
    require_going_on,
    store_once,
    text_to_send,
)
from shared.conversations.agreement import require_agreed
from shared.conversations.items import Message, Pair, Shared
from shared.conversations.sharing import all_shared, carried_by, carry, is_visible, new_shared, save_new
from shared.conversations.steps import load_pair
from shared.conversations.views import other_name, part_or_staff, record_conversation_read
from shared.people.items import Membership, membership_key
from shared.people.permissions import Role, Viewer, require
from shared.platform.errors import Conflict
from shared.platform.ids import derived_id
from shared.platform.tables import DirectoryItem
from shared.programmes.items import programme_key
from shared.programmes.rules import strand_of

from .rules import About, can_be_suggested
from .shelf import Shelf, own_resources, programme_in, shown_to
from .views import Browse, PieceView, browse, piece_view

RESOURCE = "resource"
WITHOUT_WORDS = "I thought you might like to read this."
"""What is sent where a mentor writes nothing of their own."""
MOST_SUGGESTED = 60
ENOUGH = f"You have suggested {MOST_SUGGESTED} pieces here already. Please write about one of those instead."


@dataclass(frozen=True)
class SuggestView:
    """What a mentor can point their mentee to."""

    pair_id: str
    programme_id: str
    other_name: str
    strand: str
    browse: Browse


@dataclass(frozen=True)
class SuggestPiece:
    """One piece, about to be suggested."""

    pair_id: str
    programme_id: str
    other_name: str
    piece: PieceView
    without_words: str


@dataclass(frozen=True)
class Suggested:
    """A piece that was suggested."""

    resource_id: str
    title: str
    minutes: int
    text: str
    at: datetime
    is_delivered: bool
    is_dropped: bool


@dataclass(frozen=True)
class SuggestionsView:
    """What was suggested between two people, newest first."""

    pair_id: str
    programme_id: str
    part: str
    other_name: str
    suggested: tuple[Suggested, ...]
    may_suggest: bool


def suggestions(viewer: Viewer, pair_id: str, *, now: datetime) -> SuggestionsView:
    """A GetItem and a Query; that staff read it is recorded first. Raises NotFound."""
    pair = load_pair(pair_id)
    part = part_or_staff(viewer, pair)
    if part == "staff":
        record_conversation_read(viewer, pair, now=now)
    found = [
        one for one in all_shared(pair_id, RESOURCE) if part == "staff" or is_visible(one, viewer.person_id)
    ]
    return SuggestionsView(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        part=part,
        other_name=other_name(pair, part),
        suggested=tuple(_suggested(one) for one in reversed(found)),
        may_suggest=part == "mentor" and pair.status == "active",
    )


def _suggested(item: Shared) -> Suggested:
    card = item.details or {}
    return Suggested(
        resource_id=str(card.get("resource_id", "")),
        title=str(card.get("title", "")),
        minutes=int(card.get("minutes", 1)),
        text=item.text or "",
        at=item.made_at,
        is_delivered=item.shown_at is not None,
        is_dropped=item.state == "dropped",
    )


def suggest_page(viewer: Viewer, pair_id: str, *, find: str = "", topic: str = "") -> SuggestView:
    """What can be suggested, the mentee's strand first: a GetItem, a BatchGetItem and a Query. Raises
    NotFound for everybody but the mentor."""
    pair, shelf = _shelf_for(viewer, pair_id)
    return SuggestView(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        other_name=pair.mentee_first_name,
        strand=shelf.strand.name if shelf.strand else "",
        browse=browse(shelf, find=find, topic=topic),
    )


def suggest_piece_page(viewer: Viewer, pair_id: str, resource_id: str) -> SuggestPiece:
    """As `suggest_page`, and one Query for a piece of the programme's own. Raises NotFound."""
    pair, shelf = _shelf_for(viewer, pair_id)
    return SuggestPiece(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        other_name=pair.mentee_first_name,
        piece=piece_view(shelf, resource_id),
        without_words=WITHOUT_WORDS,
    )


def suggest(
    viewer: Viewer, pair_id: str, resource_id: str, *, words: str, key: str, now: datetime
) -> Message:
    """Sends the piece with the mentor's words. `key` is the form's: sent again, it is stored once.

    Raises NotFound for everybody but the mentor and for what the mentee may not read, Invalid for words that
    cannot be sent, and Conflict where nothing can be written.
    """
    pair, shelf = _shelf_for(viewer, pair_id)
    about = shelf.piece(resource_id)
    require_agreed(pair, "mentor", shelf.programme.policy)
    require_going_on(pair, now)
    text = text_to_send(words if words.strip() else WITHOUT_WORDS)
    message_id = message_id_of(pair_id, viewer, key)
    item_id = derived_id(RESOURCE, message_id)
    there = all_shared(pair_id, RESOURCE)
    if len(there) >= MOST_SUGGESTED and item_id not in {one.item_id for one in there}:
        raise Conflict(ENOUGH, field="text", code="too_many")
    message = new_message(pair, "mentor", message_id, text, first_name=viewer.first_name, now=now)
    carry(message, RESOURCE, item_id)
    message.card = card_of(about)
    item = new_shared(
        pair, RESOURCE, item_id, by_id=viewer.person_id, by_role="mentor", state="suggested", now=now
    )
    item.details = card_of(about)
    item.thread_at = None  # the message shows it
    return store_once(
        message, by=viewer, now=now, also=lambda write: save_new(write, carried_by(message, item))
    )


def card_of(about: About) -> dict[str, str | int]:
    """What of a piece goes along with a message, as it is called when it is suggested."""
    return {"resource_id": about.resource_id, "title": about.title, "minutes": about.minutes}


def _shelf_for(viewer: Viewer, pair_id: str) -> tuple[Pair, Shelf]:
    """The pair, and what its mentee can read. Raises NotFound for everybody but its mentor."""
    pair = load_pair(pair_id)
    require(part_in(viewer, pair) == "mentor")
    keys = [
        programme_key(pair.programme_id),
        membership_key(pair.mentee_id, pair.programme_id, Role.MENTEE),
    ]
    items = list(DirectoryItem.batch_get(keys))
    programme = programme_in(items)
    answers = next((one.answers for one in items if isinstance(one, Membership)), None)
    strand = strand_of(programme.policy.eligibility.strands, answers)
    pieces = shown_to(Role.MENTEE, programme, own_resources(pair.programme_id), strand)
    return pair, Shelf(
        programme=programme,
        role=Role.MENTEE,
        pieces=tuple(one for one in pieces if can_be_suggested(one)),
        strand=strand,
        read=frozenset(),
    )
