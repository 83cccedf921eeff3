"""Alerts that their reader cannot be taken to know of: they bounced, were refused, or called unwanted."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from shared.notices.actions import enqueue, id_of
from shared.notices.items import UNDELIVERED, Notice, notice_key
from shared.notices.rules import NOT_READ
from shared.people.views import StaffMember
from shared.platform.clock import order
from shared.platform.tables import Lost, conditional, find, is_new

from ..items import Concern, Entry, concern_key, entry
from .climbing import PassedOn, climb, next_step
from .staffing import whole_staff
from .telling import ABOUT, alerts, to_operations, told_now

logger = logging.getLogger(__name__)

ALERTS = ("concern_alert", "concern_handed_over")
LOOKED_BACK = timedelta(days=1)
"""How long the sweep goes on asking whether an alert that did not arrive was acted on."""


def alert_not_read(notice_id: str, *, now: datetime) -> PassedOn | None:
    """What follows when an alert will not be read: its concern's chronology says so, and when nobody else who
    was told with them has an address that takes mail, the next are told at once.

    None when nothing was passed on. Doing it again changes nothing. When there is nobody further to tell,
    those who run the site learn of it, and the clock goes on.
    """
    notice = find(Notice, *notice_key(notice_id))
    concern = _open_concern(notice)
    if notice is None or concern is None:
        return None
    staff = whole_staff(concern.programme_id)
    _note(concern, notice, staff, now=now)
    told = told_now(concern, staff)
    if notice_id not in [id_of(alert) for alert in alerts(concern, told)]:
        return None  # it has been passed on since
    without_mail = _without_mail(concern, told)
    if any(one.address not in without_mail and one.person_id not in (concern.named or ()) for one in told):
        return None
    if not next_step(concern, staff, now=now, bounced=without_mail).reached:
        for to_them in to_operations(concern, "nobody_told"):
            enqueue(to_them, now=now)
        return None
    return climb(concern, staff, now=now, bounced=without_mail)


def _open_concern(notice: Notice | None) -> Concern | None:
    """The concern that an alert was about and that climbs, if the alert will not be read."""
    if notice is None or notice.state not in NOT_READ or notice.template not in ALERTS:
        return None
    concern = find(Concern, *concern_key((notice.about or "").removeprefix(ABOUT)))
    return concern if concern is not None and concern.answer_by else None


def _note(concern: Concern, notice: Notice, staff: Sequence[StaffMember], *, now: datetime) -> None:
    names = [one.name for one in staff if one.person_id == notice.person_id]
    line = entry(
        concern, "not_told", notice.notice_id, now=now, note=names[0] if names else notice.first_name
    )
    try:
        with conditional():
            line.save(condition=is_new(Entry))
    except Lost as lost:
        if not lost.failed:
            raise


def _without_mail(concern: Concern, told: Sequence[StaffMember]) -> frozenset[str]:
    """The addresses of the present step that take no mail: known to, or this very alert did not arrive."""
    address_of = {id_of(alert): alert.address for alert in alerts(concern, told)}
    sent = Notice.batch_get([notice_key(one) for one in address_of], consistent_read=True)
    not_read = {address_of[one.notice_id] for one in sent if one.state in NOT_READ}
    return frozenset(not_read | {one.address for one in told if one.bounces})


def move_on_from_bounces(now: datetime, *, enough: Callable[[], bool] = lambda: False) -> list[PassedOn]:
    """Looks again at every alert of the last day that did not arrive, until `enough` says that the time is
    over: whoever heard of it may have died before acting on it. One that fails holds up no other, and raises
    in the end."""
    found = Notice.by_listing.query(UNDELIVERED, Notice.listing_order >= order(now - LOOKED_BACK))
    passed_on, failed = [], 0
    for notice_id in [one.notice_id for one in found if isinstance(one, Notice)]:
        if enough():
            break
        try:
            outcome = alert_not_read(notice_id, now=now)
        except Exception as error:
            about = {"notice_id": notice_id, "error": type(error).__name__}
            logger.error("an alert that did not arrive could not be acted on", extra=about)
            failed += 1
            continue
        passed_on += [outcome] if outcome else []
    if failed:
        raise NotAll(f"{failed} alerts that did not arrive could not be acted on")
    return passed_on


class NotAll(Exception):
    """Some could not be looked after now; the next sweep tries again."""
