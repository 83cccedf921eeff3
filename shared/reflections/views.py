"""What the pages of diaries and logbooks show, and to whom."""

import re
from dataclasses import dataclass
from datetime import datetime

from shared.audit.actions import record_reading
from shared.conversations.items import Pair
from shared.conversations.programme_rules import programme_or_none
from shared.conversations.steps import load_pair
from shared.conversations.views import part_or_staff
from shared.people.permissions import Viewer, may_moderate, require
from shared.platform.errors import BrokenLink, NotFound
from shared.safeguarding.help import Helper, help_of

from .items import Reflection, reflections_listing
from .rules import questions_for

PAGE = 20
PLACE = re.compile(r"[0-9TZ:.\-]{10,40}#[0-9a-z]{1,64}")


@dataclass(frozen=True)
class EntryView:
    """One entry."""

    id: str
    text: str
    at: datetime
    has_concern: bool
    """For staff: whether a concern was raised with it. Its author is not told so here."""


@dataclass(frozen=True)
class ReflectionsView:
    """A page of somebody's diary or logbook, the newest entry first."""

    pair_id: str
    programme_id: str
    programme_name: str
    title: str
    whose: str
    """`mentee` or `mentor`."""
    name: str
    """Of whose it is, for staff; empty for themselves."""
    questions: tuple[str, ...]
    entries: tuple[EntryView, ...]
    older: str
    """The `before` of the page of older entries; empty on the last."""
    may_write: bool
    help_now: tuple[Helper, ...]
    """Where help is to be had at once, after somebody wrote of a worry of their own."""


def reflections(
    viewer: Viewer, pair_id: str, whose: str = "", *, before: str = "", worried: bool = False, now: datetime
) -> ReflectionsView:
    """One's own; for staff those of the `mentor` or the `mentee`, which is recorded first. Two GetItems and
    one Query. Raises NotFound for everybody else, and where there is neither."""
    pair = load_pair(pair_id)
    part = part_or_staff(viewer, pair)
    side = part if part != "staff" else whose
    require(side in ("mentor", "mentee") and (not whose or side == whose))
    programme = programme_or_none(pair.programme_id)
    questions = questions_for(programme.policy.relationship, side) if programme else []
    if programme is not None and not questions:
        raise NotFound
    if part == "staff":
        require(may_moderate(viewer, pair.programme_id))
        _record(viewer, pair, now)
    author = pair.mentor_id if side == "mentor" else pair.mentee_id
    found = _page(pair_id, author, before)
    return ReflectionsView(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        title=_title(side, pair, part),
        whose=side,
        name=pair.name_of(author) if part == "staff" else "",
        questions=tuple(questions),
        entries=tuple(
            EntryView(one.entry_id, one.text, one.written_at, part == "staff" and bool(one.concern_id))
            for one in found[:PAGE]
        ),
        older=str(found[PAGE - 1].listing_order) if len(found) > PAGE else "",
        may_write=part != "staff" and not before,
        help_now=help_of(programme.policy) if worried and programme and part == "mentee" else (),
    )


def _title(side: str, pair: Pair, part: str) -> str:
    what = "diary" if side == "mentee" else "logbook"
    if part != "staff":
        return f"Your {what}"
    name = pair.mentee_name if side == "mentee" else pair.mentor_name
    return f"{name}’s {what}"


def _record(viewer: Viewer, pair: Pair, now: datetime) -> None:
    record_reading(
        pair.programme_id,
        "read_reflections",
        f"pair:{pair.pair_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
        hidden_from=pair.ids,
    )


def _page(pair_id: str, author_id: str, before: str) -> list[Reflection]:
    """One entry more than a page, newest first."""
    if before and not PLACE.fullmatch(before):
        raise BrokenLink
    found = Reflection.by_listing.query(
        reflections_listing(pair_id, author_id),
        Reflection.listing_order < before if before else None,
        scan_index_forward=False,
        limit=PAGE + 1,
        page_size=PAGE + 1,
    )
    return [one for one in found if isinstance(one, Reflection)]
