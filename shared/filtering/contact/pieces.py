"""Details given bit by bit: “07700” … “900” … “123”. Found when the last piece arrives; the earlier ones
are named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..folding import fold
from ..verdict import RecentMessage
from ..words import Vocabulary
from . import phones
from .found import Detail

_MOST_MESSAGES: Final = 14
_MOST_CHOICES: Final = 6
_JOINED: Final = 4
_IN_PIECES: Final = {
    "email": "email_in_pieces",
    "postcode": "postcode_in_pieces",
    "street": "postcode_in_pieces",
    "handle": "handle_in_pieces",
    "at_name": "handle_in_pieces",
    "link": "email_in_pieces",
}

Found = tuple[Detail, tuple[str, ...]]
Piece = tuple[str, str]
"""Digits, and the id of the message that holds them."""


def pieces_across(
    text: str, recent: Sequence[RecentMessage], vocabulary: Vocabulary, platforms: frozenset[str]
) -> Iterator[Found]:
    """Details that this message completes, as spans of its folded text, with the ids of the messages before
    it."""
    latest = list(recent)[-_MOST_MESSAGES:]
    yield from _number(text, latest, vocabulary)
    yield from _by_joining(text, latest, vocabulary, platforms)


def _runs(text: str, vocabulary: Vocabulary) -> list[phones.Run]:
    folded = fold(text)
    return phones.runs_in(folded.text, vocabulary.sentences(folded))


def _number(text: str, latest: Sequence[RecentMessage], vocabulary: Vocabulary) -> Iterator[Found]:
    last = _runs(text, vocabulary)
    if not last:
        return
    before: list[list[Piece]] = []
    for message in reversed(latest):
        runs = _runs(message.text, vocabulary)
        if runs:
            values = ["".join(value for value, _, _ in run) for run in runs]
            choices = dict.fromkeys([*values[-2:], "".join(values)])
            before.append([(value, message.id) for value in choices if len(value) <= 11])
    for run in last:
        value = "".join(digits for digits, _, _ in run)
        ids = _without_skips(value, before) or _with_skips(value, before[:_MOST_CHOICES])
        if ids:
            yield Detail("phone_in_pieces", run[0][1], run[-1][2]), tuple(reversed(ids))
            return


def _without_skips(value: str, before: Sequence[Sequence[Piece]]) -> list[str]:
    """Each earlier message that has digits gives all of them, until a number is whole."""
    ids: list[str] = []
    for choices in before:
        if not choices:
            return []
        digits, message_id = choices[-1]
        value = digits + value
        ids.append(message_id)
        if phones.is_number(value):
            return ids
        if len(value) > 14:
            return []
    return []


def _with_skips(value: str, before: Sequence[Sequence[Piece]]) -> list[str]:
    """The same where some of the earlier digits belong to something else."""
    if not before:
        return []
    for digits, message_id in before[0]:
        longer = digits + value
        if phones.is_number(longer):
            return [message_id]
        if len(longer) <= 13 and (found := _with_skips(longer, before[1:])):
            return [message_id, *found]
    return _with_skips(value, before[1:])


def _by_joining(
    text: str, latest: Sequence[RecentMessage], vocabulary: Vocabulary, platforms: frozenset[str]
) -> Iterator[Found]:
    """Put the last few messages before this one, and look for a detail that lies across the join."""
    from .details import details_in  # details know pieces' neighbours; pieces know details

    if len(text) > 80:
        return
    for many in range(1, min(_JOINED, len(latest)) + 1):
        earlier = latest[-many:]
        if len(earlier[0].text) > 80:
            return
        lengths = [len(message.text) + 1 for message in earlier]
        boundary = sum(lengths)
        joined = " ".join([*(message.text for message in earlier), text])
        folded = fold(joined)
        for detail in details_in(joined, folded, vocabulary.sentences(folded), platforms):
            start, end = folded.original_span(detail.start, detail.end)
            name = _IN_PIECES.get(detail.detector)
            if name and start < min(lengths[0], boundary) and end > boundary:
                part = fold(text)
                last = next((i for i, e in enumerate(part.ends) if e >= end - boundary), len(part.text) - 1)
                yield Detail(name, 0, last + 1), tuple(message.id for message in earlier)
                return
