"""What was found out once and is kept: most words come again, in this message or in the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Learnt(dict[Asked, Answer]):
    """Answers by what was asked. `answers[word]` finds out what is not known yet.

    A dictionary that fills itself, so that what is known costs no call. It is emptied when it has grown to
    `MOST`: nobody's words can fill the memory.
    """

    MOST: ClassVar = 20_000

    def __init__(self, find_out: Callable[[Asked], Answer]) -> None:
        self._find_out = find_out

    def __missing__(self, asked: Asked) -> Answer:
        if len(self) >= self.MOST:
            self.clear()
        answer = self[asked] = self._find_out(asked)
        return answer
