"""Being in touch with a mentee's school without there being a concern: that they stopped writing, or are
away."""

from dataclasses import dataclass
from datetime import datetime

from shared.audit.actions import record
from shared.people.permissions import Viewer
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, is_new, transaction

from ..fields import Wrong, read_line, read_moment
from ..items import SchoolContacted, school_contacted_key
from ..rules import Companions, read_words
from .history import mentee_of, require_no_part
from .lines import HOW


@dataclass(frozen=True)
class InTouch:
    """What was filled in. `happened` is a moment by the clock of the United Kingdom; empty for now."""

    whom: str
    words: str
    how: str = ""
    happened: str = ""


@dataclass(frozen=True)
class SchoolContactLine:
    """That somebody was in touch with the school."""

    at: datetime
    whom: str
    how: str
    words: str
    by_name: str


def record_in_touch(
    viewer: Viewer,
    programme_id: str,
    person_id: str,
    given: InTouch,
    *,
    companions: Companions,
    key: str,
    now: datetime,
) -> None:
    """Keeps that the viewer was in touch with a mentee's school, with its audit record; the same form sent
    again is kept once. For those who see concerns and do not write with the mentee. Raises Invalid naming
    every field that needs another look, and NotFound."""
    kept_from = require_no_part(viewer, programme_id, person_id, companions)
    mentee_of(programme_id, person_id)
    contacted = _read(given, now=now)
    place = school_contacted_key(programme_id, person_id, derived_id(viewer.person_id, key))
    contacted.pk, contacted.sk = place
    contacted.by_id, contacted.by_name = viewer.person_id, viewer.name
    try:
        with transaction() as write:
            write.save(contacted, condition=is_new(SchoolContacted))
            record(
                write,
                programme_id,
                "recorded_action",
                f"person:{person_id}",
                by_id=viewer.person_id,
                by_name=viewer.name,
                now=now,
                why="In touch with the school",
                hidden_from=kept_from,
            )
    except Lost:
        if find(SchoolContacted, *place) is None:
            raise


def _read(given: InTouch, *, now: datetime) -> SchoolContacted:
    wrong = Wrong()
    whom = wrong.read(read_line, given.whom, field="whom") or ""
    words = wrong.read(read_words, given.words, field="words")
    happened = wrong.read(read_moment, given.happened, field="happened", now=now)
    if not given.whom.strip():
        wrong.add("Please say whom you spoke to.", "whom")
    if given.how not in HOW:
        wrong.add("Please say how.", "how")
    wrong.none()
    return SchoolContacted(at=happened or now, whom=whom, how=given.how, words=words)


def in_touch_with_school(programme_id: str, person_id: str) -> tuple[SchoolContactLine, ...]:
    """Every time, the latest first: one Query."""
    pk, prefix = school_contacted_key(programme_id, person_id, "")
    found = [
        SchoolContactLine(one.at, one.whom, HOW.get(one.how, ""), one.words, one.by_name)
        for one in SchoolContacted.query(pk, SchoolContacted.sk.startswith(prefix), consistent_read=True)
        if isinstance(one, SchoolContacted)
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))
