"""The draws of spot checks: which there were, and each drawn again from what is stored."""

from dataclasses import dataclass
from datetime import datetime

from shared.conversations.acquaintances import own_pairs
from shared.people.permissions import Viewer, may_moderate, programme_name, require
from shared.platform.errors import NotFound
from shared.platform.tables import SafeguardingItem

from .drawing import drawn_again
from .items import (
    Draw,
    FrameChunk,
    draw_key,
    draws_listing,
    frame_prefix,
)

MOST_DRAWS = 52


@dataclass(frozen=True)
class DrawRow:
    """A draw in the list of draws."""

    draw_id: str
    of: str
    cohort_name: str
    week: str
    drawn_at: datetime
    frame_size: int
    drawn: int


@dataclass(frozen=True)
class Draws:
    """A programme's latest draws, newest first."""

    programme_id: str
    programme_name: str
    draws: tuple[DrawRow, ...]


@dataclass(frozen=True)
class DrawPage:
    """One draw, with all that it was made from, drawn again."""

    programme_id: str
    programme_name: str
    draw: DrawRow
    is_open: bool
    """Whether the viewer may know what was drawn. Whoever writes in a conversation themselves may not, seed
    and all: they could tell whether it is read, and which of its messages were decided on."""
    seed: str
    share: str
    weeks_left: int | None
    is_the_same: bool
    """Whether drawing again from what is stored gives what was drawn."""
    frame: tuple[str, ...]
    drawn: tuple[str, ...]


def draws(viewer: Viewer, programme_id: str) -> Draws:
    """The programme's latest draws: one Query."""
    require(may_moderate(viewer, programme_id))
    found = Draw.by_listing.query(
        draws_listing(programme_id), scan_index_forward=False, limit=MOST_DRAWS, page_size=MOST_DRAWS
    )
    rows = tuple(_draw_row(one) for one in found if isinstance(one, Draw))
    return Draws(programme_id, programme_name(viewer, programme_id), rows)


def _draw_row(made: Draw) -> DrawRow:
    return DrawRow(
        made.draw_id,
        made.of,
        made.cohort_name or "",
        made.week,
        made.drawn_at,
        int(made.frame_size),
        len(made.drawn),
    )


def draw_page(viewer: Viewer, draw_id: str) -> DrawPage:
    """A draw, drawn again from what is stored: two Queries, of which for a frame beyond some 20,000
    conversations DynamoDB answers one in several pages. Raises NotFound for who reads no conversations."""
    pk, sk = draw_key(draw_id)
    items = list(SafeguardingItem.query(pk))
    made = next((one for one in items if isinstance(one, Draw) and one.sk == sk), None)
    if made is None:
        raise NotFound
    require(may_moderate(viewer, made.programme_id))
    prefix = frame_prefix(made.seed)
    chunks = [one for one in items if isinstance(one, FrameChunk) and one.sk.startswith(prefix)]
    is_open = not own_pairs(viewer)
    frame = tuple(one for chunk in chunks for one in (*chunk.unread, *chunk.read))
    return DrawPage(
        programme_id=made.programme_id,
        programme_name=programme_name(viewer, made.programme_id),
        draw=_draw_row(made),
        is_open=is_open,
        seed=made.seed if is_open else "",
        share=made.share,
        weeks_left=int(made.weeks_left) if made.weeks_left is not None else None,
        is_the_same=drawn_again(made, chunks) == tuple(made.drawn) and len(chunks) == int(made.chunks),
        frame=frame if is_open else (),
        drawn=tuple(made.drawn) if is_open else (),
    )
