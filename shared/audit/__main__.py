"""`python -m shared.audit --programme ID`: whether a programme's audit record is whole.

Reads the tables that the environment names (docs/safeguarding.md says how). Exit code 0 when nothing was
changed, left out or reordered; 1 when something was; 2 when there is nothing to check, as where the id or the
tables are not those that were meant; 3 when what there is is whole, but records wait to be linked.
"""

import argparse
import json
import re
import sys

from shared.platform.clock import now

from .checking import MOST_LATE, Checked, check_links, has_records, late_records
from .verifying import Place

KNOWN = re.compile(r"(\d{1,12}):([0-9a-f]{64})")


WHOLE, BROKEN, NOTHING, LATE = range(4)
"""Exit codes."""


def main(arguments: list[str] | None = None) -> int:
    given = _read(arguments)
    if not given.known and not has_records(given.programme):
        print(
            f"There is no audit record of a programme {given.programme!r} in these tables.", file=sys.stderr
        )
        return NOTHING
    checked = check_links(given.programme, known=given.known)
    late = late_records(given.programme, now=now())
    print(_as_json(given.programme, checked, late) if given.json else _in_words(checked, late))
    if not checked.is_whole:
        return BROKEN
    return LATE if late else WHOLE


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m shared.audit", description="Says whether a programme's audit record is whole."
    )
    parser.add_argument("--programme", required=True, metavar="ID", help="the programme's id")
    parser.add_argument(
        "--known",
        action="append",
        default=[],
        type=_known,
        metavar="NUMBER:HASH",
        help="a place that was noted outside the tables, such as in a log; may be given more than once",
    )
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    return parser.parse_args(arguments)


def _known(text: str) -> Place:
    found = KNOWN.fullmatch(text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number, a colon and 64 characters of a hash")
    return Place(int(found[1]), found[2])


def _in_words(checked: Checked, late: int) -> str:
    lines = []
    if checked.fault:
        lines.append(f"Broken at record {checked.fault.seq:,}: {checked.fault.sentence}.")
        lines.append(f"The {checked.reached.seq:,} before it are whole.")
    else:
        lines.append(f"Whole: {checked.reached.seq:,} records, none changed, left out or reordered.")
        lines.append(f"The last has the hash {checked.reached.hash}.")
    if late:
        some = f"{late:,} or more" if late >= MOST_LATE else f"{late:,}"
        lines.append(f"Not linked after ten minutes: {some}. They are no part of this answer.")
    return "\n".join(lines)


def _as_json(programme_id: str, checked: Checked, late: int) -> str:
    fault = checked.fault
    return json.dumps(
        {
            "programme_id": programme_id,
            "whole": checked.is_whole,
            "records": checked.reached.seq,
            "hash": checked.reached.hash,
            "broken": {"record": fault.seq, "what": fault.what, "sentence": fault.sentence}
            if fault
            else None,
            "late": late,
        }
    )


if __name__ == "__main__":
    sys.exit(main())
