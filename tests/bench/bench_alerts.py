"""make bench-alerts: from a worry posted to its alert accepted by the mail service, on the local stack.

Rounds without e-mails of the bulk lane and rounds with BULK of them queued before take turns, because what
else this machine does changes from minute to minute. Everything shares its cores, the mail service included:
the seconds say little of AWS, the ratio is the lanes'.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from infra.local.stack import LocalStack, Ports
from infra.package import architecture_here, build

ROUNDS: Final = 2
"""Of each of the two. All together take less than the quarter of an hour after which alerts climb."""
BULK: Final = 500
QUIET: Final = 5.0
"""Seconds without an e-mail after which nothing is left over from the round before."""
PATIENCE: Final = 300.0
"""Seconds for that."""


def main() -> None:
    """Print p50 and p95 of each round, of both together, and their ratio."""
    without: list[float] = []
    beside: list[float] = []
    with (
        tempfile.TemporaryDirectory(prefix="signpost-bench-") as state,
        LocalStack(build(architecture_here()), Path(state), Ports.free()) as stack,
    ):
        stack.fill()
        _measure(stack, 0, worries=3)  # the functions' first starts
        for _ in range(ROUNDS):
            without += _round(stack, 0)
            beside += _round(stack, BULK)
    _say("all without bulk", without)
    _say(f"all with {BULK} bulk", beside)
    sys.stdout.write(f"{'ratio of p95':>20}: {_p95(beside) / _p95(without):.2f}\n")


def _round(stack: LocalStack, bulk: int) -> list[float]:
    _until_quiet(stack)
    seconds = _measure(stack, bulk)
    _say(f"{bulk} bulk queued", seconds)
    return seconds


def _measure(stack: LocalStack, bulk: int, *, worries: int = 50) -> list[float]:
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench.alerts_posted", str(bulk), str(worries)],
        env=os.environ | stack.function_environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds: list[float] = json.loads(run.stdout.splitlines()[-1])
    return seconds


def _until_quiet(stack: LocalStack) -> None:
    deadline = time.monotonic() + PATIENCE
    known, since = -1, time.monotonic()
    while time.monotonic() - since < QUIET:
        if time.monotonic() > deadline:
            sys.exit(f"E-mails still went out {PATIENCE:.0f} seconds after the round before.")
        count = len(stack.mails())
        if count != known:
            known, since = count, time.monotonic()
        time.sleep(0.5)


def _say(what: str, seconds: Sequence[float]) -> None:
    sys.stdout.write(f"{what:>20}: p50 {statistics.median(seconds):5.2f} s   p95 {_p95(seconds):5.2f} s\n")
    sys.stdout.flush()


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


if __name__ == "__main__":
    main()
