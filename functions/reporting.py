"""How functions that nobody waits for say what they did: logs and metrics, never a text, a name or an
address.

An error's own sentence is not logged, because it may quote what it could not read; its type and place are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from traceback import extract_tb

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from shared.notices.sending import Outcome

logger = Logger()
metrics = Metrics()


@contextmanager
def counted() -> Iterator[None]:
    """Around a function's run: hands its metrics to CloudWatch at the end, also when it fails."""
    try:
        yield
    finally:
        if metrics.metric_set:
            metrics.flush_metrics()


def count(what: str, how_many: int = 1) -> None:
    """Adds to a metric of this function's run."""
    metrics.add_metric(name=what, unit=MetricUnit.Count, value=how_many)


@contextmanager
def told(what: str, **about: str) -> Iterator[None]:
    """Logs an error that leaves the block, and lets it go on."""
    try:
        yield
    except Exception as error:
        log_fault(what, error, **about)
        raise


def log_fault(what: str, error: BaseException, **about: str) -> None:
    """Says in the log that something failed: which kind of error, and where it arose."""
    frames = extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno} {frames[-1].name}" if frames else ""
    logger.error(what, extra={"error": type(error).__name__, "place": place, **about})


def report(outcome: Outcome) -> None:
    """Logs what became of an e-mail, and counts what somebody has to look into."""
    if outcome.did == "left":
        return
    level = logger.info if outcome.did in {"accepted", "waits"} else logger.error
    level("notice", extra=asdict(outcome))
    if outcome.did == "failed":
        count("FailedNotices")
    if outcome.stands_out:
        count("OverdueAlerts")
