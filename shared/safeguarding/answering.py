"""What staff do with a concern: say that they are dealing with it, add what they did, and look at it."""

from datetime import datetime

from shared.people.permissions import Viewer, may_see_concerns, require
from shared.platform.clock import order
from shared.platform.errors import Conflict, NotFound
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, conditional, find, is_new, transaction

from .actions import entry
from .items import Concern, Entry, concern_key, concern_order
from .rules import read_words, said, seen_window, severity_rank

TRIES = 3
BUSY = "Somebody else changed this at the same moment. Please look at it again."


def name_of(viewer: Viewer) -> str:
    return f"{viewer.first_name} {viewer.surname}"


def acknowledge(viewer: Viewer, concern_id: str, *, now: datetime) -> None:
    """The viewer is dealing with it, and it is passed on no further. Raises Conflict, saying who and since
    when, if somebody else already is. Raises NotFound for those who may not see it."""
    for _ in range(TRIES):
        concern = load_visible(viewer, concern_id)
        if concern.state != "open":
            return _mine_or_conflict(viewer, concern, now=now)
        try:
            return _save_answer(viewer, concern, now=now)
        except Lost:
            continue
    raise Conflict(BUSY)


def _mine_or_conflict(viewer: Viewer, concern: Concern, *, now: datetime) -> None:
    if concern.acknowledged_by != viewer.person_id:
        since = f" They said so {said(concern.acknowledged_at, now=now)}." if concern.acknowledged_at else ""
        sentence = f"{concern.acknowledged_by_name} is already dealing with this.{since}"
        raise Conflict(sentence, code="already_acknowledged")


def _save_answer(viewer: Viewer, concern: Concern, *, now: datetime) -> None:
    line = entry(concern, "acknowledged", now=now, by_id=viewer.person_id, by_name=name_of(viewer))
    _answer(concern, viewer, now=now)
    with transaction() as write:
        write.save(concern)
        write.save(line, condition=is_new(Entry))


def _answer(concern: Concern, viewer: Viewer, *, now: datetime) -> None:
    concern.state = "acknowledged"
    concern.acknowledged_by = viewer.person_id
    concern.acknowledged_by_name = name_of(viewer)
    concern.acknowledged_at = now
    concern.due = concern.due_at = None
    concern.listing_order = concern_order(
        severity_rank(concern.severity), order(concern.raised_at), concern.concern_id, answered=True
    )


def add_note(viewer: Viewer, concern_id: str, *, words: str, key: str, now: datetime) -> None:
    """Adds what was done to the chronology. The same form sent again adds it once."""
    concern = load_visible(viewer, concern_id)
    note = read_words(words, field="words")
    cause = derived_id(viewer.person_id, key)
    line = entry(concern, "note", cause, now=now, by_id=viewer.person_id, by_name=name_of(viewer), note=note)
    _write_once(line)


def record_seen(viewer: Viewer, concern: Concern, *, now: datetime) -> Entry:
    """Writes into the chronology that the viewer looked, once in ten minutes."""
    line = entry(
        concern,
        "seen",
        viewer.person_id,
        seen_window(now),
        now=now,
        by_id=viewer.person_id,
        by_name=name_of(viewer),
    )
    _write_once(line)
    return line


def _write_once(line: Entry) -> None:
    try:
        with conditional():
            line.save(condition=is_new(Entry))
    except Lost as lost:
        if not lost.failed:
            raise


def may_see(viewer: Viewer, concern: Concern) -> bool:
    """Staff who read conversations, but not when it is kept from them, for instance as it is about them."""
    return may_see_concerns(viewer, concern.programme_id) and viewer.person_id not in concern.hidden_from


def load_visible(viewer: Viewer, concern_id: str) -> Concern:
    """The concern as it is now. Raises NotFound when there is none that the viewer may see."""
    concern = find(Concern, *concern_key(concern_id))
    if concern is None:
        raise NotFound
    require(may_see(viewer, concern))
    return concern
