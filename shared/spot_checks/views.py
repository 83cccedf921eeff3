"""What is to be spot-checked, or was, and what that has shown so far."""

import re
from dataclasses import dataclass
from datetime import datetime

from shared.people.permissions import Viewer, may_moderate, programme_name, require
from shared.platform.errors import BrokenLink
from shared.platform.tables import ListingIndex

from .items import (
    COHORT_TALLY,
    DECISIONS_TALLY,
    OF_CONVERSATIONS,
    SpotCheck,
    Tally,
    spot_checks_listing,
    tally_key,
)
from .rules import Agreement

MOST_LISTED = 50
READ_AT_ONCE = 200
PLACE = re.compile(r"[0-9A-Za-z#:.\-]{1,200}")


@dataclass(frozen=True)
class CheckRow:
    """A spot check in a list."""

    check_id: str
    of: str
    title: str
    week: str
    done_by_name: str
    done_at: datetime | None

    @property
    def page(self) -> str:
        return f"/{'spot' if self.of == OF_CONVERSATIONS else 'decision'}-checks/{self.check_id}"


@dataclass(frozen=True)
class Coverage:
    """How much of a cohort has been read."""

    name: str
    pairs: int
    """Conversations in which something had been delivered by the last draw."""
    read: int
    """Those read at least once."""
    missed: int
    """Messages that the filter should have held."""


@dataclass(frozen=True)
class SpotChecks:
    """What is to be read, or was, and what that has shown so far."""

    programme_id: str
    programme_name: str
    state: str
    """`open` or `done`."""
    checks: tuple[CheckRow, ...]
    next: str
    """The `after` of the next page; empty on the last."""
    is_first: bool
    coverage: tuple[Coverage, ...]
    agreement: Agreement
    agreement_share: int | None


def spot_checks(viewer: Viewer, programme_id: str, *, state: str = "open", after: str = "") -> SpotChecks:
    """What is to be read, or was, after the place `after`: two Queries. What is not the viewer's to do is
    left out by the query, so that it takes up no room. Raises NotFound for who reads no conversations, and
    Invalid for a place that is none."""
    require(may_moderate(viewer, programme_id))
    if after and not PLACE.fullmatch(after):
        raise BrokenLink
    found = _listed(viewer, programme_id, state, after)
    tallies = list(Tally.query(tally_key(programme_id, "")[0]))
    agreement = next((_agreement(one) for one in tallies if one.sk == DECISIONS_TALLY), Agreement())
    return SpotChecks(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        state=state,
        checks=tuple(_row(one) for one in found[:MOST_LISTED]),
        next=str(found[MOST_LISTED - 1].listing_order) if len(found) > MOST_LISTED else "",
        is_first=not after,
        coverage=tuple(_coverage(one) for one in tallies if one.sk.startswith(COHORT_TALLY)),
        agreement=agreement,
        agreement_share=agreement.share,
    )


def checks_to_do(viewer: Viewer, programme_id: str) -> tuple[tuple[CheckRow, ...], bool]:
    """What the viewer can read of what was drawn, and whether there is more of it: one Query."""
    require(may_moderate(viewer, programme_id))
    found = _listed(viewer, programme_id, "open", "")
    return tuple(_row(one) for one in found[:MOST_LISTED]), len(found) > MOST_LISTED


def _listed(viewer: Viewer, programme_id: str, state: str, after: str) -> list[SpotCheck]:
    """Those of a page that the viewer may do, the latest done first, and one more where there are more."""
    newest_first = state == "done"
    order = ListingIndex.listing_order
    beyond = None
    if after:
        beyond = order < after if newest_first else order > after
    not_ours = (
        (SpotCheck.mentor_id != viewer.person_id)
        & (SpotCheck.mentee_id != viewer.person_id)
        & ~(SpotCheck.decided_by == viewer.person_id)
    )
    found = SpotCheck.by_listing.query(
        spot_checks_listing(programme_id, state),
        beyond,
        filter_condition=not_ours,
        scan_index_forward=not newest_first,
        limit=MOST_LISTED + 1,
        page_size=READ_AT_ONCE,
    )
    return [one for one in found if isinstance(one, SpotCheck)]


def _row(check: SpotCheck) -> CheckRow:
    return CheckRow(
        check.check_id, check.of, check.title, check.week, check.done_by_name or "", check.done_at
    )


def _agreement(tally: Tally) -> Agreement:
    return Agreement(int(tally.read_pairs or 0), int(tally.agreed or 0))


def _coverage(tally: Tally) -> Coverage:
    read, missed = int(tally.read_pairs or 0), int(tally.missed or 0)
    # Of conversations that ended since, more may have been read than the last draw found.
    return Coverage(tally.name or "", max(int(tally.pairs or 0), read), read, missed)
