"""Decisions about the audit record: what is recorded."""

from datetime import datetime, timedelta
from typing import Literal, get_args

from shared.platform.ids import derived_id

What = Literal[
    "read_conversation",
    "read_held_message",
    "read_trial",
    "read_concern",
    "looked_through_concerns",
    "read_file",
    "entered_message",
    "entered_agreement",
    "read_reflections",
    "read_answers",
    "asked_parent",
    "changed_birthday",
    "decided_on_message",
    "undid_decision",
    "handed_over",
    "raised_concern",
    "acknowledged_concern",
    "changed_concern",
    "closed_concern",
    "second_read_concern",
    "reopened_concern",
    "recorded_action",
    "changed_school_contact",
    "changed_policy",
    "planned_policy",
    "took_back_policy",
    "changed_role",
    "changed_standing",
    "changed_vetting",
    "took_down",
    "paired",
    "ended_pair",
    "forbade_last_message",
    "settled_talk",
    "ran_meeting",
    "read_endings",
    "introduced",
    "noted_payment",
    "exported_payments",
    "asked_after",
    "settled_denial",
    "changed_match",
    "changed_wishes",
    "made_programme",
    "changed_cohort",
    "named_supporter",
    "changed_library",
    "changed_absence",
    "tested_chain",
    "spot_checked",
    "checked_decision",
    "followed_up",
    "exported",
    "exported_progress",
    "removed_conversation",
]
"""What can be recorded: staff's reading, deciding, and changing of policies and roles. Their words are in
`shared.oversight.views.VERBS`."""

WHAT: tuple[str, ...] = get_args(What)

READ_AGAIN_AFTER = timedelta(minutes=10)
"""Who looks again at the same thing within this time is recorded once."""


def record_id(by_id: str, what: str, on: str, *cause: str) -> str:
    """The same deed is the same record. `cause` tells apart deeds of a kind, such as a form's key."""
    return derived_id("audit", by_id, what, on, *cause)


def reading_window(now: datetime) -> str:
    """The stretch of time in which reading the same thing twice is recorded once."""
    return str(int(now.timestamp() // READ_AGAIN_AFTER.total_seconds()))
