"""Where the next page of a conversation begins, as text for a link."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from shared.platform.errors import Invalid
from shared.platform.ids import derived_id

UNREADABLE = "This link to older messages is not complete. Please open the conversation again."


def cursor_of(pair_id: str, thread_at: str, message_id: str) -> str:
    """Names a message that the viewer has just seen; older ones follow it.

    It tells nothing the viewer does not know, so it needs no secret. Its mark finds out a cut-off link, and
    one that belongs to another conversation.
    """
    place = [thread_at, message_id, _mark(pair_id, thread_at, message_id)]
    return urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(pair_id: str, cursor: str) -> tuple[str, str]:
    """The place that `cursor_of` named: `thread_at` and message id. Raises Invalid for anything else."""
    try:
        place = json.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        thread_at, message_id, mark = place
        known = all(isinstance(part, str) for part in place) and mark == _mark(pair_id, thread_at, message_id)
    except (ValueError, TypeError, RecursionError, binascii.Error):
        known = False
    if not known:
        raise Invalid(UNREADABLE, field="before", code="bad_cursor")
    return thread_at, message_id


def _mark(pair_id: str, thread_at: str, message_id: str) -> str:
    return derived_id("older than", pair_id, thread_at, message_id)[:10]
