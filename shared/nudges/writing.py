"""An e-mail that does not wait for the weekly one."""

from dataclasses import replace
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.notices.actions import id_of, is_queued, queue
from shared.notices.rules import NewNotice

from .items import Reminders
from .waiting import new_stop_link


def write_to(write: TransactWrite, notice: NewNotice, reminders: Reminders, *, now: datetime) -> None:
    """Adds an e-mail to a running transaction, with a link by which its reader can stop them. The transaction
    is Lost when the same cause has queued it before, or somebody changed the reminders. Quiet hours are the
    caller's to mind: nothing is queued in them, because the reason may go away before they are over."""
    link = new_stop_link(reminders)
    queue(write, replace(notice, stop_path=link.path), now=now)
    reminders.links = link.links
    write.save(reminders)


def was_written(notice: NewNotice) -> bool:
    """Whether the same cause has queued it before: one GetItem."""
    return is_queued(id_of(notice))
