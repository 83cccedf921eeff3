"""United Kingdom postcodes (Royal Mail's areas and letters): written, spelled out, spaced, backwards, or in
parts that are said to be one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ..learnt import Learnt
from .found import Detail
from .signs import holds_any

_AREAS: Final = (
    "ab|al|ba|bb|bd|bf|bh|bl|bn|br|bs|bt|ca|cb|cf|ch|cm|co|cr|ct|cv|cw|da|dd|de|dg|dh|dl|dn|dt|dy|ec|eh|en|ex|fk|fy|gl|gu|gy"
    "|ha|hd|hg|hp|hr|hs|hu|hx|ig|im|ip|iv|ka|kt|kw|ky|la|ld|le|ll|ln|ls|lu|me|mk|ml|ne|ng|nn|np|nr|nw|ol|ox|pa|pe|ph|pl|po"
    "|pr|rg|rh|rm|sa|se|sg|sk|sl|sm|sn|so|sp|sr|ss|st|sw|sy|ta|td|tf|tn|tq|tr|ts|tw|ub|wa|wc|wd|wf|wn|wr|ws|wv|yo|ze|zz"
    "|b|e|g|l|m|n|s|w"
)
_OUTWARD: Final = r"(?:" + _AREAS + r")(?:\d[0-9a-hjkmnp-y]?|\d)"
_POSTCODE: Final = re.compile(
    r"(?<![\w£])" + _OUTWARD + r"[\s.\-,]{0,3}\d[\s.\-]{0,2}[abd-hjlnp-uw-z]{2}(?!\w)"
)
_INWARD: Final = re.compile(
    r"[0-9](?<=[a-z]\d)[0-9a-hjkmnp-y]?[\s.\-,]{0,3}\d[\s.\-]{0,2}[abd-hjlnp-uw-z]{2}(?!\w)"
)
"""A postcode from its first digit on: quicker to look for, where there is none."""
_NOT_INWARD: Final = re.compile(
    r"(?:1st|2nd|3rd|\dth|\dhr|\d[gt]b|\dxl|\dft|\dyr|\d[\s.\-]+(?:be|he|we|us|up|at|an|as|by|ha|ah|ed|ur|rn|tv|st|nd|th|hr|yr))$"
)
_WHOLE: Final = re.compile(_OUTWARD + r"\d[abd-hjlnp-uw-z]{2}")
_BACKWARDS: Final = re.compile(r"(?<!\w)[a-z]{2}\d\s{0,2}[0-9a-z]?\d[a-z]{1,2}(?!\w)")
_NAMED: Final = re.compile(
    r"(?<!\w)(?:post\s?codes?|p/?\s?code|pcode|postal\scode|zip\s?code)(?:'s)?\s(?:[a-z]+\s){0,3}(?:[a-z]{1,2}\d{1,2}[a-z]?|\d[a-z]{2})(?!\w)"
)
_SPOKEN_LETTERS: Final = {"zed": "z", "zee": "z", "ex": "x", "bee": "b", "dee": "d", "ess": "s", "tee": "t"}
_SPOKEN_DIGITS: Final = {
    "zero": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "thirteen": "13",
    "fourteen": "14",
    "fifteen": "15",
    "sixteen": "16",
    "seventeen": "17",
    "eighteen": "18",
    "nineteen": "19",
    "twenty": "20",
}
_SAID_DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SIGNS: Final = ("code", "backw", "revers", *_SAID_DIGITS)
"""One of these, or a digit and a letter, are in words of every text in which anything is found."""
_LETTER: Final = r"(?:zed|zee|ex|bee|dee|ess|tee|[abd-hjlnp-uw-z])"
_SPELLED_END: Final = re.compile(
    r"(?:\d|"
    + "|".join(_SAID_DIGITS)
    + r")[\s,.\-]{0,3}"
    + _LETTER
    + r"[\s,.\-]{0,3}"
    + _LETTER
    + r"(?![a-z0-9])"
)
_PIECE: Final = re.compile(r"'?[a-z]+|\d+|[^\w\s]|\n")
_BETWEEN: Final = frozenset(",-. ")
_FEWEST_PIECES, _SURE_PIECES, _MOST_PIECES = 3, 5, 8
_LONGEST: Final = 7
"""Letters and digits of a postcode."""


def find(plain: str, *, digits: bool) -> Iterator[Detail]:
    """Postcodes in folded text; `digits` where it has any."""
    if digits and _INWARD.search(plain):
        for found in _POSTCODE.finditer(plain):
            if not _NOT_INWARD.search(found.group()):
                yield Detail("postcode", *found.span())
    if "code" in plain:
        yield from (Detail("postcode", *found.span()) for found in _NAMED.finditer(plain))
    if "backw" in plain or "revers" in plain:
        for found in _BACKWARDS.finditer(plain):
            if _WHOLE.fullmatch(re.sub(r"\s", "", found.group())[::-1]):
                yield Detail("postcode", *found.span())
    if (digits or holds_any(plain, _SAID_DIGITS)) and _SPELLED_END.search(plain):
        yield from _spelled_out(plain)


_Said = tuple[str, int, int]


def _spelled_out(plain: str) -> Iterator[Detail]:
    """“dd four, nine zed zed”, “s e fifteen, five zed ex”, “CF 5  2 Z Z”."""
    row: list[_Said] = []
    for found in _PIECE.finditer(plain):
        said = _SAID[found.group()]
        if said:
            at = found.start()
            row += [(value, at + start, at + end) for value, start, end in said]
        elif said is not None:
            if len(row) > 2:
                yield from _postcode_in(row)
            row = []
    yield from _postcode_in(row)


def _said(piece: str) -> Sequence[_Said] | None:
    """The parts of a postcode that a piece says, with their places in it; None for what may stand between."""
    if piece in _BETWEEN:
        return None
    if value := _value(piece):
        return [(value, 0, len(piece))]
    return _glued(piece)


def _value(piece: str) -> str:
    if piece.isdigit():
        return piece if len(piece) <= 2 else ""
    said = _SPOKEN_DIGITS.get(piece) or _SPOKEN_LETTERS.get(piece)
    return said or (piece if len(piece) <= 2 and piece.isalpha() else "")


def _glued(piece: str) -> Sequence[_Said]:
    """“fourzx”: a number and the last two letters run together."""
    for many in (3, 4, 5):
        if len(piece) == many + 2 and (digit := _SPOKEN_DIGITS.get(piece[:many])):
            return [(digit, 0, many), (piece[many:], many, len(piece))]
    return ()


_SAID: Final = Learnt(_said)


def _postcode_in(row: Sequence[_Said]) -> Iterator[Detail]:
    """The postcode that pieces of a row make, where at least five pieces or a spoken one make it."""
    at = 0
    while at < len(row) - 2:
        many = _pieces_of_one(row[at : at + _MOST_PIECES]) if row[at][0].isalpha() else 0
        if many:
            yield Detail("postcode", row[at][1], row[at + many - 1][2])
        at += many or 1


def _pieces_of_one(row: Sequence[_Said]) -> int:
    """Of how many pieces the longest postcode is that the row begins with; 0 where there is none."""
    said, spoken, most = "", False, 0
    for many, (value, start, end) in enumerate(row, 1):
        said += value
        spoken = spoken or len(value) != end - start
        if len(said) > _LONGEST:
            break
        if many >= _FEWEST_PIECES and (spoken or many >= _SURE_PIECES) and _WHOLE.fullmatch(said):
            most = many
    return most
