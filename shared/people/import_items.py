"""What is stored of lists of people to be invited, in the Directory table."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from shared.platform.tables import DirectoryItem, MomentAttribute


class Import(DirectoryItem, discriminator="import"):
    """A list of people to be invited, all to one role: pk `IMPORT#<import_id>`, sk `IMPORT`.

    In `listing` as `IMPORTS#<programme_id>`; in `due` as `IMPORTS` while there is something to do, by when it
    has stood still for too long or may go on. Gone after 30 days, its pieces too.
    """

    import_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    role = UnicodeAttribute()
    cohort_id = UnicodeAttribute(null=True)
    state = UnicodeAttribute(default="queued")
    """`awaiting` its file → `queued` → `running` → `checked`; then, when staff say so, `queued` → `running` →
    `done`. Written as `queued` it wakes the function that works on it. `refused`: the file cannot be used;
    `stopped`: it did not get on."""
    phase = UnicodeAttribute(default="invite")
    """What is being done: `check` or `invite`."""
    is_file = BooleanAttribute(default=False)
    file_tag = UnicodeAttribute(null=True)
    """The file's tag as it was first read: another file in its place is noticed."""
    asks = JSONAttribute(null=True)
    """The questions that the rows are checked by, as they were when the list was begun."""
    unused = JSONAttribute(null=True)
    """Headings of columns that mean nothing here."""
    problem = UnicodeAttribute(null=True)
    """Why it was refused, or stopped, in a sentence."""
    rows = NumberAttribute(attr_name="row_count", default=0)
    """In the whole list."""
    checked = NumberAttribute(default=0)
    """Rows checked so far."""
    good = NumberAttribute(default=0)
    known = NumberAttribute(default=0)
    """Rows of people who were invited, or had joined, before: left out."""
    bad = NumberAttribute(default=0)
    """Rows in which something is to be put right."""
    pieces = NumberAttribute(default=0)
    piece = NumberAttribute(default=0)
    """The piece that is next."""
    offset = NumberAttribute(default=0)
    """How many people of the next piece have had their turn."""
    tried = NumberAttribute(default=0)
    """Good rows that have had their turn to be invited."""
    invited = NumberAttribute(default=0)
    left = NumberAttribute(default=0)
    """Good rows that could not be invited when it was their turn."""
    minute_at = MomentAttribute(null=True)
    """When the minute began in which it is inviting."""
    in_minute = NumberAttribute(default=0)
    """How many have had their turn in this minute. What was not used of earlier ones is not made up for."""
    wakings = NumberAttribute(default=0)
    """How often the sweep woke it in vain."""
    done_at = MomentAttribute(null=True)
    invited_by = UnicodeAttribute()
    created_at = MomentAttribute()


class ImportPiece(DirectoryItem, discriminator="import_piece"):
    """Some of a list's good rows: pk `IMPORT#<import_id>`, sk `PIECE#<number>`."""

    people = JSONAttribute()
    """List of mappings with line, first_name, surname, address, school, answers."""


class ImportLeft(DirectoryItem, discriminator="import_left"):
    """Rows of a list that were not invited: pk `IMPORT#<import_id>`, sk `LEFT#<phase>#<piece>#<offset>`."""

    people = JSONAttribute()
    """List of mappings with line, cells (as they were written, in the order of the columns) and problems:
    pairs of column and reason."""


IMPORTS_DUE = "IMPORTS"
"""The `due` queue of imports not yet done."""


def import_key(import_id: str) -> tuple[str, str]:
    return f"IMPORT#{import_id}", "IMPORT"


def piece_key(import_id: str, piece: int) -> tuple[str, str]:
    return f"IMPORT#{import_id}", f"PIECE#{piece:06}"


LEFT_PREFIX = "LEFT#"


def left_key(import_id: str, phase: str, piece: int, offset: int = 0) -> tuple[str, str]:
    return f"IMPORT#{import_id}", f"{LEFT_PREFIX}{phase}#{piece:06}#{offset:03}"


def import_of_key(pk: str, sk: str) -> str:
    """Which import has this key; empty when it is something else's."""
    return pk.removeprefix("IMPORT#") if sk == "IMPORT" else ""


def imports_listing(programme_id: str) -> str:
    return f"IMPORTS#{programme_id}"
