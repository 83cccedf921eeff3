"""What mentor and mentee do together besides writing, through the routes."""

from typing import Any

import pytest

from functions.web.templating import day
from shared.consents.answering import Said, answer_for_oneself
from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.platform.clock import now
from shared.policies.presets import load_preset
from tests.builders.conversations import a_pair
from tests.builders.people import a_person
from tests.builders.programmes import a_programme
from tests.functions.web.test_conversations import check_all

from .at_a_pair import COLLEGE, Api, a_pair_of, page, post
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")

# Agreeing


def test_cm_4_both_agree_before_the_first_message() -> None:
    pair = a_pair_of(COLLEGE, agreed=False)
    mentee, mentor = browser_of(pair.mentee), browser_of(pair.mentor)

    assert "Read and agree" in page(mentee, pair).text
    assert "<textarea" not in page(mentee, pair).text
    refused = Api(pair, pair.mentee).post("/messages", text="Hello", key="1")
    assert (refused.status, refused.json["error"]["code"]) == (409, "agree_first")

    agreed = post(mentee, pair, "/agreement", version="1", how_often="Once a week", when="Evenings")
    assert agreed.status == 303
    assert "has not agreed yet" in page(mentee, pair).text
    refused = Api(pair, pair.mentee).post("/messages", text="Hello", key="1")
    assert (refused.status, refused.json["error"]["code"]) == (409, "waits_for_agreement")

    post(mentor, pair, "/agreement", version="1", how_often="Every two weeks")
    assert "<textarea" in page(mentee, pair).text
    shown = page(mentor, pair, "/agreement").text
    assert "once a week" in shown
    assert "evenings" in shown
    sent = Api(pair, pair.mentee).post("/messages", text="Hello", key="1")
    assert sent.status == 201


def test_a_first_message_has_prompts_until_something_is_written() -> None:
    pair = a_pair_of(COLLEGE)
    prompt = "Say what you would like the other to know about how you learn."
    browser = browser_of(pair.mentee)
    assert prompt in page(browser, pair).words

    Api(pair, pair.mentee).post("/messages", text="Hello Callum, I have come back to college.", key="1")

    assert prompt not in page(browser, pair).words


def test_bt_8_how_often_and_when_is_agreed_by_a_form_that_pair_and_coordinator_see() -> None:
    pair = a_pair_of(load_preset("brokered"), agreed=False)
    coordinator = a_person("coordinator", pair.programme)

    Api(pair, pair.mentee).post("/agreement", version=1, how_often="Every two weeks", when=["Tuesday"])

    for someone in (pair.mentee, pair.mentor, coordinator):
        seen = Api(pair, someone).get("/agreement")["mentee"]
        assert (seen["how_often"], seen["when"]) == ("Every two weeks", ["Tuesday"])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"version": 2, "how_often": "Once a week"}, "stale"),
        ({"version": 1, "how_often": "Every hour"}, "invalid"),
        ({"version": 1, "how_often": "Once a week", "when": ["At night"]}, "invalid"),
        ({"version": 1}, "invalid"),
    ],
)
def test_what_cannot_be_agreed_is_refused(fields: dict[str, Any], code: str) -> None:
    pair = a_pair_of(COLLEGE, agreed=False)

    answer = Api(pair, pair.mentee).post("/agreement", **fields)

    assert answer.json["error"]["code"] == code
    assert load_pair(pair.pair_id).agreed is None


def test_changed_words_are_agreed_to_again_by_each_for_themselves() -> None:
    pair = a_pair_of(COLLEGE)
    said = {"version": 0, "at": "", "how_often": "Once a week", "when": [], "by": ""}
    load_pair(pair.pair_id).update([Pair.agreed.set({"mentor": said, "mentee": said})])

    refused = Api(pair, pair.mentee).post("/messages", text="Hello", key="1")
    assert refused.json["error"]["code"] == "agree_first"
    Api(pair, pair.mentee).post("/agreement", version=1, how_often="Once a week")
    sent = Api(pair, pair.mentee).post("/messages", text="Hello", key="1")

    assert sent.status == 201


def test_a_coordinator_enters_what_a_mentee_agreed_to_elsewhere() -> None:
    programme = a_programme(policy=COLLEGE)
    pair, coordinator = a_pair(programme, agreed=False), a_person("coordinator", programme)

    entered = Api(pair, coordinator).post("/agreement/on-behalf", version=1, how_often="Once a week")

    assert entered.json["mentee"]["entered_by"] == coordinator.viewer.name
    shown = page(browser_of(pair.mentor), pair, "/agreement").text
    assert "entered by the people who run the programme" in shown
    assert coordinator.viewer.name not in shown


def test_what_a_mentee_agreed_to_by_themselves_is_entered_over_by_nobody() -> None:
    pair = a_pair_of(COLLEGE, agreed=False)
    coordinator = a_person("coordinator", pair.programme)
    browser = browser_of(coordinator)
    page(browser, pair, "/agreement")  # open while the mentee agrees
    Api(pair, pair.mentee).post("/agreement", version=1, how_often="Once a month")

    late = browser.post(f"/pairs/{pair.pair_id}/agreement/on-behalf", version="1", how_often="Once a week")

    assert late.status == 409
    assert "has agreed by themselves meanwhile" in late.words
    own = Api(pair, pair.mentee).get("/agreement")["mentee"]
    assert (own["how_often"], own["entered_by"]) == ("Once a month", "")


def test_staff_of_another_programme_and_strangers_see_no_agreement() -> None:
    pair = a_pair_of(COLLEGE)
    elsewhere = a_programme("Somewhere else")
    for stranger in (a_person("coordinator", elsewhere), a_person("mentor", elsewhere, first_name="Grace")):
        assert program_of(stranger).get(f"/pairs/{pair.pair_id}/agreement").status == 404
        assert program_of(stranger).get(f"/pairs/{pair.pair_id}/goals").status == 404


# Stages


def test_cm_3_targets_are_held_back_and_the_pair_moves_on_when_both_are_ready() -> None:
    pair = a_pair_of(COLLEGE)
    mentee, mentor = browser_of(pair.mentee), browser_of(pair.mentor)

    shown = page(mentee, pair).text
    assert "Building rapport and setting goals" in shown
    assert "What helps you when something is hard?" in shown
    early = Api(pair, pair.mentee).post("/goals", text="Pass my exam", key="1")
    assert early.json["error"]["code"] == "not_in_this_stage"

    post(mentee, pair, "/stage", on="/goals", answer="propose", stage="rapport")
    assert "You have proposed to move on" in page(mentee, pair).text
    assert "Yes, let’s move on" in page(mentor, pair).text
    own = Api(pair, pair.mentee).post("/stage", answer="agree", stage="rapport")
    assert own.json["error"]["code"] == "own_proposal"
    post(mentor, pair, "/stage", on="/goals", answer="agree", stage="rapport")

    assert "Working together" in page(mentee, pair).text
    again = Api(pair, pair.mentor).post("/stage", answer="agree", stage="rapport")
    assert again.json["error"]["code"] == "stale"


def test_nobody_moves_on_before_both_have_agreed_how_they_go_about_it() -> None:
    pair = a_pair_of(COLLEGE, agreed=False)
    mentee, mentor = Api(pair, pair.mentee), Api(pair, pair.mentor)

    assert mentee.post("/stage", answer="propose", stage="rapport").json["error"]["code"] == "agree_first"
    mentee.post("/agreement", version=1, how_often="Once a week")
    early = mentee.post("/stage", answer="propose", stage="rapport")
    mentor.post("/agreement", version=1, how_often="Once a week")

    assert early.json["error"]["code"] == "waits_for_agreement"
    assert mentee.post("/stage", answer="propose", stage="rapport").status == 200


def test_an_answer_to_a_stage_that_is_over_is_refused_in_words_before_there_are_goals() -> None:
    pair = a_pair_of(COLLEGE)

    refused = post(browser_of(pair.mentee), pair, "/stage", on="/goals", answer="propose", stage="working")

    assert refused.status == 409
    assert "You have moved on already" in refused.words


def test_not_yet_takes_a_proposal_away() -> None:
    pair = a_pair_of(COLLEGE)
    Api(pair, pair.mentor).post("/stage", answer="propose", stage="rapport")

    Api(pair, pair.mentee).post("/stage", answer="not_yet", stage="rapport")

    found = load_pair(pair.pair_id)
    assert (found.stage, found.stage_asked_by) == (None, None)


def test_cm_3_in_the_last_stage_they_end_or_go_on_together_and_agree_anew() -> None:
    pair = a_pair_of(COLLEGE, stage="ending")
    mentee, mentor = browser_of(pair.mentee), browser_of(pair.mentor)
    load_pair(pair.pair_id).update([Pair.last_day.set("2099-01-01")])
    assert "Ending well" in page(mentee, pair).words

    post(mentor, pair, "/stage", on="/goals", answer="propose", stage="ending")
    assert "would like to go on together instead" in page(mentee, pair).words
    post(mentee, pair, "/stage", on="/goals", answer="agree", stage="ending")

    found = load_pair(pair.pair_id)
    assert (found.stage, found.last_day) == ("working", None)
    refused = Api(pair, pair.mentee).post("/messages", text="Shall we look at the essay next?", key="1")
    assert refused.json["error"]["code"] == "agree_first"


def test_a_programme_of_one_stage_has_no_other_to_move_on_to() -> None:
    relationship = COLLEGE.relationship.model_copy(update={"stages": COLLEGE.relationship.stages[:1]})
    pair = a_pair_of(COLLEGE.model_copy(update={"relationship": relationship}))

    answer = Api(pair, pair.mentor).post("/stage", answer="propose", stage="rapport")

    assert (answer.status, answer.json["error"]["code"]) == (409, "last_stage")


# Skills and feedback


def test_cm_5_a_skills_audit_at_the_start_and_later_stands_side_by_side() -> None:
    pair = a_pair_of(COLLEGE)
    mentee = Api(pair, pair.mentee)
    low = {"ratings": {str(n): "2" for n in range(1, 7)}}
    assert mentee.post("/skills", **low).status == 200
    mentee.post("/skills", ratings=low["ratings"] | {"1": "5"})
    mentee.post("/skills", ratings=low["ratings"] | {"1": "4"})

    first, *rest = Api(pair, pair.mentor).get("/skills")["skills"]

    assert (first["start"], first["now"]) == (2, 4)
    assert {(one["start"], one["now"]) for one in rest} == {(2, 2)}
    assert Api(pair, pair.mentor).post("/skills", **low).status == 404
    shown = page(browser_of(pair.mentee), pair, "/skills").words
    assert f"At the start ({day(now())}) and now" in shown
    assert "How is it now?" in shown


def test_without_statements_to_rate_there_is_no_such_page() -> None:
    pair = a_pair_of(load_preset("brokered"))
    mentee = Api(pair, pair.mentee)

    assert mentee.get("/skills")["error"]["code"] == "not_found"
    assert mentee.post("/skills", ratings={"1": "2"}).status == 404


def test_a_statement_without_a_rating_is_named() -> None:
    pair = a_pair_of(COLLEGE)
    browser = browser_of(pair.mentee)
    page(browser, pair, "/skills")

    answer = browser.post(
        f"/pairs/{pair.pair_id}/skills", rating_1="5", rating_2="6", rating_3="4", rating_4="4", rating_5="4"
    )

    assert answer.status == 422
    assert [n for n in range(1, 7) if f'id="f-rating_{n}-error"' in answer.text] == [2, 6]
    assert "for “I can take notes that help me later.”" in answer.words


def test_cm_10_feedback_is_guided_and_asks_how_the_mentee_feels() -> None:
    pair = a_pair_of(COLLEGE, stage="working")
    browser = browser_of(pair.mentor)
    empty = post(browser, pair, "/feedback", praise="You compared three courses.", act_on="", key="1")
    assert 'id="f-act_on-error"' in empty.text
    assert "You compared three courses." in empty.text

    sent = browser.post(
        f"/pairs/{pair.pair_id}/feedback",
        praise="You compared three courses.",
        act_on="Write down what each one asks for.",
        key="1",
    )
    check_all(pair)

    assert sent.status == 303
    [letter] = Api(pair, pair.mentee).get()["letters"]
    assert letter["about"] == "Feedback"
    assert letter["text"].startswith("You compared three courses.")
    assert letter["text"].endswith("Is there something you see differently?")
    assert Api(pair, pair.mentee).get("/feedback")["error"]["code"] == "not_found"


# Ended, or resting


def test_feedback_that_comes_too_early_is_not_lost() -> None:
    pair = a_pair_of(COLLEGE, stage="working")
    browser = browser_of(pair.mentor)
    page(browser, pair, "/feedback")  # open while the two go back to where there is none
    load_pair(pair.pair_id).update([Pair.stage.set("rapport")])

    early = browser.post(
        f"/pairs/{pair.pair_id}/feedback", praise="You compared three.", act_on="Ask one student.", key="1"
    )

    assert early.status == 409
    assert "You compared three. Ask one student." in early.words


def test_in_a_conversation_that_has_ended_nothing_is_settled_rated_or_agreed() -> None:
    pair = a_pair_of(COLLEGE, stage="working")
    mentee = Api(pair, pair.mentee)
    mentee.post("/goals", text="Pass my English exam", key="1")
    check_all(pair)
    [goal] = mentee.get()["together"]["goals"]
    load_pair(pair.pair_id).update([Pair.status.set("ended")])

    answers = [
        mentee.post(f"/shared/goal/{goal['id']}", becomes="done"),
        mentee.post("/skills", ratings={str(n): "2" for n in range(1, 7)}),
        mentee.post("/agreement", version=1, how_often="Once a week"),
        mentee.post("/stage", answer="propose", stage="working"),
    ]

    assert [one.json["error"]["code"] for one in answers] == ["ended"] * 4


def test_while_a_conversation_rests_the_two_change_nothing_for_one_another() -> None:
    pair = a_pair_of(COLLEGE, stage="working")
    answer_for_oneself(pair.mentee.viewer, pair.programme_id, Said({"taking_part": "no"}), now=now())
    mentor = Api(pair, pair.mentor)

    answers = [
        mentor.post("/stage", answer="propose", stage="working"),
        Api(pair, pair.mentee).post("/skills", ratings={str(n): "2" for n in range(1, 7)}),
    ]

    assert [one.json["error"]["code"] for one in answers] == ["rests", "rests"]


def test_no_name_of_the_staff_reaches_the_two() -> None:
    pair = a_pair_of(COLLEGE, agreed=False)
    coordinator = a_person("coordinator", pair.programme)
    Api(pair, coordinator).post("/agreement/on-behalf", version=1, how_often="Once a week")

    assert coordinator.viewer.name in str(Api(pair, coordinator).get("/agreement"))
    for someone in (pair.mentor, pair.mentee):
        assert coordinator.viewer.name not in str(Api(pair, someone).get("/agreement"))


def test_nothing_is_entered_for_a_mentee_who_has_not_agreed() -> None:
    pair = a_pair_of(load_preset("brokered"), agreed=False)
    coordinator = a_person("coordinator", pair.programme)

    refused = Api(pair, coordinator).post(
        "/on-behalf", text="Amina says hello.", arrived_by="telephone", key="1"
    )

    assert refused.json["error"]["code"] == "agree_first"


def test_what_was_typed_is_shown_where_it_cannot_be_sent_any_more() -> None:
    pair = a_pair_of(COLLEGE)
    browser = browser_of(pair.mentee)
    page(browser, pair)
    key = browser.key()
    said = {"version": 0, "at": "", "how_often": "Once a week", "when": [], "by": ""}
    load_pair(pair.pair_id).update([Pair.agreed.set({"mentor": said, "mentee": said})])

    refused = browser.post(f"/pairs/{pair.pair_id}/messages", text="I went to the open day.", key=key)

    assert refused.status == 409
    assert "I went to the open day." in refused.text
