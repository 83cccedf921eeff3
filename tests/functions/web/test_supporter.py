"""Who is there for a mentor, on their conversation's page: never somebody who is not."""

import pytest

from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.people.actions import suspend
from shared.people.items import Membership, membership_key
from shared.platform.clock import now
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person, is_away
from tests.builders.programmes import a_cohort
from tests.shared.people.counting import requests_made

from .at_a_pair import Api, page
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")

NAMED = "is your named person for support and supervision"


@pytest.fixture
def pair() -> TwoWhoWrite:
    pair = a_pair()
    load_pair(pair.pair_id).update([Pair.cohort_id.set(a_cohort(pair.programme))])
    return pair


@pytest.fixture
def owen(pair: TwoWhoWrite) -> Someone:
    return a_person("administrator", pair.programme, first_name="Owen", surname="Hughes")


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme, first_name="Priya", surname="Nair")


@pytest.fixture
def bronwen(pair: TwoWhoWrite) -> Someone:
    return a_person("deputy", pair.programme, first_name="Bronwen", surname="Pugh")


@pytest.fixture
def morag(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme, first_name="Morag", surname="Sinclair")


def named_for_them(pair: TwoWhoWrite, by: Someone, who: Someone) -> None:
    _named(by, f"/programmes/{pair.programme_id}/people/{pair.mentor.person_id}/support", who)


def named_for_the_cohort(pair: TwoWhoWrite, by: Someone, who: Someone) -> None:
    cohort_id = load_pair(pair.pair_id).cohort_id
    _named(by, f"/programmes/{pair.programme_id}/cohorts/{cohort_id}/support", who)


def _named(by: Someone, place: str, who: Someone) -> None:
    assert program_of(by).post(place, {"supporter_id": who.person_id}).status == 200


def leaves(someone: Someone) -> None:
    Membership.get(*membership_key(someone.person_id, someone.programme_id, someone.role)).delete()


def shown(pair: TwoWhoWrite) -> str:
    return page(browser_of(pair.mentor), pair).words


def test_who_was_named_is_there(pair: TwoWhoWrite, priya: Someone, bronwen: Someone) -> None:
    named_for_the_cohort(pair, priya, bronwen)

    assert f"Bronwen Pugh {NAMED}." in shown(pair)
    assert "Bronwen" not in page(browser_of(pair.mentee), pair).text


@pytest.mark.parametrize("goes", ["suspended", "left"])
def test_whoever_is_not_on_the_staff_any_more_is_not_named(
    pair: TwoWhoWrite, owen: Someone, priya: Someone, bronwen: Someone, goes: str
) -> None:
    named_for_them(pair, priya, bronwen)
    if goes == "suspended":
        suspend(owen.viewer, pair.programme_id, bronwen.person_id, now=now())
    else:
        leaves(bronwen)

    words = shown(pair)

    assert "Bronwen" not in words
    assert "Your named person for support and supervision isn’t there at the moment." in words
    assert "Until somebody is, please turn to Priya Nair" in words


def test_whom_the_cohort_has_is_there_where_their_own_has_left(
    pair: TwoWhoWrite, priya: Someone, bronwen: Someone, morag: Someone
) -> None:
    named_for_the_cohort(pair, priya, morag)
    named_for_them(pair, priya, bronwen)
    assert f"Bronwen Pugh {NAMED}." in shown(pair)

    leaves(bronwen)

    assert f"Morag Sinclair {NAMED}." in shown(pair)


def test_who_stands_in_for_somebody_away_is_named_with_them(
    pair: TwoWhoWrite, priya: Someone, bronwen: Someone, morag: Someone
) -> None:
    named_for_them(pair, priya, bronwen)
    is_away(bronwen, stand_in=morag.person_id, now=now())

    assert f"Bronwen Pugh {NAMED}, and is away at the moment. Morag Sinclair stands in." in shown(pair)


def test_whom_the_cohort_has_stands_in_for_somebody_away_who_has_nobody(
    pair: TwoWhoWrite, priya: Someone, bronwen: Someone, morag: Someone
) -> None:
    named_for_the_cohort(pair, priya, morag)
    named_for_them(pair, priya, bronwen)
    is_away(bronwen, now=now())

    assert f"Bronwen Pugh {NAMED}, and is away at the moment. Morag Sinclair stands in." in shown(pair)


def test_with_nobody_left_they_turn_to_who_runs_the_programme(
    pair: TwoWhoWrite, priya: Someone, bronwen: Someone
) -> None:
    named_for_them(pair, priya, bronwen)
    leaves(bronwen)
    leaves(priya)

    assert "Until somebody is, please turn to the people who run your programme." in shown(pair)


def test_it_costs_a_query_only_where_somebody_was_named(
    pair: TwoWhoWrite, priya: Someone, bronwen: Someone
) -> None:
    def cost() -> int:
        with requests_made() as made:
            assert Api(pair, pair.mentor).get("")["pair_id"] == pair.pair_id
        return len(made)

    cost()  # which ground rules are in force is read once a minute
    before = cost()
    named_for_the_cohort(pair, priya, bronwen)

    assert cost() == before + 1
