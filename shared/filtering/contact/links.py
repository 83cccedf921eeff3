"""Links: with a scheme, as a bare domain, as an address of numbers, or with its dots spelled out.

The hard part is what looks like one and is not: a missing space after a full stop (“tips.My teacher”), a
file name
(“clean.py”), a version number. Top-level domains: IANA's list, in rules/top_level_domains.txt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..folding import Folded
from ..wordlists import words_of
from .found import Detail
from .signs import has_inner_dot, holds_any

TOP_LEVEL_DOMAINS: Final = frozenset(
    line.strip().lower()
    for line in Path(__file__)
    .parents[1]
    .joinpath("rules", "top_level_domains.txt")
    .read_text("ascii")
    .splitlines()
    if not line.startswith("#")
)
COMMON_ENDINGS: Final = (
    r"co\W{0,3}(?:dot)?\W{0,3}uk|org\W{0,3}(?:dot)?\W{0,3}uk|ac\W{0,3}(?:dot)?\W{0,3}uk|sch\W{0,3}(?:dot)?\W{0,3}uk"
    r"|gov\W{0,3}(?:dot)?\W{0,3}uk|c\s?o\s?m|net|org|uk|scot|wales|io|gg|ly|me|app|dev|info|biz|xyz|tv|edu|gov|ie|eu|ai|fm"
    r"|shop|site|online|store|blog|club|live|link|page|space|school|academy|education|london|cymru|de|fr|ca|us|au|nz|in|be|to"
)
_SURE_ENDINGS: Final = r"co\s*\.\s*uk|org\s*\.\s*uk|ac\s*\.\s*uk|sch\s*\.\s*uk|gov\s*\.\s*uk|com|gg"

# Words that are also top-level domains: “…the quiz.It says”, “thanks.im happy now”.
_WORDS: Final = words_of(
    """
    it my to so in is me us at be no am do by as im il ye aw ma id hm er th la pa ad et ms mr pm st ie
    ca de pe can case cash cat call camp care cars city click coach codes cool date day deal deals diet
    direct dog dot earth eat energy engineer events expert fail family fan fans farm fashion fast film
    final fish fit fly food football forum free fun fund game games gift gifts gives giving glass global
    gold golf got green group guide hair health help here hiking hockey holiday home horse hospital host
    hot house how ice ink international jobs joy kids kim kitchen land law lease legal life limited live
    loan lol love map market media meet meme memorial men menu mom money movie music name network new
    news next now observer one open organic page party pay pet photo photos pics pictures pink pizza
    place play plus post press prime pro pub quest racing radio read recipes red rent repair report rest
    review reviews rich rocks room rugby run safe sale save school science search secure select services
    shoes shop shopping show singles site ski skin social software solar space sport spot stream studio
    study style support surf surgery systems talk tax taxi team tech tennis theater tickets tips today
    tools top tours town toys trade training travel trust tube university vision vote watch watches
    weather website wed wedding win wine work works world wow yoga you zero zone mobile fyi ok hey man
    fire dad college degree courses art author baby band bar beauty best bet bike bingo black blue book
    boats build business buy chat church
    """
)
_FILE_ENDINGS: Final = words_of(
    """
    md py sh rs pl zip mov ps ml cc mm pub java app.js ts js c h cs
    """
)
_NOT_SITES: Final = frozenset({"asp.net", "vb.net", "ml.net", "ado.net", "socket.io", "e.g", "i.e"})
_CHAT_HOSTS: Final = re.compile(
    r"(?:discord(?:app)?\.(?:gg|com/invite)|t\.me|telegram\.me|wa\.me|chat\.whatsapp\.com|m\.me|snapchat\.com/add"
    r"|instagram\.com|tiktok\.com/@|join\.skype|meet\.google|zoom\.us|teams\.microsoft|facebook\.com|fb\.me|ig\.me|kik\.me)"
)
_SCHEME: Final = re.compile(
    r"(?<![a-z])(?:h[tx]{2}ps?|ftps?|sftp|wss?|tg|discord|whatsapp|snapchat|steam|ssh|git)\s{0,2}:\s{0,2}/\s?/\s{0,2}\S+"
)
_WWW: Final = re.compile(
    r"(?<!\w)www\d?(?:\s{0,2}[.,]\s{0,2}|\s+dot\s+|\s?[\[({]\s?(?:dot|\.)\s?[\])}]\s?)[a-z0-9]\S*"
)
_NUMBERED: Final = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{2,5})?(?!\.?\w)(?:/\S*)?")
_DOMAIN: Final = re.compile(
    r"(?<![\w@.-])(?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_][a-z0-9-]{1,62}(?![\w@])(?::\d{2,5})?(?:[/?#][^\s]*)?"
)
_BRACKETED: Final = r"\s?[\[({<]\s?(?:dot|d0t|\.|,|point)\s?[\])}>]\s?"
_SHORTENED: Final = re.compile(
    r"(?<!\w)(?:bitly|bit\.?ly|tinyurl|linktree|linktr\see)\s(?:slash\s)?(?=[\w-]*\d)[\w-]{4,30}(?!\w)"
    r"|(?<!\w)[^\W_][\w-]{1,40}\sdot\s[^\W\d_]{2,8}\sslash\s\w+"
    r"|(?<!\w)[^\W_][\w-]{1,40}\sdot\s[^\W_][\w-]{1,40}\sdot\s([^\W\d_]{2,8})(?!\w)"
)
_SPELLED: Final = re.compile(
    r"(?<![\w@])([^\W_][\w-]{1,62})(?:" + _BRACKETED + r"|[\s_*-]{1,3}(?:dot|d0t|d\.o\.t|punkt)[\s_*-]{1,3})"
    r"(?:" + COMMON_ENDINGS + r")(?!\w)(?:\s?/\s?\S+)?"
)
_BROKEN_UP: Final = re.compile(
    r"(?<![\w@])[^\W_][\w-]{2,62}(?:\s{1,3}\.\s{0,3}(?:"
    + COMMON_ENDINGS
    + r")|\s?\.\s{1,3}(?:"
    + _SURE_ENDINGS
    + r")"
    r"|\s?,\s?(?:co\s?[.,]\s?uk|com))(?!\w)(?:/\S*)?"
)
_BREAK: Final = re.compile(r"[.,]\s{0,3}(?:c\s?o|org|ac|sch|gov|gg)|\s\.\s{0,3}[a-z]")
"""Without one of these, `_BROKEN_UP` cannot match."""
_BACKWARDS: Final = re.compile(r"(?<!\w)(?:moc|ku\.oc|ku\.gro|gro|ten)\.[a-z0-9-]{3,62}(?!\w)")
_BY_SIGN: Final = (
    (_SCHEME, ("/",)),
    (_WWW, ("www",)),
    (_BACKWARDS, ("moc.", "oc.", "gro.", "ten.")),
)
_CUE: Final = re.compile(
    r"(?<!\w)(?:site|website|link|url|page|blog|visit|check|check out|go to|goto|look at|see|its"
    r"|it's|it is|called|on|at|is|via|here|:)"
    r"\s{0,3}$"
)
_SIGNS: Final = (".", "/", "bitly", "tinyurl", "dot", "d0t", ",co")
SIGNS: Final = ("/", " .", "bitly", "tinyurl", "dot", "d0t", ",co", "www", "slash", "punkt", "[", "(", "{")
"""One of these, or a full stop inside, is in a word of every text in which anything is found; or one ends
in a stop or comma, and one begins as a domain ends."""
_SIGNS_OF_SPELLING: Final = ("dot", "d0t", "[", "(", "{", "punkt")
_LABEL_THAT_DOTS: Final = frozenset(
    ["polka", "the", "a", "every", "each", "join", "connect", "this", "one", "red", "black", "that", "laser"]
)


def find(text: str, folded: Folded) -> Iterator[Detail]:
    """Links in a text; the original is needed to see a capital after a full stop."""
    plain = folded.text
    if holds_any(plain, _SIGNS):
        for start, end in _spans(plain):
            if not _missing_space(text, folded, start, end):
                yield _detail(plain, start, end)


def find_plain(plain: str) -> Iterator[Detail]:
    """Links in a text whose capitals tell nothing."""
    for start, end in _spans(plain):
        yield _detail(plain, start, end)


def _detail(plain: str, start: int, end: int) -> Detail:
    found = plain[start:end]
    while found and found[-1] in ".,;:!?)]}'\"":
        found = found[:-1]
    return Detail("chat_link" if _CHAT_HOSTS.search(found) else "link", start, start + len(found))


def _spans(plain: str) -> Iterator[tuple[int, int]]:
    for pattern, signs in _BY_SIGN:
        if holds_any(plain, signs):
            yield from (found.span() for found in pattern.finditer(plain))
    if ("." in plain or "," in plain) and _BREAK.search(plain):
        yield from (found.span() for found in _BROKEN_UP.finditer(plain))
    if has_inner_dot(plain):
        yield from (
            found.span() for found in _NUMBERED.finditer(plain) if _is_address_of_numbers(plain, found)
        )
        yield from (found.span() for found in _DOMAIN.finditer(plain) if _is_domain(plain, found))
    if "slash" in plain or " dot " in plain or "bitly" in plain or "tinyurl" in plain:
        for found in _SHORTENED.finditer(plain):
            if found.group(1) is None or (
                found.group(1) in TOP_LEVEL_DOMAINS and "dot to dot" not in found.group()
            ):
                yield found.span()
    if holds_any(plain, _SIGNS_OF_SPELLING):
        yield from (
            found.span() for found in _SPELLED.finditer(plain) if found.group(1) not in _LABEL_THAT_DOTS
        )


def _is_address_of_numbers(plain: str, found: re.Match[str]) -> bool:
    if found.group().startswith("127.0.0.1"):  # one's own machine
        return False
    octets = found.group().split("/")[0].split(":")[0].split(".")
    before = plain[max(0, found.start() - 12) : found.start()]
    return all(int(octet) < 256 for octet in octets) and not re.search(
        r"(?:version|release|section|v)\s?$", before
    )


def _is_domain(plain: str, found: re.Match[str]) -> bool:
    domain = re.split(r"[/?#:]", found.group())[0]
    labels = domain.split(".")
    ending, has_path = labels[-1], len(domain) < len(found.group().rstrip("?"))
    if has_path and len(labels) > 2 and all(len(label) > 1 for label in labels) and ending.isalpha():
        return True  # “maths.ac.example/integration”: no ending that there is, and a path all the same
    if ending not in TOP_LEVEL_DOMAINS or domain in _NOT_SITES or plain.startswith(" sci", found.end()):
        return False
    if has_path and "/" in found.group():
        return True
    if ending in _FILE_ENDINGS:
        return len(labels) > 2
    if all(len(label) <= 2 for label in labels) and ending not in {"ly", "gg", "io", "gl", "be", "co"}:
        return False
    return ending not in _WORDS or _stands_as_a_site(plain, found, labels)


def _stands_as_a_site(plain: str, found: re.Match[str], labels: list[str]) -> bool:
    """For an ending that is also a word: a site where it is named as one, or nothing follows that a
    sentence would."""
    if all(label in _WORDS for label in labels[1:]) and len(labels) > 2:
        return False  # “done.me.next”
    if len(labels) > 2 or any(c.isdigit() or c == "-" or c == "_" for c in labels[0]):
        return True
    after = plain[found.end() :].lstrip(" ")
    follows_nothing = not after or not (after[0].isalnum() or after[0] in "'\"(")
    return follows_nothing or bool(_CUE.search(plain[: found.start()][-24:]))


def _missing_space(text: str, folded: Folded, start: int, end: int) -> bool:
    """“tips.My teacher”: a small letter, a full stop, and a capitalised word that is also a top-level
    domain."""
    found = folded.text[start:end]
    head, dot, ending = found.rpartition(".")
    if not dot or not head or ending not in _WORDS or "." in head:
        return False
    first = text[folded.starts[start + len(head) + 1]]
    rest = text[folded.starts[end - 1]]
    before = text[folded.starts[start + len(head) - 1]]
    return first.isupper() and before.islower() and (rest.islower() or len(ending) == 1)
