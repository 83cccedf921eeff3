"""A part of a telephone number, said to be one: “last three are 219”, “put a 0 before it”, “whats ur #”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .found import Detail
from .signs import holds_any

_PART: Final = re.compile(
    r"(?<!\w)(?:(?:first|last|next|nxt|second|other|final|end)\s(?:half|bit|part|lot|digits?|numbers?|three|four|five|six|[3-6])"
    r"(?:\s(?:digits|numbers))?(?:\sof\s(?:it|my|the)(?:\s(?:number|no|num|mobile|phone))?)?"
    r"|rest(?:\sof\s(?:it|the\snumber|my\snumber))|ending|ends\sin|finishes)"
    r"(?:\s(?:is|are|r|in|with|goes|its|it's)|[:,=])?\s(\d{3,6}(?:\s\d{3,6})?)"
    r"(?=\s{0,3}(?:$|[,.!?)\n](?!\d)|(?:x|lol|same|got|ok|then|and|that|if|btw)(?!\w)))"
)
_SIGNS_OF_A_PART: Final = (
    "first",
    "last",
    "next",
    "nxt",
    "second",
    "other",
    "final",
    "rest",
    "end",
    "finish",
)
_OTHER_NUMBERS: Final = re.compile(
    r"(?<!\w)(?:card|account|ticket|candidate|order|reference|ref|barcode|page|pages|isbn|prime|pi|marks?|scores?)(?!\w)"
)
_ONE_THEN_ANOTHER: Final = re.compile(r"\W*\d{3}\W{1,3}(?:and\s)?then\W{1,3}\d{3,6}\W*")
_NOUGHT_IN_FRONT: Final = re.compile(
    r"(?<!\w)(?:put|stick|add|with|whack|pop|start\swith)\s(?:a|an|the)\s(?:0|o|oh|zero|nought)\s"
    r"(?:b4|before|in\sfront|at\sthe\s(?:start|front|beginning)|on\sthe\s(?:start|front))"
)
_SIGNS_OF_FRONT: Final = ("b4", "before", "front", "start", "beginning")
SIGNS: Final = ("#", *_SIGNS_OF_FRONT)
"""One of these, or a digit, is in a word of every text in which anything is found."""
_SIGN: Final = re.compile(r"(?<!\w)(?:your|ur|yer|my)\s(?:phone\s|mobile\s)?#(?!\w)")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def find(plain: str, *, digits: bool) -> Iterator[Detail]:
    """Parts of telephone numbers in folded text; `digits` where it has any."""
    if "#" in plain:
        yield from (Detail("phone", *found.span()) for found in _SIGN.finditer(plain))
    if digits and "then" in plain and len(plain) < 60 and (found := _ONE_THEN_ANOTHER.fullmatch(plain)):
        yield Detail("phone", *found.span())
    if holds_any(plain, _SIGNS_OF_FRONT):
        yield from (Detail("phone", *found.span()) for found in _NOUGHT_IN_FRONT.finditer(plain))
    if digits and holds_any(plain, _SIGNS_OF_A_PART):
        yield from (
            Detail("phone", *found.span()) for found in _PART.finditer(plain) if _is_part(plain, found)
        )


def _is_part(plain: str, found: re.Match[str]) -> bool:
    before = plain[max(0, found.start() - 40) : found.start()]
    return not _YEAR.fullmatch(found.group(1)) and not _OTHER_NUMBERS.search(before)
