"""Queueing e-mails."""

from datetime import UTC, datetime

import pytest

from shared.notices.actions import enqueue, queue
from shared.notices.items import Notice, lane_due
from shared.notices.rules import NewNotice
from shared.platform.tables import Lost, transaction

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ALERT = NewNotice("concern_alert", ("concern-1",), "lead@example.org", "Morag", "/concerns/concern-1")


@pytest.mark.usefixtures("tables")
def test_the_same_cause_queues_one_e_mail() -> None:
    first = enqueue(ALERT, now=MONDAY)
    again = enqueue(ALERT, now=MONDAY)

    assert first == again
    assert [notice.notice_id for notice in Notice.by_due.query(lane_due("alert"))] == [first]


@pytest.mark.usefixtures("tables")
def test_a_transaction_that_would_queue_an_e_mail_twice_is_lost() -> None:
    with transaction() as write:
        queue(write, ALERT, now=MONDAY)

    with pytest.raises(Lost), transaction() as write:
        queue(write, ALERT, now=MONDAY)
