"""PNG: https://www.w3.org/TR/png-3/"""

import zlib

from .unreadable import require

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SHOWN = frozenset(
    {
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND"),
        *(b"tRNS", b"bKGD", b"pHYs", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"iCCP", b"cICP"),
        *(b"acTL", b"fcTL", b"fdAT"),
    }
)
"""Chunks that say how it looks. What is left out: texts, the time, EXIF, and all that programs add."""
PROFILE = b"iCCP"


def bare_png(content: bytes) -> bytes:
    """Raises Unreadable."""
    require(content.startswith(SIGNATURE), "no PNG")
    kept, at, seen = [SIGNATURE], len(SIGNATURE), set[bytes]()
    name = b""
    while name != b"IEND":
        name, data, at = _chunk(content, at)
        require(bool(seen) or name == b"IHDR", "it does not begin with its size")
        require(name in SHOWN or not name[:1].isupper(), "a part that nobody knows, and that it needs")
        seen.add(name)
        if name in SHOWN:
            kept.append(_written(name, _unnamed(data) if name == PROFILE else data))
    require(b"IDAT" in seen, "there is no picture in it")
    return b"".join(kept)  # what comes after its end is no part of it


def _chunk(content: bytes, at: int) -> tuple[bytes, bytes, int]:
    """Its name, what it says, and where the next begins."""
    size = int.from_bytes(content[at : at + 4], "big")
    end = at + 8 + size
    require(end + 4 <= len(content), "it stops in the middle")
    name, data = content[at + 4 : at + 8], content[at + 8 : end]
    sound = zlib.crc32(name + data) == int.from_bytes(content[end : end + 4], "big")
    require(sound and name.isalpha(), "a part of it is damaged")
    return name, data, end + 4


def _written(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


def _unnamed(profile: bytes) -> bytes:
    """A colour profile under a name that says nothing."""
    _, parted, rest = profile.partition(b"\x00")
    require(bool(parted), "a colour profile without an end to its name")
    return b"icc\x00" + rest
