"""make bench-alerts: from a worry posted to its alert accepted by the mail service, on the local stack.

The emulator works off the streams one batch at a time, on this machine's cores: the seconds say little of
AWS, where functions run beside one another, and the ratio holds what every function waits for another.
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

BULK: Final = 500
QUIET: Final = 5.0
"""Seconds without an e-mail after which nothing is left over from the round before."""


def main() -> None:
    """Print p50 and p95 of both, and their ratio."""
    with (
        tempfile.TemporaryDirectory(prefix="signpost-bench-") as state,
        LocalStack(build(architecture_here()), Path(state), Ports.free()) as stack,
    ):
        stack.fill()
        _until_quiet(stack)
        without = _measure(stack, 0)
        _until_quiet(stack)
        beside = _measure(stack, BULK)
    lines = [
        f"{words:>16}: p50 {statistics.median(seconds):6.2f} s   p95 {_p95(seconds):6.2f} s"
        for words, seconds in (("without bulk", without), (f"{BULK} bulk queued", beside))
    ]
    lines.append(f"{'ratio of p95':>16}: {_p95(beside) / _p95(without):.2f}")
    sys.stdout.write("\n".join(lines) + "\n")


def _measure(stack: LocalStack, bulk: int) -> list[float]:
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench.alerts_posted", str(bulk)],
        env=os.environ | stack.function_environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds: list[float] = json.loads(run.stdout.splitlines()[-1])
    return seconds


def _until_quiet(stack: LocalStack) -> None:
    known, since = -1, time.monotonic()
    while time.monotonic() - since < QUIET:
        count = len(stack.mails())
        if count != known:
            known, since = count, time.monotonic()
        time.sleep(0.5)


def _p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


if __name__ == "__main__":
    main()
