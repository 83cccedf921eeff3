"""Whether what somebody wrote names one of the staff."""

import pytest

from shared.people.permissions import Role
from shared.safeguarding.naming import staff_named
from tests.shared.safeguarding.builders import MORAG, OWEN, PRIYA, a_staff_member

STAFF = [MORAG, PRIYA, OWEN]
AISLING = a_staff_member("Aisling O’Hara-Byrne", Role.DEPUTY)


@pytest.mark.parametrize(
    "words",
    [
        "Morag Sinclair asks me to meet her alone.",
        "it's about MORAG  SINCLAIR, she keeps ringing me",
        "Mrs Sinclair touched my leg.",
        "I don't like ms. sinclair's jokes",
        "Miss Morag said not to tell anybody.",
        "Dr\nSinclair wrote to me at night",
    ],
)
def test_first_name_and_surname_or_one_of_them_after_a_title(words: str) -> None:
    assert staff_named(words, STAFF) == {MORAG.person_id}


@pytest.mark.parametrize(
    "words",
    [
        "Morag is my cat.",
        "We live in Sinclair Street.",
        "Morag and Sinclair are two places in Scotland.",
        "Missinclair is not a word",
        "My teacher is called Mrs Sinclairson",
    ],
)
def test_half_a_name_names_nobody(words: str) -> None:
    assert staff_named(words, STAFF) == frozenset()


def test_the_first_name_alone_counts_where_it_is_all_that_somebody_may_know() -> None:
    words = "Morag, who runs this, wants to meet me."

    assert staff_named(words, STAFF, by_first_name=True) == {MORAG.person_id}
    assert staff_named("Moragh is my friend", STAFF, by_first_name=True) == frozenset()


@pytest.mark.parametrize("words", ["Aisling O'Hara Byrne rang", "aisling o’hara-byrne", "Ms O`Hara‑Byrne"])
def test_apostrophes_and_hyphens_are_written_in_many_ways(words: str) -> None:
    assert staff_named(words, [AISLING]) == {AISLING.person_id}


def test_all_who_are_called_so_are_named() -> None:
    other = a_staff_member("Elspeth Sinclair", Role.COORDINATOR)

    assert staff_named("Mrs Sinclair", [*STAFF, other]) == {MORAG.person_id, other.person_id}
