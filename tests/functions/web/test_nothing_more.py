"""After the end staff say that nothing more is to pass, and see that it was said and by whom."""

import pytest

from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.platform.clock import now
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone, a_person
from tests.shared.audit.builders import waiting
from tests.shared.people.counting import requests_made

from .at_a_pair import COLLEGE, Api, a_pair_of, page, post
from .signed_in import browser_of

pytestmark = pytest.mark.usefixtures("tables")

WHY = "Her aunt has asked us that he writes no more."
SAID = "Nothing more is to pass between them"
PLACES = ("", "/ending")
"""The pair's page, and the page of how it ends."""


@pytest.fixture
def pair() -> TwoWhoWrite:
    return a_pair_of(COLLEGE, stage="working")


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


@pytest.fixture
def morag(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme, first_name="Morag", surname="Sinclair")


def ended(pair: TwoWhoWrite, priya: Someone, **fields: str) -> TwoWhoWrite:
    assert Api(pair, priya).post("/end", why="They have come to the end.", **fields).status == 200
    return pair


@pytest.mark.parametrize("place", PLACES)
def test_staff_say_so_with_a_reason_and_see_who_said_it(
    pair: TwoWhoWrite, priya: Someone, morag: Someone, place: str
) -> None:
    ended(pair, priya)
    browser = browser_of(morag)
    assert "Let nothing more pass" in page(browser, pair, place).words

    answer = browser.post(f"/pairs/{pair.pair_id}/nothing-more", why=WHY)

    assert answer.status == 303
    for reader in (morag, priya):
        for where in PLACES:
            shown = page(browser_of(reader), pair, where)
            assert "Morag Sinclair said so" in shown.words
            assert "Let nothing more pass" not in shown.words
            assert WHY not in shown.words
    [said] = [one for one in waiting() if one.what == "forbade_last_message"]
    assert (said.why, said.by_name) == (WHY, "Morag Sinclair")
    assert Api(pair, pair.mentor).get("/last-message")["may_write"] is False


def test_neither_of_the_two_learns_of_it(pair: TwoWhoWrite, priya: Someone) -> None:
    ended(pair, priya)
    Api(pair, priya).post("/nothing-more", why=WHY)

    for someone in (pair.mentee, pair.mentor):
        for place in PLACES:
            shown = page(browser_of(someone), pair, place)
            assert SAID not in shown.words
            assert priya.name not in shown.text
        assert Api(pair, someone).get("/ending")["nothing_more"] is None
        assert Api(pair, someone).get("")["together"]["nothing_more"] is None
        assert Api(pair, someone).post("/nothing-more", why=WHY).status == 404


def test_whoever_ended_it_so_stands_there_too(pair: TwoWhoWrite, priya: Someone) -> None:
    ended(pair, priya, no_last_message="yes")

    for place in PLACES:
        assert f"{priya.name} said so" in page(browser_of(priya), pair, place).words


def test_without_a_reason_it_is_asked_for_where_it_is_said(pair: TwoWhoWrite, priya: Someone) -> None:
    ended(pair, priya)

    answer = post(browser_of(priya), pair, "/nothing-more", on="/ending", why=" ")

    assert answer.status == 422
    assert "Please say in a sentence why nothing more is to pass" in answer.words
    assert '<details id="nothing-more" open' in answer.text
    assert Api(pair, priya).get("/ending")["nothing_more"] is None


def test_said_again_the_first_stands(pair: TwoWhoWrite, priya: Someone, morag: Someone) -> None:
    ended(pair, priya)

    for someone in (priya, morag):
        assert Api(pair, someone).post("/nothing-more", why=WHY).status == 200

    assert Api(pair, morag).get("/ending")["nothing_more"]["by_name"] == priya.name
    assert [one.by_name for one in waiting() if one.what == "forbade_last_message"] == [priya.name]


def test_while_it_goes_on_it_is_said_with_ending_it(pair: TwoWhoWrite, priya: Someone) -> None:
    for place in PLACES:
        assert SAID not in page(browser_of(priya), pair, place).words

    refused = Api(pair, priya).post("/nothing-more", why=WHY)

    assert (refused.status, refused.json["error"]["code"]) == (409, "goes_on")


def test_of_what_is_not_kept_any_more_there_is_nothing_to_say(pair: TwoWhoWrite, priya: Someone) -> None:
    ended(pair, priya)
    load_pair(pair.pair_id).update([Pair.removed_at.set(now())])

    for place in PLACES:
        assert SAID not in page(browser_of(priya), pair, place).words
    assert Api(pair, priya).post("/nothing-more", why=WHY).status == 409


def test_it_costs_the_pairs_page_one_request_and_only_after_the_end(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    def cost() -> int:
        with requests_made() as made:
            Api(pair, priya).get("")
        return len(made)

    cost()  # that somebody read it is recorded once
    before = cost()
    ended(pair, priya)

    assert cost() == before + 1
