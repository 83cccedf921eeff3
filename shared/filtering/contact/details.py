"""All kinds of contact detail in one text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..folding import Folded
from ..words import Sentence
from . import addresses, emails, files, handles, links, phones
from .found import Detail
from .spaced import without_spacing

__all__ = ["Detail", "details_in"]


def details_in(
    text: str, folded: Folded, sentences: Sequence[Sentence], platforms: frozenset[str]
) -> Iterator[Detail]:
    """Contact details, as spans of the folded text."""
    emails_found = list(emails.find(folded.text))
    yield from emails_found
    taken = [(detail.start, detail.end) for detail in emails_found]
    for detail in links.find(text, folded):
        if not any(start < detail.end and detail.start < end for start, end in taken):
            yield detail
    yield from phones.find(folded.text, sentences)
    yield from addresses.find(folded.text)
    yield from files.find(folded.text)
    yield from handles.find(folded.text, sentences, platforms)
    if (closed := without_spacing(folded.text)) is not None:
        yield from (closed.back(detail) for detail in emails.find(closed.text))
        yield from (closed.back(detail) for detail in links.find_plain(closed.text))
        yield from (closed.back(detail) for detail in addresses.find(closed.text))
