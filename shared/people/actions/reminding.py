"""What becomes of open invitations by themselves: reminders, expiry, and e-mails that did not arrive."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from shared.notices.items import Notice, notice_key
from shared.notices.rules import Receipt
from shared.platform.clock import order
from shared.platform.tables import Lost, conditional, find, transaction
from shared.programmes.actions import RunningProgramme, load_programme

from ..items import INVITATIONS_DUE, Invitation, invitation_key
from ._writing_invitations import ABOUT, give_back, new_link

MOST_AT_ONCE = 300
"""Invitations looked at in one run, less than a minute's work. The rest is still due in the next."""


@dataclass(frozen=True)
class LookedAfter:
    """What one run came to."""

    reminded: int
    expired: int


def look_after_invitations(
    clock: Callable[[], datetime], enough: Callable[[], bool] = lambda: False
) -> LookedAfter:
    """Reminds of every invitation that is due to be, no more of one programme than it sends in a minute, and
    frees the places of those that expired. Repeated at once, it does nothing more."""
    programme_of = cache(load_programme)
    done: Counter[str] = Counter()
    reminded: Counter[str] = Counter()
    due = Invitation.by_due.query(INVITATIONS_DUE, Invitation.due_at <= order(clock()), limit=MOST_AT_ONCE)
    for found in due:
        if enough():
            break
        if not isinstance(found, Invitation):
            continue
        programme = programme_of(found.programme_id)
        now = clock()
        if found.usable_until > now:
            if reminded[found.programme_id] >= programme.policy.invitations.most_each_minute:
                continue
            reminded[found.programme_id] += 1
        done[_look_after(found.invitation_id, programme, now)] += 1
    return LookedAfter(reminded=done["reminded"], expired=done["expired"])


def _look_after(invitation_id: str, programme: RunningProgramme, now: datetime) -> str:
    item = find(Invitation, *invitation_key(invitation_id))
    if item is None or item.due_at is None or item.due_at > order(now):
        return "left"
    try:
        with transaction() as write:
            if item.usable_until <= now:
                if item.has_place:
                    give_back(write, item)
                item.has_place, item.due, item.due_at = False, None, None
                write.save(item)
                return "expired"
            item.reminded = int(item.reminded) + 1
            if item.mail_problem:
                item.due_at = order(item.usable_until)  # another e-mail to this address would not arrive
                write.save(item)
                return "left"
            new_link(write, item, programme.policy, template="invitation_reminder", now=now)
            write.save(item)
    except Lost:
        return "left"  # it was accepted, withdrawn or sent again at the same moment
    return "reminded"


def note_mail(notice_id: str, receipt: Receipt) -> None:
    """Notes on an invitation that its newest e-mail did not arrive. Of any other e-mail nothing is noted."""
    notice = find(Notice, *notice_key(notice_id))
    if notice is None or receipt == "delivered" or not (notice.about or "").startswith(ABOUT):
        return
    item = Invitation(*invitation_key(str(notice.about).removeprefix(ABOUT)))
    try:
        with conditional():
            item.update(
                [Invitation.mail_problem.set(receipt)],
                condition=Invitation.notice_id == notice_id,
                add_version_condition=False,
            )
    except Lost:
        pass  # it was sent again since
