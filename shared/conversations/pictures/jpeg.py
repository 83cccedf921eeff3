"""JPEG: ITU-T T.81, https://www.w3.org/Graphics/JPEG/itu-t81.pdf"""

from .unreadable import require

BEGINS, ENDS, SCAN = 0xD8, 0xD9, 0xDA
JFIF, EXIF, PROFILE, ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
TABLES = frozenset({*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, 0xDE, 0xDF}) - {0xC8}
"""Frames, and the tables that they are decoded by."""
FRAMES = TABLES & frozenset(range(0xC0, 0xD0)) - {0xC4, 0xCC}
IN_SCANS = frozenset({0x00, *range(0xD0, 0xD8)})
"""What follows 0xFF inside a scan without ending it."""
TURNS = range(2, 9)
"""Values of EXIF's Orientation that turn or mirror a picture; 1 leaves it."""
ORIENTATION, SHORT = 0x0112, 3
MOST_FIELDS = 500


def bare_jpeg(content: bytes) -> bytes:
    """Of EXIF only which way is up stays, or a telephone's pictures would lie on their side. Raises
    Unreadable."""
    require(content[:2] == bytes([0xFF, BEGINS]), "no JPEG")
    kept: list[bytes] = []
    turned, at, seen, after_start = 1, 2, set[int](), 0
    while True:
        marker, at = _marker(content, at)
        if marker == ENDS:
            break
        said, at = _segment(content, at)
        seen.add(marker)
        if marker == EXIF and said.startswith(b"Exif\x00\x00"):
            turned = _orientation(said[6:])
        shown = _shown(marker, said)
        if shown is not None:
            kept.append(_written(marker, shown))
            after_start = 1 if marker == JFIF and len(kept) == 1 else after_start
        if marker == SCAN:
            end = _end_of_scan(content, at)
            kept.append(content[at:end])
            at = end
    require(SCAN in seen and bool(seen & FRAMES), "there is no picture in it")
    if turned in TURNS:
        kept.insert(after_start, _written(EXIF, _only(turned)))
    # What comes after its end is no part of it: a second picture, a film.
    return b"".join([bytes([0xFF, BEGINS]), *kept, bytes([0xFF, ENDS])])


def _marker(content: bytes, at: int) -> tuple[int, int]:
    require(content[at] == 0xFF, "something stands between its parts")
    while content[at] == 0xFF:
        at += 1
    require(content[at] != 0x00, "something stands between its parts")
    return content[at], at + 1


def _segment(content: bytes, at: int) -> tuple[bytes, int]:
    size = int.from_bytes(content[at : at + 2], "big")
    require(size >= 2 and at + size <= len(content), "it stops in the middle")
    return content[at + 2 : at + size], at + size


def _written(marker: int, said: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(said) + 2).to_bytes(2, "big") + said


def _end_of_scan(content: bytes, at: int) -> int:
    while True:
        at = content.index(0xFF, at)
        if content[at + 1] == 0xFF:
            at += 1
        elif content[at + 1] in IN_SCANS:
            at += 2
        else:
            return at


def _shown(marker: int, said: bytes) -> bytes | None:
    """What of a segment is needed to show the picture; None for nothing."""
    if marker in TABLES or marker == SCAN:
        return said
    if marker == JFIF and said.startswith(b"JFIF\x00") and len(said) >= 14:
        return said[:12] + b"\x00\x00"  # without its small picture
    if marker == PROFILE and said.startswith(b"ICC_PROFILE\x00"):
        return said
    if marker == ADOBE and said.startswith(b"Adobe") and len(said) >= 12:
        return said[:12]
    return None


def _orientation(tiff: bytes) -> int:
    """EXIF's Orientation; 1 where it says none."""
    if tiff[:4] not in (b"II*\x00", b"MM\x00*"):
        return 1

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if tiff[:1] == b"I" else "big")

    first = number(4, 4)
    for field in range(min(number(first, 2), MOST_FIELDS)):
        at = first + 2 + 12 * field
        if number(at, 2) == ORIENTATION and number(at + 2, 2) == SHORT:
            return number(at + 8, 2)
    return 1


def _only(turned: int) -> bytes:
    """EXIF that says nothing else."""
    field = ORIENTATION.to_bytes(2, "big") + SHORT.to_bytes(2, "big") + (1).to_bytes(4, "big")
    return b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01" + field + turned.to_bytes(2, "big") + bytes(6)
