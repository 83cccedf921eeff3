"""What could be the name of an account, and what is only said of an app.

A name with a digit, an underscore or a dot inside (“zz.kieran”) is one anywhere; a bare word only where
a name is expected and the word is none of those that people use there.
"""

from __future__ import annotations

import re
from typing import Final

from ..wordlists import words_of

_MARK: Final = re.compile(r"\d|_|\w\.\w")
_LETTER: Final = re.compile(r"[a-z]")
AFTER_APPS: Final = words_of(
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
_EXPECTED: Final = words_of(
    """
    me him her them someone somebody anyone anything stuff content revision ads nobody people friend friends
    big famous active new always mostly only never still maybe live shy quiet terrible awful hooked obsessed
    addicted hopeless rubbish happy sad sorry sure late early busy free alone bored tired scared worried keen
    glad careful following going loads lots plenty mum dad sister brother teacher school work homework
    nobody none soon much often long well far usual normal though actually honestly basically also same
    video someone's today tonight tomorrow yesterday daily weekly lately recently again currently because
    available mental amazing hobby beginner keeper goalie captain striker person hello thanks please
    already another instead wasn't isn't aren't doesn't don't can't didn't won't i'm i've i'd i'll we're
    youtube twitch discord insta instagram tiktok snap snapchat whatsapp facebook netflix google school
    kind looking spent saw seen got were been having being dead gone banned best most some many none
    night break weekend weekends half-term lunch dinner times first last least moment
    hilarious iconic private visible invisible easier harder nervous curious invited member admin mod
    """
)
_NOT_A_NAMES_END: Final = ("ing", "ed", "ly", "n't", "tion", "ness", "ments", "ers")


def is_marked(name: str) -> bool:
    """Whether a name could be nothing but an account's: “ola_07”."""
    return _MARK.search(name) is not None and _LETTER.search(name) is not None


def is_ordinary(name: str) -> bool:
    """Whether a bare word is one that people say of an app or beside it."""
    return name in AFTER_APPS or name in _SAID_OF_APPS or name in _EXPECTED


def is_plausible(name: str) -> bool:
    """Whether a word could be an account's name, in a place where one is expected."""
    name = name.rstrip(".-")
    if is_marked(name):
        return True
    return (
        len(name) >= 4
        and not is_ordinary(name)
        and not name.endswith(_NOT_A_NAMES_END)
        and not name.isdigit()
    )
