"""How often two have been in touch, and being in touch off the platform, through the routes."""

from datetime import timedelta
from typing import Any

import pytest

from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.meetings.noting import Account, note_meeting
from shared.platform.clock import now
from shared.policies import Policy
from shared.policies.presets import load_preset
from shared.programmes.desk import desk_of
from shared.programmes.rules import day_of
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import Someone, a_person, also_in
from tests.builders.programmes import a_programme
from tests.functions.web.test_conversations import check_all
from tests.outbox import notices
from tests.shared.meetings.builders import arranged, begins, two_who_meet

from .at_a_pair import COLLEGE, Api, a_pair_of, page, post
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")

HERE = "/in-touch"


def on_day(ago: int) -> str:
    """The day so many days ago, as a form sends it."""
    return (day_of(now()) - timedelta(days=ago)).isoformat()


def two_for_weeks(policy: Policy = COLLEGE) -> TwoWhoWrite:
    """They were introduced four weeks ago."""
    pair = a_pair_of(policy)
    load_pair(pair.pair_id).update([Pair.created_at.set(now() - timedelta(days=28))])
    return pair


@pytest.fixture
def pair() -> TwoWhoWrite:
    return two_for_weeks()


def writes_down(
    pair: TwoWhoWrite, someone: Someone, way: str = "Telephone", *, ago: int = 2, **other: Any
) -> Any:
    fields = {"way": way, "day": on_day(ago), "minutes": "25"} | other
    return Api(pair, someone).post(HERE, **fields)


def answers(pair: TwoWhoWrite, someone: Someone, answer: str) -> Any:
    """What `someone` says to what was written down last."""
    seen = Api(pair, someone).get(HERE)
    latest = [*seen["waiting"], *seen["before"]][0]
    return Api(pair, someone).post(f"{HERE}/{latest['id']}", says=answer)


def times(pair: TwoWhoWrite) -> int:
    return int(Api(pair, pair.mentee).get(HERE)["counted"]["times"])


def on_desk(pair: TwoWhoWrite) -> list[str | None]:
    return [one.name for one in desk_of(pair.programme_id, day_of(now())).of("denied")]


def test_cm_7_a_time_off_the_platform_counts_once_the_other_side_has_confirmed_it(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    mentor, mentee = browser_of(pair.mentor), browser_of(pair.mentee)
    assert "hopes for 4 times at least" in page(mentee, pair).words

    written = post(mentor, pair, HERE, way="Shadowing a class", day=on_day(3), minutes="90")

    assert written.status == 303, written.words
    assert times(pair) == 0
    assert "Shadowing a class" in page(mentee, pair).words
    assert "Was that so?" in page(mentee, pair).words
    assert answers(pair, pair.mentee, "confirm").status == 200
    assert answers(pair, pair.mentee, "confirm").status == 200
    assert times(pair) == 1
    assert "Shadowing a class" not in page(mentee, pair).words
    assert "been in touch once" in page(mentor, pair).words
    seen = Api(pair, priya).get(HERE)
    assert [(one["way"], one["minutes"], one["state"]) for one in seen["before"]] == [
        ("Shadowing a class", 90, "confirmed")
    ]
    assert notices("contact_denied") == []


def test_cm_7_messages_and_their_answers_count_towards_the_least(pair: TwoWhoWrite) -> None:
    for turn, (someone, text) in enumerate(
        [
            (pair.mentee, "Hello Callum, I have come back to college after six years."),
            (pair.mentor, "Welcome back. What brought you here?"),
            (pair.mentor, "And what are you reading first?"),
            (pair.mentee, "My children are at school now, so there is time."),
            (pair.mentor, "That is a good reason to begin."),
        ]
    ):
        Api(pair, someone).post("/messages", text=text, key=str(turn))
        check_all(pair)

    counted = Api(pair, pair.mentor).get(HERE)["counted"]
    assert (counted["in_writing"], counted["times"], counted["is_enough"]) == (2, 2, False)
    for ago, way in enumerate(("Telephone", "Campus visit"), 1):
        writes_down(pair, pair.mentor, way, ago=ago)
        answers(pair, pair.mentee, "confirm")
    counted = Api(pair, pair.mentor).get(HERE)["counted"]
    assert (counted["times"], counted["least"], counted["is_enough"]) == (4, 4, True)


def test_cm_7_what_the_other_says_did_not_happen_goes_to_the_coordinator_and_is_not_counted(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    writes_down(pair, pair.mentor)

    assert answers(pair, pair.mentee, "deny").status == 200

    assert times(pair) == 0
    assert [one.address for one in notices("contact_denied")] == [priya.address]
    assert on_desk(pair) == [load_pair(pair.pair_id).mentee_name]
    home = program_of(priya).get(f"/programmes/{pair.programme_id}").json["lines"]
    [line] = [one for one in home if one["what"] == "denied"]
    assert line["first"][0]["page"] == f"/pairs/{pair.pair_id}/in-touch"
    # whoever wrote it down does not learn what the other said
    [own] = Api(pair, pair.mentor).get(HERE)["before"]
    assert own["state"] == "with_staff"
    assert answers(pair, priya, "looked_at").status == 200
    assert on_desk(pair) == []
    [own] = Api(pair, pair.mentor).get(HERE)["before"]
    assert own["state"] == "with_staff"
    assert times(pair) == 0


def test_the_same_way_on_the_same_day_counts_once_whoever_writes_it_down(pair: TwoWhoWrite) -> None:
    assert writes_down(pair, pair.mentor).status == 201
    assert writes_down(pair, pair.mentor).status == 201

    refused = writes_down(pair, pair.mentee)

    assert (refused.status, refused.json["error"]["code"]) == (409, "there_already")
    assert len(Api(pair, pair.mentee).get(HERE)["waiting"]) == 1


def test_what_was_taken_back_can_be_written_down_again(pair: TwoWhoWrite) -> None:
    writes_down(pair, pair.mentor)
    answers(pair, pair.mentor, "take_back")
    assert Api(pair, pair.mentee).get(HERE)["waiting"] == []

    writes_down(pair, pair.mentor, minutes="30")

    assert [one["minutes"] for one in Api(pair, pair.mentee).get(HERE)["waiting"]] == [30]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("way", "By carrier pigeon"),
        ("day", "yesterday"),
        ("day", on_day(-1)),
        ("day", on_day(29)),
        ("minutes", "0"),
        ("minutes", "601"),
        ("minutes", "a while"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(pair: TwoWhoWrite, field: str, value: str) -> None:
    refused = writes_down(pair, pair.mentor, **{field: value})

    assert refused.status == 422
    assert [one["field"] for one in refused.json["error"]["fields"]] == [field]
    assert Api(pair, pair.mentor).get(HERE)["waiting"] == []


def test_no_more_than_three_wait_for_an_answer(pair: TwoWhoWrite) -> None:
    for ago in (1, 2, 3):
        assert writes_down(pair, pair.mentor, ago=ago).status == 201

    assert writes_down(pair, pair.mentor, ago=4).json["error"]["code"] == "too_many"


def test_only_the_other_answers_and_only_staff_settle(pair: TwoWhoWrite, priya: Someone) -> None:
    writes_down(pair, pair.mentor)
    stranger = a_person("coordinator", a_programme("Somewhere else"), first_name="Ruth", surname="Bell")

    assert answers(pair, pair.mentor, "confirm").json["error"]["code"] == "own"
    assert answers(pair, pair.mentee, "take_back").json["error"]["code"] == "not_yours"
    [waiting] = Api(pair, priya).get(HERE)["waiting"]
    for someone, answer in ((priya, "confirm"), (pair.mentee, "looked_at"), (stranger, "looked_at")):
        assert Api(pair, someone).post(f"{HERE}/{waiting['id']}", says=answer).status == 404
    assert program_of(stranger).get(f"/pairs/{pair.pair_id}{HERE}").status == 404
    assert times(pair) == 0


def test_a_mentor_who_is_on_the_staff_does_not_settle_what_their_mentee_denied(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    also_in(pair.programme, pair.mentor, role="coordinator")
    writes_down(pair, pair.mentor)
    answers(pair, pair.mentee, "deny")

    assert answers(pair, pair.mentor, "looked_at").status == 404
    assert [one.address for one in notices("contact_denied")] == [priya.address]
    home = program_of(pair.mentor).get(f"/programmes/{pair.programme_id}").json["lines"]
    assert "denied" not in [one["what"] for one in home]


def test_nothing_is_written_down_once_the_conversation_has_ended(pair: TwoWhoWrite, priya: Someone) -> None:
    writes_down(pair, pair.mentor)
    Api(pair, priya).post("/end", why="The cohort was cut short.")

    assert writes_down(pair, pair.mentor, ago=5).json["error"]["code"] == "ended"
    assert answers(pair, pair.mentee, "confirm").json["error"]["code"] == "ended"
    assert "Was that so?" not in page(browser_of(pair.mentee), pair).words


def test_a_programme_without_such_ways_counts_and_takes_nothing_down() -> None:
    pair = two_for_weeks(load_preset("national-stem"))

    assert Api(pair, pair.mentee).get(HERE)["counted"]["least"] == 8
    assert writes_down(pair, pair.mentor).status == 404


@pytest.mark.parametrize(("counts_as", "expected"), [("exchange", 1), ("message", 3), ("nothing", 0)])
def test_the_policy_says_how_messages_count(counts_as: str, expected: int) -> None:
    wanted = COLLEGE.relationship.model_copy(update={"messages_count_as": counts_as})
    pair = two_for_weeks(COLLEGE.model_copy(update={"relationship": wanted}))
    stored = load_pair(pair.pair_id)
    stored.update([Pair.mentor_messages.set(2), Pair.mentee_messages.set(1), Pair.mentee_replies.set(1)])

    assert times(pair) == expected


def test_a_meeting_that_took_place_counts_once_whoever_notes_it() -> None:
    pair = two_who_meet("virtual-sessions")
    meeting_id = arranged(pair)
    begins(pair, meeting_id, now() - timedelta(hours=2))
    for someone in (pair.mentor, pair.mentee):
        noted = Account("held", minutes="30")
        note_meeting(someone.viewer, pair.pair_id, meeting_id, noted, now=now())

    counted = Api(pair, pair.mentee).get(HERE)["counted"]

    assert (counted["meetings"], counted["in_writing"], counted["times"]) == (1, 0, 1)
