"""What waits for a programme's staff, kept in one place, so that their first page costs two Queries
however many people there are.

Whoever makes something wait adds it here in the same transaction, and whoever sees to it takes it away.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from shared.platform.tables import DirectoryItem

from .items import (
    SETTLED,
    UNPAIRED_PREFIX,
    Cohort,
    OnDesk,
    denied_key,
    need_key,
    nominee_on_desk_key,
    seldom_key,
    talk_key,
    unpaired_key,
    until_key,
)

READ = 400
"""How many things each Query reads: what one answer of DynamoDB holds easily."""
AHEAD = timedelta(days=30)
"""How long before something ends it is shown, and how long after."""


@dataclass(frozen=True)
class Desk:
    """A programme's cohorts, and what waits."""

    cohorts: tuple[Cohort, ...]
    waiting: tuple[OnDesk, ...]
    is_whole: bool
    """Whether this is everything: of `unpaired` there may be more."""

    def of(self, what: str) -> list[OnDesk]:
        return [one for one in self.waiting if one.what == what]


def add_unpaired(
    write: TransactWrite, programme_id: str, person_id: str, *, name: str, now: datetime
) -> None:
    """Adds to a running transaction that a mentee waits for a mentor."""
    key = unpaired_key(programme_id, person_id)
    _add(write, key, programme_id, "unpaired", person_id, name=name, person_id=person_id, since=now)


def end_unpaired(write: TransactWrite, programme_id: str, person_id: str, *, now: datetime) -> None:
    """Adds to a running transaction that a mentee has a mentor. Harmless where they had one before."""
    _end(write, unpaired_key(programme_id, person_id), programme_id, person_id, gone_at=now)


def add_need(
    write: TransactWrite, programme_id: str, of: str, *, name: str, person_id: str, now: datetime
) -> None:
    """Adds to a running transaction that a mentee lacks something to take part."""
    key = need_key(programme_id, of)
    _add(write, key, programme_id, "need", of, name=name, person_id=person_id, since=now)


def end_need(write: TransactWrite, programme_id: str, of: str, *, now: datetime) -> None:
    """Adds to a running transaction that a need was seen to. Harmless where there was none."""
    _end(write, need_key(programme_id, of), programme_id, of, gone_at=now)


def add_nominee(write: TransactWrite, programme_id: str, of: str, *, name: str, now: datetime) -> None:
    """Adds to a running transaction that somebody was put forward, and a coordinator is to decide."""
    key = nominee_on_desk_key(programme_id, of)
    _add(write, key, programme_id, "nominee", of, name=name, person_id="", since=now)


def end_nominee(write: TransactWrite, programme_id: str, of: str, *, now: datetime) -> None:
    """Adds to a running transaction that a coordinator has decided."""
    _end(write, nominee_on_desk_key(programme_id, of), programme_id, of, gone_at=now)


PairsMatter = Literal["talk", "denied"]
"""Of a pair: one of them says it isn't working, or one says that they were in touch, and the other that they
were not."""
_OF_PAIR: dict[PairsMatter, Callable[[str, str], tuple[str, str]]] = {"talk": talk_key, "denied": denied_key}


def add_of_pair(
    write: TransactWrite,
    what: PairsMatter,
    programme_id: str,
    pair_id: str,
    *,
    name: str,
    hidden_from: tuple[str, ...],
    now: datetime,
) -> None:
    """Adds to a running transaction that a pair is to be looked at. `name`: the mentee's. `hidden_from`: the
    person_ids of the two, who may be on the staff as well."""
    _add(
        write,
        _OF_PAIR[what](programme_id, pair_id),
        programme_id,
        what,
        pair_id,
        name=name,
        person_id="",
        since=now,
        hidden_from=hidden_from,
    )


def end_of_pair(
    write: TransactWrite, what: PairsMatter, programme_id: str, pair_id: str, *, now: datetime
) -> None:
    """Adds to a running transaction that it was seen to."""
    _end(write, _OF_PAIR[what](programme_id, pair_id), programme_id, pair_id, gone_at=now)


def set_seldom(
    write: TransactWrite, programme_id: str, cohort_id: str, *, name: str, how_many: int, now: datetime
) -> None:
    """Adds to a running transaction how many pairs of a cohort were in touch too seldom; nothing waits where
    it is none. `name`: the cohort's."""
    key = seldom_key(programme_id, cohort_id)
    if not how_many:
        _end(write, key, programme_id, cohort_id, gone_at=now)
        return
    _add(write, key, programme_id, "seldom", cohort_id, name=name, person_id="", how_many=how_many)


def move_end(
    write: TransactWrite, programme_id: str, person_id: str, *, name: str, before: str, until: str
) -> None:
    """Adds to a running transaction that what a mentor has shown counts until another day. Both are ISO
    dates, or empty for none."""
    if before and before != until:
        day = datetime.combine(date.fromisoformat(before), time(), tzinfo=UTC)
        _end(write, until_key(programme_id, before, person_id), programme_id, person_id, gone_at=day)
    if until and before != until:
        key = until_key(programme_id, until, person_id)
        _add(write, key, programme_id, "until", person_id, name=name, person_id=person_id, until=until)


def _add(
    write: TransactWrite,
    key: tuple[str, str],
    programme_id: str,
    what: str,
    of: str,
    *,
    name: str,
    person_id: str,
    since: datetime | None = None,
    until: str = "",
    how_many: int = 0,
    hidden_from: tuple[str, ...] = (),
) -> None:
    said: list[Action] = [
        OnDesk.kind.set(OnDesk),
        OnDesk.programme_id.set(programme_id),
        OnDesk.what.set(what),
        OnDesk.of.set(of),
        OnDesk.name.set(name),
        OnDesk.person_id.set(person_id),
        OnDesk.expires_at.remove(),
    ]
    said += [OnDesk.since.set(since)] if since else []
    said += [OnDesk.until.set(until)] if until else []
    said += [OnDesk.how_many.set(how_many)] if how_many else []
    said += [OnDesk.hidden_from.set(list(hidden_from))] if hidden_from else []
    # An update, because it may wait already.
    write.update(OnDesk(*key), said, add_version_condition=False)


def _end(
    write: TransactWrite, key: tuple[str, str], programme_id: str, of: str, *, gone_at: datetime
) -> None:
    """It stays as something settled until the table forgets it: hardly any function may delete there."""
    said: list[Action] = [
        OnDesk.kind.set(OnDesk),
        OnDesk.programme_id.set(programme_id),
        OnDesk.what.set(SETTLED),
        OnDesk.of.set(of),
        OnDesk.expires_at.set(gone_at),
    ]
    write.update(OnDesk(*key), said, add_version_condition=False)


def desk_of(programme_id: str, today: date) -> Desk:
    """Two Queries, whatever waits: talks, nominees, needs, cohorts, and of who is unpaired as much as fits;
    and what ends, or has ended, within a month. What ended long ago is never in the way of the rest."""
    pk, last_talk = talk_key(programme_id, "~")
    items, is_whole = _read(pk, UNPAIRED_PREFIX, last_talk, backwards=True)
    _, first = until_key(programme_id, (today - AHEAD).isoformat(), "")
    _, last = until_key(programme_id, (today + AHEAD).isoformat(), "~")
    items += _read(pk, first, last, backwards=False)[0]
    return Desk(
        cohorts=tuple(one for one in items if isinstance(one, Cohort)),
        waiting=tuple(one for one in items if isinstance(one, OnDesk) and one.what != SETTLED),
        is_whole=is_whole,
    )


def _read(pk: str, first: str, last: str, *, backwards: bool) -> tuple[list[DirectoryItem], bool]:
    """What one Query finds between two keys, and whether that is all."""
    found = DirectoryItem.query(
        pk,
        DirectoryItem.sk.between(first, last),
        scan_index_forward=not backwards,
        limit=READ,
        page_size=READ,
    )
    items: list[DirectoryItem] = []
    for one in found:
        items.append(one)
        if len(items) >= found.page_iter.total_scanned_count:
            break
    return items, found.page_iter.last_evaluated_key is None
