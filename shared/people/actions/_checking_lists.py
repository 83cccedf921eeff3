"""Checking a list that came as a file, piece by piece."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.platform.clock import order
from shared.platform.tables import conditional, is_new, transaction
from shared.policies.people import Question

from ..import_files import ImportFiles, file_key
from ..import_items import Import, ImportLeft, ImportPiece, left_key, piece_key
from ..lists import LARGEST, TOO_LARGE, Problem, Read, Unusable, read_list
from ..permissions import Role
from ._pieces import in_pieces, invitations_so_far, stored_row
from ._writing_invitations import in_other_part, is_known, other_part

STANDS_STILL_AFTER = timedelta(minutes=2)
"""By then the stream has had its chance; the sweep wakes it."""
ANOTHER_FILE = "Another file was sent in the place of this one while it was checked. Please begin anew."


def check_list(
    item: Import,
    questions: Sequence[Question],
    *,
    files: ImportFiles,
    clock: Callable[[], datetime],
    enough: Callable[[], bool],
) -> None:
    """Goes on checking, from the piece where it stopped. Raises Lost when another run is at it."""
    kept = files.read(file_key(item.import_id), most=LARGEST)
    if kept is None:
        _await(item)
        return
    try:
        if kept.size > LARGEST:
            raise Unusable(TOO_LARGE, "too_large")
        if item.file_tag not in (None, kept.tag):
            raise Unusable(ANOTHER_FILE, "another_file")
        found = read_list(kept.content, questions)
    except Unusable as unusable:
        _end(item, "refused", clock(), problem=unusable.sentence)
        return
    pieces = _parted(found.rows)
    item.file_tag, item.unused = kept.tag, list(found.unused) or None
    item.rows, item.pieces = len(found.rows), len(pieces)
    while int(item.piece) < len(pieces):
        is_last_step = enough()
        _check_piece(item, pieces[int(item.piece)], clock(), stops=is_last_step)
        if is_last_step:
            return
    item.piece = 0
    _end(item, "checked", clock())


def _await(item: Import) -> None:
    """There is no file yet: it waits for one, and is woken when it comes."""
    item.state, item.due, item.due_at = "awaiting", None, None
    with conditional():
        item.save()


def _end(item: Import, state: str, now: datetime, *, problem: str = "") -> None:
    item.state, item.problem = state, problem or None
    item.due, item.due_at = None, None
    item.done_at = now if state == "refused" else None
    with conditional():
        item.save()


def _parted(rows: Sequence[Read]) -> list[list[Read]]:
    """In pieces as they are stored: the same rows give the same pieces."""
    by_line = {row.line: row for row in rows}
    return [
        [by_line[one["line"]] for one in piece]
        for piece in in_pieces([{"line": row.line, "cells": row.cells} for row in rows])
    ]


def _check_piece(item: Import, rows: Sequence[Read], now: datetime, *, stops: bool) -> None:
    """What is already known of the people of one piece, and what is to be put right, in one transaction with
    how far it came."""
    people = [row.person for row in rows if row.person is not None]
    earlier = invitations_so_far(item.programme_id, people, consistent=False)
    good: list[dict[str, Any]] = []
    bad: list[dict[str, Any]] = []
    for row in rows:
        problems = list(row.problems)
        if row.person is not None:
            role = Role(item.role)
            if clash := in_other_part(earlier.get((other_part(role), row.person.address)), now):
                problems = [Problem("E-mail address", clash)]
            elif is_known(earlier.get((role, row.person.address)), now):
                item.known = int(item.known) + 1
                continue
        if problems:
            said = [[one.column, one.reason] for one in problems]
            bad.append({"line": row.line, "cells": list(row.cells), "problems": said})
        elif row.person is not None:
            good.append(stored_row(row.person))
    number = int(item.piece)
    item.piece, item.checked = number + 1, int(item.checked) + len(rows)
    item.good, item.bad = int(item.good) + len(good), int(item.bad) + len(bad)
    item.state, item.wakings = "queued" if stops else "running", 0
    item.due_at = order(now + STANDS_STILL_AFTER)
    with transaction() as write:
        write.save(item)
        piece = ImportPiece(*piece_key(item.import_id, number), people=good, expires_at=item.expires_at)
        write.save(piece, condition=is_new(ImportPiece))
        if bad:
            left = ImportLeft(
                *left_key(item.import_id, "check", number), people=bad, expires_at=item.expires_at
            )
            write.save(left, condition=is_new(ImportLeft))
