"""Telephone numbers: in digits, in words, in both, split by words, lines or signs.

Numbers are read as one would say them (“double oh”, “nine hundred”) and joined over what people put
between; the
joined digits are then judged by the shapes of United Kingdom numbers (Ofcom's numbering plan) and
international ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from ..learnt import Learnt
from ..sentences import Sentence
from ..wordlists import words_of
from .found import Detail
from .signs import has_digits

_DIGIT_WORDS: Final = {
    word: digits
    for digits, spellings in {
        # English, text-speak and Scots; Welsh; German; Polish; Spanish and Italian; French; Urdu
        "0": "zero oh o nought naught nil ohh dim sero null cero sifar",
        "1": "one wan won yin ane un eins jeden uno ek",
        "2": "two twa dau zwei dwa dos due deux",
        "3": "three tree thri tri drei trzy tres tre trois teen",
        "4": "four fower foor pedwar vier cztery cuatro quattro quatre chaar",
        "5": "five fiv fife pump funf piec cinco cinque cinq paanch panj",
        "6": "six sicks siks sax chwech sechs szesc seis sei",
        "7": "seven sivin sevn sevin seeven saith sieben siedem siete sette sept saat",
        "8": "eight ate eicht wyth acht osiem ocho otto huit aath",
        "9": "nine nyne naw neun dziewiec nueve nove neuf nau",
        "10": "ten",
        "11": "eleven",
        "12": "twelve",
        "13": "thirteen",
        "14": "fourteen",
        "15": "fifteen",
        "16": "sixteen",
        "17": "seventeen",
        "18": "eighteen",
        "19": "nineteen",
    }.items()
    for word in spellings.split()
}
_TENS: Final = {
    word: digit
    for digit, spellings in {
        "2": "twenty",
        "3": "thirty",
        "4": "forty fourty",
        "5": "fifty",
        "6": "sixty",
        "7": "seventy",
        "8": "eighty",
        "9": "ninety",
    }.items()
    for word in spellings.split()
}
_TIMES: Final = {"double": 2, "dbl": 2, "triple": 3, "treble": 3, "quadruple": 4}
_BETWEEN: Final = words_of(
    """
    then and after next that is it its goes first last bit followed by plus dash space dot slash comma
    hyphen um er lol the rest ends with again finally star hash brackets bracket part second third thats
    now another also x a pause new line
    """
)
_ZEROS: Final = {"hundred": "00", "hunner": "00", "hunnert": "00", "hundert": "00", "thousand": "000"}
_NUMBER_WORDS: Final = frozenset({*_DIGIT_WORDS, *_TENS, *_TIMES, *_ZEROS})
_PIECE: Final = re.compile(r"(\d+|[^\W\d_]+|\n|[^\w\s])")
_DIGIT: Final = re.compile(r"\d")
_SHORTEST: Final = 5
"""Digits of the shortest number that is found, one that is begun: “07700”."""
_SOLID: Final = 8
"""Digits in one row that may be a number by themselves."""
_NOT_NUMBERS: Final = re.compile(
    r"\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:19|20)?\d\d(?!\d)|(?<!\d)\d{1,2}:\d\d(?!\d)|(?<!\d)\d+(?:\.\d+)?\s?%|[£$€]\s?[\d,.]+"
    r"|(?<![\d,])[1-9]\d{0,2}(?:,\d{3}){2,}|\d(?:\.\d+)?\s?x\s?10\s?\^?-?\d*"
)
_SIGN_OF_ANOTHER: Final = re.compile(r"[-/.:,x%£$€]")
"""What dates, times, amounts and powers are written with: one of these is in all of `_NOT_NUMBERS`."""
_BREAKING_SIGNS: Final = frozenset("£$€%@")
_MOST_BETWEEN: Final = 4
_BESIDE_A_LETTER: Final = re.compile(r"[0-9](?:[a-z]|(?<=[a-z]\d))")
"""Without a digit beside a letter, no letter stands for a digit, and no digit for a letter."""
_LETTERS_AS_DIGITS: Final = re.compile(r"(?<![a-z0-9])(?=[oil]*\d)[oil\d]{2,16}(?![a-z0-9])")
_GLUED: Final = re.compile(
    r"(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|double|treble|triple)){2,14}"
)
_SEVEN_GLUED: Final = re.compile(r"(?:zero|oh|o|0)seven")
_GLUED_WORD: Final = re.compile(
    r"zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|double|treble|triple"
)
_AS_DIGITS: Final = str.maketrans("oil", "011")
_OHS: Final = re.compile(r"(?<![a-z0-9])(?=[oh]*\d)(?:oh|\d){2,14}(?![a-z0-9])")
_HALF_DIGITS: Final = re.compile(
    r"(?<![a-z0-9])(?:[z2]er[o0]|[o0]n[e3]|tw[o0]|thr[e3]{2}|f[o0]ur|f[i1]v[e3]|s[i1]x|[s5][e3]v[e3]n|[e3][i1]ght|n[i1]n[e3])(?![a-z0-9])"
)
_AS_LETTERS: Final = str.maketrans("01235", "oizes")

_MOBILE: Final = re.compile(r"(?:0|(?:00)?440?)7\d{9}")
_MOBILE_ANYWHERE: Final = re.compile(r"(?=((?:0|(?:00)?440?)7\d{9}))")
_NO_ZERO: Final = re.compile(r"7[1-9]\d{8}")
_GROUPED: Final = re.compile(r"\d{3,5}\W{1,2}\d{3}\W{0,2}\d{3}")
_TEN_DIGITS: Final = re.compile(r"77\d{6}[1-9]\d|7[3-9]\d{7}[1-9]")
_BEGUN: Final = re.compile(r"07\d{3,8}")
_LANDLINE: Final = re.compile(r"0(?:1|2|3|8)\d{8,9}|(?:00)?440?[1238]\d{8,9}")
_ABROAD: Final = re.compile(r"00[1-9]\d{8,12}")
_CUE: Final = re.compile(
    r"(?<![a-z])(?:numbers?|num|mobiles?|mob|phones?|fone|call|ring|text|txt|txts|bell|buzz|whats\s?app|wa|tel|telephone|cell|dial|digits"
    r"|landline|contact me|reach me|facetime|imessage|house phone|📞|📱|☎)(?![a-z])[^.!?\n]{0,40}$"
)
_OTHER_NUMBERS: Final = re.compile(
    r"(?:candidate|student|ucas|scn|order|reference|ref|serial|account|ticket|matric|matriculation|passport|room|bus|registration"
    r"|membership|roll|track|centre|center|question|page|isbn|id|model|course|application|library|card|population|atomic|mass|sum"
    r"|prime|phone case|barcode|bar code|sample|batch|lottery|lotto|random|binary|barcodes?)\b[^.!?\n]{0,25}$"
)


Digits = tuple[str, int, int]
"""Digits in a row, as one would dial them, from one written number or word, and where it starts and ends."""
Run = list[Digits]


def find(plain: str, sentences: Sequence[Sentence], *, digits: bool) -> Iterator[Detail]:
    """Telephone numbers in folded text; `digits` where it has any."""
    if not _may_hold_a_number(plain, sentences, digits=digits):
        return
    reversible = "backw" in plain or "revers" in plain
    for run in runs_in(plain, sentences):
        span = _number_in(plain, run) or (_number_in_reverse(run) if reversible else None)
        if span is not None:
            yield Detail("phone", *span)


def runs_in(plain: str, sentences: Sequence[Sentence]) -> list[Run]:
    """Rows of digits that nothing but what people put between the parts of one number separates."""
    digits = has_digits(plain)
    if not digits and _number_words(sentences) < 2 and not _SEVEN_GLUED.search(plain):
        return []
    text = plain
    if digits:  # “O77OO”, “oh7”, “s3ven”: each stays as long as it was
        if _BESIDE_A_LETTER.search(plain):
            text = _LETTERS_AS_DIGITS.sub(lambda found: found.group().translate(_AS_DIGITS), text)
            text = _OHS.sub(lambda found: found.group().replace("oh", "0 "), text)
            text = _HALF_DIGITS.sub(lambda found: found.group().translate(_AS_LETTERS), text)
        if _SIGN_OF_ANOTHER.search(text):
            text = _NOT_NUMBERS.sub(lambda found: "%" * len(found.group()), text)
    return _Reader(text).runs()


def _may_hold_a_number(plain: str, sentences: Sequence[Sentence], *, digits: bool) -> bool:
    """The quick question: enough digits, in figures or words; letters may stand for one or two."""
    if "seven" in plain and _SEVEN_GLUED.search(plain):
        return True
    figures = len(_DIGIT.findall(plain)) if digits else 0
    return figures >= _SHORTEST or figures + 3 * _number_words(sentences) >= _SHORTEST


def _number_words(sentences: Sequence[Sentence]) -> int:
    many = 0
    for sentence in sentences:
        if not _NUMBER_WORDS.isdisjoint(sentence.present):
            many += sum(word in _NUMBER_WORDS for word in sentence.words)
    return many


def _pieces(text: str) -> list[Digits]:
    """Words, numbers and signs with their places; number words run together (“fivefivetwo”) come apart."""
    parts = _PIECE.split(text)
    ends = [*accumulate(map(len, parts))]
    pieces = [*zip(parts[1::2], ends[0::2], ends[1::2], strict=False)]
    if any(said is _GLUED_WORDS for said in map(_SAID.__getitem__, parts[1::2])):
        return [one for piece in pieces for one in _apart(*piece)]
    return pieces


def _apart(piece: str, start: int, end: int) -> list[Digits]:
    if _SAID[piece] is not _GLUED_WORDS:
        return [(piece, start, end)]
    return [(word.group(), start + word.start(), start + word.end()) for word in _GLUED_WORD.finditer(piece)]


def _said(piece: str) -> str | None:
    """The digits that a piece says, or what else it is; None where it ends a row of digits."""
    if piece in _TIMES or piece in _TENS:
        return _WITH_THE_NEXT
    if piece[0].isdigit():
        return piece
    if piece in _DIGIT_WORDS:
        return _DIGIT_WORDS[piece]
    if len(piece) >= 5 and _GLUED.fullmatch(piece):
        return _GLUED_WORDS
    return None if piece in _BREAKING_SIGNS or (piece.isalpha() and piece not in _BETWEEN) else ""


_WITH_THE_NEXT: Final = "+"
_GLUED_WORDS: Final = "&"
_SAID: Final = Learnt(_said)


class _Reader:
    """Reads pieces from left to right, and cuts the row where something else is said."""

    def __init__(self, text: str) -> None:
        self._pieces = _pieces(text)
        self._has_zeros = any(zeros in text for zeros in _ZEROS)

    def runs(self) -> list[Run]:
        runs: list[Run] = []
        run: Run = []
        between = after = 0
        for at, piece in enumerate(self._pieces):
            if at < after:
                continue
            said = _SAID[piece[0]]
            digits: Digits | None = None
            if said:
                if said == piece[0] and not self._has_zeros:
                    digits = piece  # as most digits are; they are not asked what comes after them
                else:
                    digits, after = self._digits(at, said)
            if digits:
                run.append(digits)
                between = 0
            elif run:
                between += 1
                if said != "" or between > _MOST_BETWEEN:
                    runs.append(run)
                    run, between = [], 0
        return [*runs, run] if run else runs

    def _word(self, at: int) -> str:
        return self._pieces[at][0] if at < len(self._pieces) else ""

    def _digits(self, at: int, said: str) -> tuple[Digits | None, int]:
        """The digits said from piece `at` on, and the first piece after them."""
        piece, start, end = self._pieces[at]
        if said is not _WITH_THE_NEXT:
            return self._with_zeros(said, at) if self._has_zeros else ((said, start, end), at + 1)
        if piece in _TIMES:
            of = at + 2 if self._word(at + 1) == "-" else at + 1
            value = self._digit(self._word(of))
            if value:
                return (value * _TIMES[piece], start, self._pieces[of][2]), of + 1
            return None, at + 1
        unit = _DIGIT_WORDS.get(self._word(at + 1), "")
        taken = 2 if len(unit) == 1 and unit != "0" else 1
        value = _TENS[piece] + (unit if taken == 2 else "0")
        return (value, start, self._pieces[at + taken - 1][2]), at + taken

    def _with_zeros(self, value: str, at: int) -> tuple[Digits, int]:
        """Digits with the noughts of a “hundred” after them, and the first piece after those."""
        _, start, end = self._pieces[at]
        after = self._word(at + 1)
        of = at + 2 if after == "-" else at + 1
        if zeros := _ZEROS.get(self._word(of) if after == "-" else after, ""):
            return (value + zeros, start, self._pieces[of][2]), of + 1
        return (value, start, end), at + 1

    def _digit(self, word: str) -> str:
        value = _DIGIT_WORDS.get(word, word if word.isdigit() else "")
        return value if len(value) == 1 else ""


def _number_in(plain: str, run: Run) -> tuple[int, int] | None:
    values = [value for value, _, _ in run]
    joined = "".join(values)
    if len(joined) < _SHORTEST:
        return None
    whole = (run[0][1], run[-1][2])
    if is_number(joined, plus=_after_plus(plain, whole[0])):
        return whole
    if _NO_ZERO.fullmatch(joined) and _is_spelled_or_grouped(plain[whole[0] : whole[1]]):
        return whole
    longest = max(map(len, values))
    if (
        6 <= len(joined) <= 16
        and not joined.endswith("00000")
        and (longest >= 3 or longest == 1)
        and _is_announced(plain, whole[0])
    ):
        return whole
    if inside := _mobile_inside(run, joined):
        return inside
    solid = _solid_number(plain, run) if longest >= _SOLID else None
    return solid or _begun_number(plain, run, longest)


def _is_spelled_or_grouped(written: str) -> bool:
    """“seven seven double oh …”, “7700 900 183”: said without its nought, and not ten digits of anything."""
    if _TEN_DIGITS.fullmatch(written):
        return True
    return not _DIGIT.search(written) or _GROUPED.fullmatch(written) is not None


def _number_in_reverse(run: Run) -> tuple[int, int] | None:
    joined = "".join(value for value, _, _ in run)
    return (run[0][1], run[-1][2]) if is_number(joined[::-1]) else None


def _begun_number(plain: str, run: Run, longest: int) -> tuple[int, int] | None:
    """A mobile number's beginning, “07700 9”: the rest may come in any way."""
    begun = next(
        ((start, end) for value, start, end in run if longest >= _SHORTEST and _BEGUN.fullmatch(value)), None
    )
    span: tuple[int, int] | None = None
    if begun is not None and plain[begun[0] - 1 : begun[0]] not in (".", ","):
        span = begun
    elif run[0][0][0] == "0" and 6 <= sum(len(value) for value, _, _ in run) <= 14:
        spelled = any(not plain[start:end].isdigit() for _, start, end in run)
        if spelled and "".join(value for value, _, _ in run).startswith("077"):
            span = run[0][1], run[-1][2]
    if span is None or _OTHER_NUMBERS.search(plain[max(0, span[0] - 60) : span[0]]):
        return None
    return span


def _mobile_inside(run: Run, joined: str) -> tuple[int, int] | None:
    """A mobile number between other numbers, from the start of one to the end of another: “14 07700
    900123”."""
    if _MOBILE_ANYWHERE.search(joined) is None:
        return None
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = 0
    for value, start, end in run:
        starts[at] = start
        at += len(value)
        ends[at] = end
    for found in _MOBILE_ANYWHERE.finditer(joined):
        start, end = found.start(), found.end(1)
        if start in starts and end in ends:
            return starts[start], ends[end]
    return None


def _solid_number(plain: str, run: Run) -> tuple[int, int] | None:
    for value, start, end in run:
        if len(value) >= _SOLID and is_number(value, plus=_after_plus(plain, start)):
            return start, end
    return None


def is_number(digits: str, *, plus: bool = False) -> bool:
    """Whether digits in a row have the shape of a telephone number; `plus` where a + stands before them."""
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits) or _ABROAD.fullmatch(digits):
        return True
    return plus and 8 <= len(digits) <= 15


def _after_plus(plain: str, at: int) -> bool:
    return plain[max(0, at - 3) : at].rstrip(" (").endswith("+")


def _is_announced(plain: str, at: int) -> bool:
    before = plain[max(0, at - 60) : at]
    return bool(_CUE.search(before)) and not _OTHER_NUMBERS.search(before)
