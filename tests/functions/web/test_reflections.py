"""Diaries and logbooks, through the routes."""

import pytest

from shared.audit.items import Waiting
from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.policies.presets import load_preset
from shared.safeguarding.items import Concern, concerns_listing
from tests.builders.conversations import WORRIED, TwoWhoWrite, a_pair
from tests.builders.people import a_person
from tests.builders.programmes import a_programme, with_a_broken_policy
from tests.outbox import notices

from .at_a_pair import Api
from .signed_in import browser_of

pytestmark = pytest.mark.usefixtures("tables")

COLLEGE = load_preset("college-pilot")
GOOD = "We talked about how to begin an essay, and I tried it at home."


@pytest.fixture
def pair() -> TwoWhoWrite:
    return a_pair(a_programme(policy=COLLEGE))


def concerns(pair: TwoWhoWrite) -> list[Concern]:
    found = Concern.by_listing.query(concerns_listing(pair.programme_id, "open"))
    return [one for one in found if isinstance(one, Concern)]


@pytest.mark.parametrize(("writer", "other"), [("mentee", "mentor"), ("mentor", "mentee")])
def test_cm_6_a_diary_and_a_logbook_are_their_authors_and_the_staffs(
    pair: TwoWhoWrite, writer: str, other: str
) -> None:
    author, outsider = getattr(pair, writer), getattr(pair, other)
    coordinator = a_person("coordinator", pair.programme)
    assert Api(pair, author).post("/diary", text=GOOD, key="1").status == 201

    [mine] = Api(pair, author).get("/diary")["entries"]
    [theirs] = Api(pair, coordinator).get(f"/diary/{writer}")["entries"]
    assert (mine["text"], theirs["text"]) == (GOOD, GOOD)
    assert Api(pair, outsider).get("/diary")["entries"] == []
    assert "error" in Api(pair, outsider).get(f"/diary/{writer}")
    assert GOOD not in browser_of(outsider).get(f"/pairs/{pair.pair_id}").text
    assert not [one for one in notices() if one.template == "new_message"]


def test_cm_6_a_mentee_is_never_named_in_a_mentors_account(pair: TwoWhoWrite) -> None:
    named = f"{pair.mentee.first_name} and I looked at how to begin an essay."
    browser = browser_of(pair.mentor)
    page = f"/pairs/{pair.pair_id}/diary"
    browser.get(page)
    key = browser.key()

    pointed_out = browser.post(page, text=named, key=key)

    assert pointed_out.status == 422
    assert "stands in your text" in pointed_out.words
    assert named in pointed_out.text  # nothing that was typed is lost
    assert Api(pair, pair.mentor).get("/diary")["entries"] == []
    assert browser.post(page, text=named, not_a_name="yes", key=key).status == 303
    assert len(Api(pair, pair.mentor).get("/diary")["entries"]) == 1


def test_a_worry_in_a_diary_is_a_concern_and_its_writer_sees_help_at_once(pair: TwoWhoWrite) -> None:
    lead = a_person("safeguarding_lead", pair.programme)
    browser = browser_of(pair.mentee)
    browser.get(f"/pairs/{pair.pair_id}/diary")

    browser.post(f"/pairs/{pair.pair_id}/diary", text=WORRIED, key=browser.key())
    shown = browser.follow()

    assert "You don’t have to be alone with this" in shown.words
    [concern] = concerns(pair)
    assert (concern.about_id, concern.words) == (pair.mentee.person_id, WORRIED)
    assert [one.address for one in notices() if one.template == "concern_alert"] == [lead.address]
    [entry] = Api(pair, pair.mentee).get("/diary")["entries"]
    assert entry["text"] == WORRIED


def test_a_worry_in_a_mentors_logbook_is_about_the_mentee(pair: TwoWhoWrite) -> None:
    a_person("safeguarding_lead", pair.programme)
    told = "She told me that her uncle hits her when he has been drinking."

    Api(pair, pair.mentor).post("/diary", text=told, key="1")

    [concern] = concerns(pair)
    assert (concern.about_id, concern.words) == (pair.mentee.person_id, told)


def test_the_same_form_keeps_one_entry_and_raises_one_concern(pair: TwoWhoWrite) -> None:
    a_person("safeguarding_lead", pair.programme)
    api = Api(pair, pair.mentee)

    answers = [api.post("/diary", text=WORRIED, key="1") for _ in range(2)]

    assert [one.status for one in answers] == [201, 201]
    assert len(api.get("/diary")["entries"]) == len(concerns(pair)) == 1
    other = api.post("/diary", text=GOOD, key="1")
    assert (other.status, other.json["error"]["code"]) == (409, "key_reused")


def test_what_a_spent_form_did_not_keep_can_be_saved_once_more(pair: TwoWhoWrite) -> None:
    browser, page = browser_of(pair.mentee), f"/pairs/{pair.pair_id}/diary"
    browser.get(page)
    spent = browser.key()
    browser.post(page, text=GOOD, key=spent)
    browser.get(page)
    other = "On Thursday I read my first essay aloud to my brother."

    refused = browser.post(page, text=other, key=spent)

    assert (refused.status, other in refused.text) == (409, True)
    assert browser.key() != spent
    assert browser.post(page, text=other, key=browser.key()).status == 303
    assert len(Api(pair, pair.mentee).get("/diary")["entries"]) == 2


def test_that_staff_read_a_diary_is_recorded_before_they_do(pair: TwoWhoWrite) -> None:
    lead = a_person("safeguarding_lead", pair.programme)
    Api(pair, lead).get("/diary/mentee")

    [made] = [one for one in Waiting.scan() if isinstance(one, Waiting) and one.what == "read_reflections"]
    assert made.by_id == lead.person_id


def test_where_the_policy_has_no_diary_there_is_none() -> None:
    pair = a_pair(a_programme(policy=load_preset("national-stem")))

    assert Api(pair, pair.mentee).get("/diary")["error"]["code"] == "not_found"
    assert Api(pair, pair.mentee).post("/diary", text=GOOD, key="1").status == 404


def test_a_long_diary_has_pages(pair: TwoWhoWrite) -> None:
    api = Api(pair, pair.mentee)
    for number in range(21):
        api.post("/diary", text=f"Day {number} of my plan.", key=str(number))

    first = api.get("/diary")
    assert len(first["entries"]) == 20
    [last] = api.get(f"/diary?before={first['older'].replace('#', '%23')}")["entries"]
    assert last["text"] == "Day 0 of my plan."


def test_a_disclosure_in_a_logbook_is_kept_though_it_names_the_mentee(pair: TwoWhoWrite) -> None:
    a_person("safeguarding_lead", pair.programme)
    told = f"{pair.mentee.first_name} told me that her dad hits her."

    assert Api(pair, pair.mentor).post("/diary", text=told, key="1").status == 201

    assert [one.words for one in concerns(pair)] == [told]


def test_what_a_person_would_read_in_a_message_a_person_reads_in_a_mentees_diary(pair: TwoWhoWrite) -> None:
    a_person("safeguarding_lead", pair.programme)
    told = "I sent my mentor my address, 14 Bank Street, and he came to my house."

    Api(pair, pair.mentee).post("/diary", text=told, key="1")

    assert [one.words for one in concerns(pair)] == [told]


def test_what_no_rules_could_judge_a_person_reads(pair: TwoWhoWrite) -> None:
    a_person("safeguarding_lead", pair.programme)
    with_a_broken_policy(pair.programme)

    assert Api(pair, pair.mentee).post("/diary", text=GOOD, key="1").status == 201

    assert [(one.words, one.category) for one in concerns(pair)] == [(GOOD, "unchecked")]


def test_once_a_conversation_has_ended_nothing_more_is_kept_in_its_diary(pair: TwoWhoWrite) -> None:
    load_pair(pair.pair_id).update([Pair.status.set("ended")])

    refused = Api(pair, pair.mentee).post("/diary", text=GOOD, key="1")

    assert (refused.status, refused.json["error"]["code"]) == (409, "ended")
