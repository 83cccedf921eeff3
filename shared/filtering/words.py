"""Words: folded text as sentences of canonical words, so that a rule can be written once.

"im gonna", "I'm going to" and "ahm gonnae" become the same words. Spellings, text-speak, Scots, disguises
(f**k, sh1t, f-u-ck, s u i c i d e) and common slips are undone here, and only towards words that some rule
knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import Final

from .folding import Folded
from .learnt import Learnt
from .sentences import (
    ENDS,
    HIDES,
    STANDS_ALONE,
    Chunk,
    Sentence,
    Span,
    Words,
    Written,
    chunk_of,
    sentences_in,
)

_TOKEN: Final = re.compile(
    r"([a-z0-9]++(?![\w'*$@!|])"  # what most are, and what the rest would take too: three times as fast
    r"|[$@]?[^\W_](?:[\w'*$@!|]*[\w*$])?)"
)
_STANDS_ALONE: Final = re.compile(r"(?<!')(?<![^\W_])[^\W_](?![^\W_])(?!')")
"""A letter or figure by itself: what reaches over a space in `_HIDDEN` has one on both sides of it."""
_HIDDEN: Final = re.compile(
    r"(?<![\w'])[^\W_](?:[\s.\-_*,/]{1,2}[^\W_](?![\w'])){2,15}"  # letters spaced out
    r"|(?<![\w'@])[^\W_]+(?:(?:[^\w\s\x00-\x7f]|[.\-_#%&^+~*@!$])+[^\W_]+){1,6}(?![\w@])"  # signs between
)
_SEPARATOR: Final = re.compile(r"[\W_]")
_STAND_IN: Final = re.compile(r"[^\w\s.\-/]")
_LETTER_CROSSED_OUT: Final = re.compile(r"(?<=[b-df-hj-np-tv-z])[xv](?=[b-df-hj-np-tv-z])")
_NO_MASK: Final = re.compile(r"(?:[a-e]\*{0,2})+'?s?|[a-z]\*{1,2}")
_DIGITS_OR_SIGNS: Final = re.compile(r"[\d$@!|*]")
_RUN: Final = re.compile(r"(.)\1{2,}")
_DOUBLE: Final = re.compile(r"(.)\1+")
_BREAKS: Final = frozenset(".!?;")
_LEET: Final = (
    str.maketrans("01345789$@!|+", "oieastbgsailt"),
    str.maketrans("01345789$@!|+", "olaastbgsaiit"),
)

Token = tuple[str, int, int]
"""A written word, and where it starts and ends."""


@dataclass(frozen=True)
class Vocabulary:
    """Every word the rules know, and how other ways of writing lead to them."""

    known: frozenset[str]
    same_as: Mapping[str, Words]
    """A spelling and the words it stands for; an empty tuple for a filler, which no phrase needs."""
    disguised: frozenset[str]
    """Words people write with stars, digits or spaces between the letters."""
    misspelt: Mapping[str, str]
    """A word with one letter missing, and the word it was: the way to find a slip of one letter."""

    skippable: frozenset[str] = frozenset()
    """Swearing used as filler: a sentence is also read without it."""
    own: frozenset[str] = frozenset()
    """Words that only a programme's own rules know. They are the last that a written word is taken for, so
    that none of them, a misspelling perhaps, hides a word of the package's rules."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_seen", Learnt(self._canonical))
        object.__setattr__(self, "_chunks", Learnt(self._chunk))
        object.__setattr__(self, "_hidden", Learnt(self._hidden_word))

    _seen: Learnt[Words] = field(init=False, repr=False, compare=False)
    _chunks: Learnt[Chunk] = field(init=False, repr=False, compare=False)
    _hidden: Learnt[str | None] = field(init=False, repr=False, compare=False)

    def canonical(self, token: str) -> Words:
        """The words a written token stands for; the token itself where the rules do not know it."""
        return self._seen[token]

    def _canonical(self, token: str) -> Words:
        bare = token.replace("'", "")
        for form in (token, bare):
            if form in self.same_as:
                return self.same_as[form]
        if bare in self.known:
            return (bare,)
        for guess in self._guesses(bare):
            if guess in self.same_as:
                return self.same_as[guess]
            if guess in self.known:
                return (guess,)
        if self.own and bare not in self.own:
            bare = next((guess for guess in self._guesses(bare) if guess in self.own), bare)
        return (bare,)

    def _guesses(self, token: str) -> Iterator[str]:
        yield _RUN.sub(r"\1\1", token)
        yield _RUN.sub(r"\1", token)
        if token.endswith("in"):
            yield token + "g"
        if _DIGITS_OR_SIGNS.search(token):
            yield from self._undisguised(token)
        elif len(token) <= 24:
            if (single := _DOUBLE.sub(r"\1", token)) in self.disguised:
                yield single
            if len(token) >= 4 and (crossed := _LETTER_CROSSED_OUT.sub("*", token)) != token:
                yield from _unmask(crossed, self.disguised)
            if len(token) >= 6:
                yield from self._slips(token)

    def _undisguised(self, token: str) -> Iterator[str]:
        if not any(letter.isalpha() for letter in token):
            return  # a number
        if "*" in token and token[0].isalpha():
            yield from _unmask(token, self.disguised)
        for table in _LEET:
            plain = token.translate(table)
            for guess in (plain, plain.rstrip("i"), _RUN.sub(r"\1", plain)):
                known = guess in self.known or guess in self.own
                if guess.isalpha() and (guess in self.disguised or (len(guess) >= 5 and known)):
                    yield guess
        if "@" in token and token[0].isalpha():
            yield from _unmask(token.replace("@", "*"), self.disguised)

    def hidden_word(self, written: str) -> str | None:
        """The word that somebody hid by what they put between its letters, f.u.c.k or f🤬ck; None where there
        is none."""
        return self._hidden[written]

    def _hidden_word(self, written: str) -> str | None:
        letters = _SEPARATOR.sub("", written)
        if letters in self.disguised:
            return letters
        guesses = self._undisguised(letters) if _DIGITS_OR_SIGNS.search(letters) else iter(())
        if not written[0].isdigit() and (covered := _STAND_IN.sub("*", written)) != written:
            guesses = chain(self._undisguised(written), guesses, _unmask(covered, self.disguised))
        return next((guess for guess in guesses if guess in self.disguised), None)

    def _slips(self, token: str) -> Iterator[str]:
        if token in self.misspelt:
            yield self.misspelt[token]
        for at in range(1, len(token)):
            shorter = token[:at] + token[at + 1 :]
            if shorter in self.misspelt:
                yield self.misspelt[shorter]

    def sentences(self, folded: Folded) -> list[Sentence]:
        """The canonical words of a text, sentence by sentence."""
        text = folded.text
        written = text.split()
        whole = Written(text, written, [*map(self._chunks.__getitem__, written)])
        if whole.spells_apart():
            hidden = self._hidden_in(text)
            if hidden or whole.hides():
                # A word may reach over spaces: the whole text is one chunk.
                whole = Written(text, [text], [self._chunk_with(hidden, text)])
        return sentences_in(whole, self.skippable)

    def _chunk(self, text: str) -> Chunk:
        """What a chunk says."""
        return self._chunk_with(self._hidden_in(text), text)

    def _chunk_with(self, hidden: Sequence[Token], text: str) -> Chunk:
        """What a chunk says in which these words are hidden, or a whole text that is read as one."""
        words: list[str] = []
        spans: list[Span] = []
        parts: list[tuple[str, Chunk]] = []
        began = last_end = 0
        seen = self._seen
        for token, start, end in _tokens(hidden, text):
            apart = start - last_end > 1 or last_end == 0
            if apart and not _BREAKS.isdisjoint(text[last_end:start]):
                parts.append((text[began:start], chunk_of(words, spans, ENDS)))
                words, spans, began = [], [], start
            for word in seen[token]:
                words.append(word)
                spans.append((start - began, end - began))
            last_end = end
        marks = 0 if _BREAKS.isdisjoint(text[last_end:]) else ENDS
        if parts:
            parts.append((text[began:], chunk_of(words, spans, marks)))
        if hidden:
            marks |= HIDES
        if _STANDS_ALONE.search(text):
            marks |= STANDS_ALONE
        return chunk_of(words, spans, marks, parts)

    def _hidden_in(self, text: str) -> list[Token]:
        """The words that somebody hid."""
        hidden: list[Token] = []
        for found in _HIDDEN.finditer(text):
            for start, end in _ends_to_try(found):
                if word := self.hidden_word(text[start:end]):
                    hidden.append((word, start, end))
                    break
        return hidden


def _ends_to_try(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The whole place, and, where letters stand apart, also without a first that is a word: "a c u n t"."""
    start, end = found.span()
    yield start, end
    if len(written := found.group()) > 7 and written[0] in "aiu" and written[1] == " ":
        yield start + 2, end


def _tokens(hidden: Iterable[Token], text: str) -> list[Token]:
    """Written words; a hidden word comes as that word."""
    tokens: list[Token] = []
    at = 0
    for word, start, end in hidden:
        tokens += _plain_tokens(text, at, start)
        tokens.append((word, start, end))
        at = end
    return tokens + _plain_tokens(text, at, len(text))


def _plain_tokens(text: str, start: int, end: int) -> list[Token]:
    parts = _TOKEN.split(text[start:end])  # what is between, a token, what is between …
    ends = [*accumulate(map(len, parts), initial=start)]
    return [*zip(parts[1::2], ends[1::2], ends[2::2], strict=False)]


def _unmask(token: str, disguised: Iterable[str]) -> Iterator[str]:
    """f**k, s*** and the like: words of that shape, in order of the alphabet so that the answer is always
    the same. Grades (A*, D*DD) and a letter with a star or two are left alone."""
    if len(token) > 24 or not token.replace("*", "").isalpha() or _NO_MASK.fullmatch(token):
        return
    shape = re.compile("".join("[a-z]" if c == "*" else re.escape(c) for c in token))
    loose = re.compile(re.sub(r"(?:\\\*)+", "[a-z]{1,4}", re.escape(token)))
    for pattern in (shape, loose):
        yield from (word for word in sorted(disguised) if pattern.fullmatch(word))


def with_one_letter_missing(words: Iterable[str]) -> dict[str, str]:
    """Each word and each form of it that lacks one letter after the first, as keys to the word."""
    forms: dict[str, str] = {}
    for word in sorted(words):
        for at in range(1, len(word)):
            forms.setdefault(word[:at] + word[at + 1 :], word)
    forms.update({word: word for word in words})
    return forms
