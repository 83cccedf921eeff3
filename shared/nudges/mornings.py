"""What is looked for each morning, programme by programme, and has its own index of who waits: for the next
weekly e-mail."""

from datetime import datetime, timedelta

from shared.endings.staff_views import reports_due
from shared.evaluation.asking import forms_waiting, note_reminded
from shared.programmes.actions import policy_of
from shared.programmes.rules import day_of

from .rules import next_digest
from .waiting import let_wait_now

REPORTS_AHEAD = timedelta(days=2)
"""How long before the weekly e-mails reports are looked for: what one morning fails to do, the next does."""
REPORTS_REMINDED_OF = timedelta(days=28)
"""So long after a report was due its writer is reminded of it; then it is for a coordinator to ask."""


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
