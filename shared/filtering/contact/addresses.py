"""Where somebody lives: United Kingdom postcodes (Royal Mail's areas and letters) and numbers with
streets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..wordlists import words_of
from .found import Detail

_AREAS: Final = (
    "ab|al|ba|bb|bd|bf|bh|bl|bn|br|bs|bt|ca|cb|cf|ch|cm|co|cr|ct|cv|cw|da|dd|de|dg|dh|dl|dn|dt|dy|ec|eh|en|ex|fk|fy|gl|gu|gy"
    "|ha|hd|hg|hp|hr|hs|hu|hx|ig|im|ip|iv|ka|kt|kw|ky|la|ld|le|ll|ln|ls|lu|me|mk|ml|ne|ng|nn|np|nr|nw|ol|ox|pa|pe|ph|pl|po"
    "|pr|rg|rh|rm|sa|se|sg|sk|sl|sm|sn|so|sp|sr|ss|st|sw|sy|ta|td|tf|tn|tq|tr|ts|tw|ub|wa|wc|wd|wf|wn|wr|ws|wv|yo|ze|zz"
    "|b|e|g|l|m|n|s|w"
)
_POSTCODE: Final = re.compile(
    r"(?<![\w£])(?:" + _AREAS + r")(?:\d[0-9a-hjkmnp-y]?|\d)[\s.\-]{0,3}\d[abd-hjlnp-uw-z]{2}(?![\w])"
)
_NOT_INWARD: Final = re.compile(r"[\s.\-]*(?:1st|2nd|3rd|\dth|\dhr|\d[gt]b|\dxl|\dft|\dyr)$")
_KINDS: Final = (
    r"street|st|str|road|rd|avenue|ave|drive|dr|lane|ln|close|crescent|cres|terrace|place|pl|court|ct|gardens|gdns|grove|way|wynd"
    r"|square|sq|row|park|brae|loan|view|walk|hill|rise|mews|vennel|path|quadrant|circus|green|parade|gate|drv|strt|vale|croft"
)
_ABBREVIATED: Final = words_of(
    """
    st str dr pl ct sq way park view walk hill rise green gate row path loan place close court
    """
)
_STREET: Final = re.compile(
    r"(?<![\w£.,/:-])(?:(?:flat|apt|apartment|no|number|unit)\.?\s?)?\d{1,4}[a-d]?(?:/\d{1,2})?[\s,]{1,2}"
    r"((?:[^\W\d_][\w'-]{1,20}\s){1,3})(" + _KINDS + r")(?!\w)"
)
_SPELLED_STREET: Final = re.compile(
    r"(?<!\w)(?:number\s)?(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|\w{3,5}teen)(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?\s([^\W\d_][\w'-]{2,20}\s){1,2}"
    r"(?:street|road|avenue|drive|lane|crescent|terrace|gardens|grove|wynd)(?!\w)"
)
_FLAT: Final = re.compile(
    r"(?<!\w)(?:flat|apartment|apt|unit)\s(?:no\.?\s|number\s)?(?:\d{1,3}/\d{1,2}|\d{1,3}[a-d]?|[a-d])(?!\w|[:%])"
)
_THREE_WORDS: Final = re.compile(r"///\s?[^\W\d_]{2,20}\.[^\W\d_]{2,20}\.[^\W\d_]{2,20}")
_LIVES_AT: Final = re.compile(
    r"(?<!\w)(?:live|stay|bide|house is|flat is|we're|mine's|mines)\s(?:at\s)?"
    r"(?:number|no\.?|nr\.?)\s?\d{1,4}[a-d]?(?!\w)"
)
_DIGIT: Final = re.compile(r"\d")
_FAMOUS: Final = frozenset(
    {"downing street", "wall street", "baker street", "sesame street", "coronation street", "privet drive"}
)
_ORDINARY: Final = words_of(
    """
    the a an of to in on at for and or is was with by my your our their his her this that per minutes
    minute min mins hours hour miles mile metres km years year days day weeks pages people points marks
    more other from out into then were are than about different main new each every steps students
    pupils words degrees times one two three all any some both bus buses train
    """
)


def find(plain: str) -> Iterator[Detail]:
    """Postcodes and streets in folded text."""
    if _DIGIT.search(plain):
        for found in _POSTCODE.finditer(plain):
            if not _NOT_INWARD.search(found.group()):
                yield Detail("postcode", *found.span())
        for found in _STREET.finditer(plain):
            if _is_street(found.group(1), found.group(2)):
                yield Detail("street", *found.span())
        for pattern in (_FLAT, _LIVES_AT):
            yield from (Detail("street", *found.span()) for found in pattern.finditer(plain))
    yield from (Detail("street", *found.span()) for found in _THREE_WORDS.finditer(plain))
    for found in _SPELLED_STREET.finditer(plain):
        if _is_street(found.group(1), "street"):
            yield Detail("street", *found.span())


def _is_street(name: str, kind: str) -> bool:
    words = name.split()
    if not _ORDINARY.isdisjoint(words):
        return False
    return f"{words[-1]} {kind}" not in _FAMOUS
