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

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Protocol, overload

from .verbs import forms_of
from .wordlists import words_of

_PIECE: Final = re.compile(r"[(\[][^()\[\]]*[)\]]|\.\.\.|\.\.\d|[()\[\]|]|\{\w+\}|[^\s()\[\]|{}]+")
_USUAL_GAP: Final = 3
_NEAR: Final = 12
_OPENING: Final = "(["
_CLOSING: Final = frozenset(")]|")


class Words(Protocol):
    """What a phrase is looked for in: the words of a sentence, by their positions as bits."""

    @property
    def present(self) -> frozenset[str]: ...

    @property
    def places(self) -> Mapping[str, int]: ...

    @property
    def inside(self) -> int: ...


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says what is wrong with it."""


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
    return sorted(needed, key=_commonness) if len(needed) > 1 else needed


def _anchor(steps: Steps) -> frozenset[str]:
    needed = _needed(steps)
    return needed[0] if needed else frozenset()


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


_FREQUENT_ONLY: Final = _FREQUENT - _EVERYWHERE


def _commonness(words: frozenset[str]) -> int:
    """How many sentences have one of these words, very roughly, in thousandths."""
    everywhere, frequent = len(words & _EVERYWHERE), len(words & _FREQUENT_ONLY)
    return 299 * everywhere + 39 * frequent + len(words)


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

    def is_in(self, words: Words) -> bool:
        """Whether each part of it stands somewhere in these words: the quick question before `matches`."""
        for steps, first in zip(self.parts, self.first, strict=True):
            places = _places_of(first, words)
            if steps[0].is_plain:  # it was led through just now
                places, steps = places << 1, steps[1:]
            if not _follow(steps, places, words):
                return False
        return True

    def matches(self, words: Words, *, but: int = 0) -> Iterator[tuple[int, int]]:
        """The places from left to right, as word positions, each as short as it can be. Of a phrase in one
        part, those that begin at one of the positions `but`, a bit for each, are not looked for."""
        return ((at, _lowest(ends)) for at, ends in self._from_each_start(words, but))

    def widest(self, words: Words) -> Iterator[tuple[int, int]]:
        """The places, each as long as it can be; a gap at the end reaches over the words that follow."""
        return ((at, ends.bit_length() - 1) for at, ends in self._from_each_start(words))

    def _from_each_start(self, words: Words, but: int = 0) -> Iterator[tuple[int, int]]:
        starts = [_places_of(first, words) for first in self.first]
        if len(starts) > 1:
            yield from self._all_parts(starts, words)
            return
        for at in _places_in(starts[0] & ~but):
            if ends := _follow(self.parts[0], 1 << at, words):
                yield at, ends

    def _all_parts(self, starts: Sequence[int], words: Words) -> Iterator[tuple[int, int]]:
        """Where every part stands within a dozen words of the others: from the first word to the last."""
        places = [
            [(at, _lowest(ends)) for at in _places_in(start) if (ends := _follow(steps, 1 << at, words))]
            for steps, start in zip(self.parts, starts, strict=True)
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


class PhraseReader:
    """Reads phrases. `same_as` gives the canonical words of a written one; `lists` are the named lists."""

    def __init__(self, lists: Mapping[str, Sequence[str]], same_as: Callable[[str], tuple[str, ...]]) -> None:
        self._lists = lists
        self._same_as = same_as
        self._read: dict[str, Step] = {}
        self._literals: dict[str, Steps] = {}
        self._phrases: dict[str, Phrase] = {}
        self._alternatives: dict[str, Steps] = {}
        self._groups: dict[str, Step] = {}
        self._reading: list[str] = []

    def with_words_as(self, same_as: Callable[[str], tuple[str, ...]]) -> PhraseReader:
        """A reader of the same lists to which words mean something else."""
        return PhraseReader(self._lists, same_as)

    def read(self, written: str) -> Phrase:
        """Raises PhraseError with the reason."""
        phrase = self._phrases.get(written)
        if phrase is None:
            phrase = self._phrases[written] = self._new(written)
        return phrase

    def _new(self, written: str) -> Phrase:
        parts = tuple(self.steps(part) for part in written.split(" & "))
        for steps in parts:
            if not steps or all(step.optional or step.gap for step in steps):
                raise PhraseError(f"“{written}” asks for no word at all")
            if steps[0].gap:
                raise PhraseError(f"“{written}” begins with a gap")
        needed = sorted((words for steps in parts for words in _needed(steps)), key=_commonness)
        return Phrase(written, parts, tuple(_first_words(steps) for steps in parts), tuple(needed))

    def words(self) -> frozenset[str]:
        """Every word of what was read so far."""
        return frozenset().union(*(step.words for steps in self._literals.values() for step in steps))

    def steps(self, written: str) -> Steps:
        pieces = _PIECE.findall(written.lower().replace("’", "'"))
        steps, rest = self._sequence(pieces, 0, written)
        if rest != len(pieces):
            raise PhraseError(f"“{written}” closes a bracket that it did not open")
        return steps

    def _sequence(self, pieces: Sequence[str], at: int, written: str) -> tuple[Steps, int]:
        steps: list[Step] = []
        while at < len(pieces) and pieces[at] not in _CLOSING:
            piece = pieces[at]
            if piece in _OPENING:
                step, at = self._group(pieces, at, written)
                steps.append(step)
            elif piece[0] in _OPENING:
                steps.append(self._flat_group(piece, written))
                at += 1
            else:
                steps.extend(self._piece(piece, written))
                at += 1
        return tuple(step for step in steps if step.words or step.phrases or step.gap), at

    def _group(self, pieces: Sequence[str], at: int, written: str) -> tuple[Step, int]:
        """A group with groups in it."""
        opening, closing = pieces[at], ")" if pieces[at] == "(" else "]"
        alternatives: list[Steps] = []
        while True:
            began = at + 1
            steps, at = self._sequence(pieces, began, written)
            alternatives.append(_meaning(steps, pieces[began:at], written))
            if at >= len(pieces):
                raise PhraseError(f"“{written}” does not close a bracket")
            if pieces[at] != "|":
                break
        if pieces[at] != closing:
            raise PhraseError(f"“{written}” mixes round and square brackets")
        return _one_of(alternatives, optional=opening == "["), at + 1

    def _flat_group(self, group: str, written: str) -> Step:
        """A group without groups in it: most are, and many stand in several phrases."""
        step = self._groups.get(group)
        if step is None:
            if (group[0] == "(") != (group[-1] == ")"):
                raise PhraseError(f"“{written}” mixes round and square brackets")
            alternatives = [self._alternative(text, written) for text in group[1:-1].split("|")]
            step = self._groups[group] = _one_of(alternatives, optional=group[0] == "[")
        return step

    def _alternative(self, text: str, written: str) -> Steps:
        steps = self._alternatives.get(text)
        if steps is None:
            pieces = _PIECE.findall(text) if "{" in text else text.split()
            read = [step for piece in pieces for step in self._piece(piece, written)]
            steps = self._alternatives[text] = _meaning(tuple(read), pieces, written)
        return steps

    def _piece(self, piece: str, written: str) -> Steps:
        if piece[0] == "." and (gap := _gap(piece)):
            return (gap,)
        if piece[0] == "{":
            return (self._list(piece[1:-1], written),)
        if piece[-1] == "~":
            return (_one_of([self._literal(form) for form in sorted(forms_of(piece[:-1]))]),)
        return self._literal(piece)

    def _literal(self, word: str) -> Steps:
        steps = self._literals.get(word)
        if steps is None:
            steps = tuple(Step(frozenset((canonical,))) for canonical in self._same_as(word))
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


def _gap(piece: str) -> Step | None:
    if piece == "...":
        return Step(gap=_USUAL_GAP)
    return Step(gap=int(piece[2])) if len(piece) == 3 and piece[:2] == ".." and piece[2].isdecimal() else None


def _meaning(steps: Steps, pieces: Sequence[str], written: str) -> Steps:
    """The steps of an alternative; raises PhraseError where nothing of its meaning is left."""
    if _is_worn_away(pieces, steps):
        raise PhraseError(f"“{written}” has “{' '.join(pieces)}”, which says nothing without its fillers")
    return steps


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
    phrases: list[Steps] = []
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
            phrases.append(steps)
    return Step(frozenset(words), tuple(phrases), optional=optional)


class Unread(Sequence[Phrase]):
    """Phrases that are read when one is first asked for: most of those that excuse a match never are."""

    def __init__(self, reader: PhraseReader, written: Sequence[str]) -> None:
        self._reader = reader
        self._written = written

    @cached_property
    def _read(self) -> tuple[Phrase, ...]:
        return tuple(map(self._reader.read, self._written))

    def __len__(self) -> int:
        return len(self._written)

    @overload
    def __getitem__(self, at: int) -> Phrase: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Phrase]: ...
    def __getitem__(self, at: int | slice) -> Phrase | Sequence[Phrase]:
        return self._read[at]


def words_in(phrase: Phrase) -> Iterable[str]:
    """Every word a phrase mentions."""
    for steps in phrase.parts:
        yield from _words_of(steps)


def _words_of(steps: Steps) -> Iterable[str]:
    for step in steps:
        yield from step.words
        for phrase in step.phrases:
            yield from _words_of(phrase)
