"""When it isn't working, and when a conversation ends, through the routes."""

import pytest

from shared.conversations.acquaintances import pairs_of
from shared.conversations.ending import end_pair
from shared.conversations.pairing import pair_up
from shared.conversations.steps import load_pair
from shared.platform.clock import now
from shared.programmes.desk import desk_of
from shared.programmes.rules import day_of
from shared.safeguarding.items import Concern, concerns_listing
from tests.builders.conversations import WORRIED, TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person, also_in
from tests.builders.programmes import a_programme
from tests.outbox import notices

from .at_a_pair import Api, page, post
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")

HARD = "We have little to say to each other, and I dread writing."


@pytest.fixture
def pair() -> TwoWhoWrite:
    return a_pair()


def told(template: str) -> list[str]:
    return sorted(one.address for one in notices(template))


def on_desk(pair: TwoWhoWrite, what: str) -> list[str | None]:
    return [one.name for one in desk_of(pair.programme_id, day_of(now())).of(what)]


@pytest.mark.parametrize(("asks", "other"), [("mentee", "mentor"), ("mentor", "mentee")])
def test_cm_8_it_reaches_the_coordinator_from_either_side_and_the_other_never_learns(
    pair: TwoWhoWrite, priya: Someone, asks: str, other: str
) -> None:
    asker, outsider = getattr(pair, asks), getattr(pair, other)

    assert Api(pair, asker).post("/not-working", wish="another", more=HARD, key="1").status == 201
    again = Api(pair, asker).post("/not-working", wish="another", more=HARD, key="1")

    assert again.status == 201
    assert told("talk_wanted") == [priya.address]
    assert on_desk(pair, "talk") == [load_pair(pair.pair_id).mentee_name]
    [seen] = Api(pair, priya).get("/not-working")["asked"]
    assert (seen["text"], seen["wish"]) == (HARD, "I would like to write with somebody else")
    assert Api(pair, outsider).get("/not-working")["asked"] == []
    assert HARD not in browser_of(outsider).get(f"/pairs/{pair.pair_id}").text


def test_a_form_with_a_mistake_says_which_and_keeps_what_was_written(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    asked = post(browser_of(pair.mentee), pair, "/not-working", more=HARD, key="1")
    ended = post(browser_of(priya), pair, "/end", on="/not-working", why="", no_last_message="yes")

    assert (asked.status, ended.status) == (422, 422)
    assert 'id="f-wish-error"' in asked.text
    assert HARD in asked.words
    assert 'id="f-why-error"' in ended.text
    assert 'value="yes" checked' in ended.text


def test_a_surname_is_spelt_as_its_owner_does() -> None:
    programme = a_programme()
    mentee = a_person("mentee", programme, first_name="Isla", surname="McAllister")
    pair = a_pair(programme, mentee=mentee)
    Api(pair, mentee).post("/not-working", wish="talk", key="1")

    shown = page(browser_of(a_person("coordinator", programme)), pair, "/not-working").words

    assert "Isla McAllister, today at" in shown


def test_cm_8_a_talk_after_which_they_go_on(pair: TwoWhoWrite, priya: Someone) -> None:
    Api(pair, pair.mentee).post("/not-working", wish="talk", key="1")
    [asked] = Api(pair, priya).get("/not-working")["asked"]
    address = f"/not-working/{asked['id']}"

    refused = Api(pair, priya).post(address, result="goes_on", note="")
    assert [one["field"] for one in refused.json["error"]["fields"]] == ["note"]
    Api(pair, priya).post(address, result="goes_on", note="They agreed on shorter messages.")

    assert load_pair(pair.pair_id).status == "active"
    assert on_desk(pair, "talk") == []
    [seen] = Api(pair, pair.mentee).get("/not-working")["asked"]
    assert (seen["is_open"], seen["note"], seen["settled_by"]) == (False, "", "")


def test_cm_8_a_new_match_ends_this_one_and_its_history_is_kept_apart(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    Api(pair, pair.mentee).post("/not-working", wish="another", key="1")
    [asked] = Api(pair, priya).get("/not-working")["asked"]

    Api(pair, priya).post(f"/not-working/{asked['id']}", result="new_match", note="No common ground.")

    assert load_pair(pair.pair_id).status == "ended"
    assert on_desk(pair, "unpaired") == [load_pair(pair.pair_id).mentee_name]
    assert told("conversation_ended") == sorted([pair.mentee.address, pair.mentor.address])
    refused = Api(pair, pair.mentee).post("/messages", text="Hello", key="1")
    assert refused.json["error"]["code"] == "ended"
    assert Api(pair, pair.mentee).get()["has_ended"]


def test_what_is_written_of_a_talk_that_was_settled_meanwhile_is_not_dropped_in_silence(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    Api(pair, pair.mentor).post("/not-working", wish="talk", more="", key="1")
    [ask] = Api(pair, priya).get("/not-working")["asked"]
    path, said = f"/not-working/{ask['id']}", {"result": "goes_on", "note": "They will write on Sundays."}

    assert [Api(pair, priya).post(path, **said).status for _ in range(2)] == [200, 200]
    late = post(browser_of(priya), pair, path, on="/not-working", result="goes_on", note="He will ring her.")

    assert late.status == 409
    assert "has settled this already, so what you wrote was not added." in late.words
    assert "He will ring her." in late.text


def test_two_whose_conversation_was_ended_can_be_brought_together_again(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    Api(pair, priya).post("/end", why="The cohort was cut short.")
    Api(pair, priya).post("/end", why="Sent twice.")

    once, twice = (brought_together(pair, priya, key) for key in ("again", "and again"))

    assert len({once, twice, pair.pair_id}) == 3
    assert load_pair(twice).status == "active"
    assert len(told("conversation_ended")) == 4


def brought_together(pair: TwoWhoWrite, priya: Someone, key: str) -> str:
    """What was theirs before has ended; the id of their new conversation."""
    for one in pairs_of(pair.mentee.person_id):
        if load_pair(one).status == "active":
            end_pair(priya.viewer, one, why="They begin anew.", now=now())
    return pair_up(
        priya.viewer,
        pair.programme_id,
        mentor_id=pair.mentor.person_id,
        mentee_id=pair.mentee.person_id,
        cohort_id="",
        key=key,
        now=now(),
    )


def test_a_worry_in_what_is_said_is_a_concern_too(pair: TwoWhoWrite, priya: Someone) -> None:
    a_person("safeguarding_lead", pair.programme)
    browser = browser_of(pair.mentee)
    browser.get(f"/pairs/{pair.pair_id}/not-working")

    browser.post(f"/pairs/{pair.pair_id}/not-working", wish="stop", more=WORRIED, key=browser.key())

    assert "A person who looks after people’s safety here will read it" in browser.follow().words
    found = Concern.by_listing.query(concerns_listing(pair.programme_id, "open"))
    assert [one.words for one in found if isinstance(one, Concern)] == [WORRIED]


def test_neither_of_the_two_nor_strangers_end_or_settle_anything(pair: TwoWhoWrite) -> None:
    elsewhere = a_person("coordinator", a_programme("Somewhere else"))
    for someone in (pair.mentor, pair.mentee, elsewhere):
        assert Api(pair, someone).post("/end", why="I want to.").status == 404
        assert Api(pair, someone).post("/not-working/x", result="ended", note="No.").status == 404
    assert load_pair(pair.pair_id).status == "active"


def test_the_same_form_with_other_words_is_told_as_well_and_a_worry_in_them_is_not_lost(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    a_person("safeguarding_lead", pair.programme)
    Api(pair, pair.mentee).post("/not-working", wish="talk", more=HARD, key="1")

    Api(pair, pair.mentee).post("/not-working", wish="talk", more=WORRIED, key="1")

    assert len(Api(pair, priya).get("/not-working")["asked"]) == 2
    found = Concern.by_listing.query(concerns_listing(pair.programme_id, "open"))
    assert WORRIED in [one.words for one in found if isinstance(one, Concern)]


def test_a_mentor_who_is_on_the_staff_does_not_learn_of_it_from_the_programmes_first_page(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    also_in(pair.programme, pair.mentor, role="coordinator")
    Api(pair, pair.mentee).post("/not-working", wish="stop", key="1")

    home = f"/programmes/{pair.programme_id}"
    assert "talks" in [one["what"] for one in program_of(priya).get(home).json["lines"]]
    assert "talks" not in [one["what"] for one in program_of(pair.mentor).get(home).json["lines"]]


def test_a_lead_can_settle_it_where_there_is_no_coordinator(pair: TwoWhoWrite) -> None:
    lead = a_person("safeguarding_lead", pair.programme)
    Api(pair, pair.mentee).post("/not-working", wish="stop", key="1")
    [asked] = Api(pair, lead).get("/not-working")["asked"]

    Api(pair, lead).post(f"/not-working/{asked['id']}", result="ended", note="They would like to stop.")

    assert load_pair(pair.pair_id).status == "ended"


def test_settling_what_one_said_leaves_open_what_the_other_said(pair: TwoWhoWrite, priya: Someone) -> None:
    Api(pair, pair.mentor).post("/not-working", wish="talk", key="1")
    [mentors] = Api(pair, priya).get("/not-working")["asked"]
    Api(pair, pair.mentee).post("/not-working", wish="stop", more=HARD, key="1")

    Api(pair, priya).post(f"/not-working/{mentors['id']}", result="goes_on", note="We talked.")

    assert [one["is_open"] for one in Api(pair, priya).get("/not-working")["asked"]] == [True, False]
    assert on_desk(pair, "talk") != []
