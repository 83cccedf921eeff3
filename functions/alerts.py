"""What functions do when an alert did not arrive: somebody else is told."""

from datetime import datetime

from functions.reporting import count, logger, told
from shared.safeguarding.chain.bounces import alert_not_read
from shared.safeguarding.chain.climbing import PassedOn


def move_on(notice_id: str, now: datetime) -> None:
    """Sees to it that an alert which its reader cannot be taken to know of is made good."""
    with told("an alert that did not arrive could not be acted on", notice_id=notice_id):
        passed_on = alert_not_read(notice_id, now=now)
    if passed_on:
        report_passed_on(passed_on, notice_id=notice_id)


def report_passed_on(passed_on: PassedOn, **about: str) -> None:
    """Logs that a concern was passed on, and counts it."""
    logger.warning("a concern was passed on", extra={**about, "told": passed_on.told})
    count("OverdueAlerts")
    count("ConcernsNobodyTold", int(passed_on.told == 0))
    count("ConcernsUnanswered", int(passed_on.unanswered))
