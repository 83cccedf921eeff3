"""The page that says how all this works, to whoever asks and whatever is broken."""

import pytest

from tests.builders.conversations import a_pair
from tests.builders.people import a_person, also_in
from tests.builders.programmes import a_programme, with_a_broken_policy

from .browser import Browser
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")


def test_whoever_is_signed_out_is_told_what_holds_everywhere() -> None:
    page = Browser().get("/how-this-works")

    assert page.status == 200
    assert "not private" in page.words
    assert "call 999" in page.words


def test_a_policy_that_cannot_be_read_leaves_the_page_standing() -> None:
    pair = a_pair()
    other = a_programme("Chess by Post")
    also_in(other, pair.mentee, role="mentee")
    with_a_broken_policy(pair.programme)

    page = browser_of(pair.mentee).get("/how-this-works")

    assert page.status == 200
    assert f"We can’t show how {pair.programme.name} runs just now" in page.words
    assert "In Chess by Post" in page.words
    assert "Report a worry" in page.words


def test_staff_read_their_own_ground_rules() -> None:
    programme = a_programme()

    answer = program_of(a_person("coordinator", programme)).get("/how-this-works")

    (one,) = answer.json["programmes"]
    assert one["rules"] == ["Read what is held within one working day."]
