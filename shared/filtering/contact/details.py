"""All kinds of contact detail in one text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from ..folding import Folded
from ..sentences import Sentence
from . import addresses, emails, files, handles, links, number_parts, phones, postcodes
from .found import Detail, each_once
from .gates import ADDRESSES, DIGITS, EMAILS, FILES, HANDLES, LINKS, NUMBER_PARTS, POSTCODES, SPACED, gates
from .spaced import without_spacing

__all__ = ["Detail", "details_in"]


_BY_SHAPE: Final = (
    (ADDRESSES, addresses.find),
    (POSTCODES, postcodes.find),
    (FILES, files.find),
    (HANDLES, handles.find),
)


def details_in(
    text: str, folded: Folded, sentences: Sequence[Sentence], platforms: frozenset[str]
) -> list[Detail]:
    """Contact details, as spans of the folded text; each is given once, however many shapes it has."""
    return each_once(_all_in(text, folded, sentences, platforms))


def _all_in(
    text: str, folded: Folded, sentences: Sequence[Sentence], platforms: frozenset[str]
) -> Iterator[Detail]:
    plain = folded.text
    may_hold = gates(plain)
    digits = may_hold & DIGITS != 0
    emails_found = each_once(emails.find(plain)) if may_hold & EMAILS else ()
    yield from emails_found
    if may_hold & LINKS:
        yield from _apart_from(emails_found, links.find(text, folded))
    if may_hold & NUMBER_PARTS:
        yield from number_parts.find(plain, digits=digits)
    yield from phones.find(plain, sentences, digits=digits)
    for gate, find in _BY_SHAPE:
        if may_hold & gate:
            yield from find(plain, digits=digits)
    yield from handles.find_beside_apps(plain, sentences, platforms)
    if may_hold & SPACED and (closed := without_spacing(plain)) is not None:
        yield from map(closed.back, _in_closed_up(closed.text))


def _in_closed_up(plain: str) -> Iterator[Detail]:
    may_hold = gates(plain)
    digits = may_hold & DIGITS != 0
    if may_hold & EMAILS:
        yield from emails.find(plain)
    if may_hold & LINKS:
        yield from links.find_plain(plain)
    if may_hold & ADDRESSES:
        yield from addresses.find(plain, digits=digits)
    if may_hold & POSTCODES:
        yield from postcodes.find(plain, digits=digits)
    yield from handles.find_closed_up(plain)


def _apart_from(emails_found: Sequence[Detail], found: Iterator[Detail]) -> Iterator[Detail]:
    """The details that overlap no e-mail address: “rhona@example.org” is no link to example.org."""
    starts = [email.start for email in emails_found]
    for detail in found:
        before = bisect_right(starts, detail.end - 1) - 1
        if before < 0 or emails_found[before].end <= detail.start:
            yield detail
