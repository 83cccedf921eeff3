"""Ending well, through the routes: a last day, a last message, looking back, introductions, certificates."""

from datetime import timedelta

import pytest

from shared.conversations.ending_items import Ending, ending_key
from shared.conversations.items import Message, Pair
from shared.conversations.never_again import Named, keep_apart
from shared.conversations.steps import load_message, load_pair
from shared.endings.days import look_after_endings
from shared.platform.clock import now
from shared.platform.tables import transaction
from shared.safeguarding.items import Concern, concerns_listing
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED, TwoWhoWrite
from tests.builders.people import Someone, a_person
from tests.builders.safeguarding import a_concern
from tests.outbox import notices
from tests.shared.audit.builders import waiting
from tests.shared.conversations.builders import check, held_in

from .at_a_pair import COLLEGE, Api, a_pair_of, page, post
from .browser import Answer
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")

GOODBYE = "Thank you for the whole year. I passed, and I would not have applied without you."
A_FRIEND = "A friend of mine teaches on that course, and could tell you what the first year is like."


@pytest.fixture
def pair() -> TwoWhoWrite:
    return a_pair_of(COLLEGE, stage="working")


def in_days(days: int) -> str:
    return (now() + timedelta(days=days)).date().isoformat()


def ended(pair: TwoWhoWrite, priya: Someone, **fields: str) -> None:
    assert Api(pair, priya).post("/end", why="They have come to the end.", **fields).status == 200


def last_of(pair: TwoWhoWrite, part: str = "mentee") -> Message:
    ending = Ending.get(*ending_key(pair.pair_id))
    return load_message(pair.pair_id, ending.last_message_of(part))


def delivers(pair: TwoWhoWrite, priya: Someone, message: Message) -> int:
    return decides(pair, priya, message, decision="deliver").status


def decides(pair: TwoWhoWrite, priya: Someone, message: Message, **fields: str) -> Answer:
    at = f"/moderation/{pair.pair_id}/{message.message_id}/decide"
    return program_of(priya).post(at, {"wording": "1", **fields})


# ── A last day ─────────────────────────────────────────────────────────────


def test_a_last_day_is_proposed_by_one_and_agreed_by_the_other_and_then_it_ends(pair: TwoWhoWrite) -> None:
    mentee, mentor = Api(pair, pair.mentee), Api(pair, pair.mentor)

    mentee.post("/ending", answer="propose", on_day=in_days(2))
    own = mentee.post("/ending", answer="agree", on_day=in_days(2))
    assert own.json["error"]["code"] == "own_proposal"
    assert mentor.get()["together"]["end_is"] == "proposed"
    other_day = mentor.post("/ending", answer="agree", on_day=in_days(3))
    assert other_day.json["error"]["code"] == "stale"
    mentor.post("/ending", answer="agree", on_day=in_days(2))

    assert load_pair(pair.pair_id).last_day == in_days(2)
    look_after_endings(pair.programme_id, now=now() + timedelta(days=2))
    assert load_pair(pair.pair_id).status == "active"
    look_after_endings(pair.programme_id, now=now() + timedelta(days=3))
    assert load_pair(pair.pair_id).status == "ended"
    assert len(notices("conversation_ended")) == 2
    assert mentee.get("/ending")["last_day"] == in_days(2)


def test_whose_only_conversation_has_ended_is_not_told_to_write(pair: TwoWhoWrite, priya: Someone) -> None:
    browser = browser_of(pair.mentee)
    assert "Write whenever you like." in browser.get("/").words

    ended(pair, priya)

    assert "Write whenever you like." not in browser.get("/").words


def test_either_says_not_yet_until_the_day_has_come(pair: TwoWhoWrite) -> None:
    Api(pair, pair.mentor).post("/ending", answer="propose", on_day=in_days(2))
    Api(pair, pair.mentee).post("/ending", answer="agree", on_day=in_days(2))

    Api(pair, pair.mentee).post("/ending", answer="not_yet")

    look_after_endings(pair.programme_id, now=now() + timedelta(days=9))
    assert load_pair(pair.pair_id).status == "active"
    refused = Api(pair, pair.mentor).post("/ending", answer="agree", on_day=in_days(2))
    assert refused.json["error"]["code"] == "not_asked"


@pytest.mark.parametrize("day", ["yesterday", "2026-02-31", "2020-01-01", "2199-01-01", ""])
def test_a_day_that_cannot_be_is_said_beside_the_field(pair: TwoWhoWrite, day: str) -> None:
    answer = post(browser_of(pair.mentee), pair, "/ending", answer="propose", on_day=day)

    assert answer.status == 422
    assert 'id="f-on_day-error"' in answer.text


# ── A last message ─────────────────────────────────────────────────────────


def test_cm_9_after_a_sudden_end_each_side_may_send_one_last_message_that_a_person_reads_first(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    early = Api(pair, pair.mentee).post("/last-message", text=GOODBYE, key="1")
    assert early.json["error"]["code"] == "no_last_message"
    ended(pair, priya)

    assert Api(pair, pair.mentee).get("/ending")["last_message"] == "open"
    assert post(browser_of(pair.mentee), pair, "/last-message", text=GOODBYE, key="1").status == 303
    check(last_of(pair))

    assert held_in(pair) == [last_of(pair).message_id]
    assert GOODBYE not in page(browser_of(pair.mentor), pair).words
    assert delivers(pair, priya, last_of(pair)) == 200
    assert GOODBYE in page(browser_of(pair.mentor), pair).words
    again = Api(pair, pair.mentee).post("/last-message", text="One more thing to say.", key="2")
    assert again.json["error"]["code"] == "sent"
    assert Api(pair, pair.mentor).post("/last-message", text=CLEAN, key="1").status == 201
    assert Api(pair, pair.mentor).post("/messages", text=CLEAN, key="3").json["error"]["code"] == "ended"


def test_the_same_form_stores_one_last_message_and_another_follows_one_that_was_declined(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    ended(pair, priya)
    for _ in range(2):
        assert Api(pair, pair.mentee).post("/last-message", text=WITH_A_NUMBER, key="1").status == 201
    other = Api(pair, pair.mentee).post("/last-message", text=GOODBYE, key="1")
    assert other.json["error"]["code"] == "key_reused"
    check(last_of(pair))
    reason = "Please leave the number out: you can write it once more."
    assert decides(pair, priya, last_of(pair), decision="decline", reason=reason).status == 200

    assert Api(pair, pair.mentee).get("/last-message")["may_write"]
    assert Api(pair, pair.mentee).post("/last-message", text=GOODBYE, key="2").status == 201


def test_cm_9_nothing_more_passes_while_there_is_a_concern_and_why_nobody_learns(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    ended(pair, priya)
    Api(pair, pair.mentor).post("/last-message", text=CLEAN, key="1")
    check(last_of(pair, "mentor"))
    a_concern(pair)

    refused = Api(pair, pair.mentee).post("/last-message", text=GOODBYE, key="1")

    assert refused.json["error"]["code"] == "no_last_message"
    assert "concern" not in refused.text
    assert not Api(pair, pair.mentee).get("/last-message")["may_write"]
    assert delivers(pair, priya, last_of(pair, "mentor")) == 409


NEVER = COLLEGE.model_copy(update={"endings": COLLEGE.endings.model_copy(update={"last_message_days": 0})})


@pytest.mark.parametrize("forbids", ["never again", "the coordinator", "the policy"])
def test_cm_9_who_forbids_a_last_message_is_heeded(forbids: str) -> None:
    pair = a_pair_of(NEVER if forbids == "the policy" else COLLEGE)
    priya = a_person("coordinator", pair.programme)
    ended(pair, priya, no_last_message="yes" if forbids == "the coordinator" else "")
    if forbids == "never again":
        never_again(pair, priya)

    refused = Api(pair, pair.mentee).post("/last-message", text=GOODBYE, key="1")

    assert refused.json["error"]["code"] == "no_last_message"


@pytest.mark.parametrize("says_so_in", ["the end", "the talk", "the talk, settled already"])
def test_cm_9_that_nothing_more_may_pass_is_heeded_when_it_is_said_after_the_end(
    pair: TwoWhoWrite, priya: Someone, says_so_in: str
) -> None:
    Api(pair, pair.mentor).post("/not-working", wish="stop", key="1")
    talk = f"/not-working/{Api(pair, priya).get('/not-working')['asked'][0]['id']}"
    came_of_it = {"result": "ended", "note": "They would rather stop."}
    if says_so_in == "the talk, settled already":
        Api(pair, priya).post(talk, **came_of_it)
    else:
        ended(pair, priya)
    Api(pair, pair.mentor).post("/last-message", text=CLEAN, key="1")
    check(last_of(pair, "mentor"))

    for _ in range(2):
        if says_so_in == "the end":
            ended(pair, priya, no_last_message="yes")
        else:
            assert Api(pair, priya).post(talk, **came_of_it, no_last_message="yes").status == 200
    ended(pair, priya)

    refused = Api(pair, pair.mentee).post("/last-message", text=GOODBYE, key="1")
    assert refused.json["error"]["code"] == "no_last_message"
    assert delivers(pair, priya, last_of(pair, "mentor")) == 409
    [said] = [one for one in waiting() if one.what == "forbade_last_message"]
    assert (said.on, said.by_name) == (f"pair:{pair.pair_id}", priya.name)
    assert set(said.hidden_from or ()) == {pair.mentor.person_id, pair.mentee.person_id}


def never_again(pair: TwoWhoWrite, by: Someone) -> None:
    mentor, mentee = (Named(one.person_id, one.name) for one in (pair.mentor, pair.mentee))
    with transaction() as write:
        keep_apart(
            write,
            pair.programme_id,
            mentor=mentor,
            mentee=mentee,
            reason="Both of them have asked for it.",
            by=by.viewer,
            now=now(),
        )


def test_a_last_message_can_be_sent_for_so_many_days_only(pair: TwoWhoWrite, priya: Someone) -> None:
    ended(pair, priya)
    load_pair(pair.pair_id).update([Pair.ended_at.set(now() - timedelta(days=15))])

    refused = Api(pair, pair.mentee).post("/last-message", text=GOODBYE, key="1")

    assert refused.json["error"]["code"] == "no_last_message"


# ── Looking back ───────────────────────────────────────────────────────────


def test_cm_9_each_side_answers_six_questions_that_only_they_and_the_staff_read(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    said = "I wanted to find out whether I could do it at all, and I can."
    assert Api(pair, pair.mentee).get("/review")["is_open"] is False
    ended(pair, priya)
    assert len(Api(pair, pair.mentee).get("/review")["questions"]) == 6
    assert len(Api(pair, pair.mentor).get("/review")["questions"]) == 6

    assert post(browser_of(pair.mentee), pair, "/review", answer_1=said, answer_2="").status == 303

    assert "You handed this in" in page(browser_of(pair.mentee), pair, "/review").words
    other = browser_of(pair.mentor)
    assert said not in page(other, pair, "/ending").words + page(other, pair, "/review").words
    [review, *_] = Api(pair, priya).get("/ending")["papers"]
    assert (review["state"], review["questions"][0]["answer"]) == ("in", said)
    again = Api(pair, pair.mentee).post("/review", answers={"1": "Something else entirely."})
    assert again.json["error"]["code"] == "in_already"


def test_a_worry_in_a_review_is_a_concern_and_its_writer_sees_where_help_is(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    a_person("safeguarding_lead", pair.programme)
    ended(pair, priya)
    browser = browser_of(pair.mentee)

    post(browser, pair, "/review", answer_4=WORRIED)

    assert "A person who looks after people’s safety here will read it" in browser.follow().words
    found = Concern.by_listing.query(concerns_listing(pair.programme_id, "open"))
    assert [one.words for one in found if isinstance(one, Concern)] == [WORRIED]
    [review, *_] = Api(pair, priya).get("/ending")["papers"]
    assert review["has_concern"]


def test_cm_6_a_mentee_is_not_named_in_a_mentors_review_as_in_their_logbook(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    named = f"{pair.mentee.first_name} asks better questions than before."
    in_the_logbook = Api(pair, pair.mentor).post("/diary", text=named, key="1").json["error"]
    ended(pair, priya)
    browser = browser_of(pair.mentor)
    fields = {"answer_1": "It went well.", "answer_2": named, "answer_3": f"{pair.mentee.surname} passed."}

    pointed_out = post(browser, pair, "/review", **fields)

    assert pointed_out.status == 422
    assert pointed_out.words.count("stands in your text. Please write about your mentee") == 4
    assert 'id="f-answer_2-error"' in pointed_out.text
    assert 'id="f-answer_3-error"' in pointed_out.text
    assert named in pointed_out.text
    told = Api(pair, pair.mentor).post("/review", answers={"2": named}).json["error"]
    assert (told["code"], told["message"]) == (in_the_logbook["code"], in_the_logbook["message"])

    assert post(browser, pair, "/review", **fields, not_a_name="yes").status == 303
    assert named in page(browser, pair, "/review").text


def test_what_a_mentor_tells_of_a_worry_is_not_kept_waiting_for_its_wording(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    ended(pair, priya)
    worry = f"{pair.mentee.first_name} told me: {WORRIED}"

    assert Api(pair, pair.mentor).post("/review", answers={"1": worry}).status == 201
    assert (
        post(
            browser_of(pair.mentee), pair, "/review", answer_1=f"{pair.mentee.first_name}, well done!"
        ).status
        == 303
    )


def test_what_is_too_long_or_empty_is_said_beside_its_question_and_nothing_typed_is_lost(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    ended(pair, priya)
    browser = browser_of(pair.mentee)

    empty = post(browser, pair, "/review", answer_1="")
    long = post(browser, pair, "/review", answer_3="It was good. " * 100, answer_1="It went well.")

    assert "Please answer at least one of the questions" in empty.words
    assert 'id="f-answer_3-error"' in long.text
    assert "It went well." in long.text


# ── Introductions ──────────────────────────────────────────────────────────


def test_cm_9_an_introduction_needs_the_mentees_yes_and_is_made_by_a_coordinator(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    mentor, mentee, staff = Api(pair, pair.mentor), Api(pair, pair.mentee), Api(pair, priya)
    made = mentor.post("/introductions", text=A_FRIEND, key="1")
    assert mentee.get("/introductions")["offers"] == []
    check(load_message(pair.pair_id, made.json["id"]))
    [offer] = mentee.get("/introductions")["offers"]
    at = f"/introductions/{offer['id']}"

    assert staff.post(at, becomes="done").json["error"]["code"] == "no_consent"
    assert mentor.post(at, becomes="yes").status == 404
    assert mentee.post(at, becomes="done").status == 404
    assert mentee.post(at, becomes="yes").status == 200
    assert [one.address for one in notices("introduction_wanted")] == [priya.address]
    assert staff.post(at, becomes="done").status == 200

    assert mentee.post(at, becomes="no").json["error"]["code"] == "settled"
    assert [one["state"] for one in mentor.get("/introductions")["offers"]] == ["done"]


def test_an_offer_that_comes_too_late_is_not_lost(pair: TwoWhoWrite, priya: Someone) -> None:
    browser = browser_of(pair.mentor)
    page(browser, pair, "/introductions")
    ended(pair, priya)

    late = browser.post(f"/pairs/{pair.pair_id}/introductions", text=A_FRIEND, key="1")

    assert late.status == 409
    assert A_FRIEND in late.words


def test_contact_details_in_an_offer_are_held_like_any_message(pair: TwoWhoWrite) -> None:
    made = Api(pair, pair.mentor).post("/introductions", text=WITH_A_NUMBER, key="1")
    check(load_message(pair.pair_id, made.json["id"]))

    assert Api(pair, pair.mentee).get("/introductions")["offers"] == []


def test_a_mentee_takes_a_yes_back_until_it_was_made(pair: TwoWhoWrite, priya: Someone) -> None:
    made = Api(pair, pair.mentor).post("/introductions", text=A_FRIEND, key="1")
    check(load_message(pair.pair_id, made.json["id"]))
    [offer] = Api(pair, pair.mentee).get("/introductions")["offers"]
    browser = browser_of(pair.mentee)

    post(browser, pair, f"/introductions/{offer['id']}", on="/introductions", becomes="yes")
    post(browser, pair, f"/introductions/{offer['id']}", on="/introductions", becomes="no")

    refused = Api(pair, priya).post(f"/introductions/{offer['id']}", becomes="done")
    assert refused.json["error"]["code"] == "no_consent"


# ── Certificates ───────────────────────────────────────────────────────────


def test_a_certificate_names_its_owner_and_nobody_else(pair: TwoWhoWrite, priya: Someone) -> None:
    assert browser_of(pair.mentee).get(f"/pairs/{pair.pair_id}/certificate").status == 404
    ended(pair, priya)

    for own, other in ((pair.mentee, pair.mentor), (pair.mentor, pair.mentee)):
        words = page(browser_of(own), pair, "/certificate").words
        assert own.name in words
        assert other.surname not in words
        assert other.first_name not in words
        references = dict(Api(pair, priya).get("/ending")["references"])
        assert references[own.name] in words


def test_neither_strangers_nor_administrators_see_how_two_end(pair: TwoWhoWrite) -> None:
    for someone in (
        a_person("administrator", pair.programme),
        a_person("mentor", pair.programme, first_name="Iain"),
    ):
        for path in ("/ending", "/review", "/report", "/last-message", "/introductions", "/certificate"):
            assert browser_of(someone).get(f"/pairs/{pair.pair_id}{path}").status == 404


def test_that_staff_read_what_two_wrote_at_the_end_is_on_record(pair: TwoWhoWrite, priya: Someone) -> None:
    Api(pair, priya).get("/ending")
    Api(pair, priya).get("/introductions")

    [read] = [one for one in waiting() if one.what == "read_endings"]
    assert (read.on, read.by_name) == (f"pair:{pair.pair_id}", priya.name)
    assert set(read.hidden_from or ()) == {pair.mentor.person_id, pair.mentee.person_id}


def test_the_pairs_page_says_when_the_end_is_near_and_leads_there(pair: TwoWhoWrite) -> None:
    load_pair(pair.pair_id).update([Pair.last_day.set(in_days(3))])

    shown = page(browser_of(pair.mentee), pair)

    assert "Your last day of writing is" in shown.words
    assert f'href="/pairs/{pair.pair_id}/ending"' in shown.text
