"""Makes sure that everybody who must know of a concern is told, as soon as it is raised or passed on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalice.app import Blueprint

from functions.alerts import report_passed_on
from functions.reporting import counted, told
from shared.platform.clock import now
from shared.safeguarding.chain.climbing import make_sure_of_alerts
from shared.safeguarding.items import concern_of_key

from .batches import each_key

functions = Blueprint(__name__)


@functions.lambda_function(name="escalate_concerns")
@counted()
def escalate_concerns(event: dict[str, Any], context: Any) -> Any:
    return work_off(event, context, clock=now)


def work_off(event: dict[str, Any], context: Any, *, clock: Callable[[], datetime]) -> Any:
    """Looks after each concern of the batch. Of a record only the key is used: the concern is read as it is
    now. One that fails is named in the answer and tried again, and stops no other."""

    def look_after(pk: str, sk: str) -> None:
        concern_id = concern_of_key(pk, sk)
        if concern_id:
            with told("a concern could not be looked after", concern_id=concern_id):
                _make_sure(concern_id, clock())

    return each_key(event, context, look_after)


def _make_sure(concern_id: str, moment: datetime) -> None:
    passed_on = make_sure_of_alerts(concern_id, now=moment)
    if passed_on:
        report_passed_on(passed_on, concern_id=concern_id)
