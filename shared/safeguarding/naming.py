"""Whether what somebody wrote names one of the staff."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Protocol

_TITLES = "mr|mister|mrs|ms|miss|mx|sir|dr|doctor|prof|professor"


class Called(Protocol):
    """Somebody with a name. `name` is the first name and the surname."""

    @property
    def person_id(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def name(self) -> str: ...


def staff_named(words: str, staff: Iterable[Called], *, by_first_name: bool = False) -> frozenset[str]:
    """The person_ids of those whose first name and surname stand in `words`, or one of the two after a title,
    as in “Mrs Sinclair” and “Miss Priya”. `by_first_name`: the first name alone is enough.

    That somebody is named does not say that it is about them; those who share a name are all named.
    """
    text = _plain(words)
    return frozenset(one.person_id for one in staff if _is_named(text, one, by_first_name))


def _is_named(text: str, one: Called, by_first_name: bool) -> bool:
    first, whole = _plain(one.first_name), _plain(one.name)
    surname = whole.removeprefix(first).strip()
    ways = [rf"{re.escape(whole)}"]
    ways += [rf"(?:{_TITLES})\.? {re.escape(name)}" for name in (first, surname) if name]
    if by_first_name:
        ways.append(re.escape(first))
    return re.search(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)", text) is not None


def _plain(words: str) -> str:
    """Small letters without accents, one kind of apostrophe, hyphens and breaks as spaces."""
    letters = unicodedata.normalize("NFKD", words.casefold())
    without = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(re.sub(r"[\s\-‐‑–]+", " ", re.sub("[’‘`´]", "'", without)).split())
