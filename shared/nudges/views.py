"""What the page about a programme's reminders shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.conversations.items import Pair, pair_key
from shared.conversations.watching import Watch, silent_listing
from shared.people.permissions import Viewer, may_moderate, programme_name, require
from shared.platform.clock import order

from .items import Nudged, nudged_listing
from .sides import last_in_touch, side_of

MOST_SILENT = 100
MOST_NUDGED = 100
NOT_SENT: dict[str, str] = {
    "written": "they have written since",
    "met": "the two have been in touch since",
    "ended": "the conversation has ended",
    "rests": "the conversation rests",
    "stopped": "they want no reminders any more",
}
"""Why somebody was not written to after whom was asked in quiet hours; see `asking.Gone`."""


@dataclass(frozen=True)
class SilentRow:
    """Two between whom nothing has passed for a while."""

    pair_id: str
    mentee_name: str
    mentor_name: str
    since: datetime
    waited_for: str
    """Name of who was written to last; empty where nobody has written yet."""


@dataclass(frozen=True)
class NudgedRow:
    """Somebody who was reminded."""

    pair_id: str
    name: str
    other_name: str
    what: tuple[str, ...]
    at: datetime
    by_name: str
    """Who of the staff did it; empty where it came by itself."""
    waits: bool
    """Whether it goes out only at `at`, when the quiet hours are over."""
    not_sent: str
    """Why it was not sent after all, in words; empty otherwise."""


@dataclass(frozen=True)
class NudgesPage:
    """The silent pairs of a programme, the longest silent first, and who was reminded lately."""

    programme_id: str
    programme_name: str
    silent: tuple[SilentRow, ...]
    has_more_silent: bool
    nudged: tuple[NudgedRow, ...]
    has_more_nudged: bool


def nudges_page(viewer: Viewer, programme_id: str) -> NudgesPage:
    """Two Queries, and a BatchGetItem for how it stands between the silent ones now. Raises NotFound for who
    reads no conversations. Nobody sees their own pairs here."""
    require(may_moderate(viewer, programme_id))
    silent, has_more = _silent(viewer, programme_id)
    theirs = (Nudged.person_id != viewer.person_id) & (Nudged.other_id != viewer.person_id)
    found = [
        one
        for one in Nudged.by_listing.query(
            nudged_listing(programme_id),
            filter_condition=theirs,
            scan_index_forward=False,
            limit=MOST_NUDGED + 1,
        )
        if isinstance(one, Nudged)
    ]
    return NudgesPage(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        silent=tuple(_silent_row(one) for one in silent),
        has_more_silent=has_more,
        nudged=tuple(_nudged_row(one) for one in found[:MOST_NUDGED]),
        has_more_nudged=len(found) > MOST_NUDGED,
    )


def _silent(viewer: Viewer, programme_id: str) -> tuple[Sequence[Pair], bool]:
    """Of those that were silent when they were last looked at, those that are so still."""
    listed = Watch.by_listing.query(silent_listing(programme_id), limit=MOST_SILENT)
    since = {one.pair_id: one.listing_order for one in listed if isinstance(one, Watch)}
    if not since:
        return (), False
    pairs = [
        one
        for one in Pair.batch_get([pair_key(pair_id) for pair_id in since])
        if one.status == "active"
        and viewer.person_id not in one.ids
        and str(since[one.pair_id]).startswith(order(last_in_touch(one)))
    ]
    return sorted(pairs, key=last_in_touch), len(since) == MOST_SILENT


def _silent_row(pair: Pair) -> SilentRow:
    waited_for = {"mentor": pair.mentee_name, "mentee": pair.mentor_name}
    side = side_of(pair, pair.last_sender_id)
    return SilentRow(
        pair_id=pair.pair_id,
        mentee_name=pair.mentee_name,
        mentor_name=pair.mentor_name,
        since=last_in_touch(pair),
        waited_for=waited_for[side] if side else "",
    )


def _nudged_row(one: Nudged) -> NudgedRow:
    return NudgedRow(
        pair_id=one.pair_id,
        name=one.name,
        other_name=one.other_name,
        what=tuple(one.what),
        at=datetime.fromisoformat(one.due_at) if one.due_at else one.at,
        by_name=one.by_name or "",
        waits=one.due is not None,
        not_sent=NOT_SENT.get(one.dropped or "", ""),
    )
