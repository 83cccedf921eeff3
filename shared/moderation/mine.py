"""What a moderator has decided today, and what can still be taken back of it."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import cast

from shared.people.permissions import Viewer, may_moderate, programme_name, require
from shared.platform.clock import LONDON, order

from .items import OwnDecision, own_decisions_key
from .rules import UNDO_WITHIN, What

MOST_LISTED = 200


@dataclass(frozen=True)
class MyDecision:
    """One decision of the viewer's."""

    pair_id: str
    message_id: str
    wording: int
    what: What
    decided_at: datetime
    severity: str
    writer_name: str
    writer_first_name: str
    reader_name: str
    is_undone: bool
    undo_until: datetime | None
    """Until when it can be taken back; none when it cannot, or not any more."""


@dataclass(frozen=True)
class MyDecisions:
    """What the viewer decided today in one programme, the latest first."""

    programme_id: str
    programme_name: str
    since: datetime
    decisions: tuple[MyDecision, ...]
    has_more: bool
    """There are earlier ones of today that are not listed."""


def my_decisions(viewer: Viewer, programme_id: str, *, now: datetime) -> MyDecisions:
    """Since midnight in the United Kingdom: one Query. Raises NotFound for those who do not moderate the
    programme."""
    require(may_moderate(viewer, programme_id))
    midnight = datetime.combine(now.astimezone(LONDON).date(), time(), tzinfo=LONDON)
    found = OwnDecision.query(
        own_decisions_key(viewer.person_id, programme_id),
        OwnDecision.sk >= order(midnight),
        consistent_read=True,
        scan_index_forward=False,
        limit=MOST_LISTED + 1,
        page_size=MOST_LISTED + 1,
    )
    listed = [one for one in found if isinstance(one, OwnDecision)]
    return MyDecisions(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        since=midnight.astimezone(now.tzinfo),
        decisions=tuple(as_value(one, now=now) for one in listed[:MOST_LISTED]),
        has_more=len(listed) > MOST_LISTED,
    )


def as_value(own: OwnDecision, *, now: datetime) -> MyDecision:
    """A stored decision as its moderator sees it."""
    until = own.decided_at + UNDO_WITHIN
    can_be_undone = own.what == "returned" and own.undone_at is None and now < until
    return MyDecision(
        pair_id=own.pair_id,
        message_id=own.message_id,
        wording=int(own.round),
        what=cast(What, own.what),
        decided_at=own.decided_at,
        severity=own.severity,
        writer_name=own.writer_name,
        writer_first_name=own.writer_first_name,
        reader_name=own.reader_name,
        is_undone=own.undone_at is not None,
        undo_until=until if can_be_undone else None,
    )
