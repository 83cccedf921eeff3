"""python -m shared.filtering: JSON Lines in, one verdict a line out.

In: {"id", "text", "sender"} and optionally "recent", a list of texts or of {"id", "text"}.
Out, in the same order: {"id", "hold", "severity", "lane", "findings": [{"rule", "category", "severity",
"start", "end",
"matched"}]}; for a line that cannot be read {"id", "error"}, and the rest go on.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TextIO

from . import RecentMessage, RulesBroken, RuleSet, Sender, Verdict, check, load_rules

_SENDERS: Final[dict[str, Sender]] = {"mentee": "mentee", "mentor": "mentor"}


class UnreadableLine(Exception):
    """A line that is not a message; the text says why."""

    def __init__(self, reason: str, line_id: object = None) -> None:
        self.line_id = line_id
        super().__init__(reason)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every line was judged, 1 when some could not be read, 2 when the rules are broken."""
    parser = argparse.ArgumentParser(
        prog="python -m shared.filtering", description="Judge messages, one JSON object a line."
    )
    parser.add_argument(
        "--rules", metavar="FILE", type=Path, help="try a draft on top of the rules, or a folder of rules"
    )
    parser.add_argument("--explain", action="store_true", help="print for people")
    chosen = parser.parse_args(arguments)
    try:
        rules = load_rules(chosen.rules)
    except RulesBroken as broken:
        print(f"The rules cannot be used. {broken}", file=sys.stderr)
        return 2
    return judge_lines(sys.stdin, sys.stdout, rules, explain=chosen.explain)


def judge_lines(lines: Iterable[str], out: TextIO, rules: RuleSet, *, explain: bool = False) -> int:
    """Judges line by line, writing each answer before reading the next."""
    unreadable = 0
    for line in lines:
        if not line.strip():
            continue
        try:
            line_id, text, sender, recent = _message(line)
        except UnreadableLine as reason:
            unreadable = 1
            _write(out, {"id": reason.line_id, "error": str(reason)})
            continue
        verdict = check(text, sender=sender, recent=recent, rules=rules)
        if explain:
            out.write(explained(text, verdict))
        else:
            _write(out, as_json(line_id, verdict))
        out.flush()
    return unreadable


def _write(out: TextIO, value: dict[str, Any]) -> None:
    out.write(json.dumps(value) + "\n")


def _message(line: str) -> tuple[object, str, Sender, list[RecentMessage]]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableLine("not JSON") from error
    if not isinstance(given, dict):
        raise UnreadableLine("not an object")
    line_id = given.get("id")
    text, sender = given.get("text"), _SENDERS.get(str(given.get("sender", "mentee")))
    if not isinstance(text, str):
        raise UnreadableLine("text must be a string", line_id)
    if sender is None:
        raise UnreadableLine("sender must be mentee or mentor", line_id)
    recent = given.get("recent") or []
    if not isinstance(recent, list):
        raise UnreadableLine("recent must be a list", line_id)
    return line_id, text, sender, [_recent(number, entry, line_id) for number, entry in enumerate(recent)]


def _recent(number: int, entry: object, line_id: object) -> RecentMessage:
    if isinstance(entry, str):
        return RecentMessage(str(number), entry)
    if isinstance(entry, dict) and isinstance(entry.get("text"), str):
        return RecentMessage(str(entry.get("id", number)), entry["text"])
    raise UnreadableLine("recent must hold texts, or objects with id and text", line_id)


def as_json(line_id: object, verdict: Verdict) -> dict[str, Any]:
    """The answer to one line."""
    findings = []
    for finding in verdict.findings:
        shown: dict[str, Any] = {
            "rule": finding.rule,
            "category": finding.category,
            "severity": finding.severity.value,
            "start": finding.start,
            "end": finding.end,
            "matched": finding.matched,
        }
        if finding.recent_ids:
            shown["recent_ids"] = list(finding.recent_ids)
        findings.append(shown)
    return {
        "id": line_id,
        "hold": verdict.hold,
        "severity": verdict.severity.value,
        "lane": verdict.lane,
        "findings": findings,
    }


def explained(text: str, verdict: Verdict) -> str:
    """The verdict in a few lines for a person: the text, then what each rule saw and what the writer would
    read."""
    shown = [text.encode("utf-8", "replace").decode("utf-8"), f"  {verdict.lane}, {verdict.severity}"]
    for finding in verdict.findings:
        matched = finding.matched.encode("utf-8", "replace").decode("utf-8")
        shown.append(f"  “{matched}” — {finding.category}, {finding.severity} ({finding.rule})")
        shown.extend(f"      {line}" for line in (finding.note, finding.sentence) if line)
    return "\n".join(shown) + "\n\n"


if __name__ == "__main__":
    sys.exit(main())
