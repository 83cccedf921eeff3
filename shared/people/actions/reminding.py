"""What becomes of open invitations by themselves: reminders, expiry, and e-mails that did not arrive."""

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from shared.notices.items import Notice, notice_key
from shared.notices.rules import Receipt
from shared.platform.clock import order
from shared.platform.tables import Lost, conditional, find, transaction
from shared.policies import Policy
from shared.programmes.actions import load_programme

from ..invitation_items import INVITATIONS_DUE, Invitation, invitation_key
from ._places import give_back
from ._writing_invitations import ABOUT, new_link

MOST_AT_ONCE = 300
"""Invitations seen to in one run, less than a minute's work. The rest is still due in the next."""
PAGE = 300
TRIES = 4

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LookedAfter:
    """What one run came to."""

    reminded: int
    expired: int
    failed: int
    """Invitations that fail by themselves, and programmes whose policy cannot be read."""


@dataclass
class _Rates:
    """How many more of each programme are reminded in this run."""

    policies: dict[str, Policy] = field(default_factory=dict)
    room: dict[str, int] = field(default_factory=dict)

    def one_more_of(self, programme_id: str) -> Policy | None:
        """The policy, while the programme has room for one more. Raises, once in a run, what keeps the policy
        from being read."""
        if programme_id not in self.room:
            self.room[programme_id] = 0
            policy = load_programme(programme_id).policy
            self.policies[programme_id] = policy
            self.room[programme_id] = policy.invitations.most_each_minute
        if not self.room[programme_id]:
            return None
        self.room[programme_id] -= 1
        return self.policies[programme_id]


def look_after_invitations(
    clock: Callable[[], datetime], enough: Callable[[], bool] = lambda: False
) -> LookedAfter:
    """Reminds of every invitation that is due to be, no more of one programme than it sends in a minute, and
    frees the places of those that expired. Repeated at once, it does nothing more. Whatever fails holds up no
    other, nor does a programme that has more to remind of than it may."""
    done: Counter[str] = Counter()
    rates = _Rates()
    for found in Invitation.by_due.query(
        INVITATIONS_DUE, Invitation.due_at <= order(clock()), page_size=PAGE
    ):
        if enough() or done.total() >= MOST_AT_ONCE:
            break
        if not isinstance(found, Invitation):
            continue
        now = clock()
        try:
            policy = None if found.usable_until <= now else rates.one_more_of(found.programme_id)
            if policy is not None or found.usable_until <= now:
                done[_look_after(found.invitation_id, policy, now)] += 1
        except Exception as error:
            about = {"programme_id": found.programme_id, "error": type(error).__name__}
            logger.error("an invitation could not be looked after", extra=about)
            done["failed"] += 1
    return LookedAfter(reminded=done["reminded"], expired=done["expired"], failed=done["failed"])


def _look_after(invitation_id: str, policy: Policy | None, now: datetime) -> str:
    """What became of it. One that has expired needs no policy."""
    item = find(Invitation, *invitation_key(invitation_id))
    if item is None or item.due_at is None or item.due_at > order(now):
        return "left"
    expires = item.usable_until <= now
    if policy is None and not expires:
        return "left"
    try:
        with transaction() as write:
            if policy is None or expires:
                give_back(write, [item])
                item.has_place, item.due, item.due_at = False, None, None
                write.save(item)
                return "expired"
            item.reminded = int(item.reminded) + 1
            if item.mail_problem:
                item.due_at = order(item.usable_until)  # another e-mail to this address would not arrive
                write.save(item)
                return "left"
            new_link(write, item, policy, template="invitation_reminder", now=now)
            write.save(item)
    except Lost:
        return "left"  # it was accepted, withdrawn or sent again at the same moment
    return "reminded"


def note_mail(notice_id: str, receipt: Receipt) -> None:
    """Notes on an invitation that its newest e-mail did not arrive. Of any other e-mail nothing is noted."""
    notice = find(Notice, *notice_key(notice_id))
    if notice is None or receipt == "delivered" or not (notice.about or "").startswith(ABOUT):
        return
    for _ in range(TRIES):
        item = find(Invitation, *invitation_key(str(notice.about).removeprefix(ABOUT)))
        if item is None or item.notice_id != notice_id:
            return  # it was sent again since
        with suppress(Lost), conditional():
            item.update([Invitation.mail_problem.set(receipt)])
            return
    raise Lost
