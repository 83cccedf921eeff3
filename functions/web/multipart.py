"""Reading a form with a file in it (RFC 7578)."""

import re
from dataclasses import dataclass

from shared.platform.errors import Invalid

MULTIPART = "multipart/form-data"
MOST_PARTS = 50
BROKEN = "The file did not arrive whole. Please choose it again and send once more."

_BOUNDARY = re.compile(r'boundary="?([^";,]{1,70})"?', re.I)
_NAME = re.compile(r'\bname="([^"]*)"', re.I)
_FILENAME = re.compile(r'\bfilename="([^"]*)"', re.I)


@dataclass(frozen=True)
class SentFile:
    """A file as it was sent; `name` is what the sender calls it."""

    name: str
    content: bytes


def read_multipart(body: bytes, content_type: str) -> tuple[dict[str, str], dict[str, SentFile]]:
    """The fields and the files. A file field left empty is no file. Raises Invalid for what is not such a
    form."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise Invalid(BROKEN, code="malformed_form")
    mark = b"--" + found.group(1).encode("latin-1", errors="replace")
    pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--") or len(pieces) > MOST_PARTS:
        raise Invalid(BROKEN, code="malformed_form")
    fields: dict[str, str] = {}
    files: dict[str, SentFile] = {}
    for piece in pieces[1:-1]:
        head, parted, content = piece.partition(b"\r\n\r\n")
        heading = head.decode("utf-8", errors="replace")
        name = _NAME.search(heading)
        if not parted or name is None:
            raise Invalid(BROKEN, code="malformed_form")
        called = _FILENAME.search(heading)
        if called is None:
            fields[name.group(1)] = _text(content)
        elif called.group(1) or content:
            files[name.group(1)] = SentFile(called.group(1), content)
    return fields, files


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        sentence = "Some characters in this could not be read. Please type them again and send once more."
        raise Invalid(sentence, code="unreadable") from None
