"""Reading a concern: who may, and that it is written down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.people.permissions import Viewer, may_see_concerns, require
from shared.platform.errors import NotFound
from shared.platform.tables import Lost, SafeguardingItem, find, is_new, transaction

from ..items import Concern, Entry, NextStep, concern_key, entry, step_key
from ..rules import SEEN_AGAIN_AFTER, seen_window


@dataclass(frozen=True)
class Opened:
    """A concern with all that belongs to it."""

    concern: Concern
    entries: list[Entry]
    steps: list[NextStep]
    """What somebody said they would do next, done or not, in the order in which it is due."""


def name_of(viewer: Viewer) -> str:
    return f"{viewer.first_name} {viewer.surname}"


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


def open_up(viewer: Viewer, concern_id: str, *, now: datetime) -> Opened:
    """The concern with its chronology: one Query, and one write when it is recorded that the viewer looked.
    Raises NotFound when there is none that the viewer may see."""
    opened = collected(viewer, concern_id)
    note_seen(viewer, [opened], now=now)
    return opened


def collected(viewer: Viewer, concern_id: str) -> Opened:
    """As `open_up`, without recording it: for whoever does so for several at once."""
    pk, _ = concern_key(concern_id)
    items = list(SafeguardingItem.query(pk, consistent_read=True))
    concern = next((item for item in items if isinstance(item, Concern)), None)
    if concern is None:
        raise NotFound
    require(may_see(viewer, concern))
    return Opened(
        concern,
        [item for item in items if isinstance(item, Entry)],
        sorted((item for item in items if isinstance(item, NextStep)), key=lambda one: one.by_day),
    )


def steps_of(concern_id: str) -> list[NextStep]:
    """What is to be done next, done or not, as it is at this moment: one Query."""
    pk, prefix = step_key(concern_id, "")
    found = NextStep.query(pk, NextStep.sk.startswith(prefix), consistent_read=True)
    return [item for item in found if isinstance(item, NextStep)]


def note_seen(viewer: Viewer, opened: Iterable[Opened], *, now: datetime) -> None:
    """Writes into each chronology and the audit record that the viewer looks at it, once in ten minutes: one
    write, before anything is shown."""
    fresh = [one for one in opened if not _seen_lately(one.entries, viewer, now)]
    if not fresh:
        return
    lines = [(one, _seen(viewer, one.concern, now)) for one in fresh]
    try:
        with transaction() as write:
            for one, line in lines:
                write.save(line, condition=is_new(Entry))
                _record_reading(write, viewer, one.concern, now=now)
    except Lost as lost:
        if not lost.failed:
            raise
        _each_by_itself(viewer, lines, now)
    for one, line in lines:
        one.entries.append(line)


def _each_by_itself(viewer: Viewer, lines: list[tuple[Opened, Entry]], now: datetime) -> None:
    """One of them is written down already, as by a page opened twice at once; the others may not be."""
    if len(lines) == 1:
        return
    for one, line in lines:
        try:
            with transaction() as write:
                write.save(line, condition=is_new(Entry))
                _record_reading(write, viewer, one.concern, now=now)
        except Lost as lost:
            if not lost.failed:
                raise


def _seen(viewer: Viewer, concern: Concern, now: datetime) -> Entry:
    cause = ("seen", viewer.person_id, seen_window(now))
    return entry(concern, *cause, now=now, by_id=viewer.person_id, by_name=name_of(viewer))


def _record_reading(write: TransactWrite, viewer: Viewer, concern: Concern, *, now: datetime) -> None:
    record(
        write,
        concern.programme_id,
        "read_concern",
        f"concern:{concern.concern_id}",
        by_id=viewer.person_id,
        by_name=name_of(viewer),
        now=now,
        hidden_from=concern.hidden_from,
    )


def _seen_lately(entries: Iterable[Entry], viewer: Viewer, now: datetime) -> bool:
    return any(
        one.what == "seen" and one.by_id == viewer.person_id and one.at > now - SEEN_AGAIN_AFTER
        for one in entries
    )
