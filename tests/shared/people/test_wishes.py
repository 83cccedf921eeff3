import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.people.wishes import (
    Known,
    Wishes,
    may_know,
    read_wishes,
    reminders,
    shared_choices,
    stored_wishes,
)

NAMES = st.text(alphabet="abcdefg áé'-. ", min_size=1, max_size=30)


def known(name: str) -> Known:
    return Known(name, "school", by="Amina Yusuf", at="2026-11-23T09:00:00.000000Z")


@pytest.mark.parametrize(
    "written",
    [
        "Callum Reid",
        "callum  reid",
        "Mr Reid",
        "Dr. C. Reid",
        "Callum John Reid",
        "Uncle Callum",
        "Reid",
        "Cállum Reid",
    ],
)
def test_a_name_fits_whoever_may_be_called_so(written: str) -> None:
    assert may_know([known(written)], "Callum", "Reid")


@pytest.mark.parametrize("written", ["Callum Read", "Hannah Reid", "H. Reid", "Mrs Osei", "Reidy", "Mr", ""])
def test_a_name_does_not_fit_somebody_of_another(written: str) -> None:
    assert not may_know([known(written)], "Callum", "Reid")


@pytest.mark.parametrize("written", ["Amina Khan", "Amina Yusuf", "Miss Yusuf-Khan", "Amina Yusuf Khan"])
def test_either_part_of_a_double_name_fits(written: str) -> None:
    assert may_know([known(written)], "Amina", "Yusuf-Khan")


def test_names_in_any_script_are_compared() -> None:
    assert may_know([known("Зоя Петрова")], "Зоя", "Петрова")
    assert not may_know([known("Зоя Петрова")], "Анна", "Орлова")


@given(first=NAMES, surname=NAMES)
def test_a_name_written_as_it_is_stored_always_fits_or_says_nothing(first: str, surname: str) -> None:
    written = known(f"{first} {surname}")

    assert may_know([written], first, surname) or not any(one.isalnum() for one in first + surname)


def test_what_was_said_is_read_as_it_was_stored() -> None:
    wishes = Wishes({"sector": ("Energy",)}, ("mentor-1",), 2, True, (known("Mrs Reid"),))

    assert read_wishes(stored_wishes(wishes)) == wishes


def test_nothing_said_takes_no_room_and_a_mentor_who_wants_nobody_is_heard() -> None:
    assert stored_wishes(Wishes()) == {}
    assert read_wishes(None) == Wishes()
    assert read_wishes(stored_wishes(Wishes(most=0))).most == 0


def test_what_both_chose_is_told_question_by_question() -> None:
    mentee = Wishes({"sector": ("Energy", "Engineering"), "pathway": ("College",)})
    mentor = Wishes({"sector": ("Engineering",), "pathway": ("University",)})

    assert shared_choices(mentee, mentor) == {"sector": ("Engineering",)}


def test_staff_are_reminded_of_names_that_may_be_misspelt() -> None:
    assert reminders("Amina", []) == []
    assert reminders("Amina", [known("Mrs Ried"), known("Uncle Tom")]) == [
        "Amina must not be matched with “Mrs Ried” and “Uncle Tom”. Make sure that this is somebody else."
    ]
