"""Reads the phrases of the rules, as `phrases.py` says they are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final, overload

from .commonness import COMMON
from .phrases import Phrase, Step, Steps, phrase_of
from .verbs import forms_of

_PIECE: Final = re.compile(r"[(\[][^()\[\]]*[)\]]|\.\.\.|\.\.\d|[()\[\]|]|\{\w+\}|[^\s()\[\]|{}]+")
_USUAL_GAP: Final = 3
_OPENING: Final = "(["
_CLOSING: Final = frozenset(")]|")


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says what is wrong with it."""


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
        return phrase_of(written, parts)

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
        and steps[0].words <= COMMON
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
