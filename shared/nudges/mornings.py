"""What is looked for each morning, programme by programme: meetings of the next day, of which everybody who
takes part hears at once; and what has its own index of who waits, for the next weekly e-mail."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from shared.conversations.items import Pair, pair_key
from shared.conversations.letters import letter_about
from shared.conversations.resting import taking_part_in
from shared.endings.staff_views import reports_due
from shared.evaluation.asking import forms_waiting, note_reminded
from shared.meetings.ahead import Ahead, meetings_of_tomorrow
from shared.notices.rules import Addressee, NewNotice
from shared.people.permissions import Role
from shared.people.views import staff_of
from shared.platform.clock import order
from shared.platform.tables import Lost, transaction
from shared.policies.nudging import Nudges
from shared.programmes.actions import policy_of
from shared.programmes.rules import day_of

from .looking import TOGETHER
from .noting import note_nudged
from .rules import next_digest
from .waiting import let_wait_now, reminders_of
from .writing import was_written, write_to

REPORTS_AHEAD = timedelta(days=2)
"""How long before the weekly e-mails reports are looked for: what one morning fails to do, the next does."""
REPORTS_REMINDED_OF = timedelta(days=28)
"""So long after a report was due its writer is reminded of it; then it is for a coordinator to ask."""


def remind_of_meetings(programme_id: str, *, now: datetime) -> int:
    """Writes to everybody who takes part in a meeting of the next day, once the quiet hours are over, and
    gives to how many. Done again, nobody is written to twice: for the daily function. A Query and, of each
    meeting, a few requests."""
    meetings = meetings_of_tomorrow(programme_id, now=now)
    policy = policy_of(programme_id) if meetings else None
    if policy is None:
        return 0
    written = 0
    for first in range(0, len(meetings), TOGETHER):
        for pair, ahead in _taking_place(meetings[first : first + TOGETHER], now):
            for someone in _who_takes_part(pair, ahead):
                written += _remind(pair, ahead, someone, policy.nudges, now)
    return written


def _taking_place(meetings: Sequence[Ahead], now: datetime) -> Iterator[tuple[Pair, Ahead]]:
    """Those of conversations that go on: of one that rests, or has ended, there is no meeting."""
    keys = sorted({pair_key(one.pair_id) for one in meetings})
    pairs = {one.pair_id: one for one in Pair.batch_get(keys, consistent_read=True)}
    together = taking_part_in(pairs.values(), now=now)
    for ahead in meetings:
        pair = pairs.get(ahead.pair_id)
        if pair is None or together[pair.pair_id].pauses:
            continue
        if together[pair.pair_id].status_of(pair) == "active":
            yield pair, ahead


def _who_takes_part(pair: Pair, ahead: Ahead) -> list[Addressee]:
    two: list[Addressee] = [pair.mentor, pair.mentee]
    if not ahead.staff_id:
        return two
    staff = staff_of(pair.programme_id, {Role.COORDINATOR})
    return [*two, *(one for one in staff if one.person_id == ahead.staff_id)]


def _remind(pair: Pair, ahead: Ahead, someone: Addressee, nudges: Nudges, now: datetime) -> bool:
    notice = _meeting_tomorrow(pair, ahead, someone)
    reminders = reminders_of(someone.person_id)
    if reminders.stopped_at is not None or was_written(notice):
        return False
    try:
        with transaction() as write:
            write_to(write, notice, reminders, nudges, now=now)
            if someone.person_id in pair.ids:
                note_nudged(write, pair, someone.person_id, ["meeting"], now=now)
    except Lost:
        if was_written(notice):
            return False  # in another run
        raise
    return True


def _meeting_tomorrow(pair: Pair, ahead: Ahead, someone: Addressee) -> NewNotice:
    # A meeting that is moved to another day is another one to remind of.
    cause = (ahead.meeting_id, order(ahead.starts_at))
    path = f"/pairs/{pair.pair_id}/meetings/{ahead.meeting_id}"
    return letter_about(pair, someone, "meeting_tomorrow", cause=cause, path=path)


def remind_of_reports(programme_id: str, *, now: datetime) -> int:
    """Lets the reports that are not in wait for the weekly e-mails of the next day or two, week by week from
    the last day on, and gives how many. Done again, nothing waits twice: for the daily function. On other
    days one GetItem; else a Query for each page of endings, and an update for each report."""
    policy = policy_of(programme_id)
    if policy is None or not policy.endings.reports:
        return 0
    until = next_digest(policy.nudges, now)
    if until - now > REPORTS_AHEAD:
        return 0
    due = [
        one for one in reports_due(programme_id, now=now) if day_of(now) <= one.due_on + REPORTS_REMINDED_OF
    ]
    for one in due:
        let_wait_now(one.person_id, [f"report#{one.pair_id}"], until=until)
    return len(due)


def remind_of_forms(programme_id: str, *, now: datetime) -> int:
    """Lets the forms of the evaluation that are to be reminded of wait for the weekly e-mails, and gives of
    how many people. Done again, nothing waits twice: for the daily function. A Query for each page of them,
    and four requests for each."""
    noted = 0
    while page := forms_waiting(programme_id, now=now):
        policy = policy_of(programme_id)
        if policy is None:
            break
        put_off = 0
        for one in page:
            if one.forms:
                until = next_digest(policy.nudges, now)
                let_wait_now(one.person_id, [f"form#{pair_id}" for pair_id in one.pair_ids], until=until)
            put_off += note_reminded(one, policy.evaluation.remind_after_days, now=now)
            noted += bool(one.forms)
        if not put_off:
            break  # the index lags behind: the next morning goes on
    return noted
