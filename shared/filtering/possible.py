"""Which phrases a sentence could hold, asked of all phrases at once.

A phrase is a bit of a number, and of the words that it cannot do without a few kinds are asked for. What a
word answers is one number, found out when it first comes; so a sentence costs a number for each of its words,
and not a look at every phrase that has one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Final

from .learnt import Learnt
from .phrases import Phrase

_ASKED: Final = 3
"""Kinds of words that are asked for, the rarest first. More of them rule out hardly anything more."""


class Possible:
    """Phrases, and by which words they can be ruled out."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        many = self._many = len(phrases)
        asked: dict[frozenset[str], int] = {}
        unasked = 0
        for at, phrase in enumerate(phrases):
            # The answers to each question stand side by side in one number.
            bits = [1 << question * many + at for question in range(_ASKED)]
            for words, bit in zip(phrase.needed, bits, strict=False):
                asked[words] = asked.get(words, 0) | bit
            unasked |= sum(bits[len(phrase.needed) :])
        self._unasked = unasked
        self._by_word: dict[str, list[int]] = {}
        for words, answer in asked.items():
            for word in words:
                self._by_word.setdefault(word, []).append(answer)
        self._answers = Learnt[int](self._answer)

    def _answer(self, word: str) -> int:
        return reduce(or_, self._by_word.get(word, ()), 0)

    def in_words(self, present: Iterable[str]) -> list[int]:
        """The places, in the order in which they were given, of those that words do not rule out."""
        answers = reduce(or_, map(self._answers.__getitem__, present), self._unasked)
        possible = (1 << self._many) - 1
        for question in range(_ASKED):
            possible &= answers >> question * self._many
        places = []
        while possible:
            lowest = possible & -possible
            possible ^= lowest
            places.append(lowest.bit_length() - 1)
        return places
