"""What a detector gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Detail:
    """A contact detail at folded[start:end], by the name of its detector."""

    detector: str
    start: int
    end: int
