"""What a weekly e-mail may name, and how it is said."""

from collections.abc import Mapping
from typing import Literal

Thing = Literal[
    "unanswered",
    "asked_after",
    "ending",
    "diary",
    "logbook",
    "report",
    "form",
    "silent",
]
"""What a weekly e-mail may name."""

THINGS: dict[Thing, tuple[str, str]] = {
    "unanswered": (
        "Somebody has written to you and would like to hear back.",
        "{how_many} people have written to you and would like to hear back.",
    ),
    "asked_after": (
        "You are waiting for an answer. Your coordinator knows, and is asking after it.",
        "You are waiting for {how_many} answers. Your coordinator knows, and is asking after them.",
    ),
    "ending": (
        "A conversation of yours ends soon. There is time for a good last letter.",
        "{how_many} conversations of yours end soon. There is time for good last letters.",
    ),
    "diary": (
        "This would be a good time to write a few lines in your diary.",
        "This would be a good time to write a few lines in your {how_many} diaries.",
    ),
    "logbook": (
        "This would be a good time to write a few lines in your logbook.",
        "This would be a good time to write a few lines in {how_many} of your logbooks.",
    ),
    "report": ("A report of yours is due.", "{how_many} reports of yours are due."),
    "form": (
        "A short form is waiting for your answers.",
        "{how_many} short forms are waiting for your answers.",
    ),
    "silent": (
        "A pair that you look after has not been in touch for a while.",
        "{how_many} pairs that you look after have not been in touch for a while.",
    ),
}
"""How each is said, of one and of several, in the order in which they come. Nobody is named."""


def things_in_words(things: Mapping[Thing, int]) -> list[str]:
    """A sentence for each, in the order of THINGS."""
    return [
        (one if things[name] == 1 else several).format(how_many=things[name])
        for name, (one, several) in THINGS.items()
        if things.get(name)
    ]
