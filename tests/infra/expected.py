"""What the template should hold, for the tests that look at it."""

from __future__ import annotations

from typing import Any

Resources = dict[str, Any]
Policies = dict[str, list[dict[str, Any]]]

TABLES = {"Directory", "Conversations", "Safeguarding", "Outbox"}
STREAMS = {
    "FilterMessages": ("Conversations", "message", "pending"),
    "EscalateConcerns": ("Safeguarding", "concern", "due=CONCERNS"),
    "SendAlerts": ("Outbox", "notice", "queued"),
    "SendNotices": ("Outbox", "notice", "queued"),
    "ImportPeople": ("Directory", "import", "queued"),
    "BacktestRules": ("Directory", "backtest", "waiting"),
    "MatchCohort": ("Conversations", "matching_run", "waiting|queued"),
    "LinkAudit": ("Safeguarding", "audit_waiting", None),  # written once, in the one state it has
}
FUNCTIONS = {"APIHandler", "RecordReceipts", "Sweep", "Daily", *STREAMS}


def of_type(resources: Resources, kind: str) -> dict[str, dict[str, Any]]:
    return {name: entry["Properties"] for name, entry in resources.items() if entry["Type"] == kind}
