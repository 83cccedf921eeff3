"""Names on other apps: @names, and a name beside an app's (“insta zz.kieran”, “👻 poppyx”, “disc: gecko_”).

Requests (“what's your snap”) and offers in words (“add me on …”) are phrases, in rules/contact.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from ..sentences import Sentence
from ..wordlists import words_of
from .account_names import AFTER_APPS, is_marked, is_ordinary, is_plausible
from .found import Detail
from .links import TOP_LEVEL_DOMAINS
from .signs import has_inner_dot, holds_any

_AT_NAME: Final = re.compile(r"(?<![\w@.])@\s?([a-z0-9_][\w.-]{2,29})")
_NOT_NAMES: Final = words_of(
    """
    test override before after beforeeach aftereach property media import deprecated param return
    returns autowired staticmethod classmethod dataclass keyframes font app component entity everyone
    here channel suppresswarnings functools pytest school home uni lunch college work the my least all
    your this that night half about ten nine eight seven six five four three two one noon midnight break
    church library class interface include extend mixin bean service repository injectable input output
    state main published observable author since see throws link charset supports page nonnull nullable
    data getter setter builder async lru_cache cache abstractmethod wraps pytest.fixture app.route given
    when settings python
    """
)
_MY_AT: Final = re.compile(r"(?<!\w)(?:my|your|ur|yer)\s@(?:\s(?:is|=)|:|'s)?\s{0,2}[\w.]*")
_CODE: Final = re.compile(
    r"(?<!\w)(?:function|method|class|junit|java|python|decorators?|annotations?|css|kotlin|typescript|spring|code|sass|swift)(?!\w)"
)
_AMOUNT: Final = re.compile(r"[\d.]+(?:p|k|am|pm|th|st|g|kg|ml|cm|m|mph|each|x)?")
_SIGN_OF_APP: Final = re.compile(r"👻\W{0,6}@?[\w.-]{3,30}|\s*[📸🎮🕹🐦]\W{0,6}[\w.-]{4,30}\W{0,9}$")
_APP_SIGNS: Final = "👻📸🎮🕹🐦"

_OTHER_APPS: Final = words_of(
    """
    gram tt ao3 wattpad soundcloud strava duolingo github gitlab bsky goodreads letterboxd depop
    vinted vsco pinterest bluesky mastodon 1g bebo wizz valorant i$ta 1nsta tumblr deviantart
    bandcamp linktree substack yt quizlet bandlab geoguessr airbuds lemon8 mixcloud hevy zwift kofi
    locket insta sp0tify
    """
)
"""Apps beside those of words.yaml whose names are no other word."""
_WORDY_APPS: Final = words_of(
    "epic league fn fc scratch riot x ea switch nintendo chess etsy lichess origin uplay"
)
"""Apps whose names are words: one needs “name”, “user” or a colon after it."""

_NAME: Final = re.compile(r"[\s:=\-–>@\"'~(]{0,4}([\w][\w.-]{2,29})")
_IS: Final = re.compile(
    r"(?:\s(?:n|and|&)\s\w{2,12})?\s(?:(?:name|user|username|handle|id|tag|account|ign|@)(?:'s)?\s)?"
    r"(?:is|its|it's|=|under|as|are(?:\sboth)?)\s{1,2}@?([\w][\w.-]{2,29})"
)
_JOINS: Final = re.compile(
    r"(?:/\w{1,9})?\s{0,2}(?:[:=@~]|-{1,2}>?|\bis\s{0,2}:)\s{0,2}@?([\w][\w.-]{2,29})|\s?=\s?([\w.-]{2,30})"
)
_STOPS: Final = re.compile(r"\.{1,3}\s{0,2}([\w][\w.-]{2,29})|,\s([\w][\w.-]{2,29})")
_SPELLED: Final = re.compile(
    r"[\s:=]{1,3}(?:is\s)?@?\w{2,20}(?:\s(?:dot|underscore|dash|hyphen|score)(?:\s\w{1,20})?){1,4}"
)
_SPELLED_BEFORE: Final = re.compile(
    r"(?<!\w)\w{1,20}(?:\s(?:dot|underscore|dash|hyphen)\s\w{1,20}){1,4}"
    r"\s(?:on|from)\s(?:the\s|my\s)?$"
)
_I_AM: Final = re.compile(
    r",?\s(?:its|it's|i'?m|i am|am|me is|as|under|at)\s(?:called\s|under\s)?@?([\w][\w.-]{2,29})"
)
_LETTER_BY_LETTER: Final = re.compile(
    r"\s{0,2}(?:(?:one)?[:=\-–>]|is\s|its\s|it's\s)?\s{0,2}((?:[a-z0-9_.]\s){4,30}[a-z0-9_.])(?!\w)"
)
_ADDED: Final = re.compile(
    r"(?<!\w)(?:add|follow|friend|dm|message|msg|search|find|i'?m|i am|as|its|it's|called|name's|user's)"
    r"\s{1,2}@?"
    r"([\w.-]{3,30})\s{1,2}(?:on|from|over on)\s{1,2}(?:the\s|my\s|da\s)?$"
)
_FIRST: Final = re.compile(r"(?:^|[.!?,\n])\s{0,2}@?([\w.-]{4,30})\s{1,2}on\s{1,2}(?:the\s|my\s)?$")
_REST_OF_FEW: Final = re.compile(r"\W*(?:\w{1,10}\W*)?")
_AFTER_A_NAME: Final = re.compile(
    r"\s{0,2}(?:$|[,.!?)\n;&]|(?:x+|lol|if|lets|add|but|you|u|hmu|now|thats|dont|and|n|come|follow|have|for|on|w|with|send|my)(?!\w))"
)
_INVITES: Final = re.compile(r"\W{1,3}(?:add|follow|if u|if you|hmu|msg|dm|x|lol|dont judge)(?!\w)")
_TAGGED: Final = re.compile(r"(?<![\w#&])[a-z][\w.]{2,30}#[a-z0-9]{3,5}(?!\w)")
_USER_PATH: Final = re.compile(r"(?<![\w/])/?u/([\w-]{3,30})(?![\w/])")
_CALLED: Final = re.compile(
    r"(?<!\w)(my\s|our\s|new\s)?(user|username|handle|ign|gamertag|gamer\stag|gt|psn|tag|screen\s?name|channel|spam|finsta)(?:\sname|\sid)?"
    r"(\sis(?:\sat)?|'s|'?s\scalled|\sits|\sit's|\s(?:now|everywhere)\sis|\s?[:=])?,?\s@?([\w][\w.-]{2,29})"
)
_CALLED_WORDS: Final = (
    "user",
    "handle",
    "ign",
    "gamer",
    "gt",
    "psn",
    "tag",
    "screen",
    "channel",
    "spam",
    "finsta",
)
_POSTS_AS: Final = re.compile(
    r"(?<!\w)i(?:\s(?:also|sometimes|mostly|usually))?\s(?:stream|post|upload|tweet|blog|publish|write|play|sell|sing|draw|perform)\s"
    r"(?:[^.!?\n]{0,40}?\s)?as\s@?([\w][\w.-]{3,29})"
)
_TWO_DOTS: Final = re.compile(
    r"(?<!\w)(?!dot\s)\w{2,20}\sdot\s(?!dot\s)\w{1,20}\sdot\s(?!dot|dash|line)\w{2,20}"
)
_UNDERSCORED: Final = re.compile(
    r"(?<![\w./\\@#$])(?=[a-z0-9]+_|[a-z]+\.[a-z]{3,}\.[a-z]{3,}(?![\w.]))[a-z0-9]{2,20}(?:[_.][a-z0-9]{1,20}){1,4}_{0,3}"
    r"(?![\w/(\[=@]|\.\w)"
)
_TWO_INNER_DOTS: Final = re.compile(r"\.[a-z]{3,}\.[a-z]{3}")
_FILE_ENDINGS: Final = words_of(
    "docx xlsx pptx pdf txt csv jpg jpeg png html css py js java json zip mp4 mp3 odt"
)
_OF_FILES: Final = re.compile(
    r"(?:^|[_.])(?:final\d?|draft\d?|copy|version|v\d+|log|report|essay|coursework|notes|backup|test)(?:[_.]|$)"
)
_EVERYWHERE: Final = re.compile(
    r"(?:^|[.!?,\n]\s?)(?:im\s|i'm\s|its\s|it's\s)?([\w.-]{4,30})\s(?:thats me\s)?(?:on|for)\s"
    r"(?:ev?e?ry(?:thing|where)|all of them|all my socials|all socials|every app)"
    r"(?:\W{0,4}$|\W{1,3}(?:x|lol)\W{0,3}$)"
)
_SIGNS_OF_EVERYWHERE: Final = ("rything", "rywhere", "all of them", "socials", "every app")
_SAID_NAME: Final = re.compile(
    r"(?<!\w)(?:name|app|account|acc|playlist|profile|page)(?:\sis|\sits|\sit's|'s|\sat|\sby|\s?:)?\s@?([a-z_][\w.-]{3,29})"
)
_SURE_TO_POST: Final = re.compile(r"i(?:\s\w+)?\s(?:stream|post|upload|tweet|blog|publish)")
_LOOKED_FOR: Final = re.compile(
    r"(?<!\w)(?:search(?:\sup|\sfor)?|look\s(?:for|up)|follow(?:\s(?:ur|your)\s(?:girl|boy|man|boi))?|found|add|type)\s@?([a-z_][\w.-]{4,29})"
)
_CLOSED_UP: Final = re.compile(
    r"(?:gram:|insta(?:gram)?|snap(?:chat)?|discord|tiktok|twitch|kik|telegram|whatsapp|ig|psn|roblox)[:/=\-.@]{0,2}[\w.]{4,30}"
)
SIGNS: Final = (
    "@", "#", "u/", "_", *_APP_SIGNS, *_CALLED_WORDS,
    " as ", " dot ", "rything", "rywhere", "them", "socials", "every ",
)  # fmt: skip
"""One of these, a full stop inside, or a digit and a letter are in words of every text in which `find` finds
anything."""
_SHORT: Final = 4
_LOOK_BACK: Final = 60
_NEAR: Final = 12
"""Characters before an app that hold the “on” or “from” of “poppyx on my …”."""


def find(plain: str, *, digits: bool) -> Iterator[Detail]:
    """Names of accounts in folded text that no app stands beside; `digits` where it has any."""
    if "@" in plain:
        yield from _at_names(plain)
    for sign, pattern in (("#", _TAGGED), ("u/", _USER_PATH)):
        if sign in plain:
            yield from (Detail("handle", *found.span()) for found in pattern.finditer(plain))
    if not plain.isascii() and holds_any(plain, _APP_SIGNS):
        yield from (Detail("handle", *found.span()) for found in _SIGN_OF_APP.finditer(plain))
    yield from _said_to_be_names(plain)
    yield from _looking_like_names(plain)
    if digits or "_" in plain or has_inner_dot(plain):
        yield from _marked_names(plain)


def find_beside_apps(
    plain: str, sentences: Sequence[Sentence], platforms: frozenset[str]
) -> Iterator[Detail]:
    """Names of accounts beside the name of an app."""
    apps = _all_apps(platforms)
    for number, sentence in enumerate(sentences):
        if apps.isdisjoint(sentence.present):
            continue
        for at, word in enumerate(sentence.words):
            if word in platforms or word in _OTHER_APPS:
                yield from _beside(plain, sentence, at, begins=number == 0)
            elif word in _WORDY_APPS:
                yield from _beside_a_word(plain, sentence, at)


def find_closed_up(closed: str) -> Iterator[Detail]:
    """Names of accounts in a text whose letters were spaced out: “i n s t a z z t o m o s”."""
    yield from (Detail("handle", *found.span()) for found in _CLOSED_UP.finditer(closed))


@lru_cache(maxsize=8)
def _all_apps(platforms: frozenset[str]) -> frozenset[str]:
    return platforms | _OTHER_APPS | _WORDY_APPS


def _at_names(plain: str) -> Iterator[Detail]:
    for found in _MY_AT.finditer(plain):
        yield Detail("at_name", *found.span())
    if _CODE.search(plain):
        return
    for found in _AT_NAME.finditer(plain):
        name = found.group(1).rstrip(".-")
        apart = found.group()[1].isspace()  # “@ the back”, “3 apples @ 45p”
        if name in _NOT_NAMES or _AMOUNT.fullmatch(name) or (apart and not is_marked(name)):
            continue
        yield Detail("at_name", *found.span())


def _said_to_be_names(plain: str) -> Iterator[Detail]:
    """“my user is …”, “i post as …”: a name that is called one, without an app."""
    if holds_any(plain, _CALLED_WORDS):
        for found in _CALLED.finditer(plain):
            if _is_called(plain, found):
                yield Detail("handle", *found.span())
    if " as " in plain:
        for found in _POSTS_AS.finditer(plain):
            name = found.group(1)
            sure = _SURE_TO_POST.match(found.group()) is not None
            if is_marked(name) or (sure and is_plausible(name) and _AFTER_A_NAME.match(plain, found.end())):
                yield Detail("handle", *found.span())


def _marked_names(plain: str) -> Iterator[Detail]:
    """“zz_teejay”, “zz.whalsay.lad”: nothing else is written so, code and files apart; and “search
    zz.kieran”."""
    if ("_" in plain or _TWO_INNER_DOTS.search(plain)) and not _CODE.search(plain):
        for found in _UNDERSCORED.finditer(plain):
            if not _is_a_files_or_a_site(found.group()):
                yield Detail("handle", *found.span())
    for pattern in (_LOOKED_FOR, _SAID_NAME):
        for found in pattern.finditer(plain):
            if is_marked(found.group(1).rstrip(".-")):
                yield Detail("handle", *found.span())


def _looking_like_names(plain: str) -> Iterator[Detail]:
    """“it is marta dot k dot films”, “poppyx on everything”."""
    if " dot " in plain and "dot to dot" not in plain:
        yield from (Detail("handle", *found.span()) for found in _TWO_DOTS.finditer(plain))
    for found in _EVERYWHERE.finditer(plain) if holds_any(plain, _SIGNS_OF_EVERYWHERE) else ():
        if is_plausible(found.group(1)) and len(found.group(1)) >= 5:
            yield Detail("handle", *found.span())


def _is_a_files_or_a_site(name: str) -> bool:
    ending = name.rpartition(".")[2]
    return ending in TOP_LEVEL_DOMAINS or ending in _FILE_ENDINGS or _OF_FILES.search(name) is not None


def _is_called(plain: str, found: re.Match[str]) -> bool:
    mine, noun, joint, name = found.groups()
    name = name.rstrip(".-")
    if is_marked(name):
        return bool(mine or joint) or noun not in ("handle", "tag", "channel")
    if not (joint or noun in ("ign", "gamertag")) or (noun in ("handle", "tag", "channel") and not mine):
        return False
    return is_plausible(name) and _AFTER_A_NAME.match(plain, found.end()) is not None


def _beside(plain: str, sentence: Sentence, at: int, *, begins: bool) -> Iterator[Detail]:
    start, end = sentence.spans[at]
    if (before := _before(plain, sentence, at, begins=begins)) is not None:
        yield Detail("handle", before, end)
    elif (after := _after(plain, sentence, at)) is not None:
        yield Detail("handle", start, after)


def _before(plain: str, sentence: Sentence, at: int, *, begins: bool) -> int | None:
    """Where a name before an app begins: “add zz.kai on …”, “poppyx on …”."""
    start, end = sentence.spans[at]
    if at == 0:
        return None
    near = plain[max(0, start - _NEAR) : start]
    if "on" not in near and "from" not in near:
        return None
    back = max(0, start - _LOOK_BACK)
    if added := _ADDED.search(plain, back, start):
        name = added.group(1).rstrip(".-")
        whole = _REST_OF_FEW.fullmatch(plain, end, min(len(plain), end + 14)) is not None
        if is_marked(name) or (whole and is_plausible(name)):
            return added.start()
    if spelled := _SPELLED_BEFORE.search(plain, back, start):
        return spelled.start()
    if begins and at <= _SHORT and len(plain) - end < 14 and "?" not in plain:
        first = _FIRST.search(plain, back, start)
        if first and _REST_OF_FEW.fullmatch(plain, end) and _could_stand_alone(first.group(1)):
            return first.start(1)
    return None


def _could_stand_alone(name: str) -> bool:
    name = name.rstrip(".-")
    return is_marked(name) or (is_plausible(name) and len(name) >= 5 and not name.endswith("s"))


def _after(plain: str, sentence: Sentence, at: int) -> int | None:
    """Where a name after an app ends: “insta zz.kieran”, “disc: gecko_”, “my snap is ola”."""
    end = sentence.spans[at][1]
    for pattern in (_LETTER_BY_LETTER, _SPELLED):
        if spelled := pattern.match(plain, end):
            return spelled.end()
    joined = _JOINS.match(plain, end)
    if joined and (joined.group(2) or joined.group(1)) not in AFTER_APPS:
        return joined.end()
    stopped = _STOPS.match(plain, end)
    if stopped and _is_after_a_stop(plain, stopped):
        return stopped.end()
    called = _NAMES_AN_ACCOUNT.match(plain, end)
    if called and is_plausible(called.group(1)) and _AFTER_A_NAME.match(plain, called.end()):
        return called.end()
    for stated in (_IS.match(plain, end), _I_AM.match(plain, end)):
        if stated and _is_stated(plain, sentence, at, stated):
            return stated.end()
    return _named(plain, sentence, at)


def _is_after_a_stop(plain: str, stopped: re.Match[str]) -> bool:
    name = (stopped.group(1) or stopped.group(2)).rstrip(".-")
    if is_marked(name):
        return True
    close = stopped.group(1) is not None and (stopped.group()[1] == "." or " " not in stopped.group())
    return close and is_plausible(name) and _AFTER_A_NAME.match(plain, stopped.end()) is not None


def _is_stated(plain: str, sentence: Sentence, at: int, stated: re.Match[str]) -> bool:
    """“insta is zz.kieran”, or a bare word that ends what is said and that is not said of apps."""
    name = stated.group(1).rstrip(".-")
    if is_marked(name):
        return True
    opening = sentence.words[at] in _OTHER_APPS if at == 0 else sentence.words[at - 1] == "my"
    if opening and is_plausible(name):
        return _AFTER_A_NAME.match(plain, stated.end()) is not None or stated.group(1)[-1] == "."
    rest = plain[stated.end() : stated.end() + 12]
    return is_plausible(name) and (not rest.strip(" .!x") or rest.startswith((" lets", " if you", " if u")))


def _named(plain: str, sentence: Sentence, at: int) -> int | None:
    """“insta zz.kieran”; or an app and a bare word that are a whole message, or a part of one."""
    named = _NAME.match(plain, sentence.spans[at][1])
    if named is None:
        return None
    name = named.group(1).rstrip(".-")
    if is_ordinary(name) and not is_marked(name):
        return None
    left = len(plain) - named.end()
    first_of_few = at == 0 and len(sentence.words) <= _SHORT and left <= 8
    if is_marked(name) or (first_of_few and name not in AFTER_APPS):
        return named.end()
    if at == 0 and is_plausible(name) and _INVITES.match(plain, named.end()):
        return named.end()
    alone = at == 0 or plain[: sentence.spans[at][0]].rstrip()[-1:] in (",", ";", "\n")
    if alone and is_plausible(name) and not name.endswith("s") and sentence.words[at] in _OTHER_APPS:
        return named.end() if _AFTER_A_NAME.match(plain, named.end()) else None
    return None


_NAMES_AN_ACCOUNT: Final = re.compile(
    r"(?:\s(?:name|user|username|ign|id)(?:\sis|\sits|'s)?|\s?:)\s@?([\w][\w.-]{3,29})"
)


def _beside_a_word(plain: str, sentence: Sentence, at: int) -> Iterator[Detail]:
    start, end = sentence.spans[at]
    named = _NAMES_AN_ACCOUNT.match(plain, end)
    if named and is_plausible(named.group(1)) and _AFTER_A_NAME.match(plain, named.end()):
        yield Detail("handle", start, named.end())
