"""What a detector gives back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Detail:
    """A contact detail at folded[start:end], by the name of its detector."""

    detector: str
    start: int
    end: int


_KINDS: Final = {"chat_link": "link", "at_name": "handle", "postcode": "street"}
_SAYS_MORE: Final = frozenset({"chat_link", "at_name", "postcode"})


def each_once(details: Iterable[Detail]) -> list[Detail]:
    """The details from left to right; those of one kind that overlap come as one."""
    found = list(details)
    if len(found) < 2:
        return found
    return _without_overlaps(sorted(found, key=lambda d: (d.start, -d.end)))


def _without_overlaps(details: Iterable[Detail]) -> list[Detail]:
    last: dict[str, Detail] = {}
    found: list[Detail] = []
    for detail in details:
        kind = _KINDS.get(detail.detector, detail.detector)
        before = last.get(kind)
        if before is not None and detail.start < before.end:
            name = detail.detector if detail.detector in _SAYS_MORE else before.detector
            last[kind] = Detail(name, before.start, max(before.end, detail.end))
            continue
        if before is not None:
            found.append(before)
        last[kind] = detail
    return sorted([*found, *last.values()], key=lambda d: d.start)
