"""What the pages about worries and concerns show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.people.permissions import Viewer, may_see_concerns, require
from shared.platform.errors import NotFound
from shared.platform.tables import SafeguardingItem

from .answering import may_see, record_seen
from .items import Concern, Entry, concern_key, concerns_listing
from .marking import Segment, category_words, segments
from .reporting import ABOUT_ME, ABOUT_SOMEONE_ELSE, Acquaintance, programmes_of
from .rules import SEEN_AGAIN_AFTER

MOST_LISTED = 200


@dataclass(frozen=True)
class Choice:
    """One of several answers to a question."""

    value: str
    words: str


@dataclass(frozen=True)
class ConcernRow:
    """A concern in the list."""

    concern_id: str
    reference: str
    about_name: str
    category: str
    severity: str
    state: str
    raised_at: datetime
    answer_by: datetime | None
    acknowledged_by_name: str


@dataclass(frozen=True)
class ConcernList:
    """A programme's concerns: those nobody has answered first, then most severe, then oldest."""

    programme_id: str
    programme_name: str
    concerns: tuple[ConcernRow, ...]


@dataclass(frozen=True)
class Line:
    """One line of a chronology, oldest first."""

    at: datetime
    who: str
    what: str
    why: str


@dataclass(frozen=True)
class ConcernPage:
    """Who, what was written, what has been done."""

    concern_id: str
    reference: str
    programme_id: str
    programme_name: str
    about_name: str
    raised_by_name: str
    category: str
    severity: str
    state: str
    raised_at: datetime
    answer_by: datetime | None
    """When it is passed on to the next person, while nobody has answered."""
    words: tuple[Segment, ...]
    pair_id: str
    message_id: str
    acknowledged_by_name: str
    acknowledged_at: datetime | None
    is_mine: bool
    """The viewer is the one dealing with it."""
    chronology: tuple[Line, ...]


@dataclass(frozen=True)
class WorryForm:
    """What is asked of somebody who reports a worry."""

    pair_id: str
    about: tuple[Choice, ...]
    programmes: tuple[Choice, ...]
    """Empty when there is nothing to choose."""


def worry_form(viewer: Viewer, acquaintances: Sequence[Acquaintance], *, pair_id: str = "") -> WorryForm:
    """The choices that this person has. An unknown pair is left out rather than refused: nobody with a worry
    meets a page that is not there."""
    known = [one for one in acquaintances if one.pair_id == pair_id]
    programmes = programmes_of(viewer)
    ask_programme = len(programmes) > 1 and not known
    return WorryForm(
        pair_id=pair_id if known else "",
        about=(
            Choice(ABOUT_ME, "Me"),
            *(Choice(one.pair_id, one.first_name) for one in known or acquaintances),
            Choice(ABOUT_SOMEONE_ELSE, "Somebody else"),
        ),
        programmes=tuple(Choice(one.programme_id, one.programme_name) for one in programmes)
        if ask_programme
        else (),
    )


def open_concerns(viewer: Viewer, programme_id: str) -> ConcernList:
    """The programme's concerns that are not closed, as far as the viewer may see them: one Query."""
    require(may_see_concerns(viewer, programme_id))
    listed = Concern.by_listing.query(concerns_listing(programme_id, "open"), limit=MOST_LISTED)
    names = [one.programme_name for one in viewer.memberships if one.programme_id == programme_id]
    return ConcernList(
        programme_id=programme_id,
        programme_name=names[0],
        concerns=tuple(_row(item) for item in listed if isinstance(item, Concern) and may_see(viewer, item)),
    )


def _row(concern: Concern) -> ConcernRow:
    return ConcernRow(
        concern_id=concern.concern_id,
        reference=concern.reference,
        about_name=concern.about_name,
        category=category_words(concern.category),
        severity=concern.severity,
        state=concern.state,
        raised_at=concern.raised_at,
        answer_by=concern.answer_by,
        acknowledged_by_name=concern.acknowledged_by_name or "",
    )


def concern_page(viewer: Viewer, concern_id: str, *, now: datetime) -> ConcernPage:
    """The concern and its chronology: one Query, and one write when it is recorded that the viewer saw it.
    Raises NotFound when there is none that the viewer may see."""
    pk, _ = concern_key(concern_id)
    items = list(SafeguardingItem.query(pk, consistent_read=True))
    concern = next((item for item in items if isinstance(item, Concern)), None)
    if concern is None:
        raise NotFound
    require(may_see(viewer, concern))
    entries = [item for item in items if isinstance(item, Entry)]
    if not _seen_lately(entries, viewer, now):
        entries.append(record_seen(viewer, concern, now=now))
    return _page(viewer, concern, entries)


def _seen_lately(entries: Iterable[Entry], viewer: Viewer, now: datetime) -> bool:
    return any(
        one.what == "seen" and one.by_id == viewer.person_id and one.at > now - SEEN_AGAIN_AFTER
        for one in entries
    )


def _page(viewer: Viewer, concern: Concern, entries: list[Entry]) -> ConcernPage:
    row = _row(concern)
    return ConcernPage(
        concern_id=row.concern_id,
        reference=row.reference,
        programme_id=concern.programme_id,
        programme_name=concern.programme_name,
        about_name=row.about_name,
        raised_by_name=concern.raised_by_name,
        category=row.category,
        severity=row.severity,
        state=row.state,
        raised_at=row.raised_at,
        answer_by=row.answer_by,
        words=segments(concern.words, concern.spans),
        pair_id=concern.pair_id or "",
        message_id=concern.message_id or "",
        acknowledged_by_name=row.acknowledged_by_name,
        acknowledged_at=concern.acknowledged_at,
        is_mine=concern.acknowledged_by == viewer.person_id,
        chronology=tuple(_line(one) for one in sorted(entries, key=lambda one: (one.at, one.sk))),
    )


def _line(entry: Entry) -> Line:
    if entry.what in ("told", "passed_on", "moved_on") and not entry.note:
        return Line(entry.at, "", "Nobody on the staff could be told. Those who run the site were.", "")
    return Line(entry.at, entry.by_name or "", _WORDS[entry.what], entry.note or "")


_WORDS = {
    "raised": "Raised",
    "told": "Told by e-mail",
    "not_told": "The e-mail did not reach them",
    "passed_on": "Nobody had answered, so the next were told",
    "moved_on": "No e-mail reached them, so the next were told at once",
    "acknowledged": "Is dealing with this",
    "seen": "Looked at this",
    "note": "Noted",
}
