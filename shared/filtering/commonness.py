"""How common words are, very roughly: of what a phrase needs, the rarest is looked for first."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from .wordlists import words_of

COMMON: Final = words_of(
    """
    i you he she it we they me my your his her their our is am are was were be been do did have has had
    to the a an of in on at and or but not no so if for with from by as this that what when where how
    all can will would go get know want think like make say tell about up out there here just one some
    any more because them him us too now then see come going got said time day people work help need
    really good could should who why
    """
)
_FREQUENT: Final = COMMON | words_of(
    """
    mum dad friend home house school night every week after before off own use feel life next last hard
    again room uni class brother sister teacher talk live number phone email send message
    """
)
_EVERYWHERE: Final = words_of(
    "i my the a is to you me and in on not am do at for can are have it your of we with was be"
)
_FREQUENT_ONLY: Final = _FREQUENT - _EVERYWHERE


@lru_cache(maxsize=10_000)
def commonness(words: frozenset[str]) -> int:
    """How many sentences have one of these words, very roughly, in thousandths."""
    everywhere, frequent = len(words & _EVERYWHERE), len(words & _FREQUENT_ONLY)
    return 299 * everywhere + 39 * frequent + len(words)
