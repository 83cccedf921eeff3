"""E-mail addresses: plain, spelled out, half hidden, backwards; and the signs of one (“at gmail”)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..wordlists import words_of
from .found import Detail
from .links import COMMON_ENDINGS, TOP_LEVEL_DOMAINS
from .signs import holds_any

_SURE_PROVIDERS: Final = (
    r"g\s?-?ma[i1]l|gee\s?mail|google\s?mail|gmial|gmal|hot\s?ma[i1]l|hotmial|[i1]\s?cloud|proton\s?mail|ymail"
    r"|tutanota|btinternet|virginmedia|talktalk|aol"
)
_PROVIDERS: Final = (
    _SURE_PROVIDERS + r"|outlook|yahoo|live|msn|proton|sky|gmx|zoho|mac|mail|fastmail|glow|glowmail"
)
_AT: Final = (
    r"(?:\s{0,2}@\s{0,2}|\s{0,2}[\[({<]\s?(?:at|@|a)\s?[\])}>]\s{0,2}|\s{1,3}at\s{1,3}"
    r"|[-_*]at[-_*]|\s{1,3}(?:arroba|malpa|chiocciola|klammeraffe|aet|arobase)\s{1,3})"
)
_DOT: Final = (
    r"(?:\s{0,2}\.\s{0,2}|\s?[\[({<]\s?(?:dot|punto|\.)\s?[\])}>]\s?|\s{1,3}(?:dot|d0t|punkt|punto|kropka|point)\s{1,3}"
    r"|[-_*]dot[-_*]|\s?,\s?)"
)
_SIGNS_OF_PROVIDER: Final = (
    "mail", "cloud", "outlook", "yahoo", "proton", "live", "btinternet", "virginmedia",
)  # fmt: skip
_SIGNS_OF_ANY_PROVIDER: Final = (
    *_SIGNS_OF_PROVIDER,
    "ma1l", "gmial", "gmal", "hotmial", "tutanota", "talktalk", "aol",
    "msn", "sky", "gmx", "zoho", "mac", "glow",
)  # fmt: skip
_AT_APART: Final = re.compile(r"at(?<=[\s*_\-\[({<]at)[\s*_\-\])}>]")
_IN_BRACKETS: Final = re.compile(r"[\[({<]\s?at?\s?[\])}>]")
_AT_IN_OTHER_LANGUAGES: Final = ("arroba", "malpa", "chiocciola", "klammeraffe", " aet ", "arobase")
SIGNS: Final = (
    "@", *"[({<", *_SIGNS_OF_PROVIDER, *_AT_IN_OTHER_LANGUAGES,
    " at ", " at-", " at_", " at*", "-at", "_at", "*at", "at)", "at]", "at}", "at>",
)  # fmt: skip
"""One of these is in a word of every text in which anything is found."""
_LOCAL: Final = r"(?<![\w.@])(?<!\w[+%'-])[^\W_][\w.+%'-]{0,63}"
"""What stands before the @. It is looked for from its first character only: in a row of thousands, from each
would take long."""

_PLAIN: Final = re.compile(
    _LOCAL + r"\s{0,2}@\s{0,2}[^\W_][\w-]{0,62}(?:\.[\w-]{1,62}){0,4}\.([^\W\d_]{2,24})(?!\w)"
)
_NOT_LOCAL: Final = (
    r"(?!(?:look|looks|is|are|am|me|it|site|page|us|up|live|here|find|go|website|shop|blog"
    r"|online|them|started|started|stay|work)\s{1,3}at\s)"
)
_ENDINGS: Final = COMMON_ENDINGS + r"|pl|it|es|ro|lt|lv|nl|se|pt|cz|sk|hu|gr|ru|ua|pk|ng"
_LABEL_AND_DOT: Final = re.compile(
    r"(?:at?\s?[\])}>]\s{0,2}|at(?:\s{1,3}|[-_*]))[a-z][\w-]{1,62}" + _DOT + r"(?:" + _ENDINGS + r")(?!\w)"
)
"""What comes after a spelled @: the label of a domain, a dot and its ending."""
_HIDDEN: Final = re.compile(
    _NOT_LOCAL
    + _LOCAL
    + _AT
    + r"(?!(?:the|a|my|dot)\s)[a-z][\w-]{1,62}"
    + _DOT
    + r"(?:"
    + _ENDINGS
    + r")(?!\w)"
)
_TALK: Final = re.compile(
    r".*\sat\s{1,3}(?!(?:" + _PROVIDERS + r")(?![\w-]))[a-z][\w-]*"
    r"(?:\s?[.,]\s{1,2}(?!co|ac\W|org|net|uk|gov|sch\W|edu|scot)\w+|,(?:in|it|me|be|to|us)|\.(?:in|it|me|be|to|us)(?=\s\w))",
    re.DOTALL,
)
"""“good at maths. It is my favourite”, “we stayed at home, it was raining”: what follows the stop begins a
sentence."""
_BAD_ENDING: Final = re.compile(_LOCAL + r"@[a-z][\w-]{1,40}\.[\w.]{2,20}(?!\w)")
"""“mia@gma1l.c0m”: no ending that there is, and an address all the same."""
_CUT_SHORT: Final = re.compile(r"(?<![\w.@])[a-z][\w.+-]{3,64}@(?!\s?[\w@])")
_ENDS_WITH_PROVIDER: Final = re.compile(
    r"(?<![\w.@+-])[\w.+-]{2,64}(?:at|\W{1,3})(?:"
    + _SURE_PROVIDERS
    + r"|outlook|yahoo|proton)(?:dot|\W{0,2})?(?:com|c0m|co\.?uk|me)(?!\w)"
)
_SIGN_AND_PROVIDER: Final = re.compile(
    r"(?<![\w.@+-])[\w.+-]{3,64}(?:\s?[^\w\s.,;:!?'\"()\-/&+*]\s?|\.)(?:g-?mail|hotmail|icloud|protonmail)(?!\w)"
)
_BESIDE_PROVIDER: Final = re.compile(
    r"\W*(?:(?:its|it's|it is|im|i'm|my|me|mine is|thats|that's)\s)?"
    r"(?:([\w.+-]{4,64})\W{1,3}(?:at\s|on\s|with\s)?(?:" + _SURE_PROVIDERS + r"|outlook|proton)"
    r"|(?:" + _SURE_PROVIDERS + r"|outlook|proton)\W{1,3}(?:is\s|its\s)?([\w.+-]{4,64}))"
    r"(?:\W{0,4}|\W{1,3}(?:x|lol|innit|u know the rest|you know the rest)\W*)"
)
"""A whole message that is a name and a provider: “zz.bethan, gmail”."""
_THE_USUAL: Final = re.compile(
    r"(?<![\w.@+-])[\w.+-]{3,64}\s(?:at|with)\sthe\s(?:usual|same|normal|google|gmail|school|apple|microsoft)\s?(?:google|gmail)?\s?"
    r"(?:mail|one|place|thing|gmail|domain|email)(?!\w)"
)
_AROUND_THE_SIGN: Final = re.compile(
    r"(?<!\w)(?:before|after|front\sof|behind|put|stick)\s(?:the|an|a)\s(?:@|at\ssign|at\ssymbol|at\sin)(?!\w)|(?<!\w)put\san\sat\sin(?!\w)"
)
_SIGN_OR_USUAL: Final = re.compile(
    r"@|at\ssign|at\ssymbol|at\sin|the\s(?:usual|same|normal|google|gmail|school|apple|microsoft)"
)
"""Without one of these, neither `_AROUND_THE_SIGN` nor `_THE_USUAL` can match."""
_AT_PROVIDER: Final = re.compile(r"(?:" + _LOCAL + r")?" + _AT + r"(?:" + _SURE_PROVIDERS + r")(?!\w)")
_ODD_AT_PROVIDER: Final = re.compile(
    r"(?<![\w.@+-])(?=[\w.+-]{0,40}[\d._+-])[\w.+-]{2,64}" + _AT + r"(?:" + _PROVIDERS + r")(?!\w)"
    r"|@\s?(?:" + _PROVIDERS + r")(?!\w)"
)
_SIGNED: Final = re.compile(
    r"(?<![\w.@+-])[\w.+-]{2,64}\s?[^\w\s.,;:!?'\"()-]{1,3}\s?(?:"
    + _PROVIDERS
    + r")\s?[^\w\s]{1,3}\s?(?:com|co|me|uk|net)(?!\w)"
)
"""Another sign where the @ should be: “ola🐌gmail🐌com”."""
_STOPPED: Final = re.compile(
    r"(?<![\w.@+-])[\w.+-]{2,64}\W{1,4}at\W{1,4}(?:" + _SURE_PROVIDERS + r"|proton|outlook|yahoo)"
    r"\W{1,4}(?:dot\W{1,4})?(?:com|co|me|uk|net)(?!\w)"
)
_SHORT_TEXT: Final = 70
_NOT_NAMES: Final = words_of(
    """
    have what your like just only with from does need email emails address account inbox sent send mail
    open check use using used down working broken hacked full blocked slow locked school work personal
    class google login wifi page calendar docs drive password that this mine same better best good
    storage photos backup team teams online invite excel word learn lovely great none still
    """
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
    provided = holds_any(plain, _SIGNS_OF_PROVIDER)
    if provided and len(plain) < _SHORT_TEXT and (beside := _BESIDE_PROVIDER.fullmatch(plain)):
        name = beside.group(1) or beside.group(2)
        if name.strip(".") not in _NOT_NAMES:
            yield Detail("email", *beside.span())
    for pattern in _patterns_to_try(plain, marked, provided):
        for found in pattern.finditer(plain):
            if pattern is not _HIDDEN or not _is_talk(plain, found):
                yield Detail("email", *found.span())


def _is_talk(plain: str, found: re.Match[str]) -> bool:
    talk = _TALK.match(plain, found.start(), found.end() + 2) if " at " in found.group() else None
    return talk is not None and talk.end() == found.end()


def _patterns_to_try(plain: str, marked: bool, provided: bool) -> Iterator[re.Pattern[str]]:
    """The patterns of which the signs are in the text; `marked` where it has an @, `provided` where it has a
    sign of a provider."""
    if marked:
        yield from (_BACKWARDS, _BAD_ENDING, _CUT_SHORT)
    if (marked or " at " in plain) and _SIGN_OR_USUAL.search(plain):
        yield from (_AROUND_THE_SIGN, _THE_USUAL)
    if holds_any(plain, _AT_IN_OTHER_LANGUAGES):
        yield _HIDDEN
    elif marked or _may_spell_at(plain):
        if marked or _LABEL_AND_DOT.search(plain):
            yield _HIDDEN
        if holds_any(plain, _SIGNS_OF_ANY_PROVIDER):
            yield from (_AT_PROVIDER, _ODD_AT_PROVIDER)
    if provided:
        yield from (_SIGNED, _STOPPED, _ENDS_WITH_PROVIDER, _SIGN_AND_PROVIDER)
        if "mail" in plain or "cloud" in plain or "outlook" in plain:
            yield _NAMED


def _may_spell_at(plain: str) -> bool:
    """Whether “at” stands apart or between signs, or a bracket has “at” or “a” in it."""
    if "at" in plain and _AT_APART.search(plain) is not None:
        return True
    return holds_any(plain, "([{<") and _IN_BRACKETS.search(plain) is not None
