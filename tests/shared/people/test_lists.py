"""Reading lists of people."""

import codecs
import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.people.lists import (
    LARGEST,
    MOST_ROWS,
    Found,
    Unusable,
    columns_for,
    read_list,
    sample_list,
    written_list,
)
from shared.policies.people import Question

YEAR = Question(
    id="year_group",
    asked_of="mentee",
    words="Which year are they in?",
    choices=["Year 12", "Year 13"],
    accepts=["Year 13"],
    refusal="The programme is for students in year 13.",
)
HEADINGS = "First name,Surname,E-mail address,School,Which year are they in?"
ISLA = "Isla,Mackay,isla@example.org,Dundee High School,Year 13"


def read(text: str, *questions: Question) -> Found:
    return read_list(text.encode(), questions or (YEAR,))


def reasons(text: str, *questions: Question) -> list[tuple[int, str, str]]:
    found = read(text, *questions)
    return [(row.line, one.column, one.reason) for row in found.rows for one in row.problems]


def names(content: bytes) -> list[str]:
    rows = read_list(content, (YEAR,)).rows
    return [f"{row.person.first_name} {row.person.surname}" for row in rows if row.person]


def test_a_row_is_read_with_everything_that_was_answered() -> None:
    (row,) = read(f"{HEADINGS}\n{ISLA}").rows

    assert row.person is not None
    assert (row.person.line, row.person.address, row.person.school) == (
        2,
        "isla@example.org",
        "Dundee High School",
    )
    assert row.person.answers == {"year_group": "Year 13"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_names_in_any_script_arrive_whole_however_the_file_was_saved(
    encoding: str, delimiter: str, ending: str
) -> None:
    people = ["Siân,Ó Briain", "Łukasz,Wiśniewski", "美咲,山田", "زینب,رضایی", "प्रिया,शर्मा", "Ола,Їжак"]
    lines = [HEADINGS, *(f"{one},p{n}@example.org,,Year 13" for n, one in enumerate(people))]
    content = ending.join(line.replace(",", delimiter) for line in lines).encode(encoding)

    assert names(content) == [one.replace(",", " ") for one in people]


def test_windows_1252_as_excel_writes_it_is_read() -> None:
    content = f"{HEADINGS}\r\nSiân,O’Brien–Núñez,sian@example.org,,Year 13\r\n".encode("cp1252")

    assert names(content) == ["Siân O’Brien–Núñez"]


def test_utf_8_with_a_broken_letter_is_not_taken_for_windows_1252() -> None:
    lines = f"{HEADINGS}\nSiân,Ó Briain,a@example.org,,Year 13\nZoë,X,b@example.org,,Year 13".encode()

    with pytest.raises(Unusable, match="on line 3"):
        read_list(lines.replace("ë".encode(), b"\xc3"), (YEAR,))


def test_letters_that_excel_lost_are_noticed() -> None:
    assert reasons(f"{HEADINGS}\n?ukasz,Nowak,l@example.org,,Year 13") == [
        (2, "First name", "Letters were lost here when the file was saved. Please save it as “CSV UTF-8”.")
    ]


@pytest.mark.parametrize(
    "above", ["", "Nominations for autumn\n", "sep=;\n\n;;\n", 'Northfield Academy\n"Printed, today"\n']
)
def test_headings_may_stand_below_a_title(above: str) -> None:
    found = read_list(f"{above}{HEADINGS}\n{ISLA}".replace(",", ";").encode(), (YEAR,))

    assert [row.person is not None for row in found.rows] == [True]


def test_headings_are_known_by_other_names_in_any_order_and_others_are_named() -> None:
    found = read("email,Notes,Year_Group,last name,FORENAME\nisla@example.org,keen,13,Mackay,Isla")

    assert found.unused == ("Notes",)
    assert [one.reason for one in found.rows[0].problems] == ["Please answer with “Year 12” or “Year 13”."]


def test_a_line_break_in_quotation_marks_is_no_new_row() -> None:
    found = read(f'{HEADINGS}\nIsla,Mackay,isla@example.org,"Dundee\nHigh ""School""",year 13\n\n{ISLA}')

    assert [row.line for row in found.rows] == [2, 5]
    assert found.rows[0].person is not None
    assert found.rows[0].person.school == 'Dundee High "School"'


def test_a_quotation_mark_without_its_fellow_costs_one_row_and_not_those_below() -> None:
    assert reasons(f'{HEADINGS}\nIsla,"Mackay,isla@example.org,,Year 13\n{ISLA}\n{ISLA}') == [
        (2, "", "The quotation marks do not match, here or in a row below."),
        (4, "E-mail address", "This address is on line 3 too."),
    ]


def test_every_problem_of_a_row_is_said_with_its_column() -> None:
    assert reasons(f"{HEADINGS}\n,=HYPERLINK(1),isla@example,,Year 12,extra") == [
        (2, "First name", "Enter a first name."),
        (2, "Surname", "This begins with “=”, as a formula does. Please write the words themselves."),
        (2, "E-mail address", "Enter an e-mail address like name@example.org."),
        (2, "Which year are they in?", "The programme is for students in year 13."),
        (2, "", "There are more cells in this row than there are headings."),
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+Isla", "-Isla", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_a_formula_is_refused(cell: str) -> None:
    ((line, column, reason),) = reasons(f"{HEADINGS}\n{cell},Mackay,isla@example.org,,Year 13")

    assert (line, column) == (2, "First name")
    assert "as a formula does" in reason


def test_a_negative_number_is_no_formula() -> None:
    years = Question(id="years_out", asked_of="mentee", words="How long?", kind="number", least=2)

    (only,) = reasons("First name,Surname,Email,years_out\nIsla,Mackay,isla@example.org,-3", years)

    assert only == (2, "How long?", "Please answer with a whole number.")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"PK\x03\x04\x14\x00 this is a workbook", "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old workbook", "workbook"),
        (b"a" * (LARGEST + 1), "too_large"),
        (f"{HEADINGS}\nIsla\x00,Mackay,isla@example.org,,Year 13".encode(), "no_text"),
        (b"%PDF-1.7 \x01\x02", "no_text"),
        (b"Isla,Mackay,isla@example.org", "no_headings"),
        (f"{HEADINGS}\n".encode(), "nobody"),
        (b"First name,Surname\nIsla,Mackay", "column_missing"),
        (b"First name,Surname,Email,E-mail address\nIsla,Mackay,a@example.org,", "column_twice"),
        (f"{HEADINGS}\n{HEADINGS}\n{ISLA}".encode(), "two_headings"),
        (f"{HEADINGS}\n{ISLA}\n\n{HEADINGS}".encode(), "two_headings"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8", "unreadable"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(content: bytes, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        read_list(content, (YEAR,))

    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")


def test_more_rows_than_can_be_taken_are_refused() -> None:
    rows = "\n".join(f"I,M,p{n}@example.org,,Year 13" for n in range(MOST_ROWS + 1))

    with pytest.raises(Unusable, match="more than 20,000 rows"):
        read(f"{HEADINGS}\n{rows}")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Unusable, match="“Surname”, “Which year are they in\\?”"):
        read("First name,Email\nIsla,isla@example.org")


def test_the_sample_is_a_list_of_good_rows() -> None:
    assert all(row.person for row in read(sample_list([YEAR])).rows)


def test_what_is_written_holds_no_formula_and_is_read_again() -> None:
    text = written_list([one.heading for one in columns_for([YEAR])], [("=1+1", "M", "a@b", "@x", "-12")])

    (_, cells) = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert cells == ["'=1+1", "M", "a@b", "'@x", "-12"]


@given(
    st.one_of(
        st.binary(max_size=600), st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace"))
    )
)
def test_whatever_comes_is_either_refused_in_words_or_read(content: bytes) -> None:
    with suppress(Unusable):
        assert read_list(content, (YEAR,)).rows


LETTERS = st.text(alphabet=st.sampled_from("abc \"',;\t@.=+-\n\r?é美Year13"), max_size=30)


@given(st.lists(st.lists(LETTERS, min_size=0, max_size=7), min_size=1, max_size=8))
def test_every_row_is_either_good_or_says_what_to_put_right(rows: list[list[str]]) -> None:
    text = "\n".join([HEADINGS, *(",".join(row) for row in rows)])
    found = Found((), ())
    with suppress(Unusable):
        found = read(text)
    for row in found.rows:
        assert (row.person is None) == bool(row.problems)
        assert len(row.cells) == 5
    good = [row.person.address for row in found.rows if row.person]
    assert len(good) == len(set(good))
