"""Drafting, trying and adopting changes to the rules, as people and programs do it through the routes."""

import re
from typing import Any

import pytest

from functions.web.access import session_cookie
from shared.filtering import check
from shared.lab.backtesting import run_backtest
from shared.people.actions.sessions import start_session
from shared.platform.clock import now
from tests.builders.conversations import CLEAN, WORRIED, TwoWhoWrite
from tests.builders.people import Someone, a_person
from tests.shared.lab.builders import TREEHOUSE, checked, drafts_a_rule, the_draft, tried

from .browser import Answer, Browser
from .signed_in import program_of

RULE = {
    "name": "Tree house",
    "category": "offplatform",
    "severity": "medium",
    "phrases": "the treehouse\r\n(see|meet~) you in the treehouse",
    "unless": "",
    "sentence": "Please stay here rather than in the treehouse.",
    "note": "",
    "examples": "Shall we carry on in the treehouse?",
    "not_examples": "We built a tree house in the garden.",
}
REASON = "Two mentees were asked to write in the old forum this week."


def lab(someone: Someone, path: str = "") -> str:
    return f"/programmes/{someone.programme_id}/filter{path}"


def browser_of(someone: Someone, page: str = "/draft") -> Browser:
    browser = Browser()
    browser.cookies[session_cookie()] = start_session(someone.person_id, now=now())
    assert browser.get(lab(someone, page)).status == 200
    return browser


def wording(page: Answer) -> str:
    found = re.search(r'name="wording" value="(\w+)"', page.text)
    assert found, page.words
    return found.group(1)


def saved(someone: Someone, **changes: str) -> Answer:
    return browser_of(someone, "/draft/own-rule").post(lab(someone, "/draft/own-rule"), **(RULE | changes))


# ── The draft ──────────────────────────────────────────────────────────────


def test_a_rule_is_written_into_the_draft_line_by_line(priya: Someone) -> None:
    answer = saved(priya)

    assert (answer.status, answer.location) == (303, lab(priya, "/draft"))
    page = browser_of(priya).get(lab(priya, "/draft"))
    assert "tree-house" in page.words
    assert "Looks for: (see|meet~) you in the treehouse" in page.words


@pytest.mark.parametrize(
    ("field", "text"),
    [("examples", "See you in the library."), ("not_examples", "The treehouse in chapter two.")],
)
def test_a_rule_that_contradicts_an_example_is_refused_and_nothing_that_was_typed_is_lost(
    priya: Someone, field: str, text: str
) -> None:
    page = saved(priya, **{field: text})

    assert page.status == 422
    assert f"“{text}”" in page.words
    assert f'href="#f-{field}"' in page.text
    for name in ("phrases", "sentence", "examples", "not_examples"):
        typed = (RULE | {field: text})[name].replace("\r\n", "\n")
        assert f">\n{typed}</textarea>" in page.text.replace("&#39;", "'").replace("\r\n", "\n"), name
    assert the_draft(priya.programme_id) is None


def test_every_field_that_cannot_be_used_has_its_sentence(priya: Someone) -> None:
    page = saved(priya, name="!!", category="gardening", phrases=" \n", sentence="", examples="")

    assert page.status == 422
    for field in ("name", "category", "phrases", "sentence", "examples"):
        assert f'href="#f-{field}"' in page.text, field


@pytest.mark.parametrize("phrases", ["(a+)+$", "tree.*house", "(((", "x ..9 (x ..9 (x ..9 (x ..9 x)))"])
def test_a_pattern_that_could_run_away_is_refused_with_what_to_do(priya: Someone, phrases: str) -> None:
    page = saved(priya, phrases=phrases, examples="x x x x x")

    assert page.status == 422
    assert 'href="#f-phrases"' in page.text


def test_an_own_rule_is_changed_under_another_name_and_removed(priya: Someone) -> None:
    saved(priya)
    browser = browser_of(priya, "/draft/own-rule?rule=tree-house")

    browser.post(lab(priya, "/draft/own-rule"), **(RULE | {"name": "Forum", "replaces": "tree-house"}))
    page = browser.get(lab(priya, "/draft"))
    assert "forum" in page.words
    assert "tree-house" not in page.words

    browser.post(lab(priya, "/draft/own-rule/remove"), rule="forum")
    assert "Nothing is changed yet" in browser.get(lab(priya, "/draft")).words


def test_one_of_the_filters_rules_is_switched_off_and_on_again(priya: Someone) -> None:
    browser = browser_of(priya, "/draft/rule?rule=contact.link")

    browser.post(lab(priya, "/draft/rule"), rule="contact.link", weight="off")
    assert "Switched off contact.link" in browser.get(lab(priya, "/draft")).words

    browser.post(lab(priya, "/draft/rule"), rule="contact.link", weight="usual")
    assert "Nothing is changed yet" in browser.get(lab(priya, "/draft")).words


def test_a_text_is_tried_with_the_draft_beside_the_rules_in_force(priya: Someone) -> None:
    saved(priya)

    page = browser_of(priya, "").post(lab(priya), text=TREEHOUSE, sender="mentee")

    assert "It would be delivered" in page.words
    assert "With the draft: held for a moderator" in page.words
    assert "Please stay here rather than in the treehouse." in page.words


# ── Past messages ──────────────────────────────────────────────────────────


def test_a_trial_shows_how_far_it_is_and_then_what_would_have_changed(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    checked(pair, CLEAN, TREEHOUSE)
    saved(priya)
    browser = browser_of(priya)

    answer = browser.post(lab(priya, "/backtests"), messages="500", key="form-1")

    assert answer.status == 303
    waiting = browser.get(answer.location)
    assert "This page goes on by itself" in waiting.words
    assert re.search(r'<progress aria-labelledby="how-far" max="1" value="0">', waiting.text)
    assert '<noscript><meta http-equiv="refresh"' in waiting.text

    run_backtest(priya.programme_id, answer.location.rpartition("/")[2], checker=check, clock=now)
    page = browser.get(answer.location)
    assert "2 of 2 messages read." in page.words
    assert 'max="2" value="2"' in page.text
    assert "1 newly held" in page.words
    assert '<mark class="mark">the treehouse' in page.text
    assert f'href="/pairs/{pair.pair_id}#m-' in page.text
    assert "refresh" not in page.text.replace("data-refresh-says", "")


def test_an_administrator_sees_the_sums_and_no_message(pair: TwoWhoWrite, priya: Someone) -> None:
    checked(pair, CLEAN, TREEHOUSE)
    saved(priya)
    trial = tried(priya, now=now())
    owen = a_person("administrator", pair.programme)

    page = browser_of(owen).get(lab(owen, f"/backtests/{trial.backtest_id}"))
    told = program_of(owen).get(lab(owen, f"/backtests/{trial.backtest_id}"))

    assert "1 newly held" in page.words
    assert "half term" not in page.text + told.text
    assert "Amina" not in page.text + told.text
    assert program_of(owen).get(lab(owen)).status == 404


# ── Adopting ───────────────────────────────────────────────────────────────


def test_a_tried_draft_is_adopted_with_a_reason_that_stands_under_the_changes(
    pair: TwoWhoWrite, priya: Someone
) -> None:
    checked(pair, CLEAN, TREEHOUSE)
    saved(priya)
    trial = tried(priya, now=now())
    browser = browser_of(priya, f"/backtests/{trial.backtest_id}")
    seen = browser.get(lab(priya, f"/backtests/{trial.backtest_id}"))

    answer = browser.post(lab(priya, "/adopt"), wording=wording(seen), reason=REASON)

    assert (answer.status, answer.location) == (303, lab(priya, "/changes"))
    page = browser.get(answer.location)
    assert REASON in page.words
    assert priya.name in page.words
    assert "Added programme.tree-house" in page.words
    assert checked(pair, TREEHOUSE, now=now())[0].state == "held"


def test_an_untried_draft_is_adopted_only_after_a_tick_and_the_reason_is_kept(priya: Someone) -> None:
    saved(priya)
    browser = browser_of(priya)
    seen = wording(browser.get(lab(priya, "/draft")))

    refused = browser.post(lab(priya, "/adopt"), wording=seen, reason=REASON)
    assert refused.status == 422
    assert 'href="#f-untried"' in refused.text
    assert f">\n{REASON}</textarea>" in refused.text

    assert browser.post(lab(priya, "/adopt"), wording=seen, reason=REASON, untried="yes").status == 303


def test_missed_concerns_are_said_in_red_first_and_need_a_tick(pair: TwoWhoWrite, priya: Someone) -> None:
    (message,) = checked(pair, WORRIED)
    program = program_of(priya)
    for finding in {one["rule"] for one in message.findings}:
        program.post(lab(priya, "/draft/rule"), {"rule": finding, "weight": "off"})
    trial = tried(priya, now=now())
    browser = browser_of(priya)

    page = browser.get(lab(priya, f"/backtests/{trial.backtest_id}"))
    assert "Known concerns would be missed" in page.words
    assert 'class="notice notice--danger"' in page.text
    assert f'href="/concerns/{message.concern_id}"' in page.text

    refused = browser.post(lab(priya, "/adopt"), wording=wording(page), reason=REASON)
    assert 'href="#f-despite_missed"' in refused.text
    given = {"wording": wording(page), "reason": REASON, "despite_missed": "yes"}
    assert browser.post(lab(priya, "/adopt"), **given).status == 303


def test_a_program_drafts_tries_and_adopts(pair: TwoWhoWrite, priya: Someone) -> None:
    program = program_of(priya)
    rule: dict[str, Any] = RULE | {"phrases": ["the treehouse"], "unless": [], "examples": [TREEHOUSE]}
    rule["not_examples"] = []

    draft = program.post(lab(priya, "/draft/own-rule"), rule).json
    assert [one["what"] for one in draft["differences"]] == ["added"]

    asked = program.post(lab(priya, "/backtests"), {"messages": 500, "key": "one"})
    assert asked.status == 201
    trial = program.get(lab(priya, f"/backtests/{asked.json['backtest_id']}")).json
    assert (trial["state"], trial["read"], trial["samples"]) == ("waiting", 0, [])

    adopted = program.post(
        lab(priya, "/adopt"), {"wording": draft["wording"], "reason": REASON, "untried": "yes"}
    )
    assert adopted.json == {"policy_version": 2}
    versions = program.get(lab(priya, "/changes")).json["changes"]
    assert [(one["policy_version"], one["by_name"]) for one in versions] == [(2, priya.name), (1, "")]


# ── Who, and what no page of ours would send ───────────────────────────────


@pytest.mark.parametrize("role", ["mentee", "mentor"])
def test_for_mentees_and_mentors_there_is_no_lab(pair: TwoWhoWrite, priya: Someone, role: str) -> None:
    drafts_a_rule(priya)
    program = program_of(pair.mentee if role == "mentee" else pair.mentor)

    for page in ("/draft", "/draft/own-rule", "/draft/rule?rule=contact.link", "/changes"):
        assert program.get(lab(priya, page)).status == 404
    assert program.post(lab(priya, "/adopt"), {"reason": REASON}).status == 404


@pytest.mark.parametrize(
    "page",
    ["/draft/own-rule?rule=nowhere", "/draft/rule?rule=nowhere", "/draft/rule", "/backtests/nowhere"],
)
def test_what_is_not_there_is_not_found(priya: Someone, page: str) -> None:
    assert program_of(priya).get(lab(priya, page)).status == 404


@pytest.mark.parametrize("before", ["0x", "-1", "9" * 30, "%00", "%C2%B2"])
def test_a_place_among_the_changes_that_was_tampered_with_is_refused(priya: Someone, before: str) -> None:
    assert program_of(priya).get(lab(priya, f"/changes?before={before}")).status == 422


def test_another_number_of_messages_is_refused(priya: Someone) -> None:
    drafts_a_rule(priya)

    answer = program_of(priya).post(lab(priya, "/backtests"), {"messages": 10**9, "key": "one"})

    assert answer.status == 422
