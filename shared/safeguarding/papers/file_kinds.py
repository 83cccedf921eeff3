"""Which kind of file something is, by what is in it: names and claims of the sender count for nothing."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

from shared.platform.errors import Invalid

LARGEST = 4_000_000
"""Bytes. A function is handed a request's body in base64, within 6 MB."""
WHICH = "a PDF, a picture (PNG, JPEG or HEIC), a Word document (.docx), a text or an e-mail (.eml)"
LONGEST_NAME = 100

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_MAIL_HEADER = re.compile(
    r"^(received|return-path|from|to|subject|date|message-id|mime-version|delivered-to):", re.I
)
_MAIL_HEADERS_NEEDED = 3


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Known:
    """A file that can be kept."""

    name: str
    """Its own, made safe, with the ending of what it is."""
    kind: str


def recognise(upload: Upload | None) -> Known:
    """What a file is. Raises Invalid, with a sentence, for none, an empty one, one that is too large, and one
    of another kind."""
    if upload is None or not (upload.name or upload.content):
        raise Invalid("Please choose a file.", field="file", code="missing")
    if not upload.content:
        raise Invalid("This file is empty. Please check it, and choose it again.", field="file", code="empty")
    if len(upload.content) > LARGEST:
        sentence = "This file is larger than 4 MB. Please make it smaller, or add it in parts."
        raise Invalid(sentence, field="file", code="too_large")
    kind = _kind(upload.content)
    if not kind:
        raise Invalid(
            f"We can’t keep this kind of file. Please choose {WHICH}.", field="file", code="wrong_kind"
        )
    return Known(_safe_name(upload.name, kind), kind)


def _kind(content: bytes) -> str:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return "heic"
    if content.startswith(b"PK\x03\x04"):
        return "docx" if _is_document(content) else ""
    return _kind_of_text(content)


def _is_document(content: bytes) -> bool:
    """A Word document without macros."""
    try:
        names = set(zipfile.ZipFile(BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False  # zipfile says NotImplementedError of archives that it cannot open
    return {"[Content_Types].xml", "word/document.xml"} <= names and "word/vbaProject.bin" not in names


def _kind_of_text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    if any(letter < " " and letter not in "\t\n\r\f" for letter in text):
        return ""
    head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0].splitlines()
    found = {match.group(1).lower() for line in head if (match := _MAIL_HEADER.match(line))}
    return "eml" if "from" in found and len(found) >= _MAIL_HEADERS_NEEDED else "txt"


def _safe_name(name: str, kind: str) -> str:
    stem = re.split(r"[/\\]", name)[-1].rpartition(".")[0] or re.split(r"[/\\]", name)[-1]
    kept = re.sub(r"[^\w .()\-]", "", stem).strip(" .")[:LONGEST_NAME]
    return f"{kept or 'file'}.{'jpg' if kind == 'jpeg' else kind}"


def size_in_words(size: int) -> str:
    """`120 KB`, or `1.4 MB`."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1_000))} KB"
