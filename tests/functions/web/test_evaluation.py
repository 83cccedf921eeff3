"""What mentees and mentors are asked of how it goes, through the routes."""

from typing import Any

import pytest

from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.evaluation.items import Answers, FormCount, Words, cells_pk, count_key, counts_pk
from shared.people.items import Membership
from shared.people.leave import Leave
from shared.platform.tables import ConversationsItem, stored_items
from shared.policies.presets import load_preset, preset_names
from shared.safeguarding.items import Concern, concerns_listing
from tests.builders.conversations import WORRIED, TwoWhoWrite
from tests.builders.people import a_person
from tests.builders.programmes import a_programme
from tests.shared.evaluation.builders import (
    CHANGE,
    SUGGESTION,
    SURE,
    TODAY,
    a_form,
    a_pair_in,
    a_running_cohort,
    answers,
    asking,
    at_the_end,
    at_the_start,
    changed_policy,
    in_cohort,
    membership,
    several,
)
from tests.shared.people.counting import requests_made

from .at_a_pair import Api, page, post
from .browser import Answer
from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")

FORM = "/forms/beginning"
UNANSWERED = f"Please answer “{SURE['words']}”, or choose “I’d rather not say”."


def fields(version: str, key: str = "form-1", **given: str) -> dict[str, Any]:
    return {"version": version, "key": key, **{f"answer_{name}": said for name, said in given.items()}}


def version_of(pair: TwoWhoWrite, form: str = FORM, by: str = "mentee") -> str:
    return str(Api(pair, getattr(pair, by)).get(form)["version"])


def send(
    pair: TwoWhoWrite, form: str = FORM, *, key: str = "form-1", by: str = "mentee", **given: str
) -> Answer:
    """As a program sends it."""
    return Api(pair, getattr(pair, by)).post(form, answers=given, key=key, version=version_of(pair, form, by))


def kept(pair: TwoWhoWrite) -> list[Answers]:
    items = ConversationsItem.query(load_pair(pair.pair_id).pk)
    return [one for one in items if isinstance(one, Answers)]


def concerns(pair: TwoWhoWrite) -> list[Concern]:
    found = Concern.by_listing.query(concerns_listing(pair.programme_id, "open"))
    return [one for one in found if isinstance(one, Concern)]


# ── Answering ──────────────────────────────────────────────────────────────


def test_a_mentee_answers_from_the_page_of_their_conversation() -> None:
    pair = at_the_start()
    browser = browser_of(pair.mentee)

    assert "A few questions for you Where you are now." in page(browser, pair).words
    assert "2 questions" in page(browser, pair, "/forms").words
    form = page(browser, pair, FORM)
    assert "I’d rather not say" in form.words
    sent = post(browser, pair, FORM, **fields(version_of(pair), sure="4", change=SUGGESTION))

    assert sent.status == 303
    thanks = browser.follow()
    assert "There is nothing more to answer. Thank you." in thanks.words
    assert f'data-sent="{pair.mentee.person_id}-form-{pair.pair_id}-beginning-change"' in thanks.text
    assert SUGGESTION in page(browser, pair, FORM).text
    assert f"{SURE['words']} 4 of 5" in page(browser, pair, FORM).words
    assert "A few questions for you" not in page(browser, pair).words
    [stored] = kept(pair)
    assert stored.said == {"sure": "4", "change": SUGGESTION}


def test_how_it_went_waits_while_they_go_on_with_somebody_else() -> None:
    programme = a_programme(policy=asking(a_form("finish", "end", SURE, side="mentor")))
    cohort_id = a_running_cohort(programme)
    first, second, elsewhere = several(programme, 3, cohort_id)
    in_cohort(elsewhere, a_running_cohort(programme))
    mentor = first.mentor
    load_pair(first.pair_id).update([Pair.status.set("ended"), Pair.ended_at.set(TODAY)])

    assert "A few questions for you" not in page(browser_of(mentor), first).words
    assert Api(first, mentor).get("/forms")["waiting"] == []
    assert send(first, "/forms/finish", by="mentor", sure="4").status == 409

    load_pair(second.pair_id).update([Pair.status.set("ended"), Pair.ended_at.set(TODAY)])

    assert "A few questions for you How it went." in page(browser_of(mentor), first).words
    assert send(first, "/forms/finish", by="mentor", sure="4").status == 201


def test_the_other_never_sees_what_was_answered_nor_do_staff_under_a_name() -> None:
    pair = at_the_start()
    coordinator = a_person("coordinator", pair.programme)
    assert send(pair, sure="4", change=SUGGESTION).status == 201

    assert Api(pair, pair.mentor).get("/forms")["answered"] == []
    for someone in (pair.mentor, coordinator):
        assert "error" in Api(pair, someone).get(FORM)
        assert SUGGESTION not in page(browser_of(someone), pair).text
    assert "error" in Api(pair, coordinator).get("/forms")


@pytest.mark.parametrize("not_said", [{"sure": "not_said"}, {"sure": "not_said", "change": ""}])
def test_nobody_is_made_to_say(not_said: dict[str, str]) -> None:
    pair = at_the_start()

    assert send(pair, **not_said).status == 201
    assert kept(pair)[0].said == {"sure": "", "change": ""}


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"sure": "9"}, "answer_sure", "Please choose one of the answers offered."),
        ({"sure": "Very"}, "answer_sure", "Please choose one of the answers offered."),
        ({"sure": ""}, "answer_sure", UNANSWERED),
        ({}, "answer_sure", UNANSWERED),
        ({"sure": "4", "height": "2"}, "answer_height", "There is no question of this name on this form."),
        (
            {"sure": "4", "change": "x" * 20_000},
            "answer_change",
            "Please keep this to 2,000 characters. It has 20,000 now. Nothing of it is lost.",
        ),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_question(
    given: dict[str, str], field: str, sentence: str
) -> None:
    pair = at_the_start()

    refused = send(pair, **given)

    assert refused.status == 422
    assert [(one["field"], one["message"]) for one in refused.json["error"]["fields"]] == [(field, sentence)]
    assert kept(pair) == []


def test_what_was_filled_in_is_shown_again_with_every_fault_at_once() -> None:
    pair = at_the_start()
    browser = browser_of(pair.mentee)
    long = SUGGESTION * 30

    answer = post(browser, pair, FORM, **fields(version_of(pair), sure="9", change=long))

    assert answer.status == 422
    assert "Please put these things right" in answer.words
    assert long in answer.text
    again = browser.post(
        f"/pairs/{pair.pair_id}{FORM}", **fields(version_of(pair), browser.key(), sure="5", change=SUGGESTION)
    )
    assert again.status == 303


def test_the_same_form_is_kept_once_and_another_says_that_it_was_answered() -> None:
    pair = at_the_start()

    assert [send(pair, sure="4").status for _ in range(2)] == [201, 201]
    second = send(pair, sure="1", key="form-2")

    assert second.status == 409
    assert second.json["error"]["code"] == "answered_already"
    assert [one.said["sure"] for one in kept(pair)] == ["4"]
    count = FormCount.get(*count_key(pair.programme_id, str(load_pair(pair.pair_id).cohort_id), "beginning"))
    assert (count.asked, count.answered) == (1, 1)
    browser = browser_of(pair.mentee)
    shown = post(browser, pair, FORM, **fields(version_of(pair), "form-3", sure="1", change=SUGGESTION))
    assert shown.status == 409
    assert SUGGESTION in shown.text  # nothing that was typed is lost


def test_questions_that_changed_meanwhile_are_looked_at_once_more() -> None:
    pair = at_the_start()

    answer = Api(pair, pair.mentee).post(FORM, answers={"sure": "4"}, key="form-1", version="of-yesterday")

    assert (answer.status, answer.json["error"]["code"]) == (409, "stale")
    assert kept(pair) == []


def test_what_was_answered_is_shown_with_the_questions_of_then() -> None:
    pair = at_the_start()
    send(pair, sure="4", change=SUGGESTION)
    other = SURE | {"words": "How clear is it to you what comes next?"}
    changed_policy(pair.programme, evaluation={"forms": [a_form("beginning", "start", other)]})

    shown = page(browser_of(pair.mentee), pair, FORM)

    assert SURE["words"] in shown.words
    assert SUGGESTION in shown.text
    assert other["words"] not in shown.words


# ── When, and of whom ──────────────────────────────────────────────────────


def test_the_end_is_asked_in_the_last_days_and_the_start_no_more() -> None:
    pair = at_the_end()

    waiting = Api(pair, pair.mentee).get("/forms")["waiting"]

    assert [one["id"] for one in waiting] == ["finish"]
    assert send(pair, sure="4").json["error"]["code"] == "not_now"


def test_two_who_ended_early_are_asked_how_it_went_and_can_answer() -> None:
    pair = at_the_start()
    load_pair(pair.pair_id).update([Pair.status.set("ended")])

    assert "A few questions for you How it went." in page(browser_of(pair.mentee), pair).words
    assert send(pair, "/forms/finish", sure="2", recommend="No").status == 201


def test_nothing_is_asked_before_both_have_agreed() -> None:
    policy = asking(relationship={"agreement": {"boundaries": ["We write only here."]}})
    pair = a_pair_in(a_programme(policy=policy), agreed=False)

    assert Api(pair, pair.mentee).get("/forms")["waiting"] == []
    assert send(pair, sure="4").status == 409


@pytest.mark.parametrize("said", [{"feedback": "no"}, {}, {"feedback": "yes", "taking_part": "no"}])
def test_whoever_did_not_say_that_they_may_be_asked_is_not(said: dict[str, str]) -> None:
    feedback = {"id": "feedback", "title": "Feedback", "words": "May we ask you how it went?"}
    taking_part = {"id": "taking_part", "title": "Taking part", "words": "Would you like to take part?"}
    pair = at_the_start(asking(consents={"purposes": [feedback, taking_part]}))
    membership(pair.mentee).update([Membership.leave.set(Leave(said).as_stored())])

    assert "A few questions for you" not in page(browser_of(pair.mentee), pair).words
    assert "so we don’t" in page(browser_of(pair.mentee), pair, FORM).words
    assert send(pair, sure="4").json["error"]["code"] == "not_asked"
    assert kept(pair) == []


def test_a_mentor_of_several_is_asked_once_in_a_cohort() -> None:
    policy = asking(a_form("mentors", "start", SURE, side="mentor"))
    programme = a_programme(policy=policy)
    cohort_id = a_running_cohort(programme)
    mentor = a_person("mentor", programme)
    first, second = (a_pair_in(programme, cohort_id, mentor=mentor, number=one) for one in (1, 2))
    assert [len(Api(one, mentor).get("/forms")["waiting"]) for one in (first, second)] == [1, 1]

    answers(first, "mentors", by="mentor", sure="5")

    assert [Api(one, mentor).get("/forms")["waiting"] for one in (first, second)] == [[], []]
    assert send(second, "/forms/mentors", by="mentor", key="form-2", sure="1").status == 409


def test_an_outsider_finds_nothing() -> None:
    pair = at_the_start()
    elsewhere = a_person("mentee", a_programme("Other Roads"), first_name="Isla", surname="Mackay")

    for path in ("/forms", FORM):
        assert program_of(elsewhere).get(f"/pairs/{pair.pair_id}{path}").status == 404
    assert Api(pair, pair.mentor).post(FORM, answers={}, key="1", version="1").status == 404
    assert Api(pair, pair.mentee).post("/forms/none", answers={}, key="1", version="1").status == 404


def test_it_costs_two_requests() -> None:
    pair = at_the_start()
    mentee = program_of(pair.mentee)
    mentee.get("/")  # which ground rules are in force is read once a minute
    for path in ("/forms", FORM):
        with requests_made() as made:
            assert mentee.get(f"/pairs/{pair.pair_id}{path}").status == 200
        assert len(made) - 1 == 2, path


# ── Worries ────────────────────────────────────────────────────────────────


def test_a_worry_in_an_answer_becomes_a_concern_with_it_and_its_writer_sees_where_help_is() -> None:
    pair = at_the_start()
    browser = browser_of(pair.mentee)

    sent = post(browser, pair, FORM, **fields(version_of(pair), sure="1", change=WORRIED))

    assert sent.status == 303
    assert "You don’t have to be alone with this" in browser.follow().words
    [concern] = concerns(pair)
    [stored] = kept(pair)
    assert stored.concern_id == concern.concern_id
    assert concern.about_id == pair.mentee.person_id
    assert send(pair, sure="1", change=WORRIED, key="form-2").status == 409
    assert len(concerns(pair)) == 1


def test_a_worry_in_a_refused_form_is_raised_all_the_same_once_and_help_is_shown() -> None:
    pair = at_the_end()  # the start's questions are not asked any more
    browser = browser_of(pair.mentee)

    version = version_of(pair)
    shown = [post(browser, pair, FORM, **fields(version, sure="1", change=WORRIED)) for _ in range(2)]
    as_json = send(pair, sure="1", change=WORRIED, key="form-2")

    assert [one.status for one in shown] == [409, 409]
    assert "You don’t have to be alone with this" in shown[0].words
    assert "A person who looks after people’s safety will read what you wrote" in as_json.text
    assert as_json.json["error"]["code"] == "not_now"
    [concern] = concerns(pair)
    assert (concern.words, concern.about_id) == (WORRIED, pair.mentee.person_id)
    assert kept(pair) == []


def test_a_worry_on_questions_that_have_changed_is_raised_once_and_kept_with_the_answers() -> None:
    pair = at_the_start()
    given = {"sure": "1", "change": WORRIED}
    api = Api(pair, pair.mentee)

    refused = api.post(FORM, answers=given | {"of_old": WORRIED}, key="form-1", version="of-yesterday")
    assert (refused.status, len(concerns(pair))) == (409, 1)
    assert api.post(FORM, answers=given, key="form-1", version="of-yesterday").status == 409

    assert send(pair, **given).status == 201
    assert [one.concern_id for one in kept(pair)] == [
        one.concern_id for one in concerns(pair) if one.words == WORRIED
    ]


def test_several_worries_in_one_form_are_one_concern_with_all_their_words() -> None:
    questions = [CHANGE | {"id": f"change_{n}"} for n in (1, 2, 3)]
    pair = at_the_start(asking(a_form("beginning", "start", *questions)))
    first, second = f"{WORRIED} It began in spring.", f"{WORRIED} I cannot sleep."

    assert send(pair, change_1=first, change_2=SUGGESTION, change_3=second).status == 201

    [concern] = concerns(pair)
    assert concern.words == f"{first}\n\n{second}"
    marked = [concern.words[span["start"] : span["end"]] for span in concern.spans]
    assert marked.count("want to die") == 4
    assert "cannot sleep" in marked  # in the second of them, where it stands in the whole
    listed = ConversationsItem.query(load_pair(pair.pair_id).pk)
    assert [one.text for one in listed if isinstance(one, Words)] == [SUGGESTION]


def test_answers_are_removed_with_the_conversation_and_the_numbers_stay() -> None:
    """Everything of one person lies under their pair; retention removes what does."""
    pair = at_the_start()
    answers(pair, sure="4", change=SUGGESTION)
    item = load_pair(pair.pair_id)

    theirs = {type(one) for one in ConversationsItem.query(item.pk)}

    assert {Answers, Words} <= theirs
    place = (pair.programme_id, str(item.cohort_id))
    numbers = [
        one for pk in (counts_pk(*place), cells_pk(*place)) for one in stored_items(ConversationsItem, pk)
    ]
    assert {one["kind"]["S"] for one in numbers} == {"form_count", "form_version", "form_cell"}
    for one in numbers:
        assert pair.mentee.person_id not in str(one)
        assert SUGGESTION not in str(one)


# ── The presets ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_asks_both_sides_at_the_end_and_mentees_the_same_at_the_start(name: str) -> None:
    forms = load_preset(name).evaluation.forms
    by = {(one.asked_of, one.when): one for one in forms}

    assert {("mentee", "start"), ("mentee", "end"), ("mentor", "end")} <= set(by)
    asked = [{each.id: each for each in by["mentee", when].questions} for when in ("start", "end")]
    same = [one for one in asked[0] if asked[1].get(one) == asked[0][one]]
    assert len(same) >= 2
    for form in forms:
        assert len(form.questions) <= 10
