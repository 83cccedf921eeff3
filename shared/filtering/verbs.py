"""The forms of verbs, so that a rule names a verb once: `hit~` is hit, hits, hitting."""

from __future__ import annotations

import re
from typing import Final

_IRREGULAR: Final = {
    "hit": "hit hits hitting",
    "hurt": "hurt hurts hurting hurted",
    "cut": "cut cuts cutting cutted",
    "beat": "beat beats beating beaten",
    "shoot": "shoot shoots shooting shot",
    "buy": "buy buys buying bought",
    "get": "get gets getting got gotten",
    "give": "give gives giving gave given gived",
    "take": "take takes taking took taken",
    "go": "go goes going went gone",
    "come": "come comes coming came",
    "make": "make makes making made",
    "do": "do does doing did done",
    "have": "have has having had",
    "say": "say says saying said",
    "tell": "tell tells telling told",
    "send": "send sends sending sent",
    "feel": "feel feels feeling felt",
    "think": "think thinks thinking thought thot",
    "eat": "eat eats eating ate eaten",
    "drink": "drink drinks drinking drank drunk",
    "throw": "throw throws throwing threw thrown",
    "put": "put puts putting",
    "see": "see sees seeing saw seen",
    "meet": "meet meets meeting met",
    "leave": "leave leaves leaving left",
    "sleep": "sleep sleeps sleeping slept",
    "wake": "wake wakes waking woke woken",
    "hide": "hide hides hiding hid hidden",
    "drive": "drive drives driving drove driven",
    "run": "run runs running ran",
    "fight": "fight fights fighting fought",
    "write": "write writes writing wrote written wrote",
    "speak": "speak speaks speaking spoke spoken",
    "keep": "keep keeps keeping kept",
    "let": "let lets letting",
    "lose": "lose loses losing lost",
    "hold": "hold holds holding held",
    "find": "find finds finding found",
    "bring": "bring brings bringing brought",
    "sell": "sell sells selling sold",
    "steal": "steal steals stealing stole stolen",
    "break": "break breaks breaking broke broken",
    "be": "be am is are was were been being",
    "burn": "burn burns burning burned burnt",
    "spit": "spit spits spitting spat",
    "lie": "lie lies lying lied",
    "die": "die dies dying died",
    "end": "end ends ending ended",
    "choke": "choke chokes choking choked",
    "hang": "hang hangs hanging hung hanged",
    "drown": "drown drowns drowning drowned",
    "know": "know knows knowing knew known",
    "pay": "pay pays paying paid",
    "bite": "bite bites biting bit bitten",
    "sniff": "sniff sniffs sniffing sniffed",
    "stick": "stick sticks sticking stuck",
    "starve": "starve starves starving starved",
    "quit": "quit quits quitting",
    "swallow": "swallow swallows swallowing swallowed",
    "spend": "spend spends spending spent",
    "begin": "begin began begun",
    "read": "read reads reading",
    "lock": "lock locks locking locked",
    "smoke": "smoke smokes smoking smoked",
    "fall": "fall falls falling fell fallen",
    "stand": "stand stands standing stood",
    "cry": "cry cries crying cried",
    "shut": "shut shuts shutting",
    "set": "set sets setting",
    "swear": "swear swears swearing swore",
}
_DOUBLED: Final = re.compile(r"[^aeiou][aeiou][bdgklmnprt]$")
_SYLLABLE: Final = re.compile(r"[aeiou]+")


def forms_of(verb: str) -> frozenset[str]:
    """The forms a British learner writes of a verb: work, works, working, worked."""
    if verb in _IRREGULAR:
        return frozenset(_IRREGULAR[verb].split())
    stem = verb[:-1] if verb.endswith("e") else verb
    if _DOUBLED.search(verb):
        stem = verb + verb[-1]
    if verb.endswith("y") and len(verb) > 1 and verb[-2] not in "aeiou":
        return frozenset({verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"})
    stems = {stem}
    if len(_SYLLABLE.findall(verb)) > 1:
        stems.add(verb[:-1] if verb.endswith("e") else verb)  # batter, battered; kidnap, kidnapped
    es = verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s")
    return frozenset({verb, es, *(s + "ed" for s in stems), *(s + "ing" for s in stems)})
