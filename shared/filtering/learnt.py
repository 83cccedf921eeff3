"""What was found out once and is kept: most words come again, in this message or in the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

MOST_KEPT: Final = 20_000
LONGEST_KEPT: Final = 60
"""Characters of what was asked."""
Answer = TypeVar("Answer")


class Learnt(dict[str, Answer]):
    """Answers by the word that was asked about. `answers[word]` finds out what is not known yet.

    A dictionary that fills itself, so that what is known costs no call. What is long is not kept, and all is
    forgotten once too much is: nobody's words can fill the memory.
    """

    def __init__(self, find_out: Callable[[str], Answer]) -> None:
        self._find_out = find_out

    def __missing__(self, word: str) -> Answer:
        answer = self._find_out(word)
        if len(word) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[word] = answer
        return answer
