"""What somebody has read, for themselves alone."""

from shared.people.permissions import Viewer
from shared.platform.errors import Busy
from shared.platform.tables import Lost, conditional, find, is_new

from .items import ReadMarks, read_marks_key
from .shelf import own_shelf

TRIES = 4


def mark_read(viewer: Viewer, programme_id: str, resource_id: str, *, is_read: bool) -> None:
    """Marks a piece as read, or as not read. Again, it changes nothing. Raises NotFound for what the viewer
    may not read."""
    own_shelf(viewer, programme_id).piece(resource_id)
    for _ in range(TRIES):
        key = read_marks_key(viewer.person_id, programme_id)
        marks = find(ReadMarks, *key)
        read = set(marks.read or ()) if marks else set()
        if (resource_id in read) == is_read:
            return
        read = read | {resource_id} if is_read else read - {resource_id}
        try:
            with conditional():
                if marks is None:
                    ReadMarks(*key, read=read).save(condition=is_new(ReadMarks))
                else:
                    marks.update([ReadMarks.read.set(read) if read else ReadMarks.read.remove()])
            return
        except Lost:
            continue
    raise Busy
