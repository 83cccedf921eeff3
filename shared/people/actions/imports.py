"""Several invitations at once: taken from a page in one go, sent by a stream function."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.expressions.update import Action

from shared.audit.actions import record
from shared.platform.clock import order
from shared.platform.errors import Conflict, Invalid, TooLarge
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, conditional, find, is_new, transaction
from shared.programmes.actions import load_programme

from ..items import IMPORTS_DUE, Import, import_key, imports_listing
from ..permissions import STAFF, Role, Viewer, role_words
from ..rules import IMPORT_ROWS, Row, read_rows
from .invitations import invite_one, questions_about, require_may_invite

TEXT_LENGTH = 60_000
STORED_LENGTH = 250_000
"""Bytes of the list as it is stored, where a letter of some scripts is twelve; an item takes 400 KB, and
what becomes of each row goes into the same one."""
KEPT = timedelta(days=30)
"""How long the list itself is kept. Its invitations stay as long as others do."""

ASKS_FIRST = (
    "This programme asks something about each {role} before they are invited. Please invite them one by one, "
    "or from a file."
)


@dataclass(frozen=True)
class Asked:
    """Several invitations asked for."""

    import_id: str
    people: int


def import_people(
    viewer: Viewer,
    programme_id: str,
    *,
    role: str,
    text: str,
    good_only: bool = False,
    key: str,
    now: datetime,
) -> Asked:
    """Stores what is to be invited; `run_import` does it. Asked twice with one `key`, it is asked once.

    Raises Invalid with a sentence for every line that cannot be used, unless `good_only` leaves those out;
    NotFound, TooLarge.
    """
    wanted = require_may_invite(viewer, programme_id, role)
    if questions_about(load_programme(programme_id), wanted):
        raise Invalid(ASKS_FIRST.format(role=role_words(wanted)), field="role", code="asks_first")
    if len(text) > TEXT_LENGTH:
        raise TooLarge(f"That is too much at once. Please send up to {IMPORT_ROWS} people at a time.")
    good, bad = read_rows(text)
    if bad and not good_only:
        first, *more = [
            Invalid(f"Line {row.line}: {row.reason}", field="people", code="bad_line") for row in bad
        ]
        raise Invalid(first.sentence, field="people", code="bad_line", more=tuple(more))
    if not good:
        raise Invalid("Enter at least one person, each on a line of their own.", field="people")
    if len(good) > IMPORT_ROWS:
        raise Invalid(f"Please send up to {IMPORT_ROWS} people at a time.", field="people")
    rows = [_stored(row) for row in good]
    if len(json.dumps(rows)) > STORED_LENGTH:
        raise TooLarge("That is too much at once. Please send it in two parts.")
    import_id = derived_id("import", viewer.person_id, programme_id, key)
    item = Import(
        *import_key(import_id),
        import_id=import_id,
        programme_id=programme_id,
        role=wanted.value,
        rows=rows,
        invited_by=viewer.person_id,
        created_at=now,
        expires_at=now + KEPT,
        listing=imports_listing(programme_id),
        listing_order=order(now),
        due=IMPORTS_DUE,
        due_at=order(now),
    )
    try:
        with transaction() as write:
            write.save(item, condition=is_new(Import))
            if wanted in STAFF:
                record(
                    write,
                    programme_id,
                    "changed_role",
                    f"import:{import_id}",
                    by_id=viewer.person_id,
                    by_name=viewer.name,
                    now=now,
                    why=f"Invited {len(good)} as {role_words(wanted)}",
                )
    except Lost:
        pass  # the same form came a second time
    return Asked(import_id=import_id, people=len(good))


def _stored(row: Row) -> dict[str, Any]:
    return {
        "line": row.line,
        "first_name": row.first_name,
        "surname": row.surname,
        "address": row.address,
    }


def run_import(import_id: str, *, now: datetime) -> None:
    """Makes the invitations of an import. Run again, or by two at once, each is made once."""
    item = find(Import, *import_key(import_id))
    if item is None or item.state == "done":
        return
    programme = load_programme(item.programme_id)
    outcomes = []
    for stored in item.rows:
        outcome = {"line": stored["line"], "outcome": "invited", "sentence": ""}
        try:
            invite_one(
                programme, Role(item.role), Row(**stored), by=item.invited_by, now=now, import_id=import_id
            )
        except Conflict as conflict:
            outcome |= {"outcome": "refused", "sentence": conflict.sentence}
        outcomes.append(outcome)
    actions: list[Action] = [
        Import.state.set("done"),
        Import.outcomes.set(outcomes),
        Import.done_at.set(now),
        Import.due.remove(),
        Import.due_at.remove(),
    ]
    try:
        with conditional():
            item.update(actions)
    except Lost:
        pass  # another run finished first, with the same invitations


def imports_due(*, until: datetime) -> list[str]:
    """Imports asked for before `until` and not yet done: what a stream may have missed."""
    found = Import.by_due.query(IMPORTS_DUE, Import.due_at <= order(until))
    return [item.import_id for item in found if isinstance(item, Import)]
