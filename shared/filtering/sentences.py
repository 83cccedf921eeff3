"""Sentences: canonical words in their order, and where each stands in the folded text.

A text is read by chunks, what stands between two spaces: a chunk is read once and kept, and sentences are put
together from what is known of their chunks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import Final, NamedTuple

Words = tuple[str, ...]
Span = tuple[int, int]
_LONGEST: Final = 90
_OVERLAP: Final = 20
_BITS: Final = tuple(1 << at for at in range(_LONGEST))


class Chunk(NamedTuple):
    """What stands between two spaces."""

    words: Words
    """Canonical words; one written word may give several."""
    spans: tuple[Span, ...]
    """Where each of them stands in the chunk."""
    marks: int = 0
    """What else is known of it: `ENDS` and the rest, as bits of a number."""
    parts: Sequence[tuple[str, Chunk]] = ()
    """The same in several, where a sentence ends inside."""


ENDS, STANDS_ALONE, HIDES, _PARTED = 1, 2, 4, 8
"""Marks of a chunk: a sentence ends with it; a letter or a figure in it stands by itself; one of its words
was hidden; it comes in parts."""
_WORDS_OF: Final = itemgetter(0)
_MARKS_OF: Final = itemgetter(2)
_ENDING, _ALONE, _HIDING, _IN_PARTS = (
    bytes(1 if marks & mark else 0 for marks in range(256)) for mark in (ENDS, STANDS_ALONE, HIDES, _PARTED)
)
"""For `translate`: where one mark stands among all."""


def chunk_of(
    words: Sequence[str], spans: Sequence[Span], marks: int, parts: Sequence[tuple[str, Chunk]] = ()
) -> Chunk:
    return Chunk(tuple(words), tuple(spans), marks | _PARTED if parts else marks, parts)


class Written:
    """A text and its chunks."""

    __slots__ = ("_chunks", "_marks", "_spans", "_text", "_written")

    def __init__(self, text: str, written: Sequence[str], chunks: Sequence[Chunk]) -> None:
        self._text = text
        self._written = written
        self._chunks = chunks
        self._marks = bytes(map(_MARKS_OF, chunks))
        """A byte for each chunk: so that one look finds the next that ends a sentence."""
        self._spans: list[Span] | None = None

    def spells_apart(self) -> bool:
        """Whether letters stand alone one after the other: then a word may reach over the spaces."""
        return b"\1\1" in self._marks.translate(_ALONE)

    def hides(self) -> bool:
        """Whether a word of a chunk was hidden."""
        return 1 in self._marks.translate(_HIDING)

    def spans(self) -> Sequence[Span]:
        """Where each word stands. Found when first asked for: of most texts nobody asks."""
        if self._spans is None:
            self._spans = spans = []
            text, at = self._text, 0
            for written, chunk in zip(self._written, self._chunks, strict=True):
                at = text.index(written, at)
                for start, end in chunk.spans:
                    spans.append((at + start, at + end))
                at += len(written)
        return self._spans

    def sentences(self) -> Iterator[tuple[list[str], int]]:
        """The words of each sentence, and how many stand before it."""
        if 1 in self._marks.translate(_IN_PARTS):
            self._part()
        ends = self._marks.translate(_ENDING)
        first = before = 0
        while first < len(ends):
            after = ends.find(1, first) + 1 or len(ends)
            words = [*chain.from_iterable(map(_WORDS_OF, self._chunks[first:after]))]
            if words:
                yield words, before
            first, before = after, before + len(words)

    def _part(self) -> None:
        pairs = zip(self._written, self._chunks, strict=True)
        parted = [part for one, chunk in pairs for part in chunk.parts or ((one, chunk),)]
        self._written, self._chunks = [one for one, _ in parted], [chunk for _, chunk in parted]
        self._marks = bytes(map(_MARKS_OF, self._chunks))


class Sentence:
    """Canonical words, and where each stands in the folded text; one written word may give several.

    `present` are the same words without order, for quick questions. Positions as a set are one number: bit i
    stands for the word at i. A variant is another reading of the sentence before it.
    """

    __slots__ = (
        "_first",
        "_kept",
        "_spans",
        "_written",
        "inside",
        "is_variant",
        "places",
        "present",
        "words",
    )

    def __init__(
        self, words: Sequence[str], written: Written, first: int, kept: Sequence[int] | None = None
    ) -> None:
        """`first`: how many words of the text stand before it; `kept`: of a variant, which words of the
        sentence it has."""
        self.words = words if kept is None else [words[at] for at in kept]
        self.is_variant = kept is not None
        self._written, self._first, self._kept = written, first, kept
        self._spans: Sequence[Span] | None = None
        self.inside = (2 << len(self.words)) - 1
        """Every position, and the one after the last word."""
        places = dict(zip(self.words, _BITS, strict=False))
        if len(places) < len(self.words):  # some come again
            places = dict.fromkeys(places, 0)
            for at, word in enumerate(self.words):
                places[word] |= 1 << at
        self.places = places
        self.present = frozenset(places)

    @property
    def spans(self) -> Sequence[Span]:
        """Where each word stands."""
        if self._spans is None:
            spans, first = self._written.spans(), self._first
            if self._kept is None:
                self._spans = spans[first : first + len(self.words)]
            else:
                self._spans = [spans[first + at] for at in self._kept]
        return self._spans


def sentences_in(written: Written, skippable: frozenset[str]) -> list[Sentence]:
    """The sentences; a very long one in several that overlap, and one with skippable words also without
    them."""
    sentences: list[Sentence] = []
    for words, first in written.sentences():
        if len(words) <= _LONGEST:
            sentences += _readings(words, written, first, skippable)
        else:
            for at in range(0, len(words) - _OVERLAP, _LONGEST - _OVERLAP):
                sentences += _readings(words[at : at + _LONGEST], written, first + at, skippable)
    return sentences


def _readings(
    words: Sequence[str], written: Written, first: int, skippable: frozenset[str]
) -> list[Sentence]:
    sentence = Sentence(words, written, first)
    if skippable.isdisjoint(sentence.present):
        return [sentence]
    kept = [at for at, word in enumerate(words) if word not in skippable]
    return [sentence, Sentence(words, written, first, kept)]
