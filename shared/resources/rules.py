"""Pure decisions about the library: who it is for, what comes first, what a search finds."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from shared.policies.library import Library

Audience = Literal["mentee", "mentor", "both"]
AUDIENCES: tuple[str, ...] = get_args(Audience)

WORDS_A_MINUTE = 180
"""How fast somebody reads who reads with care."""
LOOK_AGAIN_AFTER = timedelta(days=365)
"""Facts that nobody has checked for so long want another look."""
MOST_SOUGHT = 8
"""Words of a search that count; what follows them is left aside."""
MOST_FINDABLE = 600
"""Different words of a text by which it can be found."""
LONGEST_WORD = 24
MOST_PIECES = 150
"""Pieces that a programme can have of its own. All of them are read at once."""
WORD = re.compile(r"[a-z0-9]+")
ADDRESS = re.compile(r"\bhttps?://[^\s)>\]]+", re.IGNORECASE)


@dataclass(frozen=True)
class About:
    """What the library knows of a piece, without its text."""

    resource_id: str
    title: str
    summary: str
    """What it is about, in a sentence."""
    tags: tuple[str, ...]
    audience: Audience
    minutes: int
    """How long it takes to read."""
    checked_on: date
    """When somebody last made sure that what it says is so."""
    strands: tuple[str, ...] = ()
    """Ids of the strands it is for; everybody where empty."""
    helplines: tuple[str, ...] = ()
    """Ids of the places to turn to that stand below it."""
    findable: str = ""
    """The different words of its text, folded, with spaces between."""
    is_common: bool = False
    """Whether it is a piece of the common library, as it stands there."""


def about_of(
    resource_id: str,
    text: str,
    *,
    title: str,
    summary: str,
    tags: Iterable[str],
    audience: Audience,
    checked_on: date,
    strands: Iterable[str] = (),
    helplines: Iterable[str] = (),
    is_common: bool = False,
) -> About:
    """What the library knows of a piece with this text."""
    return About(
        resource_id=resource_id,
        title=title,
        summary=summary,
        tags=tuple(tags),
        audience=audience,
        minutes=reading_minutes(text),
        checked_on=checked_on,
        strands=tuple(strands),
        helplines=tuple(helplines),
        findable=" ".join(findable_words(text)),
        is_common=is_common,
    )


def as_stored(about: About) -> dict[str, Any]:
    """As plain values, without the id and what follows from where it is kept."""
    kept = asdict(about) | {"checked_on": about.checked_on.isoformat()}
    return {name: value for name, value in kept.items() if name not in ("resource_id", "is_common")}


def from_stored(resource_id: str, kept: Mapping[str, Any]) -> About:
    return About(
        resource_id=resource_id,
        title=str(kept["title"]),
        summary=str(kept["summary"]),
        audience=kept["audience"],
        minutes=int(kept["minutes"]),
        checked_on=date.fromisoformat(kept["checked_on"]),
        tags=tuple(kept["tags"]),
        strands=tuple(kept.get("strands", ())),
        helplines=tuple(kept.get("helplines", ())),
        findable=str(kept.get("findable", "")),
    )


def reading_minutes(text: str) -> int:
    """At least one."""
    return max(1, round(len(text.split()) / WORDS_A_MINUTE))


def wants_another_look(about: About, today: date) -> bool:
    return today - about.checked_on > LOOK_AGAIN_AFTER


# ── Finding ────────────────────────────────────────────────────────────────


def folded(text: str) -> list[str]:
    """The words of a text without capitals, accents and signs."""
    plain = unicodedata.normalize("NFKD", text.casefold()).replace("’", "").replace("'", "")
    return WORD.findall("".join(one for one in plain if not unicodedata.combining(one)))


def findable_words(text: str) -> list[str]:
    """The different words of a text, in their order, as many as are kept."""
    without_addresses = ADDRESS.sub(" ", text)
    found = dict.fromkeys(one[:LONGEST_WORD] for one in folded(without_addresses) if len(one) > 2)
    return list(found)[:MOST_FINDABLE]


def found_by(pieces: Iterable[About], sought: str) -> list[About]:
    """Those in which every word is found, in title, topics or text, at least as the beginning of a word. What
    says it in its title comes first."""
    words = list(dict.fromkeys(one[:LONGEST_WORD] for one in folded(sought)))[:MOST_SOUGHT]
    if not words:
        return []
    scored = []
    for one in pieces:
        places = _places(one)
        scores = [_score(places, word) for word in words]
        if all(scores):
            scored.append((sum(scores), one))
    return [one for _, one in sorted(scored, key=lambda found: (-found[0], found[1].title.casefold()))]


Places = Sequence[tuple[int, Sequence[str]]]
"""The words of each place in which something may be found, and how much a place counts, highest first."""


def _places(about: About) -> Places:
    return (
        (8, folded(about.title)),
        (4, folded(" ".join(about.tags))),
        (2, folded(about.summary)),
        (1, about.findable.split()),
    )


def _score(places: Places, word: str) -> int:
    """How well a piece answers one word; nothing when it does not."""
    return next((score for score, words in places if any(one.startswith(word) for one in words)), 0)


# ── Sorting ────────────────────────────────────────────────────────────────


def slug_of(tag: str) -> str:
    """A topic as it stands in an address."""
    return "-".join(folded(tag))


def topics_of(about: About, library: Library) -> tuple[str, ...]:
    """The topics under which a programme shows it: those that the policy names; all where it names none."""
    if not library.tags:
        return about.tags
    return tuple(tag for tag in library.tags if tag in about.tags)


def topics_in(pieces: Sequence[About], library: Library) -> list[tuple[str, int]]:
    """Every topic of which there is something, in the policy's order, and of how many pieces."""
    named = library.tags or sorted({tag for one in pieces for tag in one.tags}, key=str.casefold)
    counted = [(tag, sum(tag in one.tags for one in pieces)) for tag in named]
    return [(tag, number) for tag, number in counted if number]


def is_for(about: About, role: str) -> bool:
    """Whether a mentee or a mentor sees it. A mentor sees what they can point a mentee to."""
    return role == "mentor" or about.audience in (role, "both")


def can_be_suggested(about: About) -> bool:
    return about.audience != "mentor"


def for_strand(about: About, strand: str, library: Library) -> int:
    """How near a piece is to a strand: 0 for what is its own, 1 for its topics, 2 for everybody, 3 for what
    is another strand's."""
    if about.strands:
        return 0 if strand in about.strands else 3
    topics = library.strand_tags.get(strand, ())
    return 1 if any(tag in about.tags for tag in topics) else 2


def in_order(pieces: Iterable[About], strand: str, library: Library) -> list[About]:
    """What is for the strand first, then by the policy's topics, the programme's own before the common."""
    places = {tag: place for place, tag in enumerate(library.tags)}

    def place_of(one: About) -> tuple[int, int, bool, str]:
        topic = min((places[tag] for tag in one.tags if tag in places), default=len(places))
        return for_strand(one, strand, library), topic, one.is_common, one.title.casefold()

    return sorted(pieces, key=place_of)


# ── Links ──────────────────────────────────────────────────────────────────


def may_lead_to(address: str, hosts: Sequence[str]) -> bool:
    """Whether a piece may link there: to these sites, or any where none is named, and never without https."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_plain = parts.scheme == "https" and "@" not in parts.netloc and port is None
    return is_plain and "." in host and (not hosts or host in {one.casefold() for one in hosts})
