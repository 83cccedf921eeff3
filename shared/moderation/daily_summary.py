"""Each working morning: how many messages wait to be read."""

from datetime import datetime, time, timedelta

from shared.conversations.moderators import whom_to_ask
from shared.notices.actions import enqueue
from shared.people.staff import active_staff, staff_roll
from shared.platform.clock import LONDON
from shared.policies.working_time import after_working
from shared.programmes.actions import policy_of

from .overdue import held_pairs, seen_by, summary


def tell_what_waits(programme_id: str, *, now: datetime) -> int:
    """E-mails to the programme's coordinators how many messages wait, and returns to how many people; without
    any coordinator at work, to everybody else who may decide. Nobody hears of a pair they are in. Done again
    on the same day, nothing changes; on days that are not worked, nothing is done."""
    if not _is_worked(programme_id, now):
        return 0
    waiting = held_pairs(programme_id)
    if not waiting:
        return 0
    day = now.astimezone(LONDON).date()
    told = [
        (one, how_many)
        for one in whom_to_ask(active_staff(staff_roll(programme_id)), now=now)
        if (how_many := seen_by(one, waiting))
    ]
    name = waiting[0].programme_name
    for member, how_many in told:
        cause = day.isoformat()
        enqueue(summary(member, programme_id, name, "waiting_today", cause, how_many), now=now)
    return len(told)


def _is_worked(programme_id: str, now: datetime) -> bool:
    """Whether staff work at all today; yes, where nobody can tell."""
    policy = policy_of(programme_id)
    if policy is None:
        return True
    today = now.astimezone(LONDON).date()
    begins = after_working(
        datetime.combine(today, time(), tzinfo=LONDON).astimezone(now.tzinfo),
        timedelta(),
        policy.working_time,
    )
    return begins.astimezone(LONDON).date() == today
