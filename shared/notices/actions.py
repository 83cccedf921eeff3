"""Queueing e-mails. Sending them is in `sending.py`."""

from datetime import datetime, timedelta

from pynamodb.transactions import TransactWrite

from shared.platform.clock import order
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, conditional, find, is_new

from .items import Notice, lane_due, notice_key
from .rules import LANES, NewNotice

KEPT = timedelta(days=30)


def queue(
    write: TransactWrite, notice: NewNotice, *, now: datetime, not_before: datetime | None = None
) -> str:
    """Adds an e-mail to a running transaction, and returns its id. It is sent at once, or at `not_before` by
    the sweep.

    The transaction is Lost when the same cause has queued it before."""
    item = _item(notice, now)
    if not_before:
        item.not_before = not_before
        item.due_at = order(not_before)
    write.save(item, condition=is_new(Notice))
    return item.notice_id


def cancel(write: TransactWrite, notice_id: str) -> None:
    """Adds to a running transaction that an e-mail is not sent after all. The transaction is Lost when
    somebody has begun to send it."""
    write.update(
        Notice(*notice_key(notice_id)),
        actions=[Notice.state.set("cancelled"), Notice.due.remove(), Notice.due_at.remove()],
        condition=(Notice.state == "queued") & (Notice.attempts == 0),
        add_version_condition=False,
    )


def cancel_unsent(write: TransactWrite, notice_id: str) -> None:
    """Adds to a running transaction that an e-mail is not sent after all, unless somebody has begun to send
    it by now. The transaction is Lost when they begin meanwhile."""
    notice = find(Notice, *notice_key(notice_id))
    if notice is not None and notice.state == "queued" and not notice.attempts:
        cancel(write, notice_id)


def enqueue(notice: NewNotice, *, now: datetime) -> str:
    """Queues an e-mail that follows from something already stored, and returns its id. Queued twice, it is
    queued once."""
    item = _item(notice, now)
    try:
        with conditional():
            item.save(condition=is_new(Notice))
    except Lost as lost:
        if not lost.failed:
            raise  # somebody is about to queue it, and may not succeed
    return item.notice_id


def is_queued(notice_id: str) -> bool:
    """Whether it has been queued before, sent or not."""
    return find(Notice, *notice_key(notice_id)) is not None


def id_of(notice: NewNotice) -> str:
    """The id that an e-mail has once it is queued."""
    return derived_id("notice", notice.template, notice.address, *notice.cause)


def _item(notice: NewNotice, now: datetime) -> Notice:
    notice_id = id_of(notice)
    pk, sk = notice_key(notice_id)
    lane = LANES[notice.template]
    return Notice(
        pk,
        sk,
        notice_id=notice_id,
        template=notice.template,
        lane=lane,
        address=notice.address,
        person_id=notice.person_id or None,
        first_name=notice.first_name,
        programme_id=notice.programme_id or None,
        programme_name=notice.programme_name or None,
        path=notice.path,
        reference=notice.reference or None,
        how_many=notice.how_many or None,
        about=notice.about or None,
        things=dict(notice.things) or None,
        stop_path=notice.stop_path or None,
        queued_at=now,
        due=lane_due(lane),
        due_at=order(now),
        expires_at=now + KEPT,
    )
