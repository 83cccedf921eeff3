"""Waiting for a condition instead of for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds. Much longer than anything should take; what must be quick is measured by the test that says so."""


def until(condition: Callable[[], T | None], what: str, *, patience: float = PATIENCE) -> T:
    """What `condition` gives as soon as it gives something. Fails, saying `what` was waited for."""
    deadline = time.monotonic() + patience
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {patience:.0f} seconds for {what}.")
        time.sleep(0.2)
