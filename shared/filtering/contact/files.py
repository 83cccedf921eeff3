"""Files: a message that is nothing but a file's name, and the names that cameras give to pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .found import Detail
from .signs import holds_any

_ENDINGS: Final = r"jpe?g|png|heic|gif|webp|mp4|mov|m4a|mp3|wav|pdf|docx?|pptx?|xlsx?|zip|odt|pages"
_ENDING: Final = re.compile(r"\.(?:" + _ENDINGS + r")")
_ALONE: Final = re.compile(r"\W*([\w(][\w()-]{0,40}(?: [\w()-]{1,20}){0,2}\.(?:" + _ENDINGS + r"))\W*")
_BY_A_CAMERA: Final = re.compile(
    r"(?<!\w)(?:img|dsc|dscn|pxl|vid|mvi|screenshot|screen shot|scan|image|photo|video"
    r"|whatsapp image|snapchat)"
    r"[\s_-]{0,2}\d(?:[\w -]|\.(?=\d)){2,40}\.(?:" + _ENDINGS + r")(?!\w)"
)
_PLACEHOLDER: Final = re.compile(
    r"[\[<(](?:image|photo|video|file|attachment|media|gif|voice note)(?: \w{1,12})?[\])>]|📎"
)

_PLACEHOLDER_SIGNS: Final = ("[", "<", "(", "📎")
SIGNS: Final = _PLACEHOLDER_SIGNS
"""One of these, or a full stop inside, is in a word of every text in which anything is found."""


def find(plain: str, *, digits: bool) -> Iterator[Detail]:
    """Names of files in folded text that stand for the file itself; `digits` where it has any."""
    if "." in plain and _ENDING.search(plain):
        if alone := _ALONE.fullmatch(plain):
            yield Detail("file_name", *alone.span(1))
        for found in _BY_A_CAMERA.finditer(plain) if digits else ():
            yield Detail("file_name", *found.span())
    if holds_any(plain, _PLACEHOLDER_SIGNS):
        for found in _PLACEHOLDER.finditer(plain):
            yield Detail("file_name", *found.span())
