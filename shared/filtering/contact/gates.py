"""Which detectors could find anything in a text: asked of each written word once, and kept.

A detector names the signs without one of which it finds nothing. Most words have none of them, so that an
ordinary message costs a look-up for each of its words, and no detector reads it.
"""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import Final

from ..learnt import Learnt
from . import addresses, emails, files, handles, links, number_parts, postcodes
from .signs import has_digits, holds_any

DIGITS, EMAILS, LINKS, NUMBER_PARTS, ADDRESSES, POSTCODES, FILES, HANDLES, SPACED = (
    1 << at for at in range(9)
)
"""What a text may hold, as bits of a number; `SPACED`, characters apart."""
_STOPS, _AFTER_A_STOP = 1 << 9, 1 << 10
_BY_SIGNS: Final = (
    (EMAILS, emails.SIGNS),
    (LINKS, links.SIGNS),
    (NUMBER_PARTS, number_parts.SIGNS),
    (ADDRESSES, addresses.SIGNS),
    (POSTCODES, postcodes.SIGNS),
    (FILES, files.SIGNS),
    (HANDLES, handles.SIGNS),
)
_LETTERS, _INNER_DOTS = 1 << 11, 1 << 12
_WITH_DIGITS: Final = DIGITS | NUMBER_PARTS
_WITH_DIGITS_AND_LETTERS: Final = ADDRESSES | POSTCODES | HANDLES
_WITH_INNER_DOTS: Final = _INNER_DOTS | LINKS | FILES | HANDLES
_LETTER: Final = re.compile(r"[^\W\d_]")
_ENDING_APART: Final = re.compile(r"(?:com?|org|ac|sch|gov|gg)(?!\w)")
"""What of a domain may stand behind a stop or a comma and a space: “skate, co.uk”."""


def gates(plain: str) -> int:
    """What folded text may hold."""
    may_hold = reduce(or_, map(_OF_WORDS.__getitem__, plain.split()), 0)
    if may_hold & _STOPS and may_hold & _AFTER_A_STOP:
        may_hold |= LINKS
    if may_hold & DIGITS and may_hold & (_LETTERS | _INNER_DOTS):
        may_hold |= _WITH_DIGITS_AND_LETTERS
    return may_hold


def _of_word(word: str) -> int:
    padded = f" {word} "  # some signs are words by themselves
    may_hold = sum(bit for bit, signs in _BY_SIGNS if holds_any(padded, signs))
    if has_digits(word):
        may_hold |= _WITH_DIGITS
    if _LETTER.search(word):
        may_hold |= _LETTERS
    if "." in word[:-1]:
        may_hold |= _WITH_INNER_DOTS
    if len(word) == 1:
        may_hold |= SPACED
    if word[-1] in ".,":
        may_hold |= _STOPS
    if _ENDING_APART.match(word):
        may_hold |= _AFTER_A_STOP
    return may_hold


_OF_WORDS: Final = Learnt(_of_word)
