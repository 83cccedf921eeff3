"""How everything that staff do with a concern is written: once, with its line and its audit record."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.audit.rules import What
from shared.people.permissions import Viewer
from shared.platform.clock import order
from shared.platform.errors import Busy
from shared.platform.tables import Lost, find, is_new, transaction

from ..against import note_against
from ..chain.climbing import Adds
from ..items import (
    Concern,
    Entry,
    OfPerson,
    closed_order,
    concern_order,
    concerns_listing,
    entry_key,
    of_person,
)
from ..rules import TRIES, severity_rank
from .reading import load_visible, name_of


@dataclass(frozen=True)
class Doing:
    """What the viewer does: the line of the chronology, and the verb of the audit record with its reason.

    `why` goes into the audit record, which more people read: a choice that was made, never what was written.
    `adds` is what else belongs to the transaction.
    """

    what: str
    verb: What
    note: str = ""
    details: dict[str, str] = field(default_factory=dict)
    why: str = ""
    adds: tuple[Adds, ...] = ()


def add_line(viewer: Viewer, concern: Concern, doing: Doing, *cause: str, now: datetime) -> bool:
    """Adds a line that changes nothing of the concern itself. `cause` tells it from all others, and comes of
    the form's key: sent again, nothing is written, and this is False. Raises Conflict when somebody else
    changed what belongs to it at the same moment."""
    line = _line(viewer, concern, doing, cause, now)
    try:
        with transaction() as write:
            write.save(line, condition=is_new(Entry))
            _finish(write, viewer, concern, doing, now)
    except Lost:
        if find(Entry, line.pk, line.sk) is None:
            raise Busy from None
        return False
    return True


def change(
    viewer: Viewer, concern_id: str, decide: Callable[[Concern], Doing | None], *cause: str, now: datetime
) -> None:
    """Changes the concern as it is now, with its line, in one transaction.

    `decide` changes it in memory and says what that is; None when there is nothing to do. Or it raises
    Conflict, or Invalid. Of two who do so at the same moment the second decides anew. What was done for the
    same `cause` before is done. Raises NotFound for those who may not see it.
    """
    for _ in range(TRIES):
        concern = load_visible(viewer, concern_id)
        if find(Entry, *entry_key(concern_id, *cause)):
            return
        doing = decide(concern)
        if doing is None:
            return
        line = _line(viewer, concern, doing, cause, now)
        try:
            with transaction() as write:
                save(write, concern)
                write.save(line, condition=is_new(Entry))
                _finish(write, viewer, concern, doing, now)
        except Lost:
            continue
        return
    raise Busy


def save(write: TransactWrite, concern: Concern) -> None:
    """Adds the concern as it is in memory, in its place in the lists, and what its person's collection says
    of it."""
    _put_in_place(concern)
    write.save(concern)
    note_against(write, concern)
    listed = of_person(concern)
    if listed is None:
        return
    # Not a save: it says again what the concern says, whose version guards both.
    write.update(
        listed,
        actions=[OfPerson.kind.set(OfPerson), *_said_again(listed)],
        add_version_condition=False,
    )


def _said_again(listed: OfPerson) -> list[Action]:
    kept = {"pk", "sk", "version", "kind"}
    values = {name: getattr(listed, name) for name in OfPerson.get_attributes() if name not in kept}
    return [
        getattr(OfPerson, name).remove() if value is None else getattr(OfPerson, name).set(value)
        for name, value in values.items()
    ]


def _put_in_place(concern: Concern) -> None:
    concern.listing = concerns_listing(concern.programme_id, concern.state)
    if concern.state == "closed":
        concern.listing_order = closed_order(order(concern.closed_at), concern.concern_id)
        return
    concern.listing_order = concern_order(
        severity_rank(concern.severity),
        order(concern.raised_at),
        concern.concern_id,
        answered=concern.state != "open",
    )


def _line(viewer: Viewer, concern: Concern, doing: Doing, cause: tuple[str, ...], now: datetime) -> Entry:
    return Entry(
        *entry_key(concern.concern_id, *cause),
        what=doing.what,
        at=now,
        by_id=viewer.person_id,
        by_name=name_of(viewer),
        note=doing.note or None,
        details=doing.details or None,
    )


def _finish(write: TransactWrite, viewer: Viewer, concern: Concern, doing: Doing, now: datetime) -> None:
    for add in doing.adds:
        add(write)
    record(
        write,
        concern.programme_id,
        doing.verb,
        f"concern:{concern.concern_id}",
        by_id=viewer.person_id,
        by_name=name_of(viewer),
        now=now,
        why=doing.why,
        hidden_from=concern.hidden_from,
    )
