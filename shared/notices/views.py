"""What is to be seen of e-mails."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr

from shared.platform.clock import order
from shared.platform.settings import settings

from .items import UNDELIVERED, Notice, lane_due
from .rules import MUST_ARRIVE, SUBJECTS, UNSENT

LATE_AFTER = timedelta(minutes=3)
"""An alert should be accepted within seconds, and by the next sweep when a stream failed."""

SHOWN_FOR = timedelta(days=1)
"""How long an alert that did not arrive is counted as a fault of the service. Its concern stays open, and is
passed on, until a person answers."""


INVITATION_BEGINS = SUBJECTS["invitation"].partition(" {")[0]
"""How the subject of an invitation begins, for whoever looks for it."""


def our_address() -> str:
    """Where our e-mails come from."""
    return parseaddr(settings().mail_from)[1]


@dataclass(frozen=True)
class LateAlert:
    """An alert that has not reached its reader."""

    notice_id: str
    state: str
    reference: str
    person_id: str
    since: datetime
    """When it was queued."""


def late_alerts(now: datetime) -> list[LateAlert]:
    """Alerts that wait too long to be sent, and those of the last day that failed or bounced: two Queries."""
    waiting = Notice.by_due.query(lane_due("alert"))
    failed = Notice.by_listing.query(UNDELIVERED, Notice.listing_order >= order(now - SHOWN_FOR))
    found = [one for one in (*waiting, *failed) if isinstance(one, Notice) and one.template in MUST_ARRIVE]
    return [
        LateAlert(
            notice_id=one.notice_id,
            state=one.state,
            reference=one.reference or "",
            person_id=one.person_id or "",
            since=one.queued_at,
        )
        for one in found
        if one.state not in UNSENT or one.queued_at <= now - LATE_AFTER
    ]
