"""Weights: tables that say what words, their letters and their company speak for.

Each part of what is written has a place in a table, found by hashing; a place holds four weights side by side
in one number, so that four questions are answered by one sum. `reading.py` says what is asked, `training/`
makes the tables.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Sequence
from operator import itemgetter
from typing import Final

from .learnt import Learnt
from .sentences import Sentence
from .wordlists import words_of

LANES: Final = 4
"""Questions answered by one table."""
_PLACE_BITS: Final = 20
PLACES: Final = 1 << _PLACE_BITS
"""Places in the table of the groups."""
COARSER: Final = 4
"""How many bits fewer the places of the tables of details have."""
NOTHING: Final = 128
"""A weight of nothing, as it is stored: weights run from -127 to 127 around it. A place with no weight at all
is 0."""

MOST_WORDS: Final = 60
"""In one sum: sixty words have 240 companies at most, and 240 x 255 fits a lane."""

_SHIFT: Final = 32 - _PLACE_BITS
_32_BITS: Final = 0xFFFFFFFF
_HERE, _NEXT, _ROW, _IN_ROW = 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F, 0x165667B1
_OVER_ONE, _OVER_TWO = 0x9E3779B1, 0x2545F491
"""Odd numbers, by which words are mixed according to where they stand to one another."""
_LANE_BITS: Final = 16
_LANE: Final = (1 << _LANE_BITS) - 1
_WIDE: Final = (1 << 32) - 1
_WIDE_NOTHING: Final = 1 << 20
_ENDINGS: Final = ("ing", "edly", "ed", "es", "s", "ly", "er")
_FIGURES: Final = str.maketrans("123456789", "000000000")
_INNOCENT: Final = words_of(
    """
    scunthorpe penistone cockermouth clitheroe shitterton twatt wankel lightwater middlesex cockatoo cockatiel
    cockerel cockerels cockpit cocktail cocktails cockroach cockroaches cockney hancock hitchcock babcock
    peacock peacocks woodcock shuttlecock shuttlecocks alcock titration titrations titrate titmouse titanium
    arsenal arsenic dickens dickensian dickinson assassin assassins assassinate assassinated assassination
    bassoon raccoon raccoons cocoon niggle niggles niggling snigger sniggered niger nigeria nigerian
    montenegro denigrate homograph homophone homophones homonym swanky shiitake shitake matsushita mishit
    fuchsia fukushima slagheap bollard bollards buttress humbug
    """
)
"""Words that hold or resemble a swear word and are none. Their letters say nothing."""

Sums = Sequence[int]


def stem(word: str) -> str:
    """The word without its commonest endings: enough to bring “hitting” near “hits”."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def number_of(word: str) -> int:
    """The word's stem as a number, for `company_of`; figures count by how many there are."""
    return _number("s " + stem(word.translate(_FIGURES)))


def parts_of(word: str) -> list[int]:
    """The places of a word by itself: its stem, and its letters in threes to fives, by which a slip of the
    pen or an unknown form is still near the word that was meant."""
    if word in _INNOCENT:
        return []
    edged = f"<{word.translate(_FIGURES)[:40]}>"
    # In ASCII a character is a byte, so that the letters are encoded once.
    letters = edged.encode() if edged.isascii() else edged
    numbers = [
        _number(letters[at : at + size]) for size in (3, 4, 5) for at in range(len(letters) - size + 1)
    ]
    return [_place(number) for number in (number_of(word), *numbers)]


def company_of(numbers: Sequence[int]) -> list[int]:
    """The places of words together: two and three in a row, and two with one or two between."""
    places = []
    one = two = three = 0
    for number in numbers:
        here = number * _HERE
        if one:
            places.append((one * _NEXT + here & _32_BITS) >> _SHIFT)
        if two:
            places.append((two * _ROW + one * _IN_ROW + here & _32_BITS) >> _SHIFT)
            places.append((two * _OVER_ONE + here & _32_BITS) >> _SHIFT)
        if three:
            places.append((three * _OVER_TWO + here & _32_BITS) >> _SHIFT)
        three, two, one = two, one, number
    return places


def _number(part: str | bytes) -> int:
    return zlib.crc32(part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part) or 1


def _place(number: int) -> int:
    return (number * 0x9E3779B1 & 0xFFFFFFFF) >> _SHIFT


_LANE_OF_A_WORD: Final = 64
"""Bits in which a word's number stands beside those of others: enough for a product of two of 32 bits."""
_LOW_HALVES: Final = sum(_32_BITS << _LANE_OF_A_WORD * at for at in range(MOST_WORDS))
_NUMBERS: Final = Learnt[bytes](lambda word: number_of(word).to_bytes(_LANE_OF_A_WORD // 8, "little"))


class Unit:
    """Words of a sentence that are read together."""

    __slots__ = ("_after", "_first", "_sentence", "words")

    def __init__(self, sentence: Sentence, first: int, after: int) -> None:
        self.words = sentence.words[first:after]
        self._sentence, self._first, self._after = sentence, first, after

    @property
    def start(self) -> int:
        """Where the first of them stands in the folded text."""
        return self._sentence.spans[self._first][0]

    @property
    def end(self) -> int:
        """Where the last of them ends."""
        return self._sentence.spans[self._after - 1][1]


def places_of(unit: Unit) -> list[int]:
    """Every place of words that are read together, as often as it comes."""
    numbers = list(map(number_of, unit.words))
    return [place for word in unit.words for place in parts_of(word)] + company_of(numbers)


class Table:
    """Weights for four questions."""

    def __init__(self, packed: bytes, *, coarser: int = 0) -> None:
        self._weights = array("Q", packed)
        if sys.byteorder == "big":
            self._weights.byteswap()
        self._shift = _SHIFT + coarser
        top = _32_BITS >> self._shift << self._shift
        tops = sum(top << _LANE_OF_A_WORD * at for at in range(MOST_WORDS))
        self._tops = [tops & (1 << _LANE_OF_A_WORD * many) - 1 for many in range(MOST_WORDS)]
        """For so many words: the bits of each lane that say where its place is."""
        self._words = Learnt[int](self._said_by)

    def sums(self, unit: Unit) -> Sums:
        """What the words of a unit and their company say to each of the four."""
        words = unit.words
        wide = sum(map(self._words.__getitem__, words))
        packed = many = 0
        if len(words) > 2:
            # itemgetter looks up all places in one step.
            found = itemgetter(*self._company(words))(self._weights)
            packed, many = sum(found), len(found) - found.count(0)
        elif len(words) == 2:
            packed = self._weights[company_of([number_of(word) for word in words])[0] >> self._shift - _SHIFT]
            many = 1 if packed else 0
        nothing = NOTHING * many + _WIDE_NOTHING * len(words)
        return (
            (packed & _LANE) + (wide & _WIDE) - nothing,
            (packed >> 16 & _LANE) + (wide >> 32 & _WIDE) - nothing,
            (packed >> 32 & _LANE) + (wide >> 64 & _WIDE) - nothing,
            (packed >> 48) + (wide >> 96) - nothing,
        )

    def _company(self, words: Sequence[str]) -> array[int]:
        """The places of `company_of` three words or more, in another order.

        The words' numbers stand side by side in one, and each line reckons with all of them at once: that is
        what reading costs, and it costs a third of a loop over the words.
        """
        many, tops, shift, lane = len(words), self._tops, self._shift, _LANE_OF_A_WORD
        row = int.from_bytes(b"".join(map(_NUMBERS.__getitem__, words)), "little")
        here = row * _HERE & _LOW_HALVES
        after_one, after_two, after_three = here >> lane, here >> 2 * lane, here >> 3 * lane
        pairs = (row * _NEXT & _LOW_HALVES) + after_one & tops[many - 1]
        inner = (row * _IN_ROW & _LOW_HALVES) >> lane
        threes = (row * _ROW & _LOW_HALVES) + inner + after_two & tops[many - 2]
        over_one = (row * _OVER_ONE & _LOW_HALVES) + after_two & tops[many - 2]
        over_two = (row * _OVER_TWO & _LOW_HALVES) + after_three & tops[many - 3]
        beside = threes | (over_one | over_two << lane * (many - 2)) << lane * (many - 2)
        places = (pairs | beside << lane * (many - 1)) >> shift
        found = array("Q", places.to_bytes((4 * many - 8) * lane // 8, "little"))
        if sys.byteorder == "big":
            found.byteswap()
        return found

    def _said_by(self, word: str) -> int:
        """What a word says by itself to the four, side by side as well."""
        weights, coarser = self._weights, self._shift - _SHIFT
        # Of forty letters there are 118 parts at most, and 118 x 255 fits a lane.
        found = [weights[place >> coarser] for place in parts_of(word)]
        packed, nothing = sum(found), NOTHING * (len(found) - found.count(0)) - _WIDE_NOTHING
        return sum(((packed >> _LANE_BITS * lane & _LANE) - nothing) << 32 * lane for lane in range(LANES))
