"""The answers that forms about concerns offer."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..marking import category_words
from ..rules import CATEGORIES, SEVERITIES
from .lines import ACTS, HOW, OUTCOMES


@dataclass(frozen=True)
class Choice:
    """One of several answers to a question."""

    value: str
    words: str


def _of(words: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(*one) for one in words.items())


@dataclass(frozen=True)
class Choices:
    """What there is to choose from."""

    severities: tuple[Choice, ...] = _of({one: one.capitalize() for one in reversed(SEVERITIES[1:])})
    categories: tuple[Choice, ...] = _of({one: category_words(one).capitalize() for one in CATEGORIES})
    acts: tuple[Choice, ...] = _of(ACTS)
    how: tuple[Choice, ...] = _of(HOW)
    outcomes: tuple[Choice, ...] = _of(OUTCOMES)


CHOICES = Choices()
