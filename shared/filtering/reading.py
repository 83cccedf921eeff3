"""Reading: what a message reads like, where no phrase of any rule says so.

A small statistical layer over the words of a message: tables of weights, trained by `training/train.py` on
the repository's own labelled messages. It only ever adds findings.

What a message reads like is the sum of what its words say: each word, its letters, and its company of two and
three. Sentences are summed one by one, and the most telling run of them counts: so nothing ordinary that is
said before or after hides a worry. What each says, `weights.py` looks up.
"""

from __future__ import annotations

import json
import operator
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import sqrt
from pathlib import Path
from typing import Any, Final, NamedTuple

from .folding import Folded
from .sentences import Sentence
from .verdict import (
    ABUSE_CATEGORIES,
    CONTACT_CATEGORIES,
    REACH_CATEGORIES,
    WORRY_CATEGORIES,
    Severity,
)
from .weights import COARSER, LANES, MOST_WORDS, PLACES, Table, Unit, stem

MODEL_FILE: Final = Path(__file__).with_name("reading.bin")
EXAMPLES_FILE: Final = Path(__file__).with_name("reading_examples.tsv")
GROUPS: Final = (CONTACT_CATEGORIES, REACH_CATEGORIES, ABUSE_CATEGORIES, WORRY_CATEGORIES)
"""What is asked of every message: does it read like something of this group?"""
_SEVERITIES: Final = ("high", "immediate")
DETAILS: Final = (
    *_SEVERITIES,
    *sorted(REACH_CATEGORIES),
    *sorted(ABUSE_CATEGORIES),
    *sorted(CONTACT_CATEGORIES),
    *sorted(WORRY_CATEGORIES),
)
"""What is asked only of a message that is held: how severe it is, and of what category."""
_WORD: Final = re.compile(r"[^\W_]+")
_CAPITALISED: Final = re.compile(r"[A-Z][a-z]")
"""Without one after the first letter, no capital parts a text in ASCII."""
_CAPITAL_INSIDE: Final = re.compile(r"[^\W\d_]\W{1,4}[A-Z]")
_MOST_READ: Final = 1_200
"""Words of one message that are read: more than the longest has, unless it is made to be slow."""
_LONGEST_RUN: Final = 3
"""Sentences in a row that are weighed together whatever they say."""
_UNSAID: Final = 2
"""Words that are added to each run's own."""
_MOST_TELLING: Final = 10
"""Sentences in a row by which severity and category are told."""
_MOST_EXAMPLES: Final = 2


def group_of(category: str) -> frozenset[str]:
    """The group that a category belongs to."""
    return next(group for group in GROUPS if category in group)


def _units(sentence: Sentence, first: int, after: int) -> list[Unit]:
    if after - first <= MOST_WORDS:
        return [Unit(sentence, first, after)]
    return [Unit(sentence, at, min(after, at + MOST_WORDS)) for at in range(first, after, MOST_WORDS)]


def units_of(sentences: Sequence[Sentence]) -> list[Unit]:
    """The sentences of a message; a very long one in several."""
    units: list[Unit] = []
    read = 0
    for sentence in sentences:
        if not sentence.is_variant and read < _MOST_READ:
            units += _units(sentence, 0, len(sentence.words))
            read += len(sentence.words)
    return units


def units_by_capitals(sentences: Sequence[Sentence], folded: Folded, text: str) -> list[Unit]:
    """The same, parted also before each capital letter that follows small ones, for many people write no full
    stop."""
    units: list[Unit] = []
    starts = folded.starts
    read = 0
    for sentence in sentences:
        if sentence.is_variant or read >= _MOST_READ:
            continue
        read += len(sentence.words)
        spans, began = sentence.spans, 0
        for at in range(1, len(spans)):
            if text[starts[spans[at][0]]].isupper() and _begins(spans[at - 1][0], spans[at][0], folded, text):
                units += _units(sentence, began, at)
                began = at
        units += _units(sentence, began, len(spans))
    return units


def _begins(before: int, here: int, folded: Folded, text: str) -> bool:
    """Whether a word with a capital begins a sentence: a small letter follows it, and the word before has
    none."""
    first = folded.starts[here]
    return text[first + 1 : first + 2].islower() and text[folded.starts[before]].islower()


def most_telling(sums: Sequence[int], sizes: Sequence[int]) -> tuple[float, int, int]:
    """How telling the most telling run of neighbouring units is, with the first of them and the one after the
    last; there is at least one unit.

    `sizes`: the words of each. A sum grows with the words that are summed, as chance sums do with their
    square root: by that it is divided, as though each had `_UNSAID` words more, so that a greeting of two or
    three says little by itself. The runs are those of up to `_LONGEST_RUN`, and the one with the greatest
    sum.
    """
    best = (sums[0] / sqrt(sizes[0] + _UNSAID), 0, 1)
    if len(sums) == 1:
        return best
    running = words = began = 0
    greatest = (sums[0], sizes[0], 0, 1)
    for at, value in enumerate(sums):
        if running <= 0:
            running, words, began = 0, 0, at
        running, words = running + value, words + sizes[at]
        if running > greatest[0]:
            greatest = (running, words, began, at + 1)
        total = size = 0
        for first in range(at, max(-1, at - _LONGEST_RUN), -1):
            total, size = total + sums[first], size + sizes[first]
            if (telling := total / sqrt(size + _UNSAID)) > best[0]:
                best = (telling, first, at + 1)
    total, size, first, after = greatest
    return max(best, (total / sqrt(size + _UNSAID), first, after))


@dataclass(frozen=True, slots=True)
class Reading:
    """That a stretch of the folded text reads like something."""

    category: str
    severity: Severity | None
    """`high` or `immediate` where it reads so; None for the usual one of its category."""
    start: int
    end: int
    like: tuple[str, ...]
    """The labelled messages that are nearest to it."""


class _Way(NamedTuple):
    """One way to part a message, and what each unit of it says to each group."""

    units: Sequence[Unit]
    by_group: Sequence[Sequence[int]]
    by_capitals: bool

    def most_telling(self, number: int) -> tuple[float, int, int]:
        return most_telling(self.by_group[number], [len(unit.words) for unit in self.units])


class Heard:
    """A message as the tables have weighed it."""

    __slots__ = ("_ways",)

    def __init__(self, ways: Sequence[_Way]) -> None:
        self._ways = ways

    def ways_of(self, number: int) -> Sequence[_Way]:
        """In which ways it is read for a group. A contact detail is found whatever its case; so capitals part
        nothing where one is looked for."""
        return self._ways[:1] if number == 0 else self._ways


class Model:
    """The trained tables, and what one needs to judge by them."""

    def __init__(self, content: bytes, examples: str = "") -> None:
        """Raises ValueError for what is no model."""
        header, _, tables = content.partition(b"\n")
        about: dict[str, Any] = json.loads(header)
        self.version: str = about["version"]
        """Changes with the messages it is trained on and with the way in which it is."""
        self.trained_on: str = about["trained_on"]
        """A fingerprint of the messages."""
        self._bars: Sequence[float] = about["bars"]
        """By group: how telling a run must be to read so."""
        self._hinted: Sequence[Sequence[float]] = about["hinted"]
        """By group: how telling a run must be to bear out a hint, of a mild one and of a severe one."""
        self._begin: Sequence[int] = about["begin"]
        """By detail: what its sum begins at; from nought on it reads so."""
        self._size: int = about["size"]
        self._tables = tables
        self._written_examples = examples
        try:
            self._groups = Table(zlib.decompress(tables[: self._size]))
        except zlib.error as error:
            raise ValueError("the tables cannot be read") from error

    @cached_property
    def _details(self) -> Sequence[Table]:
        raw = zlib.decompress(self._tables[self._size :])
        size = (PLACES >> COARSER) * 8
        return [Table(raw[at : at + size], coarser=COARSER) for at in range(0, len(raw), size)]

    @cached_property
    def _examples(self) -> Mapping[str, _Examples]:
        texts: dict[str, list[str]] = {}
        for line in self._written_examples.splitlines():
            category, _, text = line.partition("\t")
            texts.setdefault(category, []).append(text)
        return {category: _Examples(found) for category, found in texts.items()}

    def heard(self, text: str, folded: Folded, sentences: Sequence[Sentence]) -> Heard:
        """What the message says to each group, to be asked for what it reads like."""
        ways = [
            _Way(units, list(zip(*map(self._groups.sums, units), strict=True)), by_capitals)
            for units, by_capitals in self._ways(text, folded, sentences)
        ]
        return Heard(ways)

    def bears_out(self, heard: Heard, category: str, severity: Severity) -> bool:
        """Whether a hint at the category is borne out by how the message reads: it must say far less for it
        than what is held for its reading alone, and less still where the hint is at something severe."""
        number = GROUPS.index(group_of(category))
        bar = self._hinted[number][severity.rank >= Severity.high.rank]
        return any(way.most_telling(number)[0] >= bar for way in heard.ways_of(number))

    def readings(self, heard: Heard, folded: Folded, seen: Mapping[str, Severity]) -> Iterator[Reading]:
        """What the message reads like beyond `seen`, the categories that rules have seen and how severe: a
        group of which they have seen nothing, or one that reads more severe."""
        for number, bar in enumerate(self._bars):
            for way in heard.ways_of(number):
                # Where no sentence speaks for it, no run of them does: so it is with most messages.
                if max(way.by_group[number]) <= 0 < bar:
                    continue
                telling, first, after = way.most_telling(number)
                if telling >= bar:
                    run = way.units[first:after][:_MOST_TELLING]
                    yield from self._reading(run, folded, GROUPS[number], seen)
                    break

    def _ways(
        self, text: str, folded: Folded, sentences: Sequence[Sentence]
    ) -> Iterator[tuple[Sequence[Unit], bool]]:
        """The message by its sentences, and by its capitals too where they part it further."""
        plain = units_of(sentences)
        if plain:
            yield plain, False
            if (not text.isascii() or _CAPITALISED.search(text, 1)) and _CAPITAL_INSIDE.search(text):
                parted = units_by_capitals(sentences, folded, text)
                if len(parted) > len(plain):
                    yield parted, True

    def _reading(
        self, units: Sequence[Unit], folded: Folded, group: frozenset[str], seen: Mapping[str, Severity]
    ) -> Iterator[Reading]:
        already = max((seen[c] for c in group & seen.keys()), key=operator.attrgetter("rank"), default=None)
        if already and already.rank >= Severity.high.rank:
            return
        severity = self._severity(units)
        if already is None or (severity and severity.rank > already.rank):
            category = self._category(units, group)
            start, end = units[0].start, units[-1].end
            yield Reading(category, severity, start, end, self._like(category, folded.text[start:end]))

    def _severity(self, units: Sequence[Unit]) -> Severity | None:
        answers = self._answers(units, _SEVERITIES)
        if answers["high"] < 0:
            return None
        return Severity.immediate if answers["immediate"] >= 0 else Severity.high

    def _category(self, units: Sequence[Unit], group: frozenset[str]) -> str:
        answers = self._answers(units, sorted(group))
        return max(answers, key=answers.__getitem__)

    def _answers(self, units: Sequence[Unit], asked: Sequence[str]) -> dict[str, int]:
        numbers = {name: DETAILS.index(name) for name in asked}
        sums = {
            table: [self._details[table].sums(unit) for unit in units]
            for table in {number // LANES for number in numbers.values()}
        }
        return {
            name: self._begin[number] + sum(lanes[number % LANES] for lanes in sums[number // LANES])
            for name, number in numbers.items()
        }

    def _like(self, category: str, text: str) -> tuple[str, ...]:
        examples = self._examples.get(category)
        return examples.nearest(text) if examples else ()


class _Examples:
    """Labelled messages of one category, and which of them has which word."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._sizes = []
        self._having: dict[str, list[int]] = {}
        for number, text in enumerate(texts):
            words = _stems(text)
            self._sizes.append(len(words))
            for word in words:
                self._having.setdefault(word, []).append(number)

    def nearest(self, text: str) -> tuple[str, ...]:
        """Those that share most words, a rare word counting more."""
        words = _stems(text)
        shared: dict[int, float] = {}
        for word in sorted(words):  # in one order, for sums of parts depend on it
            having = self._having.get(word, ())
            for number in having:
                shared[number] = shared.get(number, 0) + 1 / len(having)
        ranked = sorted(shared, key=lambda n: (-shared[n] / (self._sizes[n] + len(words)), n))
        return tuple(self._texts[number] for number in ranked[:_MOST_EXAMPLES])


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, set(_WORD.findall(text.lower()))))


@cache
def read_model(file: Path = MODEL_FILE) -> Model:
    """The model in a file; by default the package's own. Raises OSError, ValueError or KeyError for what is
    none."""
    return Model(file.read_bytes(), EXAMPLES_FILE.read_text("utf-8"))
