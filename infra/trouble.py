"""What goes wrong at the terminal, said in one sentence, and how progress is shown there."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Trouble(Exception):
    """Something the person at the terminal can act on. The text is the one sentence they read."""


def say(text: str = "") -> None:
    """Write a line at once, also when the output is not a terminal."""
    print(text, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Announce a step before it starts and say how long it took; nothing after it when it fails."""
    print(f"  {what} … ", end="", flush=True)
    started = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def end_with(trouble: Trouble) -> int:
    """Print the sentence where errors belong and give the exit status that goes with it."""
    print(f"\n{trouble}", file=sys.stderr, flush=True)
    return 1
