"""Where somebody lives: numbers with streets or houses, flats, rooms, and places on a map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..wordlists import words_of
from .found import Detail
from .signs import holds_any

_KINDS: Final = (
    r"street|st|str|road|rd|avenue|ave|drive|dr|lane|ln|close|crescent|cres|terrace|place|pl|court|ct|gardens|gdns|grove|way|wynd"
    r"|square|sq|row|park|brae|loan|view|walk|hill|rise|mews|vennel|path|quadrant|circus|green|parade|gate|drv|strt|vale|croft"
    r"|house|cottages?|buildings?|tower|towers|heights|wharf|villas?|mansions|quay|bank|bridge|mount|yard|fold|lodge|heol|stryd"
)
_STREETS_NAME: Final = (
    r"[a-d]?(?:/\d{1,2})?[\s,]{1,2}((?:[^\W\d_][\w'-]{1,20}\s){1,3})(" + _KINDS + r")(?!\w)"
)
_NAMED_STREET: Final = re.compile(r"[0-9]" + _STREETS_NAME)
_STREET: Final = re.compile(
    r"(?<![\w£.,/:-])(?:(?:flat|apt|apartment|no|number|unit)\.?\s?)?\d{1,4}" + _STREETS_NAME
)
_SPELLED_KINDS: Final = (
    "street", "road", "avenue", "drive", "lane", "crescent", "terrace", "gardens", "grove", "wynd",
)  # fmt: skip
_SPELLED_STREET: Final = re.compile(
    r"(?<!\w)(?:number\s)?(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|\w{3,5}teen)(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?\s([^\W\d_][\w'-]{2,20}\s){1,2}"
    r"(?:" + "|".join(_SPELLED_KINDS) + r")(?!\w)"
)
_SPELLED_NUMBERS: Final = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "teen",
    "ty",
)
SIGNS: Final = ("number", "///", *_SPELLED_KINDS)
"""One of these, or a digit and a letter or inner full stop, are in words of every text in which anything is
found."""
_NUMBER_SPELLED: Final = re.compile(
    r"(?<!\w)number\s(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,5}teen|\w{3,5}ty(?:[\s-]\w{3,5})?),?\s"
    r"((?:[^\W\d_][\w'-]{2,20}\s){1,2})(" + _KINDS + r")(?!\w)"
)
_FLAT: Final = re.compile(
    r"(?<!\w)(?:flat|apartment|apt)\s(?:no\.?\s|number\s)?(?:\d{1,3}/\d{1,2}|\d{1,3}[a-d]?|[a-d])(?!\w|[:%])"
)
_THREE_WORDS: Final = re.compile(r"///\s?[^\W\d_]{2,20}\.[^\W\d_]{2,20}\.[^\W\d_]{2,20}")
_LIVES_AT: Final = re.compile(
    r"(?<!\w)(?:live|stay|bide|house is|flat is|we're|mine's|mines)\s(?:at\s)?"
    r"(?:number|no\.?|nr\.?)\s?\d{1,4}[a-d]?(?!\w)"
)
_ROOM: Final = re.compile(
    r"(?<!\w)(?:hostel|b&b|hotel|halls|refuge|unit|home|house|estate|caravan\spark|park)(?!\w)[^.!?\n]{0,40}?(?<!\w)"
    r"(?:room|rm|pitch|plot|block|bay)\s\d{1,3}[a-d]?(?!\w)"
)
_NUMBERED_HOME: Final = re.compile(
    r"(?<!\w)(?:(?:i|we)\s(?:live|stay|bide)|house|home|flat|place|street|st|road|rd|nans|grans|mums|dads|auntys|uncles)\s"
    r"(?:\w+\s){0,3}?(?:number|numba|numbr|no\.?|nr\.?)\s?\d{1,3}[a-d]?(?!\w)|(?<!\w)(?:number|numba)\s\d{1,3}[a-d]?[.,]?\s"
    r"(?:same|on|in)\s(?:the\s)?(?:street|road|same|[\w']{3,20}\s(?:street|road|lane|avenue|close))(?!\w)"
)
_OF_FAMILY: Final = re.compile(
    r"(?<!\w)(?:my\s(?:\w+\s)?(?:house|flat|place|home|address)|(?:nan|gran|granny|aunty|auntie|uncle|dad|mum)(?:'?s)|mine|mines|ours|we're|im|i'm)\s"
    r"(?:(?:house|flat|place|address)\s)?(?:is|at)\s(?:at\s)?\d{1,3}[a-d]?\s(?!(?:minutes?|mins?|miles?|hours?|years?|days?|weeks?)(?!\w))"
    r"([^\W\d_][\w'-]{3,20})(?:,|\s(?:y|yr|road|the)\s)"
)
_PIN: Final = re.compile(
    r"(?<![\d.])(?:49|5\d|60)\.\d{2,7}[a-z°]{0,2}(?:\s?,\s?|\s)(?:-|minus\s|and\s)?\s?[0-8]\.\d{2,7}(?!\d)"
)
_BY_SIGN: Final = (
    (re.compile(r"n(?:umb(?:er|r|a)|o\.?|r\.?)\s?\d"), (_LIVES_AT, _NUMBERED_HOME)),
    (re.compile(r"[0-9](?<=[mhtky]\s\d)"), (_ROOM,)),
    (re.compile(r"[0-9](?<=[st]\s\d)"), (_OF_FAMILY,)),
    (re.compile(r"\.\d\d"), (_PIN,)),
)
"""Patterns, and the small part without which they cannot match."""
_IN_MUSIC: Final = re.compile(r"(?<!\w)(?:sharps?|music|chord|key|scale)(?!\w)")
_IN_A_STORY: Final = re.compile(
    r"(?<!\w)(?:story|stories|novel|poem|sitcom|cartoon|characters?|monopoly|episode|chapter|fiction|fictional|plot|protagonist|set\s(?:at|in|on))(?!\w)"
)
_OWN: Final = re.compile(
    r"(?<!\w)(?:i|we)\s(?:live|stay|bide|moved)(?!\w)|(?<!\w)(?:my|our)\s(?:house|flat|address|home)(?!\w)"
)
_ALSO_WORDS: Final = words_of(
    "way park view walk hill rise green gate row path place close court square bank bridge"
)
"""What streets are called and much else is too: “since I was 6, Swansea way”."""
_FAMOUS: Final = frozenset(
    {"downing street", "wall street", "baker street", "sesame street", "coronation street", "privet drive"}
)
_ORDINARY: Final = words_of(
    """
    the a an of to in on at for and or is was with by my your our their his her this that per minutes
    minute min mins hours hour miles mile metres km years year days day weeks pages people points marks
    more other from out into then were are than about different main new each every steps students
    pupils words degrees times one two three all any some both bus buses train
    hr hrs sec secs metre mile mark page person seater lap question side course piece part man word week
    big small bedroom bed storey story year term grade level marks stars star foot floor full open own
    kms k pounds quid first second third last next old tall long short easy lovely little
    """
)


def find(plain: str, *, digits: bool) -> Iterator[Detail]:
    """Streets, houses and places in folded text; `digits` where it has any."""
    spelled = ("number" in plain or holds_any(plain, _SPELLED_KINDS)) and holds_any(plain, _SPELLED_NUMBERS)
    if not (digits or spelled or "///" in plain):
        return
    if _IN_A_STORY.search(plain) and not _OWN.search(plain):
        return
    if digits:
        yield from _with_numbers(plain)
    if "///" in plain:
        yield from (Detail("street", *found.span()) for found in _THREE_WORDS.finditer(plain))
    if spelled:
        yield from _with_spelled_numbers(plain)


def _with_spelled_numbers(plain: str) -> Iterator[Detail]:
    for found in _NUMBER_SPELLED.finditer(plain) if "number" in plain else ():
        if _is_street(found.group(1), found.group(2)):
            yield Detail("street", *found.span())
    for found in _SPELLED_STREET.finditer(plain):
        if _is_street(found.group(1), "street"):
            yield Detail("street", *found.span())


def _with_numbers(plain: str) -> Iterator[Detail]:
    for found in _STREET.finditer(plain) if _NAMED_STREET.search(plain) else ():
        name, kind = found.groups()
        after_a_comma = "," in plain[found.start() : found.start(1)]
        if _is_street(name, kind) and not (after_a_comma and kind in _ALSO_WORDS):
            yield Detail("street", *found.span())
    if ("flat" in plain or "ap" in plain) and _FLAT.search(plain) and not _IN_MUSIC.search(plain):
        yield from (Detail("street", *found.span()) for found in _FLAT.finditer(plain))
    for sign, patterns in _BY_SIGN:
        if sign.search(plain):
            for pattern in patterns:
                yield from (Detail("street", *found.span()) for found in pattern.finditer(plain))


def _is_street(name: str, kind: str) -> bool:
    words = name.split()
    if not _ORDINARY.isdisjoint(words):
        return False
    return f"{words[-1]} {kind}" not in _FAMOUS
