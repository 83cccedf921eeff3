"""The library for staff: what there is, writing a piece, wording one anew, taking one out."""

from typing import Annotated, Literal

from pydantic import Field

from shared.platform.errors import NotFound
from shared.resources.editing import Written, add_piece, change_piece, show_or_take_out
from shared.resources.staff_views import (
    PieceForm,
    PiecePreview,
    StaffLibrary,
    StaffPiece,
    change_form,
    new_form,
    preview,
    staff_library,
    staff_piece,
)

from .access import STAFF_ONLY
from .forms import Given
from .request import Request
from .respond import Again, Done
from .routing import Area

area = Area(__name__)

LIBRARY = "/programmes/{programme_id}/library"
PIECE = LIBRARY + "/{resource_id}"
Line = Annotated[str, Field(max_length=300)]


class Piece(Given):
    """A piece of the library."""

    title: str
    summary: str = Field(description="What it is about, in a sentence.")
    text: str = Field(description="Markdown, without HTML and pictures.")
    audience: Literal["mentee", "mentor", "both"] = "both"
    checked_on: Line = Field("", description="When its facts were last checked, as in 2026-11-30.")
    tags: list[Line] = Field(default=[], max_length=60, description="Topics, of those in the policy.")
    strands: list[Line] = Field(default=[], max_length=60, description="Ids of strands; all where empty.")
    helplines: list[Line] = Field(default=[], max_length=60, description="Ids of places to turn to.")
    key: str = Field("", max_length=100)

    @property
    def written(self) -> Written:
        return Written(
            title=self.title,
            summary=self.summary,
            text=self.text,
            audience=self.audience,
            checked_on=self.checked_on,
            tags=self.tags,
            strands=self.strands,
            helplines=self.helplines,
        )


class PieceAnew(Piece):
    """A piece in other words. `wording` is how many there were of it when the page was opened."""

    wording: int = Field(ge=0)


class Shown(Given):
    """Whether mentees and mentors see a piece."""

    shown: Literal["yes", "no"]


@area.get(LIBRARY, who=STAFF_ONLY, page="resources/staff_library.html", gives=StaffLibrary)
def show_all(request: Request, programme_id: str) -> StaffLibrary:
    """The programme's whole library: its own pieces, and the common ones of its topics."""
    return staff_library(request.me, programme_id, now=request.now)


@area.get(LIBRARY + "/new", who=STAFF_ONLY, page="resources/write.html", gives=PieceForm)
def before_adding(request: Request, programme_id: str) -> PieceForm:
    """Where a new piece is written."""
    return new_form(request.me, programme_id, now=request.now)


@area.post(LIBRARY + "/preview", who=STAFF_ONLY, takes=Piece, gives=PiecePreview, again=before_adding)
def preview_new(request: Request, given: Piece, programme_id: str) -> Again:
    """Shows how a new piece would look. Nothing is stored."""
    return Again(preview(request.me, programme_id, given.written, now=request.now))


@area.post(LIBRARY, who=STAFF_ONLY, takes=Piece, gives=StaffPiece, again=before_adding)
def add(request: Request, given: Piece, programme_id: str) -> Done:
    """Puts a new piece into the library."""
    made = add_piece(request.me, programme_id, given.written, key=given.key, now=request.now)
    place = PIECE.format(programme_id=programme_id, resource_id=made)
    return Done(place, staff_piece(request.me, programme_id, made, now=request.now), created=True)


@area.get(
    PIECE,
    who=STAFF_ONLY,
    page="resources/staff_piece.html",
    gives=StaffPiece,
    asks={"version": "The number of an earlier wording."},
)
def show_one(request: Request, programme_id: str, resource_id: str) -> StaffPiece:
    """A piece as mentees and mentors read it, and its versions."""
    version = request.query.get("version")
    number = _number(version) if version else None
    return staff_piece(request.me, programme_id, resource_id, version=number, now=request.now)


def _number(text: str) -> int:
    """Raises NotFound for what no version is called."""
    if not (text.isdecimal() and len(text) <= 6):
        raise NotFound
    return int(text)


@area.get(PIECE + "/change", who=STAFF_ONLY, page="resources/write.html", gives=PieceForm)
def before_changing(request: Request, programme_id: str, resource_id: str) -> PieceForm:
    """Where a piece is worded anew."""
    return change_form(request.me, programme_id, resource_id, now=request.now)


@area.post(PIECE + "/preview", who=STAFF_ONLY, takes=PieceAnew, gives=PiecePreview, again=before_changing)
def preview_change(request: Request, given: PieceAnew, programme_id: str, resource_id: str) -> Again:
    """Shows how a piece would look in other words. Nothing is stored."""
    shown = preview(request.me, programme_id, given.written, resource_id=resource_id, now=request.now)
    return Again(shown)


@area.post(PIECE + "/change", who=STAFF_ONLY, takes=PieceAnew, gives=StaffPiece, again=before_changing)
def change(request: Request, given: PieceAnew, programme_id: str, resource_id: str) -> Done:
    """Words a piece anew. The earlier wording is kept."""
    change_piece(request.me, programme_id, resource_id, given.written, wording=given.wording, now=request.now)
    return _done(request, programme_id, resource_id)


@area.post(PIECE + "/shown", who=STAFF_ONLY, takes=Shown, gives=StaffPiece, again=show_one)
def take_out(request: Request, given: Shown, programme_id: str, resource_id: str) -> Done:
    """Takes a piece out of the library, or puts it back."""
    show_or_take_out(request.me, programme_id, resource_id, is_shown=given.shown == "yes", now=request.now)
    return _done(request, programme_id, resource_id)


def _done(request: Request, programme_id: str, resource_id: str) -> Done:
    place = PIECE.format(programme_id=programme_id, resource_id=resource_id)
    return Done(place, staff_piece(request.me, programme_id, resource_id, now=request.now))
