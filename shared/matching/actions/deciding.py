"""What a coordinator decides on a suggestion."""

from datetime import datetime

from shared.conversations.never_again import Named, keep_apart
from shared.people.permissions import Viewer
from shared.platform.errors import Conflict
from shared.platform.tables import Lost, conditional, find, transaction
from shared.safeguarding.rules import read_words

from ..items import Declined, Suggestion, declined_key
from ..runs import MEANWHILE, decided, require_open, to_decide

LONGEST_REASON = 2_000


def lock(viewer: Viewer, programme_id: str, cohort_id: str, suggestion_id: str, *, now: datetime) -> None:
    """Keeps a suggestion: the next run leaves its two together. Raises NotFound, Conflict."""
    _, item = to_decide(viewer, programme_id, cohort_id, suggestion_id)
    require_open(item)
    _decide(viewer, item, "locked", now)


def unlock(viewer: Viewer, programme_id: str, cohort_id: str, suggestion_id: str, *, now: datetime) -> None:
    """Gives a suggestion free again: the next run may find better. Raises NotFound, Conflict."""
    _, item = to_decide(viewer, programme_id, cohort_id, suggestion_id)
    require_open(item)
    _decide(viewer, item, "suggested", now)


def decline(viewer: Viewer, programme_id: str, cohort_id: str, suggestion_id: str, *, now: datetime) -> None:
    """Does away with a suggestion. Its two are not suggested again in this cohort. Raises NotFound,
    Conflict."""
    _, item = to_decide(viewer, programme_id, cohort_id, suggestion_id)
    if item.state == "declined":
        return
    require_open(item)
    key = declined_key(programme_id, cohort_id, item.mentor_id, item.mentee_id)
    declined = find(Declined, *key) or Declined(*key)
    declined.mentor_id, declined.mentee_id = item.mentor_id, item.mentee_id
    declined.declined_by, declined.declined_at = viewer.person_id, now
    try:
        with transaction() as write:
            write.update(item, decided(viewer, "declined", now))
            write.save(declined)
    except Lost:
        raise Conflict(MEANWHILE, code="meanwhile") from None


def never_again(
    viewer: Viewer, programme_id: str, cohort_id: str, suggestion_id: str, *, reason: str, now: datetime
) -> None:
    """Does away with a suggestion, and keeps its two apart in the whole programme from now on. `reason` is
    for staff. Raises NotFound, Invalid, Conflict."""
    _, item = to_decide(viewer, programme_id, cohort_id, suggestion_id)
    reason = read_words(reason, field="reason", most=LONGEST_REASON)
    if item.state != "declined":
        require_open(item)
    try:
        with transaction() as write:
            write.update(item, decided(viewer, "declined", now))
            keep_apart(
                write,
                programme_id,
                mentor=Named(item.mentor_id, item.mentor_name),
                mentee=Named(item.mentee_id, item.mentee_name),
                reason=reason,
                by=viewer,
                now=now,
            )
    except Lost:
        raise Conflict(MEANWHILE, code="meanwhile") from None


def _decide(viewer: Viewer, item: Suggestion, state: str, now: datetime) -> None:
    if item.state == state:
        return
    try:
        with conditional():
            item.update(decided(viewer, state, now))
    except Lost:
        raise Conflict(MEANWHILE, code="meanwhile") from None
