"""What somebody would like in being matched, and whom they know. Pure.

It stands on the membership, so that whoever reads who is to be matched has it without another request.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Literal, get_args

How = Literal["family", "school", "known", "other"]
HOW: tuple[How, ...] = get_args(How)
MOST_KNOWN = 10
"""Names that somebody may write."""
MOST_ASKED_FOR = 3
"""Mentors whom a mentee may ask for."""

TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "professor", "sir", "auntie", "aunt", "uncle"}
)


@dataclass(frozen=True)
class Known:
    """Somebody with whom they must never be matched."""

    name: str
    """As they wrote it: nobody is shown a list of people to choose from."""
    how: How
    by: str
    """Who said so, in full."""
    at: str
    """When, as `shared.platform.clock.order` writes it."""

    @property
    def as_stored(self) -> dict[str, str]:
        return {"name": self.name, "how": self.how, "by": self.by, "at": self.at}


@dataclass(frozen=True)
class Wishes:
    """What a mentee or mentor said before they are matched."""

    preferences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the id of the policy's preference, what they chose; nothing under it for who chose nothing."""
    mentors: tuple[str, ...] = ()
    """The person_ids of the mentors whom a mentee asked for."""
    most: int | None = None
    """How many mentees a mentor wants at most; None for as many as the policy has."""
    is_shown: bool = False
    """Whether mentees of their cohort may see a mentor before they are matched, and ask for them."""
    knows: tuple[Known, ...] = ()
    """People whom they know already, and are kept apart from."""


def read_wishes(stored: object) -> Wishes:
    """What `stored_wishes` gave; what cannot be read counts as not said."""
    given = stored if isinstance(stored, Mapping) else {}
    preferences = given.get("preferences")
    most = given.get("most")
    return Wishes(
        preferences={
            str(name): chosen
            for name, choices in (preferences.items() if isinstance(preferences, Mapping) else ())
            if (chosen := _texts(choices))
        },
        mentors=_texts(given.get("mentors"))[:MOST_ASKED_FOR],
        most=int(most) if isinstance(most, int | float) and most >= 0 else None,
        is_shown=bool(given.get("is_shown")),
        knows=tuple(Known(**one) for one in given.get("knows") or ()),
    )


def stored_wishes(wishes: Wishes) -> dict[str, Any]:
    """As they are stored: small, because memberships are read with each request of a session."""
    said: dict[str, Any] = {
        "preferences": {name: list(chosen) for name, chosen in wishes.preferences.items() if chosen},
        "mentors": list(wishes.mentors),
        "is_shown": wishes.is_shown,
        "knows": [one.as_stored for one in wishes.knows],
    }
    return {name: value for name, value in said.items() if value} | (
        {} if wishes.most is None else {"most": wishes.most}
    )


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, Iterable) or isinstance(value, str):
        return ()
    return tuple(dict.fromkeys(str(one) for one in value))


def shared_choices(one: Wishes, other: Wishes) -> dict[str, tuple[str, ...]]:
    """What both chose, by preference; those of which they chose nothing alike are left out."""
    both = {
        name: tuple(choice for choice in chosen if choice in other.preferences.get(name, ()))
        for name, chosen in one.preferences.items()
    }
    return {name: choices for name, choices in both.items() if choices}


# ── People who know each other ─────────────────────────────────────────────


def may_know(knows: Iterable[Known], first_name: str, surname: str) -> bool:
    """Whether one of the names written may be this person's. In doubt yes: there are others to be matched
    with."""
    theirs = keys_for(first_name, surname)
    return any(keys_of(one.name) & theirs for one in knows)


def reminders(first_name: str, knows: Iterable[Known]) -> list[str]:
    """For staff who look at a match: the names that one of the two wrote. A name may be misspelt."""
    names = [f"“{one.name}”" for one in knows]
    if not names:
        return []
    *others, last = names
    said = f"{', '.join(others)} and {last}" if others else last
    return [f"{first_name} must not be matched with {said}. Make sure that this is somebody else."]


def keys_of(written: str) -> frozenset[str]:
    """What a name that somebody wrote is found by: it may be this person's where it meets `keys_for`."""
    words = _words(written)
    if len(words) > 1:
        first, *others = words
        return frozenset(f"{first} {one}" for one in others)
    return frozenset(words)


def keys_for(first_name: str, surname: str) -> frozenset[str]:
    """All that a person may be called: "Mr Reid", "Callum", "C. Reid", "Callum Reid"."""
    firsts, lasts = _words(first_name), _words(surname)
    spoken = {f"{one} {other}" for one, other in combinations([*firsts, *lasts], 2)}
    initials = {f"{first[0]} {last}" for first in firsts for last in lasts}
    return frozenset({*firsts, *lasts} | spoken | initials)


def _words(name: str) -> Sequence[str]:
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one)
    )
    words = re.sub(r"[^\w\s-]", "", plain.replace(".", " ")).replace("-", " ").split()
    return [one for one in words if one not in TITLES]


def folded_school(school: str) -> str:
    """A school as it is compared: capitals, spaces and stops make no difference."""
    return " ".join("".join(one if one.isalnum() else " " for one in school.casefold()).split())


def are_at_one_school(one: str, other: str) -> bool:
    """Whether two schools are the same; not where one is not known."""
    return bool(folded_school(one)) and folded_school(one) == folded_school(other)
