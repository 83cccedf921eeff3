"""`python -m infra.local demo`: Signpost on this machine, with a demonstration programme, until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from threading import Event
from types import FrameType

from infra.local.sign_in import SignIn
from infra.local.stack import LocalStack, Ports, forget
from infra.package import ROOT, architecture_here, build
from infra.trouble import Trouble, end_with, say, step

STATE = ROOT / ".local"
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run one command; the exit status says whether it worked."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("command", choices=["demo"])
    parser.add_argument("--reset", action="store_true", help="forget everything and start over")
    parser.add_argument("--state-dir", type=Path, default=STATE, help="where everything is kept (.local)")
    arguments = parser.parse_args()
    try:
        demo(arguments.state_dir, reset=arguments.reset)
    except Trouble as trouble:
        return end_with(trouble)
    except KeyboardInterrupt:
        say("\nStopped.")
    return 0


def demo(state_dir: Path, *, reset: bool) -> None:
    """Start everything, say where it is, wait for Ctrl-C, stop everything."""
    _end_on_signals()
    ports = Ports.from_environment()
    say("Signpost on this machine")
    ports.check()
    if reset:
        forget(state_dir)  # the ports are free, so nobody is using it
    with step("Packaging the code"):
        package = build(architecture_here())
    stack = LocalStack(package, state_dir, ports)
    try:
        start(stack)
        Event().wait()
    finally:
        _finish_undisturbed()
        stack.stop()


def start(stack: LocalStack) -> None:
    """Start the stack step by step, fill it if nobody is in it, and say what is where."""
    with step("Starting the AWS emulator"):
        stack.start_emulator()
    with step("Deploying the stack"):
        stack.deploy()
    with step("Opening the site"):
        stack.serve()
    if stack.is_empty():
        with step("Filling in the demonstration programme"):
            stack.fill()
    say(f"\n  Site   {stack.site_url}\n  Inbox  {stack.inbox_url}   every e-mail it sends")
    say(_who_can_sign_in(stack.people()))
    say("\nCtrl-C stops it; the next start finds its data. RESET=1 starts over.")


def _who_can_sign_in(people: list[SignIn]) -> str:
    if not people:
        return ""
    heads = ("Who", "Username", "Password")
    rows = [heads, *((person.who, person.username, person.password) for person in people)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n" + "\n".join(f"  {line}".rstrip() for line in lines)


def _end_on_signals() -> None:
    """A closed terminal or a plain `kill` ends it as Ctrl-C does: nothing it started stays behind."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for ending in ENDINGS:
        signal.signal(ending, end)


def _finish_undisturbed() -> None:
    """A second Ctrl-C would leave processes behind; stopping takes seconds and is bounded."""
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
