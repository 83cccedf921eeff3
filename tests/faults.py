"""Faults where our code meets AWS: a process that dies before or after a call, a refusal, a lost answer.

They come in by botocore's own events, as the emulator's answers do, so that nothing of ours is replaced and
every client is reached, PynamoDB's as well as boto3's. Sessions tell of their calls when they were made after
this module was imported; the `tables` fixture makes new ones.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.handlers import BUILTIN_HANDLERS

LOST = "ReadTimeout"
"""The code of an answer that never comes."""


class Crash(BaseException):
    """The process died here. Nothing that is written to survive errors survives it."""


@dataclass(frozen=True)
class Call:
    """One call to AWS, counted from 1 since the fault was laid."""

    number: int
    operation: str
    asked: dict[str, Any]


Laid = Callable[[Call], None]
T = TypeVar("T")


def _nothing(call: Call) -> None:
    """No fault here."""


class _Fault:
    """What happens before and after each call while it is laid."""

    def __init__(self, *, before: Laid = _nothing, after: Laid = _nothing) -> None:
        self.before = before
        self.after = after
        self.count = 0


_laid: list[_Fault] = []


@contextmanager
def _laying(fault: _Fault) -> Iterator[None]:
    _laid.append(fault)
    try:
        yield
    finally:
        _laid.remove(fault)


@contextmanager
def calls() -> Iterator[list[Call]]:
    """The calls made in the block."""
    made: list[Call] = []
    with _laying(_Fault(before=made.append)):
        yield made


@contextmanager
def crash(*, before: int = 0, after: int = 0) -> Iterator[None]:
    """The process dies before or after its n-th call to AWS. After: the call was carried out."""

    def at(number: int) -> Laid:
        def die(call: Call) -> None:
            if call.number == number:
                raise Crash

        return die

    with _laying(_Fault(before=at(before), after=at(after))):
        yield


@contextmanager
def answering(operation: str, code: str, *, table: str = "", times: int = 1_000_000) -> Iterator[None]:
    """AWS refuses an operation with `code` (or, with LOST, is not reached), so many times; on one table when
    it is named."""
    left = times

    def refuse(call: Call) -> None:
        nonlocal left
        if call.operation == operation and table in ("", call.asked.get("TableName")) and left:
            left -= 1
            raise _error(operation, code)

    with _laying(_Fault(before=refuse)):
        yield


@contextmanager
def before_each(operation: str, happens: Callable[[], object]) -> Iterator[None]:
    """Lets something happen before every call of an operation; what it calls itself counts as well."""

    def happen(call: Call) -> None:
        if call.operation == operation:
            happens()

    with _laying(_Fault(before=happen)):
        yield


@contextmanager
def losing_answers(operation: str, *, times: int = 1_000_000) -> Iterator[None]:
    """AWS carries an operation out, and its answer is lost, so many times."""
    left = times

    def lose(call: Call) -> None:
        nonlocal left
        if call.operation == operation and left:
            left -= 1
            raise _error(operation, LOST)

    with _laying(_Fault(after=lose)):
        yield


def _error(operation: str, code: str) -> Exception:
    if code == LOST:
        return ReadTimeoutError(endpoint_url="https://aws.example.org")
    return ClientError(
        {"Error": {"Code": code, "Message": "A sentence that may quote an address"}}, operation
    )


Told = list[tuple[_Fault, Call]]


def _tell_before(operation: str, asked: dict[str, Any], told: Told) -> None:
    for fault in list(_laid):
        fault.count += 1
        call = Call(fault.count, operation, asked)
        told.append((fault, call))
        fault.before(call)


def _tell_after(told: Told) -> None:
    for fault, call in told:
        fault.after(call)


def reached(operation: str, asked: dict[str, Any], carry_out: Callable[[dict[str, Any]], T]) -> T:
    """One call that goes to a stand-in for AWS, by way of the faults that are laid."""
    told: Told = []
    _tell_before(operation, asked, told)
    answer = carry_out(asked)
    _tell_after(told)
    return answer


def _before(params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
    context["signpost.calls"] = told = []
    _tell_before(model.name, params, told)


def _after(context: dict[str, Any], **_: Any) -> None:
    _tell_after(context.get("signpost.calls", []))


BUILTIN_HANDLERS += [("before-parameter-build", _before), ("after-call", _after)]
