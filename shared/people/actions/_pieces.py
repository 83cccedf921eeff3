"""How a list is stored: in pieces, each as many people as one transaction can invite."""

import json
from collections.abc import Sequence
from typing import Any

from shared.platform.tables import find

from ..import_items import ImportPiece, piece_key
from ..invitation_items import Invitation, invitation_key
from ..permissions import PARTICIPANTS
from ..rules import Row
from ._writing_invitations import id_of

PEOPLE_IN_PIECE = 40
"""Each is two writes (the invitation, its e-mail) of the hundred that a transaction may hold."""
PIECE_LENGTH = 150_000
"""Characters of one piece at the most, unless a single row is longer; an item takes 400 KB."""


def in_pieces(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The rows in their order, parted the same way each time."""
    pieces: list[list[dict[str, Any]]] = []
    length = 0
    for row in rows:
        more = len(json.dumps(row))
        if not pieces or len(pieces[-1]) == PEOPLE_IN_PIECE or length + more > PIECE_LENGTH:
            pieces.append([])
            length = 0
        pieces[-1].append(row)
        length += more
    return pieces


def stored_row(row: Row) -> dict[str, Any]:
    return {
        "line": row.line,
        "first_name": row.first_name,
        "surname": row.surname,
        "address": row.address,
        "school": row.school,
        "answers": dict(row.answers),
    }


def people_of_piece(import_id: str, piece: int) -> list[Row]:
    """The people of a stored piece. Raises LookupError when it is not there."""
    found = find(ImportPiece, *piece_key(import_id, piece))
    if found is None:
        raise LookupError(f"piece {piece} of a list is missing")
    return [Row(**one) for one in found.people]


def invitations_so_far(
    programme_id: str, people: Sequence[Row], *, consistent: bool
) -> dict[tuple[str, str], Invitation]:
    """By role and address, every invitation that these people have had as mentee or mentor: one BatchGet."""
    keys = [
        invitation_key(id_of(programme_id, role, person.address))
        for role in sorted(PARTICIPANTS)
        for person in people
    ]
    found = Invitation.batch_get(keys, consistent_read=consistent) if keys else ()
    return {(one.role, one.address): one for one in found}
