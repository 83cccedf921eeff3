"""z z o l a @ g m a i l . c o m: text whose letters are spaced out, closed up again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .found import Detail

_SPACED_OUT: Final = re.compile(r"(?<!\S)(?:\S[ \t\n]{1,2}){4,80}\S(?!\S)")

_SINGLES: Final = re.compile(r"[ \t\n]\S[ \t\n]{1,2}\S[ \t\n]{1,2}\S[ \t\n]")
"""Three single characters: the middle of any row of five, and what ordinary texts hardly ever have."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The closed-up text; its character i stood at places[i]."""

    text: str
    places: Sequence[int]

    def back(self, detail: Detail) -> Detail:
        """The same detail in the text as it was."""
        return Detail(detail.detector, self.places[detail.start], self.places[detail.end - 1] + 1)


def without_spacing(text: str) -> Closed | None:
    """The text with runs of single characters closed up, or None where there are none."""
    if _SINGLES.search(text) is None:
        return None
    runs = [found.span() for found in _SPACED_OUT.finditer(text)]
    if not runs:
        return None
    places: list[int] = []
    closed: list[str] = []
    at = 0
    for start, end in runs:
        places += range(at, start)
        places += [place for place in range(start, end) if not text[place].isspace()]
        closed += text[at:start], *text[start:end].split()
        at = end
    places += range(at, len(text))
    return Closed("".join([*closed, text[at:]]), places)
