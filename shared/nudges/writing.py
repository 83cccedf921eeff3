"""An e-mail that does not wait for the weekly one: it goes at once, or once the quiet hours are over."""

from dataclasses import replace
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.notices.actions import id_of, queue
from shared.notices.items import Notice, notice_key
from shared.notices.rules import NewNotice
from shared.platform.tables import find
from shared.policies.nudging import Nudges

from .items import Reminders
from .rules import not_quiet
from .waiting import new_stop_link


def write_to(
    write: TransactWrite, notice: NewNotice, reminders: Reminders, nudges: Nudges, *, now: datetime
) -> None:
    """Adds an e-mail to a running transaction, with a link by which its reader can stop them. The transaction
    is Lost when the same cause has queued it before, or somebody changed the reminders."""
    link, opens = new_stop_link(reminders), not_quiet(nudges, now)
    queue(write, replace(notice, stop_path=link.path), now=now, not_before=opens if opens > now else None)
    reminders.links = link.links
    write.save(reminders)


def was_written(notice: NewNotice) -> bool:
    """Whether the same cause has queued it before: one GetItem."""
    return find(Notice, *notice_key(id_of(notice))) is not None
