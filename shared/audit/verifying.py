"""Whether a chain is whole: decisions over what is stored of its links, one after the other.

A link is taken as DynamoDB holds it, attribute by attribute with its type, so that nothing which is stored of
it can be changed, added or removed unnoticed, be it of a kind that our code does not read.
"""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Stored = Mapping[str, Mapping[str, Any]]
"""An item as DynamoDB holds it: `{"seq": {"N": "7"}, …}`."""

BEFORE_THE_FIRST = "0" * 64
"""What the first link names as the hash of the link before it."""

HASH = "hash"
LINK_KEY = re.compile(r"LINK#\d{12}")

Wrong = Literal[
    "changed", "missing", "out_of_order", "not_following", "forged_head", "anchor_differs", "check_changed"
]
SENTENCES: Mapping[str, str] = {
    "changed": "it is not what was written",
    "missing": "it is missing",
    "out_of_order": "another record stands in its place",
    "not_following": "it does not follow from the one before: one of the two was rewritten or put there",
    "forged_head": "the chain goes on beyond what is noted as its end, or ends in another record",
    "check_changed": "what was noted of the last check has been changed, and cannot be read",
    "anchor_differs": "it is not the one that was noted elsewhere when the day was over",
}
"""What is wrong with a record, in plain words."""


@dataclass(frozen=True)
class Place:
    """A place in a chain: how many links there are up to it, and the hash of the last of them."""

    seq: int
    hash: str


START = Place(0, BEFORE_THE_FIRST)
"""Before the first link."""


@dataclass(frozen=True)
class Fault:
    """The first broken link."""

    seq: int
    what: Wrong

    @property
    def sentence(self) -> str:
        return SENTENCES[self.what]


def hash_of(stored: Stored) -> str:
    """SHA-256 over all that is stored of a link but its own hash, as JSON in one form: names sorted, no space
    between, in UTF-8. It can be had without this code: see docs/safeguarding.md. We store no binary values;
    one that somebody put there is taken as base64, as DynamoDB itself writes it."""
    covered = {name: value for name, value in stored.items() if name != HASH}
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_in_base64)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _in_base64(value: object) -> str:
    """A value that JSON does not have. Whatever it is, the link is then not what was written."""
    return b64encode(value).decode() if isinstance(value, bytes) else repr(value)


def next_place(after: Place, key: tuple[str, str], stored: Stored) -> Place | Fault:
    """Where the link brings us that should stand at `key`, right after `after`."""
    seq = after.seq + 1
    _, sk = key
    found = text_of(stored, "sk")
    if found > sk and LINK_KEY.fullmatch(found):
        return Fault(seq, "missing")
    if (text_of(stored, "pk"), found) != key or text_of(stored, "seq", "N") != str(seq):
        return Fault(seq, "out_of_order")
    own = hash_of(stored)
    if text_of(stored, HASH) != own:
        return Fault(seq, "changed")
    if text_of(stored, "previous") != after.hash:
        return Fault(seq, "not_following")
    return Place(seq, own)


def text_of(stored: Stored, name: str, kind: str = "S") -> str:
    """A text or number as it is stored; empty when there is none of that kind."""
    value = stored.get(name) or {}
    return str(value.get(kind, ""))


def walk(
    programme_id: str, links: Iterable[Stored], anchors: Iterable[Place], *, since: Place = START
) -> Iterator[Place | Fault]:
    """Each place that is reached from `since`, link by link; at the first broken link its fault, and then no
    more. `anchors` are those after `since`, in order. Both are read as they are needed."""
    noted = iter(anchors)
    anchor = next(noted, None)
    place = since
    for link in links:
        found = next_place(place, link_key(programme_id, place.seq + 1), link)
        while isinstance(found, Place) and anchor is not None and anchor.seq <= found.seq:
            if anchor != found:
                found = Fault(found.seq, "anchor_differs")
            anchor = next(noted, None)
        yield found
        if isinstance(found, Fault):
            return
        place = found


def check_end(reached: Place, head: Place | None, *, last_anchor: int = 0) -> Fault | None:
    """Whether the chain, walked to its last link, ends where it should: at its head, and not before its last
    anchor."""
    should = max(head.seq if head else 0, last_anchor)
    if should > reached.seq:
        return Fault(reached.seq + 1, "missing")
    if (head or START) != reached:
        return Fault(reached.seq, "forged_head")
    return None


def link_key(programme_id: str, seq: int) -> tuple[str, str]:
    """The key of a programme's link."""
    return f"AUDIT#{programme_id}", f"LINK#{seq:012}"


def place_in(stored: Stored) -> Place:
    """What a head or an anchor says; for a damaged one a place that no chain has."""
    seq = text_of(stored, "seq", "N")
    return Place(int(seq) if seq.isdecimal() else -1, text_of(stored, HASH))


def place_of_anchor(stored: Stored) -> Place:
    """What an anchor says, which its key must say too."""
    place = place_in(stored)
    return place if text_of(stored, "sk") == f"SEQ#{place.seq:012}" else Place(-1, "")
