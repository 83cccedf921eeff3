"""Pictures without what their maker did not mean to send: where and when they were taken, with what, by whom.

A picture is never decoded here. Its container is read, and only what is needed to show it goes on, byte
for byte; what is not known to be needed stays behind. So nothing is lost of what can be seen, no decoder has
to be trusted with a stranger's file, and what is new in a format tomorrow is left out until somebody looks.
"""

from collections.abc import Callable, Mapping

from .heic import bare_heic
from .jpeg import bare_jpeg
from .png import bare_png
from .unreadable import Unreadable

__all__ = ["Unreadable", "bare"]

BARE: Mapping[str, Callable[[bytes], bytes]] = {"jpeg": bare_jpeg, "png": bare_png, "heic": bare_heic}


def bare(kind: str, content: bytes) -> bytes:
    """A file of this kind without what only describes it; as it is where it is no picture. The same file
    gives the same bytes. Raises Unreadable for a picture that cannot be read to its end."""
    strip = BARE.get(kind)
    if strip is None:
        return content
    try:
        return strip(content)
    except (IndexError, ValueError, OverflowError) as error:
        raise Unreadable(f"{kind}: {error}") from error
