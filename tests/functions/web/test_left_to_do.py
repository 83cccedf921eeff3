"""The first page says, of a conversation that has ended, what can still be handed in."""

from datetime import timedelta

import pytest

from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.platform.clock import now
from shared.programmes.rules import day_of, spoken
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.shared.people.counting import requests_made

from .at_a_pair import Api, a_pair_of
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")

ROUND_OFF = "To round off your time with"
REVIEW = ["What will you remember?"]
REPORT = {"asked_of": "mentor", "due_days": 14, "questions": ["What did you do together?"]}
ENDINGS = {"mentee_review": REVIEW, "mentor_review": REVIEW, "reports": [REPORT]}


@pytest.fixture
def pair() -> TwoWhoWrite:
    return a_pair_of(a_policy(endings=ENDINGS))


@pytest.fixture
def priya(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


def ended(pair: TwoWhoWrite, priya: Someone) -> None:
    assert Api(pair, priya).post("/end", why="They have come to the end.").status == 200


def home(someone: Someone) -> str:
    return browser_of(someone).get("/").words


def test_while_they_go_on_nothing_is_said_of_an_end(pair: TwoWhoWrite) -> None:
    assert ROUND_OFF not in home(pair.mentor)


def test_each_is_led_to_what_they_have_not_handed_in(pair: TwoWhoWrite, priya: Someone) -> None:
    ended(pair, priya)
    by = spoken(day_of(now()) + timedelta(days=14))

    both = f"{ROUND_OFF} {pair.mentee.first_name}: look back, and hand in your report by {by}"
    assert both in home(pair.mentor)
    assert f"{ROUND_OFF} {pair.mentor.first_name}: look back" in home(pair.mentee)
    assert f'href="/pairs/{pair.pair_id}/ending"' in browser_of(pair.mentee).get("/").text
    assert ROUND_OFF not in home(priya)


def test_what_is_in_is_not_asked_for_again(pair: TwoWhoWrite, priya: Someone) -> None:
    ended(pair, priya)
    for path in ("/review", "/report"):
        assert Api(pair, pair.mentor).post(path, answers={"1": "We wrote about her essay."}).status == 201
        left = program_of(pair.mentor).get("/").json["left_to_do"]
        assert [one["what"] for one in left] == ([["report"]] if path == "/review" else [])

    assert ROUND_OFF not in home(pair.mentor)
    assert ROUND_OFF in home(pair.mentee)


def test_what_is_late_is_asked_for_without_a_day(pair: TwoWhoWrite, priya: Someone) -> None:
    ended(pair, priya)
    long_ago = now() - timedelta(days=30)
    load_pair(pair.pair_id).update([Pair.ended_at.set(long_ago)])

    assert "look back, and hand in your report" in home(pair.mentor)
    assert "hand in your report by" not in home(pair.mentor)


def test_nothing_is_asked_for_where_it_is_not_kept_any_more(pair: TwoWhoWrite, priya: Someone) -> None:
    ended(pair, priya)
    load_pair(pair.pair_id).update([Pair.removed_at.set(now())])

    assert ROUND_OFF not in home(pair.mentor)


def test_it_costs_two_requests_however_many_have_ended_and_none_before(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    def cost() -> int:
        with requests_made() as made:
            home(pair.mentor)
        return len(made)

    others = [
        a_pair(
            pair.programme,
            mentor=pair.mentor,
            mentee=a_person(
                "mentee",
                pair.programme,
                first_name=f"Skye {number}",
                address=f"skye-{number}@example.org",
                username=f"skye-{number}",
            ),
        )
        for number in range(3)
    ]
    home(pair.mentor)  # which ground rules are in force is read once a minute
    before = cost()
    ended(pair, priya)
    assert cost() == before + 2

    for one in others:
        ended(one, priya)
    assert cost() == before + 2
