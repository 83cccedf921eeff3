"""What is stored of the library, in the Directory table. The common library is files beside the code."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from shared.platform.tables import DirectoryItem, MomentAttribute


class Resource(DirectoryItem, discriminator="resource"):
    """What a programme's library says of one piece, without its text: pk `LIBRARY#<programme_id>`, sk
    `RESOURCE#<resource_id>`. All of them are one Query, which lists, sorts and searches.

    The id is a common piece's own name where a programme words that anew or takes it out: it then stands in
    the common one's place.
    """

    programme_id = UnicodeAttribute()
    resource_id = UnicodeAttribute()
    state = UnicodeAttribute(default="shown")
    """`shown`, or `taken_out`: only staff see it."""
    wordings = NumberAttribute(default=0)
    """How many versions it has; none where a common piece was taken out as it is."""
    about = JSONAttribute(null=True)
    """The fields of `rules.About`, but for its id. Nothing without a wording."""
    changed_at = MomentAttribute()
    changed_by_name = UnicodeAttribute()


class ResourceVersion(DirectoryItem, discriminator="resource_version"):
    """One wording of a piece: pk `RESOURCE#<programme_id>#<resource_id>`, sk `VERSION#<number:06>`.

    Written in the transaction that put it in the library; never changed.
    """

    number = NumberAttribute()
    about = JSONAttribute()
    text = UnicodeAttribute()
    """Markdown."""
    author_id = UnicodeAttribute()
    author_name = UnicodeAttribute()
    at = MomentAttribute()


class ReadMarks(DirectoryItem, discriminator="read_marks"):
    """What somebody has marked as read: pk `PERSON#<person_id>`, sk `READ#<programme_id>`. Shown to nobody
    but them."""

    read = UnicodeSetAttribute(null=True)
    """Ids of pieces."""


RESOURCE_PREFIX = "RESOURCE#"
VERSION_PREFIX = "VERSION#"


def library_key(programme_id: str) -> str:
    return f"LIBRARY#{programme_id}"


def resource_key(programme_id: str, resource_id: str) -> tuple[str, str]:
    return library_key(programme_id), f"{RESOURCE_PREFIX}{resource_id}"


def resource_version_key(programme_id: str, resource_id: str, number: int) -> tuple[str, str]:
    return f"RESOURCE#{programme_id}#{resource_id}", f"{VERSION_PREFIX}{number:06}"


def read_marks_key(person_id: str, programme_id: str) -> tuple[str, str]:
    return f"PERSON#{person_id}", f"READ#{programme_id}"
