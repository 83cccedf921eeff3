"""Folding: one plain form for text that is written to be read by eyes and missed by machines.

`fold` lower-cases, removes what cannot be seen, and turns full-width, enclosed, accented and look-alike
characters
into the plain ones they stand for. Each folded character remembers which original characters it came from,
so that
a finding can be marked in the text as it was written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_LOOKALIKE_PAIRS: Final = (
    # Cyrillic
    "аa бb вb гr еe зz иu іi їi јj кk мm нh оo рp сc тt уy хx ѕs ԁd ԛq ԝw һh ӏl "
    # Greek
    "αa βb εe ηn ιi κk νv οo ρp τt υu χx ωw γy "
    # Latin letters and signs drawn like plain ones
    "ɑa ɡg ıi ɩi ʟl øo łl đd ħh ðd þp æa œo ßs ꞵb ɪi ɴn ʀr ᴀa ʙb ᴄc ᴅd ᴇe ɢg ʜh ᴊj ᴋk ᴍm "
    "ᴏo ᴘp ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz "
    # Armenian, Cherokee and digits' doubles
    "օo սu ոn ցg հh "
    # punctuation
    "’' ‘' ʼ' ′' `' ´' “\" ”\" „\" ‐- ‑- ‒- –- —- −- 。. 。. 、, ・. ·. •. ‧. ∙. ⋅. 。. ․. ⁄/ "
    "∕/ ⧸/ ：: ﹕: ꞉: ˸:"
)
_LOOKALIKES: Final = {pair[0]: pair[1] for pair in _LOOKALIKE_PAIRS.split()}
_UNSEEN: Final = frozenset({"Cf", "Mn", "Me", "Mc", "Cs", "Co", "Cn"})
_KEPT_LONG: Final = {"🔟": "10", "🖕": " middlefinger ", "💯": " 100 ", "…": "..."}
_MOST_FROM_ONE: Final = 4
"""Characters that one may stand for. Some stand for a whole sentence, and a message full of them would be
vast."""
_MOST_ADDED: Final = 1_000
"""Characters by which a folded text may be longer than it was; the rest then stand for one each."""
_SQUARED_LETTERS: Final = ((0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189), (0x1F1E6, 0x1F1FF))


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and the way back: folded character i came from original[starts[i]:ends[i]]."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where folded[start:end] stands in the original; `start < end`."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """The plain form of any text; never raises."""
    if text.isascii():
        return _one_to_one(text.lower())
    plain = text.translate(_PLAIN_FORMS)
    # Most texts have nothing but a curly apostrophe or an emoji: each character stands for one.
    if _PLAIN_FORMS.of_other_length.isdisjoint(text):
        return _one_to_one(plain)
    forms = [_PLAIN_FORMS[ord(character)] for character in text]
    if len(plain) > len(text) + _MOST_ADDED:
        forms = _not_much_longer(forms)
        plain = "".join(forms)
    starts: list[int] = []
    for at, form in enumerate(forms):
        if len(form) == 1:
            starts.append(at)
        else:
            starts.extend([at] * len(form))
    return Folded(plain, starts, [at + 1 for at in starts])


def _not_much_longer(forms: Sequence[str]) -> list[str]:
    left, cut = _MOST_ADDED, []
    for form in forms:
        left -= max(0, len(form) - 1)
        cut.append(form if left >= 0 else form[:1])
    return cut


def _one_to_one(plain: str) -> Folded:
    return Folded(plain, range(len(plain)), range(1, len(plain) + 1))


class _PlainForms(dict[int, str]):
    """What each character stands for, found out when it first comes."""

    def __init__(self) -> None:
        self.of_other_length: set[str] = set()
        """Those that stand for none or several."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = self[code] = character.lower() if character.isascii() else _plain(character)
        if len(plain) != 1:
            self.of_other_length.add(character)
        return plain


_PLAIN_FORMS: Final = _PlainForms()


def _plain(character: str) -> str:
    """What one character outside ASCII stands for: often one character, sometimes several or none."""
    if character in _KEPT_LONG:
        return _KEPT_LONG[character]
    for first, last in _SQUARED_LETTERS:
        if first <= ord(character) <= last:
            return chr(ord("a") + ord(character) - first)
    if unicodedata.category(character) in _UNSEEN:
        return ""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    letters = unicodedata.normalize("NFKD", character).casefold()
    if len(letters) > _MOST_FROM_ONE:
        letters = letters[:1]
    return "".join(_plain_letter(letter) for letter in letters)


def _plain_letter(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter in _LOOKALIKES:
        return _LOOKALIKES[letter]
    return "" if unicodedata.category(letter) in _UNSEEN else letter
