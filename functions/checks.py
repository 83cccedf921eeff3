"""How functions say what the check of a message came to: logs and metrics, never a text or a name."""

from aws_lambda_powertools.metrics import MetricUnit

from functions.reporting import count, logger, metrics
from shared.conversations.checking import Checked


def report_check(checked: Checked) -> None:
    """Logs one check, and counts what somebody has to look into."""
    about = {"state": checked.state, "waited": checked.waited.total_seconds(), "problem": checked.problem}
    if checked.problem and not checked.decided:
        logger.error("a message could not be checked and still waits", extra=about)
        count("ChecksFailed")
    if not checked.decided:
        return
    if checked.problem:
        logger.error("a message could not be judged and is held", extra=about)
        count("RulesBroken")
    logger.info("message checked", extra={**about, "told": checked.told})
    count("MessagesChecked")
    metrics.add_metric(name="CheckAge", unit=MetricUnit.Seconds, value=checked.waited.total_seconds())
    if checked.state == "held":
        count("MessagesHeld")
        if not checked.told:
            logger.error("a message is held and there is nobody to tell", extra=about)
            count("HeldUnseen")
