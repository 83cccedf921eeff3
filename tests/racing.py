"""Two who act at the same moment: one has decided, and before it writes, the other has written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.faults import before_each


@contextmanager
def just_before_it_writes(happens: Callable[[], object], *, surely: bool = True) -> Iterator[None]:
    """Lets something happen between what the next transaction decided and its writing. `surely`: there is
    one."""
    waiting = [happens]

    def interrupt() -> None:
        if waiting:
            waiting.pop()()

    with before_each("TransactWriteItems", interrupt):
        yield
    assert not (surely and waiting), "nothing was written, so nothing could come in between"
