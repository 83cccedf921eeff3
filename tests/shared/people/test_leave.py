"""What somebody may take part in, by what was said, the policy and the day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.people.leave import Leave, age_on, needs_parent
from shared.policies.people import Purpose, Side

TODAY = date(2026, 11, 23)
YES, NO = {"taking_part": "yes"}, {"taking_part": "no"}


def a_purpose(*, parent: str = "never") -> Purpose:
    return Purpose.model_validate(
        {
            "id": "taking_part",
            "title": "Taking part",
            "words": "Do you want to take part?",
            "parent": parent,
            "parent_words": "May they take part?",
        }
    )


def in_force(leave: Leave, *, parent: str, side: Side = "mentee", today: date = TODAY) -> dict[str, str]:
    return leave.in_force([a_purpose(parent=parent)], side, today)


@pytest.mark.parametrize(
    ("own", "parents", "expected"),
    [
        ({}, {}, {}),
        (YES, {}, {"taking_part": "asked"}),
        (YES, YES, YES),
        (YES, NO, NO),
        (NO, YES, NO),
        ({}, YES, {}),
    ],
)
def test_where_a_parent_is_asked_only_both_together_say_yes(
    own: dict[str, str], parents: dict[str, str], expected: dict[str, str]
) -> None:
    assert in_force(Leave(own, parents), parent="always") == expected


@given(st.sampled_from(["", "yes", "no"]), st.sampled_from(["", "yes", "no"]), st.booleans())
def test_nothing_is_in_force_that_the_person_did_not_say(own: str, parents: str, asked: bool) -> None:
    leave = Leave({"taking_part": own} if own else {}, {"taking_part": parents} if parents else {})

    found = in_force(leave, parent="always" if asked else "never")

    assert (found == YES) == (own == "yes" and (not asked or parents == "yes"))


def test_a_policy_that_begins_to_ask_parents_waits_for_their_answer_at_once() -> None:
    assert in_force(Leave(YES), parent="never") == YES
    assert in_force(Leave(YES), parent="always") == {"taking_part": "asked"}
    assert in_force(Leave(YES, YES), parent="always") == YES


def test_on_the_sixteenth_birthday_a_parent_is_waited_for_no_longer() -> None:
    leave = Leave(YES, born_on=date(2010, 11, 24))

    assert in_force(leave, parent="under_16", today=date(2026, 11, 23)) == {"taking_part": "asked"}
    assert in_force(leave, parent="under_16", today=date(2026, 11, 24)) == YES


@pytest.mark.parametrize("born_on", [None, date(2011, 5, 30)])
def test_what_is_stored_comes_back_as_it_was(born_on: date | None) -> None:
    leave = Leave(YES, NO, born_on)

    assert Leave.stored(leave.as_stored()) == leave
    assert Leave.stored({}) == Leave()


@pytest.mark.parametrize(
    ("born_on", "expected"),
    [
        (None, True),
        (date(2010, 11, 24), True),
        (date(2010, 11, 23), False),
        (date(2001, 2, 3), False),
    ],
)
def test_until_sixteen_a_parent_is_asked_and_of_whom_no_birthday_is_known(
    born_on: date | None, expected: bool
) -> None:
    assert needs_parent(a_purpose(parent="under_16"), "mentee", born_on, TODAY) is expected


@pytest.mark.parametrize("parent", ["under_16", "always"])
def test_nobody_asks_a_mentors_parents(parent: str) -> None:
    assert in_force(Leave(YES), parent=parent, side="mentor") == YES


def test_somebody_born_on_a_leap_day_has_their_birthday_on_the_first_of_march() -> None:
    assert age_on(date(2008, 2, 29), date(2024, 2, 28)) == 15
    assert age_on(date(2008, 2, 29), date(2025, 2, 28)) == 16
    assert age_on(date(2008, 2, 29), date(2025, 3, 1)) == 17
