"""E-mail addresses: plain, spelled out, half hidden, backwards; and the signs of one (“at gmail”)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .found import Detail
from .links import COMMON_ENDINGS, TOP_LEVEL_DOMAINS

_SURE_PROVIDERS: Final = (
    r"g\s?-?mail|googlemail|gmial|gmal|hot\s?mail|hotmial|i\s?cloud|proton\s?mail|ymail"
    r"|tutanota|btinternet|virginmedia|talktalk"
)
_PROVIDERS: Final = (
    _SURE_PROVIDERS + r"|outlook|yahoo|live|msn|aol|proton|sky|gmx|zoho|mac|mail|fastmail|glow|glowmail"
)
_AT: Final = (
    r"(?:\s{0,2}@\s{0,2}|\s{0,2}[\[({<]\s?(?:at|@|a)\s?[\])}>]\s{0,2}|\s{1,3}at\s{1,3}"
    r"|[-_*]at[-_*]|\s{1,3}arroba\s{1,3})"
)
_DOT: Final = (
    r"(?:\s{0,2}\.\s{0,2}|\s?[\[({<]\s?(?:dot|\.)\s?[\])}>]\s?|\s{1,3}(?:dot|d0t"
    r"|punkt)\s{1,3}|[-_*]dot[-_*]|\s?,\s?)"
)
_PROVIDER: Final = re.compile(r"mail|cloud|outlook|yahoo|proton|live|btinternet|virginmedia")
_SIGNS_OF_AT: Final = (" at", "at ", "(a", "[a", "{a", "<a", "-at-", "_at_", "*at*", "arroba", "\nat")
_LOCAL: Final = r"(?<![\w.@])[^\W_][\w.+%'-]{0,63}"

_PLAIN: Final = re.compile(
    _LOCAL + r"\s{0,2}@\s{0,2}[^\W_][\w-]{0,62}(?:\.[\w-]{1,62}){0,4}\.([^\W\d_]{2,24})(?!\w)"
)
_NOT_LOCAL: Final = (
    r"(?!(?:look|looks|is|are|am|me|it|site|page|us|up|live|here|find|go|website|shop|blog"
    r"|online|them|started|started|stay|work)\s{1,3}at\s)"
)
_HIDDEN: Final = re.compile(
    _NOT_LOCAL + _LOCAL + _AT + r"[^\W_][\w-]{0,62}" + _DOT + r"(?:" + COMMON_ENDINGS + r")(?!\w)"
)
_AT_PROVIDER: Final = re.compile(r"(?:" + _LOCAL + r")?" + _AT + r"(?:" + _SURE_PROVIDERS + r")(?!\w)")
_ODD_AT_PROVIDER: Final = re.compile(
    r"(?<![\w.@])(?=[\w.+-]{0,40}[\d._+-])[\w.+-]{2,64}" + _AT + r"(?:" + _PROVIDERS + r")(?!\w)"
    r"|@\s?(?:" + _PROVIDERS + r")(?!\w)"
)
_SIGNED: Final = re.compile(
    r"(?<![\w.@])[\w.+-]{2,64}\s?[^\w\s.,;:!?'\"()-]{1,3}\s?(?:"
    + _PROVIDERS
    + r")\s?[^\w\s]{1,3}\s?(?:com|co|me|uk|net)(?!\w)"
)
"""Another sign where the @ should be: “ola🐌gmail🐌com”."""
_STOPPED: Final = re.compile(
    r"(?<![\w.@])[\w.+-]{2,64}\W{1,4}at\W{1,4}(?:" + _SURE_PROVIDERS + r"|proton|outlook|yahoo)"
    r"\W{1,4}(?:dot\W{1,4})?(?:com|co|me|uk|net)(?!\w)"
)
_BACKWARDS: Final = re.compile(r"(?<!\w)(?:moc|ku\.oc|ku\.ca|ten|gro)\.[a-z0-9-]{2,40}@[\w.+-]{1,64}")
_NAMED: Final = re.compile(
    r"(?<!\w)(?:my|her|his|our|the)?\s?(?:school\s|new\s|other\s|personal\s|old\s)?(?:e-?\s?mail(?:\saddress)?|g-?mail|hotmail|i\s?cloud|outlook)"
    r"(?:\s(?:is|its|it's|=|:|-)|\s?[:=]|'s)\s{0,2}"
    r"(?!(?:is|it|its|not|the|a|an|my|full|broken|down|on|in|for|to|about|so|still|working|from|gone|better|best|fine|ok|okay|how"
    r"|what|where|why|down|already|always|never|probably|just|being|very|too|where|and|that|this|now|more|quicker|easier|faster"
    r"|slow|locked|hacked|blocked|different|only|attached|below|above|required|needed|enough)(?!\w))[\w.+-]{3,64}"
)


def find(plain: str) -> Iterator[Detail]:
    """E-mail addresses in folded text."""
    marked = "@" in plain
    if marked:
        for found in _PLAIN.finditer(plain):
            if found.group(1) in TOP_LEVEL_DOMAINS:
                yield Detail("email", *found.span())
    for pattern in _patterns_to_try(plain, marked):
        for found in pattern.finditer(plain):
            yield Detail("email", *found.span())


def _patterns_to_try(plain: str, marked: bool) -> Iterator[re.Pattern[str]]:
    """The patterns of which the signs are in the text; `marked` where it has an @."""
    if marked:
        yield _BACKWARDS
    if marked or any(sign in plain for sign in _SIGNS_OF_AT):
        yield from (_HIDDEN, _AT_PROVIDER, _ODD_AT_PROVIDER)
    if _PROVIDER.search(plain):
        yield from (_SIGNED, _STOPPED)
    if "mail" in plain or "cloud" in plain or "outlook" in plain:
        yield _NAMED
