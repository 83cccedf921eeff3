"""Names on other apps: @names, and a name beside an app's (“insta zz.kieran”, “👻 poppyx”, “disc: gecko_”).

Requests (“what's your snap”) and offers in words (“add me on …”) are phrases, in rules/handles.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ..wordlists import words_of
from ..words import Sentence
from .found import Detail

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
_GHOST: Final = re.compile(r"[👻]\s{0,2}[:=\-]?\s{0,2}@?([\w.-]{3,30})")
_NAME: Final = re.compile(r"[\s:=\-–>@\"'~(]{0,4}([\w][\w.-]{2,29})")
_IS: Final = re.compile(
    r"\s(?:(?:name|user|username|handle|id|tag|account|@)\s)?(?:is|its|it's|=|under|as)\s{1,2}@?([\w][\w.-]{2,29})"
)
_JOINS: Final = re.compile(r"\s{0,2}(?:[:=@~]|-{1,2}>?|\bis\s{0,2}:)\s{0,2}@?([\w][\w.-]{2,29})")
_MARKED: Final = re.compile(r"(?=\w*[a-z])[\w.-]*(?:\d|_|\w\.\w)[\w.-]*")
_AFTER_APPS: Final = words_of(
    """
    decision decisions judgement judgements election elections out back card cards shot shots page pages
    post posts story stories reel reels account accounts video videos trend trends dance dances ban bans
    server servers bot bots channel channels group chat app marketing algorithm filter filters is was
    are were has had can could should will would might and or but because for with the a an in on at to
    of from by as if when then that this live stream streams game games meaning chord chords resolves
    engine processing strength feed followers following influencer influencers famous content creator
    creators club party messages message addiction course degree project presentation essay debate not
    isn't isnt hasn't keeps really up off down it them me you all about call calls fright peas dragon
    controller one series box links link song songs playlist music premium stuff thing things every
    always never so too more than into over under just only also again
    """
)
_LETTER_BY_LETTER: Final = re.compile(
    r"\s{0,2}(?:[:=\-–>]|is\s|its\s|it's\s)?\s{0,2}((?:[a-z0-9_.]\s){4,30}[a-z0-9_.])(?!\w)"
)
_ADDED: Final = re.compile(
    r"(?<!\w)(?:add|follow|friend|dm|message|msg|search|find)\s{1,2}@?(?=[\w.-]*(?:\d|_|\w\.\w))[\w.-]{3,30}\s{1,2}(?:on|from)\s{1,2}$"
)
_TAGGED: Final = re.compile(r"(?<![\w#&])[a-z][\w.]{2,30}#\d{4}(?!\w)")
_SAID_OF_APPS: Final = words_of(
    """
    boring better fun good bad down banned blocked class great rubbish pants dead dying shut slow broken
    annoying addictive free toxic full fine easier best worse weird stupid mental wild funny private
    public open closed useful useless cool awful brilliant amazing popular changing hard easy big huge
    new old everything nothing everywhere where what why how gone off hacked locked deleted distracting
    ruining killing taking making getting using becoming your yours mine theirs called owned overrated
    okay ok there here very pretty really quite kind like about its it's enough harmful safe dangerous
    evil
    """
)
_SHORT: Final = 4


def find(plain: str, sentences: Sequence[Sentence], platforms: frozenset[str]) -> Iterator[Detail]:
    """Names of accounts in folded text."""
    if "@" in plain:
        yield from _at_names(plain)
    if "#" in plain:
        for found in _TAGGED.finditer(plain):
            yield Detail("handle", *found.span())
    if "👻" in plain:
        for found in _GHOST.finditer(plain):
            yield Detail("handle", *found.span())
    for sentence in sentences:
        for at, word in enumerate(sentence.words):
            if word in platforms:
                yield from _beside(plain, sentence, at)


def _at_names(plain: str) -> Iterator[Detail]:
    for found in _MY_AT.finditer(plain):
        yield Detail("at_name", *found.span())
    for found in _AT_NAME.finditer(plain):
        name = found.group(1).rstrip(".-")
        if name not in _NOT_NAMES and not name.isdigit() and not _CODE.search(plain):
            yield Detail("at_name", *found.span())


def _could_be_a_name(plain: str, stated: re.Match[str]) -> bool:
    """“insta is zz.kieran”, or a bare word with which the message ends and that is not said of apps."""
    name = stated.group(1).rstrip(".-")
    if _MARKED.fullmatch(name):
        return True
    rest = plain[stated.end() :].strip(" .!x")
    return not rest and name not in _AFTER_APPS and name not in _SAID_OF_APPS


def _beside(plain: str, sentence: Sentence, at: int) -> Iterator[Detail]:
    start, end = sentence.spans[at]
    if added := _ADDED.search(plain, max(0, start - 50), start):
        yield Detail("handle", added.start(), end)
        return
    if spelled := _LETTER_BY_LETTER.match(plain, end):
        yield Detail("handle", start, spelled.end())
        return
    joined = _JOINS.match(plain, end)
    if joined and joined.group(1) not in _AFTER_APPS:
        yield Detail("handle", start, joined.end())
        return
    stated = _IS.match(plain, end)
    if stated and _could_be_a_name(plain, stated):
        yield Detail("handle", start, stated.end())
        return
    named = _NAME.match(plain, end)
    if named is None or named.group(1).rstrip(".") in _AFTER_APPS:
        return
    name = named.group(1).rstrip(".-")
    first_of_few = at == 0 and len(sentence.words) <= _SHORT and named.end() >= len(plain.rstrip(" .!x")) - 8
    if _MARKED.fullmatch(name) or first_of_few:
        yield Detail("handle", start, named.end())
