"""The library: what there is to read, for mentees and mentors."""

from typing import Literal

from shared.resources.marks import mark_read
from shared.resources.views import LibraryView, PieceView, library, piece

from .access import PARTICIPANT
from .forms import Given
from .request import Request
from .respond import Done
from .routing import Area

area = Area(__name__)

ASKS = {"find": "Words, each of which must be found.", "topic": "The `slug` of a topic."}


class Marked(Given):
    """Whether somebody has read it."""

    read: Literal["yes", "no"]


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
