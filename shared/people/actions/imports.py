"""Lists of people to be invited: typed on a page, or sent as a file. A stream function works on them.

First a list is checked as a whole, then staff say that the good rows be invited. Both are done in steps, each
one transaction that writes what was done and how far it came: whatever interrupts it, the next run goes on
there; two at once cannot both write.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.platform.clock import order
from shared.platform.errors import Conflict, Invalid, NotFound, TooLarge, all_of
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, conditional, find, is_new, transaction
from shared.policies.people import Question
from shared.programmes.actions import load_programme
from shared.programmes.cohorts import cohort_of
from shared.programmes.rules import is_over

from ..import_files import FORM_WORKS_FOR, ImportFiles, UploadForm, file_key
from ..import_items import IMPORTS_DUE, Import, ImportPiece, import_key, imports_listing, piece_key
from ..permissions import PARTICIPANTS, STAFF, Role, Viewer, role_words
from ..rules import IMPORT_ROWS, Row, read_rows
from ._checking_lists import STANDS_STILL_AFTER, check_list
from ._inviting_lists import invite_list
from ._pieces import in_pieces, stored_row
from ._places import is_over_now
from .invitations import open_cohort, questions_about, require_may_invite

TEXT_LENGTH = 60_000
STORED_LENGTH = 250_000
"""Bytes of a typed list as it is stored, where a letter of some scripts is twelve."""
KEPT = timedelta(days=30)
"""How long the list itself is kept. Its invitations stay as long as others do."""
MOST_WAKINGS = 5
STOOD_STILL = (
    "It came to a standstill. Nobody is invited twice, so you can begin anew with the same file. If that "
    "stops too, tell whoever looks after Signpost."
)

ASKS_FIRST = (
    "This programme asks something about each {role} before they are invited. Please invite them one by one, "
    "or from a file."
)

ASKS_OTHERWISE = (
    "What is asked about each {role} has changed since this list was checked. Please send its file as a new "
    "list. Nobody is invited twice."
)


@dataclass(frozen=True)
class Asked:
    """A list that was handed in."""

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
    """Stores who is to be invited, as typed; `run_import` does it. Asked twice with one `key`, it is asked
    once.

    Raises Invalid with a sentence for every line that cannot be used, unless `good_only` leaves those out;
    NotFound, TooLarge.
    """
    wanted = require_may_invite(viewer, programme_id, role)
    if questions_about(load_programme(programme_id), wanted):
        raise Invalid(ASKS_FIRST.format(role=role_words(wanted)), field="role", code="asks_first")
    good = _typed(text, good_only)
    import_id = derived_id("import", viewer.person_id, programme_id, key)
    pieces = in_pieces([stored_row(row) for row in good])
    item = _begun(viewer, programme_id, import_id, wanted, now=now)
    item.rows = item.checked = item.good = len(good)
    item.pieces = len(pieces)
    try:
        with transaction() as write:
            write.save(item, condition=is_new(Import))
            for number, people in enumerate(pieces):
                piece = ImportPiece(*piece_key(import_id, number), people=people, expires_at=item.expires_at)
                write.save(piece)
            if wanted in STAFF:
                _record(write, viewer, item, f"Invited {len(good)} as {role_words(wanted)}", now)
    except Lost:
        pass  # the same form came a second time
    return Asked(import_id=import_id, people=len(good))


def _typed(text: str, good_only: bool) -> list[Row]:
    if len(text) > TEXT_LENGTH:
        raise TooLarge(f"That is too much at once. Please send up to {IMPORT_ROWS} people at a time.")
    good, bad = read_rows(text)
    if bad and not good_only:
        raise all_of(
            Invalid(f"Line {row.line}: {row.reason}", field="people", code="bad_line") for row in bad
        )
    if not good:
        raise Invalid("Enter at least one person, each on a line of their own.", field="people")
    if len(good) > IMPORT_ROWS:
        raise Invalid(f"Please send up to {IMPORT_ROWS} people at a time.", field="people")
    if sum(len(str(stored_row(row)).encode("unicode_escape")) for row in good) > STORED_LENGTH:
        raise TooLarge("That is too much at once. Please send it in two parts.")
    return good


def _record(write: TransactWrite, viewer: Viewer, item: Import, why: str, now: datetime) -> None:
    record(
        write,
        item.programme_id,
        "changed_role",
        f"import:{item.import_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
        why=why,
    )


def _begun(viewer: Viewer, programme_id: str, import_id: str, role: Role, *, now: datetime) -> Import:
    return Import(
        *import_key(import_id),
        import_id=import_id,
        programme_id=programme_id,
        role=role.value,
        invited_by=viewer.person_id,
        created_at=now,
        expires_at=now + KEPT,
        listing=imports_listing(programme_id),
        listing_order=order(now),
        due=IMPORTS_DUE,
        due_at=order(now + STANDS_STILL_AFTER),
    )


# ── From a file ────────────────────────────────────────────────────────────


def begin_list(
    viewer: Viewer, programme_id: str, *, role: str, cohort_id: str = "", key: str, now: datetime
) -> str:
    """Begins a list that comes as a file, and gives its id. Begun twice with one `key`, it is begun once.
    What is asked about each person stands from now on. Raises NotFound, Invalid."""
    wanted = require_may_invite(viewer, programme_id, role)
    if wanted not in PARTICIPANTS:
        raise Invalid("A file can hold mentees or mentors. Please invite staff one by one.", field="role")
    cohort = open_cohort(programme_id, cohort_id, now)
    import_id = derived_id("list", viewer.person_id, programme_id, key)
    item = _begun(viewer, programme_id, import_id, wanted, now=now)
    item.state, item.phase, item.is_file = "awaiting", "check", True
    item.cohort_id = cohort.cohort_id if cohort is not None else None
    questions = questions_about(load_programme(programme_id), wanted, cohort)
    item.asks = [one.model_dump(mode="json") for one in questions]
    item.due_at = order(now + FORM_WORKS_FOR)
    try:
        with conditional():
            item.save(condition=is_new(Import))
    except Lost:
        pass  # the same form came a second time
    return import_id


def upload_form(item: Import, *, files: ImportFiles, then: str) -> UploadForm:
    """What the list's file is sent with."""
    return files.form(file_key(item.import_id), then=then)


def file_arrived(viewer: Viewer, programme_id: str, import_id: str, *, now: datetime) -> None:
    """Has the file checked. Said twice, it is checked once; said too early, the list waits on for its file.
    Raises NotFound."""
    item = load_list(viewer, programme_id, import_id)
    if item.state == "awaiting":
        _wake(item, now)


def invite_the_good(viewer: Viewer, programme_id: str, import_id: str, *, now: datetime) -> None:
    """Has the good rows of a checked list invited. Asked twice, it is done once. Raises NotFound, Conflict
    while it is not checked, when its cohort is over, or when something else is asked by now than its rows
    were checked by."""
    item = load_list(viewer, programme_id, import_id)
    if item.phase == "invite":
        return
    if item.state != "checked":
        raise Conflict("This list has not been checked yet. Please look again in a moment.")
    if not item.good:
        raise Conflict("There is nobody on this list to invite.")
    _require_still_asked(item, now)
    item.phase = "invite"
    _wake(item, now)


def _require_still_asked(item: Import, now: datetime) -> None:
    cohort = cohort_of(item.programme_id, item.cohort_id or "")
    if cohort is not None and is_over(cohort.ends_on, now):
        raise Conflict(is_over_now(cohort), code="cohort_over")
    role = Role(item.role)
    asked = [Question.model_validate(one) for one in item.asks or ()]
    if asked != list(questions_about(load_programme(item.programme_id), role, cohort)):
        raise Conflict(ASKS_OTHERWISE.format(role=role_words(role)), code="asks_otherwise")


def load_list(viewer: Viewer, programme_id: str, import_id: str) -> Import:
    """The list, for those who may invite to its role. Raises NotFound."""
    item = find(Import, *import_key(import_id))
    if item is None or item.programme_id != programme_id:
        raise NotFound
    require_may_invite(viewer, programme_id, item.role)
    return item


def _wake(item: Import, now: datetime) -> None:
    """Writes it as `queued`, which wakes the function."""
    item.state = "queued"
    item.due, item.due_at = IMPORTS_DUE, order(now + STANDS_STILL_AFTER)
    try:
        with conditional():
            item.save()
    except Lost:
        pass  # somebody else did so at the same moment


# ── Working on it ──────────────────────────────────────────────────────────


def run_import(
    import_id: str,
    *,
    files: ImportFiles,
    clock: Callable[[], datetime],
    enough: Callable[[], bool] = lambda: False,
) -> None:
    """Goes on with a list until there is nothing more to do for now, or `enough` says that the time is over:
    its last write then wakes the function again. Run again, or by two at once, each person is invited
    once."""
    item = find(Import, *import_key(import_id))
    if item is None or item.state not in ("queued", "running"):
        return
    try:
        if item.phase == "check":
            questions = [Question.model_validate(one) for one in item.asks or ()]
            check_list(item, questions, files=files, clock=clock, enough=enough)
        else:
            invite_list(item, clock=clock, enough=enough)
    except Lost:
        return  # another run is at it


def wake_imports(now: datetime) -> int:
    """Wakes every list that may go on, or has stood still; how many were given up because they did so too
    often."""
    given_up = 0
    for found in Import.by_due.query(IMPORTS_DUE, Import.due_at <= order(now)):
        item = find(Import, *import_key(found.import_id)) if isinstance(found, Import) else None
        if item is not None and item.due is not None:
            given_up += _wake_one(item, now)
    return given_up


def _wake_one(item: Import, now: datetime) -> int:
    gives_up = int(item.wakings) >= MOST_WAKINGS
    changes: list[Any] = [Import.wakings.add(1)]
    if gives_up:
        changes += [Import.state.set("stopped"), Import.problem.set(STOOD_STILL)]
        changes += [Import.due.remove(), Import.due_at.remove()]
    else:
        changes += [Import.state.set("queued"), Import.due_at.set(order(now + STANDS_STILL_AFTER))]
    try:
        with conditional():
            item.update(changes)
    except Lost:
        return 0  # it went on in this very moment
    return int(gives_up)
