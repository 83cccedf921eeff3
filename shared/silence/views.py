"""What the page about mentees who went silent shows."""

from dataclasses import dataclass
from datetime import datetime

from shared.people.permissions import Viewer, may_moderate, programme_name, require

from .actions import load_silence
from .items import Silence, silences_listing

MOST_LISTED = 100


@dataclass(frozen=True)
class SilenceRow:
    """A mentee who has written nothing since something happened."""

    person_id: str
    name: str
    pair_id: str
    since: datetime
    after: str
    """`held` or `concern`."""


@dataclass(frozen=True)
class Silences:
    """The mentees of a programme who have gone quiet, the longest first."""

    programme_id: str
    programme_name: str
    mentees: tuple[SilenceRow, ...]
    has_more: bool


@dataclass(frozen=True)
class SilencePage:
    """One mentee's silence, and how it was seen to."""

    programme_id: str
    programme_name: str
    mentee: SilenceRow
    is_settled: bool
    settled_by_name: str
    """Nobody's when the mentee wrote again."""
    settled_at: datetime | None
    note: str


def silences(viewer: Viewer, programme_id: str) -> Silences:
    """Who has gone quiet, as far as the viewer may know of it: one Query. Raises NotFound for who reads no
    conversations."""
    require(may_moderate(viewer, programme_id))
    # What is kept from the viewer takes up no room, and no number tells of it. The list is kept as JSON, in
    # which `contains` finds a person_id with its quotation marks.
    query = Silence.by_listing.query(
        silences_listing(programme_id),
        filter_condition=~Silence.hidden_from.contains(viewer.person_id),
        limit=MOST_LISTED + 1,
    )
    found = [one for one in query if isinstance(one, Silence)]
    mentees = tuple(_row(one) for one in found[:MOST_LISTED])
    name = programme_name(viewer, programme_id)
    return Silences(programme_id, name, mentees, has_more=len(found) > MOST_LISTED)


def _row(one: Silence) -> SilenceRow:
    return SilenceRow(one.person_id, one.name, one.pair_id, one.since, one.after)


def silence_of(viewer: Viewer, programme_id: str, person_id: str) -> SilencePage:
    """One mentee's silence: one GetItem. Raises NotFound when there is none that the viewer may know of."""
    found = load_silence(viewer, programme_id, person_id)
    return SilencePage(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        mentee=_row(found),
        is_settled=found.state != "open",
        settled_by_name=found.settled_by_name or "",
        settled_at=found.settled_at,
        note=found.note or "",
    )
