"""The phrase language in which the rules are written, and its matcher.

    my {family} hit~ me          a list by its name; every form of a verb (hit, hits, hitting)
    (kill|hurt~) myself          one of these
    want to [just] die           may be there or not
    no ... to talk to            up to three words between; `..5` allows up to five
    {parent} & {hit} & me        all of these within a dozen words, in any order

A phrase lies within one sentence. Matching follows sets of positions, so its time is bounded by
words x steps: no phrase, however written, can run away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from .verbs import forms_of
from .wordlists import words_of

_PIECE: Final = re.compile(r"\.\.\.|\.\.\d|[()\[\]|]|\{\w+\}|[^\s()\[\]|{}]+")
_USUAL_GAP: Final = 3
_NEAR: Final = 12


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One place in a phrase: one of `words`, or one of `phrases`, or (where `gap`) up to so many words of
    any kind."""

    words: frozenset[str] = frozenset()
    phrases: tuple[tuple[frozenset[str], tuple[Step, ...]], ...] = ()
    """Each with the words it can begin with."""
    optional: bool = False
    gap: int = 0

    def ends(self, words: Sequence[str], at: int) -> Collection[int]:
        """The positions this step can lead to from `at`."""
        if self.gap:
            return range(at, min(at + self.gap, len(words)) + 1)
        if at >= len(words):
            return (at,) if self.optional else ()
        word = words[at]
        if not self.phrases and not self.optional:
            return (at + 1,) if word in self.words else ()
        ends = {at} if self.optional else set()
        if word in self.words:
            ends.add(at + 1)
        for first, phrase in self.phrases:
            if word in first:
                ends.update(_follow(phrase, words, at))
        return ends

    def first_words(self) -> frozenset[str]:
        return self.words.union(*(first for first, _ in self.phrases))

    def anchor(self) -> frozenset[str]:
        """Words of which one must be there for this step to match."""
        return self.words.union(*(_anchor(phrase) for _, phrase in self.phrases))


Steps = tuple[Step, ...]


def _follow(steps: Steps, words: Sequence[str], at: int) -> Collection[int]:
    """The positions at which the steps can end."""
    positions: Collection[int] = (at,)
    for step in steps:
        if len(positions) == 1:
            (position,) = positions
            positions = step.ends(words, position)
        else:
            positions = {end for position in positions for end in step.ends(words, position)}
        if not positions:
            break
    return positions


def _first_words(steps: Steps) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for step in steps:
        found |= step.first_words()
        if not step.optional:
            break
    return found


def _needed(steps: Steps) -> list[frozenset[str]]:
    """For each step that must be there, words of which the sentence has at least one; the rarest step
    first."""
    return sorted((step.anchor() for step in steps if not step.optional and not step.gap), key=_commonness)


def _anchor(steps: Steps) -> frozenset[str]:
    return next(iter(_needed(steps)), frozenset())


_COMMON: Final = words_of(
    """
    i you he she it we they me my your his her their our is am are was were be been do did have has had
    to the a an of in on at and or but not no so if for with from by as this that what when where how
    all can will would go get know want think like make say tell about up out there here just one some
    any more because them him us too now then see come going got said time day people work help need
    really good could should who why
    """
)


_FREQUENT: Final = _COMMON | words_of(
    """
    mum dad friend home house school night every week after before off own use feel life next last hard
    again room uni class brother sister teacher talk live number phone email send message
    """
)
_EVERYWHERE: Final = words_of(
    "i my the a is to you me and in on not am do at for can are have it your of we with was be"
)


def _commonness(words: frozenset[str]) -> int:
    """How many sentences have one of these words, very roughly, in thousandths."""
    return sum(300 if word in _EVERYWHERE else 40 if word in _FREQUENT else 1 for word in words)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase ready to match. `written` is as in the rule file."""

    written: str
    parts: tuple[Steps, ...]
    first: tuple[frozenset[str], ...] = field(repr=False)
    needed: tuple[frozenset[str], ...] = field(repr=False)
    """Sets of words, of each of which a matching sentence has one; the rarest first."""

    def may_match(self, present: frozenset[str]) -> bool:
        """Whether a sentence of these words could match: the quick question before the slow one."""
        return not any(map(present.isdisjoint, self.needed))

    def matches(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """The places from left to right, as word positions, each as short as it can be."""
        return ((at, min(ends)) for at, ends in self._from_each_start(words))

    def widest(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """The places, each as long as it can be; a gap at the end reaches over the words that follow."""
        return ((at, max(ends)) for at, ends in self._from_each_start(words))

    def _from_each_start(self, words: Sequence[str]) -> Iterator[tuple[int, Collection[int]]]:
        if len(self.parts) > 1:
            yield from self._all_parts(words)
            return
        for at, word in enumerate(words):
            if word in self.first[0] and (ends := _follow(self.parts[0], words, at)):
                yield at, ends

    def _all_parts(self, words: Sequence[str]) -> Iterator[tuple[int, Collection[int]]]:
        """Where every part stands within a dozen words of the others: from the first word to the last."""
        places = []
        for steps, first in zip(self.parts, self.first, strict=True):
            starts = [at for at, word in enumerate(words) if word in first]
            found = [(at, min(ends)) for at in starts if (ends := _follow(steps, words, at))]
            if not found:
                return
            places.append(found)
        for anchor in places[0]:
            near = [
                next((p for p in found if abs(p[0] - anchor[0]) <= _NEAR and _apart(p, anchor)), None)
                for found in places[1:]
            ]
            whole = [anchor, *(place for place in near if place is not None)]
            if len(whole) == len(places):
                yield min(start for start, _ in whole), {max(end for _, end in whole)}


def _apart(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[1] <= other[0] or other[1] <= one[0]


class PhraseReader:
    """Reads phrases. `same_as` gives the canonical words of a written one; `lists` are the named lists."""

    def __init__(self, lists: Mapping[str, Sequence[str]], same_as: Callable[[str], tuple[str, ...]]) -> None:
        self._lists = lists
        self._same_as = same_as
        self._read: dict[str, Step] = {}
        self._literals: dict[str, Steps] = {}
        self._reading: list[str] = []

    def read(self, written: str) -> Phrase:
        """Raises PhraseError with the reason."""
        parts = tuple(self.steps(part) for part in written.split(" & "))
        for steps in parts:
            if not steps or all(step.optional or step.gap for step in steps):
                raise PhraseError(f"“{written}” asks for no word at all")
            if steps[0].gap:
                raise PhraseError(f"“{written}” begins with a gap")
        needed = sorted((words for steps in parts for words in _needed(steps)), key=_commonness)
        return Phrase(written, parts, tuple(_first_words(steps) for steps in parts), tuple(needed))

    def steps(self, written: str) -> Steps:
        pieces = _PIECE.findall(written.lower().replace("’", "'"))
        steps, rest = self._sequence(pieces, 0, written)
        if rest != len(pieces):
            raise PhraseError(f"“{written}” closes a bracket that it did not open")
        return steps

    def _sequence(self, pieces: Sequence[str], at: int, written: str) -> tuple[Steps, int]:
        steps: list[Step] = []
        while at < len(pieces) and pieces[at] not in {")", "]", "|"}:
            if pieces[at] in {"(", "["}:
                step, at = self._group(pieces, at, written)
                if step.words or step.phrases:
                    steps.append(step)
            else:
                steps.extend(self._piece(pieces[at], written))
                at += 1
        return tuple(steps), at

    def _group(self, pieces: Sequence[str], at: int, written: str) -> tuple[Step, int]:
        opening, closing = pieces[at], ")" if pieces[at] == "(" else "]"
        alternatives: list[Steps] = []
        while True:
            began = at + 1
            steps, at = self._sequence(pieces, began, written)
            if _is_worn_away(pieces[began:at], steps):
                raise PhraseError(
                    f"“{written}” has “{' '.join(pieces[began:at])}”, which says nothing without its fillers"
                )
            alternatives.append(steps)
            if at >= len(pieces):
                raise PhraseError(f"“{written}” does not close a bracket")
            if pieces[at] != "|":
                break
        if pieces[at] != closing:
            raise PhraseError(f"“{written}” mixes round and square brackets")
        return _one_of(alternatives, optional=opening == "["), at + 1

    def _piece(self, piece: str, written: str) -> list[Step]:
        if piece.startswith(".."):
            return [Step(gap=_USUAL_GAP if piece == "..." else int(piece[2]))]
        if piece.startswith("{"):
            return [self._list(piece[1:-1], written)]
        if piece.endswith("~"):
            return [_one_of([self._literal(form) for form in sorted(forms_of(piece[:-1]))])]
        return list(self._literal(piece))

    def _literal(self, word: str) -> Steps:
        steps = self._literals.get(word)
        if steps is None:
            steps = tuple(Step(words=frozenset({canonical})) for canonical in self._same_as(word))
            self._literals[word] = steps
        return steps

    def _list(self, name: str, written: str) -> Step:
        if name in self._read:
            return self._read[name]
        if name not in self._lists:
            raise PhraseError(f"“{written}” names a list that is not there: {name}")
        if name in self._reading:
            raise PhraseError(f"the list {name} contains itself")
        self._reading.append(name)
        step = _one_of([self.steps(str(entry)) for entry in self._lists[name]])
        self._reading.pop()
        self._read[name] = step
        return step


def _is_worn_away(written: Sequence[str], steps: Steps) -> bool:
    """Whether words of an alternative are fillers and those that are left are too common to mean it."""
    return (
        len(written) > len(steps) == 1
        and steps[0].words <= _COMMON
        and bool(steps[0].words)
        and not steps[0].phrases
    )


def _one_of(alternatives: Iterable[Steps], *, optional: bool = False) -> Step:
    words: set[str] = set()
    phrases: list[tuple[frozenset[str], Steps]] = []
    for steps in alternatives:
        if not steps:
            continue  # a filler, which no phrase needs
        if all(step.optional for step in steps):
            optional = True
        plain = len(steps) == 1 and not steps[0].optional and not steps[0].gap
        if plain and not steps[0].phrases:
            words |= steps[0].words
        elif plain:
            words |= steps[0].words
            phrases.extend(steps[0].phrases)
        else:
            phrases.append((_first_words(steps), steps))
    return Step(frozenset(words), tuple(phrases), optional)


def words_in(phrase: Phrase) -> Iterable[str]:
    """Every word a phrase mentions."""
    for steps in phrase.parts:
        yield from _words_of(steps)


def _words_of(steps: Steps) -> Iterable[str]:
    for step in steps:
        yield from step.words
        for _, phrase in step.phrases:
            yield from _words_of(phrase)
