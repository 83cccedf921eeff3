"""The library: what there is to read, for mentees and mentors."""

from typing import Literal

from pydantic import Field

from shared.conversations.views import Letter, own_letter
from shared.resources.marks import mark_read
from shared.resources.suggesting import (
    SuggestionsView,
    SuggestPiece,
    SuggestView,
    suggest,
    suggest_page,
    suggest_piece_page,
    suggestions,
)
from shared.resources.views import LibraryView, PieceView, library, piece

from .access import PARTICIPANT, SIGNED_IN
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

SUGGEST = "/pairs/{pair_id}/suggest"
ASKS = {"find": "Words, each of which must be found.", "topic": "The `slug` of a topic."}


class Marked(Given):
    """Whether somebody has read it."""

    read: Literal["yes", "no"]


class Suggestion(Given):
    """What a mentor writes with a piece. `key` is the form's own: sent again, one message is stored."""

    text: str = Field("", description="May be empty: then a sentence of ours goes with it.")
    key: str = Field(min_length=1, max_length=100)


@area.get("/library", who=PARTICIPANT, page="resources/library.html", gives=LibraryView, asks=ASKS)
def show_first(request: Request) -> LibraryView:
    """The library of the first programme that one takes part in."""
    return library(request.me, find=request.query.get("find", ""), topic=request.query.get("topic", ""))


@area.get(
    "/library/{programme_id}",
    who=PARTICIPANT,
    page="resources/library.html",
    gives=LibraryView,
    asks=ASKS,
)
def show_library(request: Request, programme_id: str) -> LibraryView:
    """A programme's library: the first pieces to read, those of a topic, or what a search finds."""
    return library(
        request.me,
        programme_id,
        find=request.query.get("find", ""),
        topic=request.query.get("topic", ""),
    )


@area.get(
    "/library/{programme_id}/{resource_id}",
    who=PARTICIPANT,
    page="resources/piece.html",
    gives=PieceView,
)
def show_piece(request: Request, programme_id: str, resource_id: str) -> PieceView:
    """A piece to be read."""
    return piece(request.me, programme_id, resource_id)


@area.post(
    "/library/{programme_id}/{resource_id}",
    who=PARTICIPANT,
    takes=Marked,
    gives=PieceView,
    again=show_piece,
)
def mark(request: Request, given: Marked, programme_id: str, resource_id: str) -> Done:
    """Marks a piece as read, or as not read. Only whoever does so sees it."""
    mark_read(request.me, programme_id, resource_id, is_read=given.read == "yes")
    return Done(f"/library/{programme_id}/{resource_id}#read", piece(request.me, programme_id, resource_id))


# ── Between two people ─────────────────────────────────────────────────────


@area.get(
    "/pairs/{pair_id}/suggestions", who=SIGNED_IN, page="resources/suggestions.html", gives=SuggestionsView
)
def show_suggestions(request: Request, pair_id: str) -> SuggestionsView:
    """What was suggested in a conversation, newest first."""
    return suggestions(request.me, pair_id, now=request.now)


@area.get(SUGGEST, who=PARTICIPANT, page="resources/suggest.html", gives=SuggestView, asks=ASKS)
def show_what_to_suggest(request: Request, pair_id: str) -> SuggestView:
    """What a mentor can point their mentee to."""
    find, topic = request.query.get("find", ""), request.query.get("topic", "")
    return suggest_page(request.me, pair_id, find=find, topic=topic)


@area.get(
    SUGGEST + "/{resource_id}", who=PARTICIPANT, page="resources/suggest_piece.html", gives=SuggestPiece
)
def show_one_to_suggest(request: Request, pair_id: str, resource_id: str) -> SuggestPiece:
    """A piece, and where a mentor writes what goes with it."""
    return suggest_piece_page(request.me, pair_id, resource_id)


@area.post(
    SUGGEST + "/{resource_id}", who=PARTICIPANT, takes=Suggestion, gives=Letter, again=show_one_to_suggest
)
def send_suggestion(request: Request, given: Suggestion, pair_id: str, resource_id: str) -> Done:
    """Suggests a piece to one's mentee. The words with it are checked like any message."""
    message = suggest(request.me, pair_id, resource_id, words=given.text, key=given.key, now=request.now)
    return Done(f"/pairs/{pair_id}#latest", own_letter(request.me, message), created=True)
