"""Showing staff what the filter found in a text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from shared.filtering import WORRY_CATEGORIES, Rule

CATEGORY_WORDS: Mapping[str, str] = {
    "link": "link",
    "email": "e-mail address",
    "phone": "phone number",
    "handle": "account name",
    "address": "postal address",
    "attachment": "attachment",
    "offplatform": "talking elsewhere",
    "meet_in_person": "meeting in person",
    "profanity": "strong language",
    "abuse": "hurtful language",
    "wellbeing": "wellbeing",
    "self_harm": "self-harm",
    "suicide": "suicide",
    "abuse_disclosure": "abuse",
    "grooming": "grooming",
    "neglect": "neglect",
    "eating_disorder": "eating",
    "bullying": "bullying",
    "substance": "drugs or alcohol",
    "violence": "violence",
    "reported": "reported worry",
    "unchecked": "could not be checked",
    "pair_ended": "conversation ended",
    "suspended": "somebody is suspended",
    "paused": "conversation rests",
}


def category_words(category: str) -> str:
    """A category in plain English."""
    return CATEGORY_WORDS.get(category, category.replace("_", " "))


def what_it_looks_for(rule: Rule) -> str:
    """A rule in plain English: its own note, else its category with an example."""
    if rule.note:
        return rule.note
    what = category_words(rule.category).capitalize()
    return f"{what}, such as “{rule.examples[0].removeprefix('mentor: ')}”." if rule.examples else f"{what}."


@dataclass(frozen=True)
class Segment:
    """A stretch of a text. `mark` says in plain English what was found in it, and is empty where nothing
    was."""

    text: str
    mark: str = ""
    is_worry: bool = False


def segments(text: str, spans: Iterable[Mapping[str, Any]] | None) -> tuple[Segment, ...]:
    """The whole text in order, cut where marks begin and end; where marks overlap, both are named.

    `spans` are mappings with start, end (offsets) and category, and may have a mark of their own; what lies
    outside the text is cut off.
    """
    found = [
        (
            max(0, int(span["start"])),
            min(len(text), int(span["end"])),
            str(span["category"]),
            str(span.get("mark") or category_words(str(span["category"]))),
        )
        for span in spans or ()
    ]
    cuts = sorted({0, len(text), *(cut for start, end, *_ in found if start < end for cut in (start, end))})
    pieces: list[Segment] = []
    for start, end in pairwise(cuts):
        here = [(category, mark) for a, b, category, mark in found if a <= start and end <= b]
        mark = ", ".join(dict.fromkeys(mark for _, mark in here))
        before = pieces.pop().text if pieces and pieces[-1].mark == mark else ""
        pieces.append(
            Segment(
                before + text[start:end],
                mark,
                not WORRY_CATEGORIES.isdisjoint(category for category, _ in here),
            )
        )
    return tuple(pieces)
