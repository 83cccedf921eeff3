"""The phrase language in which the rules are written, and its matcher.

    my {family} hit~ me          a list by its name; every form of a verb (hit, hits, hitting)
    (kill|hurt~) myself          one of these
    want to [just] die           may be there or not
    no ... to talk to            up to three words between; `..5` allows up to five
    {parent} & {hit} & me        all of these within a dozen words, in any order

A phrase lies within one sentence. Every place at which a phrase can have got to is one bit of a number, and
each step moves all of them at once; so time is bounded by the steps of the phrase: none, however written, can
run away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from .commonness import commonness

_NEAR: Final = 12


class Words(Protocol):
    """What a phrase is looked for in: the words of a sentence, by their positions as bits."""

    @property
    def present(self) -> frozenset[str]: ...

    @property
    def places(self) -> Mapping[str, int]: ...

    @property
    def inside(self) -> int: ...


class Step:
    """One place in a phrase: one of `words`, or one of `phrases`, or (where `gap`) up to so many words of
    any kind."""

    __slots__ = ("_by_first", "anchor", "first", "gap", "is_plain", "one", "optional", "phrases", "words")

    def __init__(
        self,
        words: frozenset[str] = frozenset(),
        phrases: tuple[Steps, ...] = (),
        *,
        optional: bool = False,
        gap: int = 0,
    ) -> None:
        self.words = words
        self.phrases = phrases
        self.optional = optional
        self.gap = gap
        self.first = words.union(*map(_first_words, phrases)) if phrases else words
        """Words with which it can begin."""
        self.anchor = words.union(*map(_anchor, phrases)) if phrases else words
        """Words of which one must be there for this step to match."""
        self.is_plain = not (phrases or optional or gap)
        """Whether it is one of `words` and nothing else."""
        self.one = next(iter(words)) if len(words) == 1 else None
        self._by_first: dict[str, list[Steps]] | None = None

    def lead(self, places: int, words: Words) -> int:
        """Where this step can lead to from `places`; both are sets of word positions, a bit for each."""
        if self.gap:
            for _ in range(self.gap):
                places |= places << 1
            return places & words.inside
        ends = places if self.optional else 0
        if self.one is not None:
            ends |= (places & words.places.get(self.one, 0)) << 1
        elif self.words:
            ends |= (places & _places_of(self.words, words)) << 1
        if self.phrases:
            for phrase in self._possible(words.present):
                ends |= _follow(phrase, places, words)
        return ends

    def _possible(self, present: frozenset[str]) -> Iterator[Steps]:
        """The phrases that begin with a word that is there."""
        by_first = self._by_first
        if by_first is None:
            by_first = {}
            for phrase in self.phrases:
                for word in _first_words(phrase):
                    by_first.setdefault(word, []).append(phrase)
            self._by_first = by_first
        for word in self.first & present:
            yield from by_first.get(word, ())


Steps = tuple[Step, ...]


def _places_of(these: frozenset[str], words: Words) -> int:
    """The positions of all of these words."""
    found, places = 0, words.places
    for word in these & words.present:
        found |= places[word]
    return found


def _follow(steps: Steps, places: int, words: Words) -> int:
    """The places at which the steps can end."""
    for step in steps:
        if not places:
            break
        if not step.is_plain:
            places = step.lead(places, words)
        elif step.one is not None:  # as in `lead`, without a call: most of the time goes here
            places = (places & words.places.get(step.one, 0)) << 1
        else:
            places = (places & _places_of(step.words, words)) << 1
    return places


def _first_words(steps: Steps) -> frozenset[str]:
    first = steps[0]
    if not first.optional:
        return first.first
    found = first.first
    for step in steps[1:]:
        found |= step.first
        if not step.optional:
            break
    return found


def _needed(steps: Steps) -> list[frozenset[str]]:
    """For each step that must be there, words of which the sentence has at least one; the rarest step
    first."""
    needed = [step.anchor for step in steps if not step.optional and not step.gap]
    return sorted(needed, key=commonness) if len(needed) > 1 else needed


def _anchor(steps: Steps) -> frozenset[str]:
    needed = _needed(steps)
    return needed[0] if needed else frozenset()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase ready to match. `written` is as in the rule file."""

    written: str
    parts: tuple[Steps, ...]
    begins: tuple[tuple[frozenset[str], int, Steps], ...] = field(repr=False)
    """By part: the words with which it can begin, by how many places these lead on, and the steps that are
    then left."""
    needed: tuple[frozenset[str], ...] = field(repr=False)
    """Sets of words, of each of which a matching sentence has one; the rarest first."""

    def may_match(self, present: frozenset[str]) -> bool:
        """Whether a sentence of these words could match: the quick question before the slow one."""
        return not any(map(present.isdisjoint, self.needed))

    def is_in(self, words: Words) -> bool:
        """Whether each part of it stands somewhere in these words: the quick question before `matches`."""
        if len(self.begins) == 1:  # as most have; to go over one in a loop takes longer than the answer
            first, led, rest = self.begins[0]
            return _follow(rest, _places_of(first, words) << led, words) != 0
        return all(_follow(rest, _places_of(first, words) << led, words) for first, led, rest in self.begins)

    def matches(self, words: Words, *, but: int = 0) -> Iterator[tuple[int, int]]:
        """The places from left to right, as word positions, each as short as it can be. Of a phrase in one
        part, those that begin at one of the positions `but`, a bit for each, are not looked for."""
        return ((at, _lowest(ends)) for at, ends in self._from_each_start(words, but))

    def widest(self, words: Words) -> Iterator[tuple[int, int]]:
        """The places, each as long as it can be; a gap at the end reaches over the words that follow."""
        return ((at, ends.bit_length() - 1) for at, ends in self._from_each_start(words))

    def _from_each_start(self, words: Words, but: int = 0) -> Iterator[tuple[int, int]]:
        if len(self.begins) > 1:
            yield from self._all_parts(words)
            return
        first, led, rest = self.begins[0]
        for at in _places_in(_places_of(first, words) & ~but):
            if ends := _follow(rest, 1 << at + led, words):
                yield at, ends

    def _all_parts(self, words: Words) -> Iterator[tuple[int, int]]:
        """Where every part stands within a dozen words of the others: from the first word to the last."""
        places = [
            [
                (at, _lowest(ends))
                for at in _places_in(_places_of(first, words))
                if (ends := _follow(rest, 1 << at + led, words))
            ]
            for first, led, rest in self.begins
        ]
        for anchor in places[0]:
            near = [
                next((p for p in found if abs(p[0] - anchor[0]) <= _NEAR and _apart(p, anchor)), None)
                for found in places[1:]
            ]
            whole = [anchor, *(place for place in near if place is not None)]
            if len(whole) == len(places):
                yield min(start for start, _ in whole), 1 << max(end for _, end in whole)


def _places_in(places: int) -> Iterator[int]:
    while places:
        at = _lowest(places)
        yield at
        places ^= 1 << at


def _lowest(places: int) -> int:
    return (places & -places).bit_length() - 1


def _apart(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[1] <= other[0] or other[1] <= one[0]


def phrase_of(written: str, parts: tuple[Steps, ...]) -> Phrase:
    """The phrase that these parts make."""
    needed = sorted((words for steps in parts for words in _needed(steps)), key=commonness)
    return Phrase(written, parts, tuple(map(_beginning, parts)), tuple(needed))


def _beginning(steps: Steps) -> tuple[frozenset[str], int, Steps]:
    first = _first_words(steps)
    return (first, 1, steps[1:]) if steps[0].is_plain else (first, 0, steps)


def alternatives(phrase: Phrase) -> Sequence[Phrase]:
    """The same in several, where a single group is all that it cannot do without: each of them asks for more
    words than the group does. What they match together, it matches."""
    if len(phrase.needed) != 1 or len(phrase.parts) != 1:
        return [phrase]
    steps = phrase.parts[0]
    at = next(at for at, step in enumerate(steps) if not step.optional and not step.gap)
    group = steps[at]
    if not group.phrases or any(choice[0].gap for choice in group.phrases):
        return [phrase]
    choices = [*group.phrases, (Step(group.words),)] if group.words else group.phrases
    return [phrase_of(phrase.written, ((*steps[:at], *choice, *steps[at + 1 :]),)) for choice in choices]


def words_in(phrase: Phrase) -> Iterable[str]:
    """Every word a phrase mentions."""
    for steps in phrase.parts:
        yield from _words_of(steps)


def _words_of(steps: Steps) -> Iterable[str]:
    for step in steps:
        yield from step.words
        for phrase in step.phrases:
            yield from _words_of(phrase)
