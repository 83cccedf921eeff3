"""Lists of people as they come out of spreadsheets: from the bytes of a CSV file to who is to be invited.

A file is refused as a whole where it is no list (`Unusable`, with a sentence). Otherwise every row of it is
either good or says, column by column, what is to be put right.

Encodings are told apart by their form, not guessed: UTF-16 by its mark or its zeros, UTF-8 because hardly
anything else is valid UTF-8, and what is left is Windows-1252, in which Excel writes "CSV" in this country.
Formulas are refused (https://owasp.org/www-community/attacks/CSV_Injection), and none is ever written.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.policies.people import Question

from .eligibility import LONGEST_ANSWER, choices_of, problem_with_answer, tidy_answer
from .rules import (
    Row,
    problem_with_address,
    problem_with_name,
    problem_with_school,
    tidy_address,
    tidy_name,
)

LARGEST = 3_000_000
"""Bytes: 20,000 people with their answers. What is to be corrected is sent back within Lambda's 6 MB."""
MOST_ROWS = 20_000
LONGEST_ROW = 2_000
"""Characters."""
HEADINGS_WITHIN = 20
"""Lines in which the headings are looked for."""
MOST_LINES = 20
"""Lines that one row may go over, by line breaks in quotes. With more, a closing quote is missing."""

LINE, TO_PUT_RIGHT = "Line", "What to put right"
"""The columns that a list of what to correct has besides."""

SAVE_AS_CSV = (
    "This is an Excel workbook, whatever its name says. Open it in Excel, choose “Save as”, then "
    "“CSV UTF-8 (Comma delimited)”, and send that file."
)
EMPTY = "This file is empty. Please look at it, and choose it again."
NO_TEXT = "This is not a CSV file. Please save your list as “CSV UTF-8 (Comma delimited)”, and send that."
TOO_LARGE = "This file is larger than 3 MB. Please send it in parts; nobody is invited twice."
TOO_MANY = f"There are more than {MOST_ROWS:,} rows. Please send them in parts; nobody is invited twice."
UNREADABLE = (
    "Some letters in this file cannot be read (the first is on line {line}). Please save it again as "
    "“CSV UTF-8 (Comma delimited)”."
)
TWO_HEADINGS = "There are two rows of headings, on lines {first} and {second}. Please keep one of them."
NOBODY = "There is nobody below the headings. Please look at the file, and choose it again."


class Unusable(Exception):
    """The file as a whole cannot be used. Says why, and what to do."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.sentence, self.code = sentence, code


@dataclass(frozen=True)
class Column:
    """What a list says of each person."""

    name: str
    """`first_name`, `surname`, `address`, `school`, or `answer_` and the id of a question."""
    heading: str
    is_needed: bool = True
    known_as: tuple[str, ...] = ()
    """Other headings that are understood."""
    question: Question | None = None


@dataclass(frozen=True)
class Problem:
    """What is to be put right in one cell; in the whole row where `column` is empty."""

    column: str
    reason: str


@dataclass(frozen=True)
class Read:
    """One row of a list: somebody to be invited, or what is to be put right."""

    line: int
    cells: tuple[str, ...]
    """As they were written, in the order of the columns."""
    person: Row | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Found:
    """A whole list."""

    rows: tuple[Read, ...]
    unused: tuple[str, ...]
    """Headings of columns that mean nothing here."""


def columns_for(questions: Sequence[Question]) -> tuple[Column, ...]:
    """The columns of a list, where these questions are asked."""
    return (
        Column("first_name", "First name", known_as=("First names", "Forename", "Forenames", "Given name")),
        Column("surname", "Surname", known_as=("Last name", "Family name")),
        Column("address", "E-mail address", known_as=("Email", "Mail", "E-mail")),
        Column("school", "School", is_needed=False, known_as=("School or college", "College", "School name")),
        *(Column(f"answer_{one.id}", one.words, known_as=(one.id,), question=one) for one in questions),
    )


# ── From bytes to cells ────────────────────────────────────────────────────


def text_of(content: bytes) -> str:
    """What a file says. Raises Unusable for what is no text."""
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise Unusable(EMPTY, "empty")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unusable(SAVE_AS_CSV, "workbook")
    if len(content) > LARGEST:
        raise Unusable(TOO_LARGE, "too_large")
    text = _decoded(content)
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise Unusable(NO_TEXT, "no_text")
    return text


def _decoded(content: bytes) -> str:
    try:
        if encoding := _wide_encoding(content):
            return content.decode(encoding).removeprefix("\ufeff")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if encoding or _is_broken_utf_8(content):
            line = content.count(b"\n", 0, error.start) + 1
            raise Unusable(UNREADABLE.format(line=line), "unreadable") from None
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unusable(UNREADABLE.format(line=line), "unreadable") from None


def _wide_encoding(content: bytes) -> str:
    """UTF-16, in the order of its bytes; empty for anything else."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    start = content[:2_000]
    if start[1::2].count(0) > len(start) // 4 and not start[::2].count(0):
        return "utf-16-le"
    if start[::2].count(0) > len(start) // 4 and not start[1::2].count(0):
        return "utf-16-be"
    return ""


def _is_broken_utf_8(content: bytes) -> bool:
    """Whether it was UTF-8 before some of it was lost: letters beyond ASCII that are whole outnumber what is
    not."""
    text = content.decode("utf-8", errors="surrogateescape")
    broken = sum("\udc80" <= one <= "\udcff" for one in text)
    whole = sum(one > "\x7f" for one in text) - broken
    return whole > broken


def _records(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Line number and cells of each row that is not empty; None where quotation marks do not match."""
    at = 0
    while at < len(lines):
        used = 1
        if lines[at].strip(" \t,;|"):
            cells, used = _record(lines, at, delimiter)
            yield at + 1, cells
        at += used


def _record(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The cells of the row that begins here, and how many lines it takes. A row whose quotation marks do not
    match is one line, so that those after it are not lost."""
    written = lines[at]
    for used in range(1, MOST_LINES + 1):
        if written.count('"') % 2 == 0:
            cells = _cells(written, delimiter)
            return cells, used if cells else 1
        if at + used >= len(lines):
            break
        written = f"{written}\n{lines[at + used]}"
    return None, 1


def _cells(written: str, delimiter: str) -> list[str] | None:
    source = io.StringIO(written, newline="")
    reader = csv.reader(source, delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        rows = list(reader)
    except csv.Error:
        return None
    return [" ".join(cell.split()) for cell in rows[0]] if len(rows) == 1 else None


# ── The headings ───────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Headings:
    line: int
    delimiter: str
    written: tuple[str, ...]
    columns: tuple[Column | None, ...]

    @property
    def known(self) -> int:
        return sum(one is not None for one in self.columns)


def _headings(lines: Sequence[str], columns: Sequence[Column]) -> _Headings:
    found: list[_Headings] = []
    for delimiter in ",;\t|":
        for line, cells in _records(lines[:HEADINGS_WITHIN], delimiter):
            headings = _as_headings(line, cells or [], delimiter, columns)
            if headings is not None:
                found.append(headings)
                break
    if not found:
        raise Unusable(
            f"We could not find the row with the headings. It must hold {_quoted(columns)}, and stand "
            f"within the first {HEADINGS_WITHIN} lines.",
            "no_headings",
        )
    best = max(found, key=lambda one: one.known)
    _require_whole(best, columns)
    return best


def _as_headings(
    line: int, cells: Sequence[str], delimiter: str, columns: Sequence[Column]
) -> _Headings | None:
    """The row as headings, if it can be that: two of ours at least, and no e-mail address."""
    by_words = {_folded(words): one for one in columns for words in (one.heading, one.name, *one.known_as)}
    found = tuple(by_words.get(_folded(cell)) for cell in cells)
    if sum(one is not None for one in found) < 2 or any("@" in cell for cell in cells):
        return None
    return _Headings(line, delimiter, tuple(cells), found)


def _require_whole(headings: _Headings, columns: Sequence[Column]) -> None:
    there = [one for one in headings.columns if one is not None]
    twice = next((one for one in there if there.count(one) > 1), None)
    if twice is not None:
        raise Unusable(
            f"There are two columns for “{twice.heading}”. Please keep one of them.", "column_twice"
        )
    missing = [one for one in columns if one.is_needed and one not in there]
    if missing:
        are = "This column is" if len(missing) == 1 else "These columns are"
        raise Unusable(f"{are} missing: {_quoted(missing)}.", "column_missing")


def _quoted(columns: Sequence[Column]) -> str:
    return ", ".join(f"“{one.heading}”" for one in columns if one.is_needed)


def _folded(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())


# ── The rows ───────────────────────────────────────────────────────────────


def read_list(content: bytes, questions: Sequence[Question]) -> Found:
    """Every row of a file. Raises Unusable."""
    lines = re.split(r"\r\n|\r|\n", text_of(content))
    columns = columns_for(questions)
    headings = _headings(lines, columns)
    seen: dict[str, int] = {}
    rows: list[Read] = []
    for line, cells in _records(lines, headings.delimiter):
        if line <= headings.line:
            continue
        if _as_headings(line, cells or [], headings.delimiter, columns) is not None:
            raise Unusable(TWO_HEADINGS.format(first=headings.line, second=line), "two_headings")
        rows.append(_read(line, cells, headings, columns, seen))
        if len(rows) > MOST_ROWS:
            raise Unusable(TOO_MANY, "too_many")
    if not rows:
        raise Unusable(NOBODY, "nobody")
    ours = {_folded(LINE), _folded(TO_PUT_RIGHT), ""}
    pairs = zip(headings.written, headings.columns, strict=True)
    return Found(
        tuple(rows), tuple(words for words, one in pairs if one is None and _folded(words) not in ours)
    )


def _read(
    line: int,
    cells: list[str] | None,
    headings: _Headings,
    columns: Sequence[Column],
    seen: dict[str, int],
) -> Read:
    if cells is None:
        reason = "The quotation marks do not match, here or in a row below."
        return Read(line, ("",) * len(columns), None, (Problem("", reason),))
    by_column = {
        one.name: cell for one, cell in zip(headings.columns, cells, strict=False) if one is not None
    }
    written = tuple(by_column.get(one.name, "") for one in columns)
    if sum(map(len, cells)) > LONGEST_ROW:
        short = tuple(cell[:60] for cell in written)
        return Read(line, short, None, (Problem("", f"This row is longer than {LONGEST_ROW:,} characters."),))
    problems = [
        Problem(one.heading, problem)
        for one, cell in zip(columns, written, strict=True)
        if (problem := _problem(one, cell))
    ]
    if any(cells[len(headings.columns) :]):
        problems.append(Problem("", "There are more cells in this row than there are headings."))
    address = tidy_address(by_column.get("address", ""))
    if not problems and address in seen:
        problems.append(Problem("E-mail address", f"This address is on line {seen[address]} too."))
    seen.setdefault(address, line)
    person = None if problems else _person(line, by_column, columns)
    return Read(line, written, person, tuple(problems))


def _person(line: int, by_column: Mapping[str, str], columns: Sequence[Column]) -> Row:
    questions = [one.question for one in columns if one.question is not None]
    return Row(
        line,
        tidy_name(by_column["first_name"]),
        tidy_name(by_column["surname"]),
        tidy_address(by_column["address"]),
        tidy_name(by_column.get("school", "")),
        {one.id: tidy_answer(one, by_column[f"answer_{one.id}"]) for one in questions},
    )


def _problem(column: Column, cell: str) -> str:
    if is_formula(cell):
        return f"This begins with “{cell[0]}”, as a formula does. Please write the words themselves."
    if column.question is not None:
        if len(cell) > LONGEST_ANSWER:
            return f"Please keep this to {LONGEST_ANSWER} characters."
        return problem_with_answer(column.question, tidy_answer(column.question, cell))
    if column.name == "address":
        return problem_with_address(tidy_address(cell))
    name = tidy_name(cell)
    if "?" in name or "\ufffd" in name:
        return "Letters were lost here when the file was saved. Please save it as “CSV UTF-8”."
    if column.name == "school":
        return problem_with_school(name)
    return problem_with_name(name, column.heading.lower())


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet might reckon with this: it begins as a formula does, and is no number."""
    return cell.startswith(("=", "+", "-", "@")) and not re.fullmatch(r"[+-][0-9][0-9 .,]*", cell)


# ── Writing ────────────────────────────────────────────────────────────────


def written_list(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A CSV file that Excel opens with its letters whole. Nothing in it is taken for a formula."""
    sheet = io.StringIO(newline="")
    sheet.write("\ufeff")
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([f"'{cell}" if is_formula(cell) else cell for cell in row] for row in rows)
    return sheet.getvalue()


def sample_list(questions: Sequence[Question]) -> str:
    """A file to begin with: the headings, and two people who are made up."""
    columns = columns_for(questions)
    people = (("Amina", "Yusuf", "amina@example.org"), ("Siân", "Price", "sian@example.org"))
    rows = [(*one, "Northfield Academy", *(example_of(each) for each in questions)) for one in people]
    return written_list([one.heading for one in columns], rows)


def example_of(question: Question) -> str:
    """An answer that is accepted."""
    if question.kind == "number":
        return str(question.least if question.least is not None else question.most or 1)
    return (question.accepts or choices_of(question))[0]
