"""Each minute: whatever a stream missed, and what has become due.

It leans on no stream. What is most urgent comes first, one step that fails stops no other, and a run that
was not whole fails in the end, so that the alarm on this function's errors rings. What a run has no time for
is still due in the next.
"""

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from chalice.app import Blueprint

from functions.alerts import report_passed_on
from functions.checks import report_check
from functions.reporting import count, counted, log_fault, report
from shared.audit.linking import link_due
from shared.conversations.checking import check_due
from shared.conversations.rules import Checker
from shared.conversations.scheduled import deliver_due
from shared.filtering import check
from shared.lab.backtesting import wake_backtests
from shared.matching.actions import wake_matchings
from shared.moderation.actions import overdue_holds
from shared.notices.mailer import Mailer, SesMailer
from shared.notices.rules import Lane
from shared.notices.sending import PAUSE, send_due
from shared.notices.views import late_alerts
from shared.nudges.asking import send_asking
from shared.nudges.digests import send_digests
from shared.nudges.looking import look_at_pairs
from shared.nudges.of_meetings import remind_of_meetings
from shared.people.actions import look_after_invitations, wake_imports
from shared.platform.clock import now
from shared.programmes.policies import put_in_force
from shared.safeguarding.chain.bounces import move_on_from_bounces
from shared.safeguarding.chain.climbing import escalate_due

TIME_FOR_ONE_E_MAIL = 25_000
"""Milliseconds that one e-mail may take, the mail service's slowest answer included."""
LEFT_AFTER_ALERTS = 45_000
"""Milliseconds that must be left for another alert of earlier runs: a mail service that does not answer must
not keep concerns and messages waiting. The alerts go on once those have had their turn."""
LEFT_AFTER_CONCERNS = 15_000
LEFT_AFTER_MESSAGES = 10_000
LEFT_AFTER_DELIVERIES = 9_000
LEFT_AFTER_HOLDS = 8_000
LEFT_AFTER_AUDIT = 5_000
LEFT_AFTER_REMINDERS = 30_000
"""Milliseconds that must be left for the e-mails themselves: reminders can wait for the next run."""

functions = Blueprint(__name__)
mailer = SesMailer()


class NotWhole(Exception):
    """Something could not be done in this run, and is tried again in the next. Says which steps."""


@functions.lambda_function(name="sweep")
def sweep(_event: dict[str, Any], context: Any) -> None:
    run(context, mailer=mailer, checker=check, clock=now)


def run(
    context: Any,
    *,
    mailer: Mailer,
    checker: Checker,
    clock: Callable[[], datetime],
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """One run. Raises NotWhole in the end when a step failed."""

    def enough(left: int) -> Callable[[], bool]:
        return lambda: bool(context.get_remaining_time_in_millis() < left)

    def send_the(lane: Lane, *, left: int = TIME_FOR_ONE_E_MAIL) -> None:
        broken = 0
        for outcome in send_due(mailer=mailer, clock=clock, lanes=(lane,), enough=enough(left)):
            report(outcome)
            broken += outcome.did == "broken"
            if lane == "bulk" and outcome.did != "left":
                pause(PAUSE)
        _require_none(broken)

    steps: list[tuple[str, Callable[[], None]]] = [
        ("alerts", partial(send_the, "alert", left=LEFT_AFTER_ALERTS)),
        ("alerts that did not arrive", partial(_move_on, clock, enough(LEFT_AFTER_CONCERNS))),
        ("concerns", partial(_pass_on_concerns, clock, enough(LEFT_AFTER_CONCERNS))),
        ("messages", partial(_check_messages, checker, clock, enough(LEFT_AFTER_MESSAGES))),
        ("deliveries", partial(_deliver, clock, enough(LEFT_AFTER_DELIVERIES))),
        ("holds", partial(_tell_of_holds, clock, enough(LEFT_AFTER_HOLDS))),
        ("alerts of this run", partial(send_the, "alert")),
        ("planned policies", partial(_put_policies_in_force, clock, enough(LEFT_AFTER_AUDIT))),
        ("imports", partial(_wake_imports, clock)),
        ("invitations", partial(_look_after_invitations, clock, enough(LEFT_AFTER_AUDIT))),
        ("trials of rules", partial(_wake_backtests, clock)),
        ("matches", partial(_wake_matchings, clock)),
        ("pairs", partial(_look_at_pairs, clock, enough(LEFT_AFTER_REMINDERS))),
        ("after whom was asked", partial(_send_asking, clock, enough(LEFT_AFTER_REMINDERS))),
        ("meetings ahead", partial(_remind_of_meetings, clock, enough(LEFT_AFTER_REMINDERS))),
        ("weekly e-mails", partial(_send_digests, clock, enough(LEFT_AFTER_REMINDERS))),
        ("late alerts", partial(_count_late_alerts, clock)),
        ("audit record", partial(_link_audit, clock, enough(LEFT_AFTER_AUDIT))),
        ("other e-mails", partial(send_the, "bulk")),
    ]
    failed = [name for name, step in steps if not _went_well(name, step)]
    if failed:
        raise NotWhole(", ".join(failed))


def _went_well(name: str, step: Callable[[], None]) -> bool:
    """Does one step, and hands in its metrics, so that a later step that dies does not take them along."""
    try:
        with counted():
            step()
    except Exception as error:
        log_fault("a step of the sweep failed", error, step=name)
        return False
    return True


def _pass_on_concerns(clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    overdue = escalate_due(clock(), enough=enough)
    count("OverdueAlerts", overdue.passed_on)
    count("ConcernsNobodyTold", overdue.nobody_told)
    count("ConcernsUnanswered", overdue.unanswered)
    _require_none(overdue.failed)


def _move_on(clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    for passed_on in move_on_from_bounces(clock(), enough=enough):
        report_passed_on(passed_on)


def _check_messages(checker: Checker, clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    found = check_due(checker, clock(), enough=enough)
    for checked in found:
        report_check(checked)
    count("PendingMessages", sum(checked.state == "pending" for checked in found))


def _deliver(clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    due = deliver_due(clock, enough=enough)
    count("ScheduledDelivered", due.delivered)
    _require_none(due.failed)


def _tell_of_holds(clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    overdue = overdue_holds(clock(), enough=enough)
    count("OverdueHolds", overdue.told + overdue.nobody_told)
    count("HeldUnseen", overdue.nobody_told)
    _require_none(overdue.failed)


def _put_policies_in_force(clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    found = put_in_force(clock(), enough=enough)
    count("PoliciesPutInForce", found.done)
    _require_none(found.failed)


def _wake_imports(clock: Callable[[], datetime]) -> None:
    count("ImportsStopped", wake_imports(clock()))


def _look_after_invitations(clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    found = look_after_invitations(clock, enough)
    count("InvitationsReminded", found.reminded)
    count("InvitationsExpired", found.expired)
    _require_none(found.failed)


def _wake_backtests(clock: Callable[[], datetime]) -> None:
    count("BacktestsFailed", wake_backtests(clock()))


def _wake_matchings(clock: Callable[[], datetime]) -> None:
    count("MatchingsFailed", wake_matchings(clock()))


def _look_at_pairs(clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    looked = look_at_pairs(clock, enough=enough)
    count("PairsLookedAt", looked.pairs)
    count("RemindersNoted", looked.noted)
    _require_none(looked.failed)


def _send_asking(clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    found = send_asking(clock, enough=enough)
    count("AskedAfter", found.written)
    count("AskedAfterInVain", found.dropped)
    _require_none(found.failed)


def _remind_of_meetings(clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    found = remind_of_meetings(clock, enough=enough)
    count("RemindedOfMeetings", found.written)
    _require_none(found.failed)


def _send_digests(clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    written = send_digests(clock, enough=enough)
    count("WeeklyEMails", written.sent)
    _require_none(written.failed)


def _count_late_alerts(clock: Callable[[], datetime]) -> None:
    count("OverdueAlerts", len(late_alerts(clock())))


def _link_audit(clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    late = link_due(clock(), enough=enough)
    count("AuditRecordsLinked", late.linked)
    _require_none(late.failed)


def _require_none(failed: int) -> None:
    """Raises NotWhole unless everything went well. What failed has been logged where it failed."""
    if failed:
        raise NotWhole(f"{failed} failed")
