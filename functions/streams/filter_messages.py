"""Checks each message as it is written, and delivers or holds it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalice.app import Blueprint

from functions.checks import report_check
from functions.reporting import counted, told
from shared.conversations.checking import check_message
from shared.conversations.items import message_of_key
from shared.conversations.rules import Checker
from shared.filtering import check
from shared.platform.clock import now

from .batches import each_key

functions = Blueprint(__name__)


@functions.lambda_function(name="filter_messages")
@counted()
def filter_messages(event: dict[str, Any], context: Any) -> Any:
    return work_off(event, context, checker=check, clock=now)


def work_off(event: dict[str, Any], context: Any, *, checker: Checker, clock: Callable[[], datetime]) -> Any:
    """Checks each message of the batch. What a record says but for its key is of no interest: the message is
    read as it is now. A record that cannot be worked off is named in the answer, and stops no other."""

    def check_one(pk: str, sk: str) -> None:
        found = message_of_key(pk, sk)
        if found is None:
            return  # a pair or a step: not for us
        pair_id, message_id = found
        with told("a message could not be checked", message_id=message_id):
            report_check(check_message(pair_id, message_id, checker=checker, now=clock()))

    return each_key(event, context, check_one)
