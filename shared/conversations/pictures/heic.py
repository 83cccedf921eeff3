"""HEIC: the boxes of ISO/IEC 14496-12 and 23008-12 (https://nokiatech.github.io/heif/technical.html).

Where each part of the picture lies is written down in bytes from the file's beginning, so nothing can be
taken out. What is not needed is written over with zeros instead, and called `free`, or by a name that nobody
reads.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .unreadable import require

KEPT_BOXES = frozenset({b"ftyp", b"meta", b"mdat", b"free", b"skip"})
KEPT_IN_META = frozenset(
    {b"hdlr", b"dinf", b"pitm", b"iinf", b"iref", b"iprp", b"iloc", b"idat", b"grpl", b"free", b"skip"}
)
KEPT_PROPERTIES = frozenset(
    {
        *(b"hvcC", b"lhvC", b"av1C", b"ispe", b"pixi", b"colr", b"irot", b"imir", b"clap", b"pasp", b"auxC"),
        *(b"lsel", b"rloc", b"oinf", b"tols", b"clli", b"mdcv", b"cclv", b"amve"),
    }
)
KEPT_ITEMS = frozenset({b"hvc1", b"hev1", b"lhv1", b"av01", b"grid", b"iden", b"iovl", b"tmap"})
"""Items that are pictures, or say how they are put together."""
NOBODY_READS = b"free"
MOST_BOXES = 20_000
MOST_PLACES = 20_000
"""Pieces that all items together may lie in. A telephone’s largest picture has some hundred."""
MOST_MEDIA = 16
"""Boxes of picture data: a telephone writes one. Each is held against all pieces."""

Range = tuple[int, int]


@dataclass(frozen=True)
class Box:
    """One box: what it is called, where it begins, where what it says begins, and where it ends."""

    name: bytes
    begins: int
    at: int
    ends: int


@dataclass(frozen=True)
class Lies:
    """Where something of an item lies. `in_idat`: counted from the beginning of that box."""

    item: int
    begins: int
    size: int
    in_idat: bool


def bare_heic(content: bytes) -> bytes:
    """Raises Unreadable, also for a film."""
    picture = bytearray(content)
    boxes = list(_boxes(picture, 0, len(picture)))
    require(bool(boxes) and boxes[0].name == b"ftyp", "no HEIC")
    metas = [box for box in boxes if box.name == b"meta"]
    require(len(metas) == 1, "it has no one picture")
    parts = {box.name: box for box in _boxes(picture, metas[0].at + 4, metas[0].ends)}
    require({b"pitm", b"iinf", b"iloc", b"iprp"} <= parts.keys(), "it has no one picture")
    items = dict(_items(picture, parts[b"iinf"]))
    shown = {item for item, name in items.items() if name in KEPT_ITEMS}
    require(bool(shown), "there is no picture in it")
    ranges = _ranges(picture, parts, shown)
    require(sum(box.name == b"mdat" for box in boxes) <= MOST_MEDIA, "it has too many parts")
    for box in boxes:
        if box.name == b"mdat" or box.name not in KEPT_BOXES or box.name in (b"free", b"skip"):
            _clear(picture, box, ranges if box.name == b"mdat" else [])
    for box in _boxes(picture, metas[0].at + 4, metas[0].ends):
        if box.name == b"idat" or box.name not in KEPT_IN_META or box.name in (b"free", b"skip"):
            _clear(picture, box, ranges if box.name == b"idat" else [])
    _clear_properties(picture, parts[b"iprp"])
    return bytes(picture)


def _boxes(picture: bytes | bytearray, at: int, ends: int) -> Iterator[Box]:
    for _ in range(MOST_BOXES):
        if at == ends:
            return
        size, name, says = _number(picture, at, 4), bytes(picture[at + 4 : at + 8]), at + 8
        if size == 1:
            size, says = _number(picture, at + 8, 8), at + 16
        elif size == 0:
            size = ends - at
        require(at + size <= ends and says <= at + size, "it stops in the middle")
        yield Box(name, at, says, at + size)
        at += size
    require(False, "it has too many parts")


def _number(picture: bytes | bytearray, at: int, size: int) -> int:
    require(at + size <= len(picture), "it stops in the middle")
    return int.from_bytes(picture[at : at + size], "big")


def _items(picture: bytearray, iinf: Box) -> Iterator[tuple[int, bytes]]:
    """Each item's id and what it is; of each, the words in which it was named are cleared, and what is not
    shown is called by a name that nobody reads."""
    first = iinf.at + (6 if picture[iinf.at] == 0 else 8)
    for box in _boxes(picture, first, iinf.ends):
        version = picture[box.at]
        require(box.name == b"infe" and version in (2, 3), "its parts are written down in an older way")
        wide = 2 if version == 2 else 4
        item, at = _number(picture, box.at + 4, wide), box.at + 4 + wide + 2
        require(at + 4 <= box.ends, "it stops in the middle")
        name = bytes(picture[at : at + 4])
        if name not in KEPT_ITEMS:
            picture[at : at + 4] = NOBODY_READS
        picture[at + 4 : box.ends] = bytes(box.ends - at - 4)
        yield item, name


def _ranges(picture: bytearray, parts: Mapping[bytes, Box], shown: set[int]) -> list[Range]:
    """Where in the file the items lie that are shown, the first first."""
    idat = parts.get(b"idat")
    found = []
    for one in _places(picture, parts[b"iloc"]):
        if one.item not in shown:
            continue
        require(not one.in_idat or idat is not None, "it has no one picture")
        begins = one.begins + (idat.at if one.in_idat and idat else 0)
        require(one.size > 0 and begins + one.size <= len(picture), "it stops in the middle")
        found.append((begins, begins + one.size))
    return sorted(found)


def _places(picture: bytearray, iloc: Box) -> Iterator[Lies]:
    version, sizes = picture[iloc.at], picture[iloc.at + 4 : iloc.at + 6]
    require(version in (0, 1, 2), "where its parts lie is written down in another way")
    of_offset, of_length, of_base = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4
    of_index = sizes[1] & 15 if version else 0
    wide = 4 if version == 2 else 2
    require(of_length > 0, "where its parts lie is written down in another way")
    items, at = _number(picture, iloc.at + 6, wide), iloc.at + 6 + wide
    places = 0
    for _ in range(items):
        item, at = _number(picture, at, wide), at + wide
        way = 0
        if version:
            way, at = _number(picture, at, 2) & 15, at + 2
        require(way in (0, 1) and _number(picture, at, 2) == 0, "parts of it lie elsewhere")
        base, at = _number(picture, at + 2, of_base), at + 2 + of_base
        extents, at = _number(picture, at, 2), at + 2
        places += extents
        require(places <= MOST_PLACES, "it has too many parts")
        for _ in range(extents):
            at += of_index
            begins, size = _number(picture, at, of_offset), _number(picture, at + of_offset, of_length)
            at += of_offset + of_length
            require(at <= iloc.ends, "it stops in the middle")
            yield Lies(item, base + begins, size, in_idat=way == 1)


def _clear(picture: bytearray, box: Box, but: list[Range]) -> None:
    """Writes zeros over all that a box says `but` these; one without any is `free` from now on."""
    at = box.at
    for begins, ends in but:
        if box.at <= begins and ends <= box.ends:
            picture[at : max(at, begins)] = bytes(max(0, begins - at))
            at = max(at, ends)
    picture[at : box.ends] = bytes(box.ends - at)
    if not but:
        picture[box.begins + 4 : box.begins + 8] = b"free"


def _clear_properties(picture: bytearray, iprp: Box) -> None:
    """They are counted through, so what is not known to be shown stays in its place, without words."""
    for box in _boxes(picture, iprp.at, iprp.ends):
        require(box.name in (b"ipco", b"ipma"), "its properties are written down in another way")
        for one in _boxes(picture, box.at, box.ends) if box.name == b"ipco" else ():
            if one.name not in KEPT_PROPERTIES:
                _clear(picture, one, [])
