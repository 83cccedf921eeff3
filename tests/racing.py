"""Two who act at the same moment: one has decided, and before it writes, the other has written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from shared.platform.tables import connection

TRANSACTIONS = "before-call.dynamodb.TransactWriteItems"


@contextmanager
def just_before_it_writes(happens: Callable[[], object]) -> Iterator[None]:
    """Lets something happen between what the next transaction decided and its writing."""
    events = connection().client.meta.events
    waiting = [happens]

    def interrupt(**_: Any) -> None:
        if waiting:
            waiting.pop()()

    events.register_first(TRANSACTIONS, interrupt)
    try:
        yield
    finally:
        events.unregister(TRANSACTIONS, interrupt)
    assert not waiting, "nothing was written, so nothing could come in between"
