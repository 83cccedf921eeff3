"""What came of the evaluation, through the routes."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from shared.audit.items import Waiting
from shared.evaluation.counting import Place
from shared.programmes.actions import RunningProgramme, load_programme
from tests.builders.people import Someone, a_person, also_in
from tests.builders.programmes import a_programme
from tests.shared.evaluation.builders import (
    CHANGE,
    RECOMMEND,
    SUGGESTION,
    SURE,
    TODAY,
    a_form,
    a_pair_in,
    a_running_cohort,
    all_answer,
    answers,
    asking,
    changed_policy,
    comes_in,
    hands_in,
    several,
)
from tests.shared.people.counting import requests_made

from .signed_in import browser_of, program_of

pytestmark = pytest.mark.usefixtures("tables")

LATER = TODAY + timedelta(weeks=10)
BOTH_TIMES = asking(
    a_form("beginning", "start", SURE),
    a_form("finish", "end", SURE, RECOMMEND),
    evaluation={"fewest_shown": 3},
)


@pytest.fixture
def programme() -> RunningProgramme:
    return a_programme(policy=asking())


@pytest.fixture
def cohort_id(programme: RunningProgramme) -> str:
    return a_running_cohort(programme)


@pytest.fixture
def coordinator(programme: RunningProgramme) -> Someone:
    return a_person("coordinator", programme)


def results(someone: Someone, cohort_id: str) -> Any:
    return program_of(someone).get(f"/programmes/{someone.programme_id}/cohorts/{cohort_id}/evaluation").json


def tables_of(found: Any, form_id: str, question_id: str) -> list[dict[str, Any]]:
    [form] = [one for one in found["forms"] if one["id"] == form_id and one["is_current"]]
    [question] = [one for one in form["questions"] if one["id"] == question_id]
    shown: list[dict[str, Any]] = question["tables"]
    return shown


def numbers(table: dict[str, Any]) -> list[int | None]:
    return [row["people"] for row in table["rows"]]


# ── Counting ───────────────────────────────────────────────────────────────


def test_answers_are_counted_in_their_cohort(
    programme: RunningProgramme, cohort_id: str, coordinator: Someone
) -> None:
    all_answer(several(programme, 12, cohort_id), "sure", {"2": 5, "4": 7})
    other = a_running_cohort(programme)
    answers(a_pair_in(programme, other, number=99, mentor=a_person_of(programme)), sure="1")
    comes_in(programme)

    found = results(coordinator, cohort_id)

    [form] = [one for one in found["forms"] if one["id"] == "beginning"]
    assert (form["asked"], form["answered"], form["answered_in_all"]) == (12, 12, 12)
    [table] = tables_of(found, "beginning", "sure")
    assert numbers(table) == [0, 5, 0, 7, 0]
    assert (table["people"], table["is_whole"], table["average"]) == (12, True, "3.2")
    page = browser_of(coordinator).get(f"/programmes/{programme.programme_id}/cohorts/{cohort_id}/evaluation")
    assert "12 of 12 who were asked have answered" in page.words
    assert "7 (58 %)" in page.words


def a_person_of(programme: RunningProgramme) -> Someone:
    return a_person("mentor", programme, first_name="Hannah", surname="Osei")


def test_a_page_of_results_costs_two_requests_however_many_answered(
    programme: RunningProgramme, cohort_id: str, coordinator: Someone
) -> None:
    all_answer(several(programme, 12, cohort_id), "sure", {"2": 5, "4": 7})
    staff = program_of(coordinator)
    place = f"/programmes/{programme.programme_id}/cohorts"
    for path in (f"{place}/{cohort_id}/evaluation", f"{place}/{cohort_id}/evaluation/sheet"):
        with requests_made() as made:
            assert staff.get(path).status == 200
        assert len(made) - 1 == 2, path


def test_those_in_no_cohort_have_results_of_their_own(
    programme: RunningProgramme, coordinator: Someone
) -> None:
    all_answer(several(programme, 6), "sure", {"5": 6})
    comes_in(programme)

    assert numbers(*tables_of(results(coordinator, "everybody"), "beginning", "sure"))[4] == 6


def test_nothing_is_shown_of_too_few_and_nothing_that_gives_them_away(
    programme: RunningProgramme, cohort_id: str, coordinator: Someone
) -> None:
    pairs = several(programme, 20, cohort_id)
    all_answer(pairs[:4], "sure", {"1": 4})
    comes_in(programme)
    few = tables_of(results(coordinator, cohort_id), "beginning", "sure")
    all_answer(pairs[4:], "sure", {"3": 6, "4": 10})
    comes_in(programme)

    [table] = tables_of(results(coordinator, cohort_id), "beginning", "sure")

    assert [(numbers(one), one["is_shown"], one["average"]) for one in few] == [([None] * 5, False, "")]
    assert numbers(table) == [None, None, 6, 10, None]  # the other 4 may as well have said nothing
    assert (table["is_whole"], table["average"]) == (False, "")
    page = browser_of(coordinator).get(f"/programmes/{programme.programme_id}/cohorts/{cohort_id}/evaluation")
    assert "10 or more (50 %)" in page.words


# ── What is in ─────────────────────────────────────────────────────────────


def test_answers_show_only_once_enough_of_them_are_in_together(
    programme: RunningProgramme, cohort_id: str, coordinator: Someone
) -> None:
    pairs = several(programme, 11, cohort_id)
    all_answer(pairs[:6], "sure", {"4": 6})

    def seen() -> tuple[list[int | None], str]:
        [table] = tables_of(results(coordinator, cohort_id), "beginning", "sure")
        place = f"/programmes/{programme.programme_id}/cohorts/{cohort_id}/evaluation"
        words = browser_of(coordinator).get(place).words
        return numbers(table), next((said for said in SAID if said in words), "")

    assert seen() == ([None] * 5, "6 answers come in tomorrow morning")
    comes_in(programme)
    assert seen() == ([0, 0, 0, 6, 0], "")
    all_answer(pairs[6:9], "sure", {"4": 3})
    comes_in(programme)
    assert seen() == ([0, 0, 0, 6, 0], "The last 3 answers come in once 2 more people have answered")
    answers(pairs[9], sure="4")
    assert seen()[1] == "The last 4 answers come in once 1 more person has answered"
    answers(pairs[10], sure="4")
    assert seen() == ([0, 0, 0, 6, 0], "5 more answers come in tomorrow morning")
    comes_in(programme)
    assert seen() == ([0, 0, 0, 11, 0], "")


SAID = (
    "The last 3 answers come in once 2 more people have answered",
    "The last 4 answers come in once 1 more person has answered",
    "The last 2 answers are not shown: answers come in from 5 people or more at a time",
    "5 more answers come in tomorrow morning",
    "6 answers come in tomorrow morning",
)


def test_when_nobody_can_answer_any_more_the_last_few_are_still_not_shown_and_the_page_says_so(
    programme: RunningProgramme, coordinator: Someone
) -> None:
    cohort_id = a_running_cohort(programme, days_left=-50)
    for people in (5, 2):
        for _ in range(people):
            hands_in(Place(programme.programme_id, cohort_id), programme.policy, "beginning", sure="4")
        comes_in(programme)
    place = f"/programmes/{programme.programme_id}/cohorts/{cohort_id}/evaluation"

    [table] = tables_of(results(coordinator, cohort_id), "beginning", "sure")

    assert (numbers(table), table["people"]) == ([0, 0, 0, 5, 0], 5)
    assert SAID[2] in browser_of(coordinator).get(place).words


# ── At the start and at the end ────────────────────────────────────────────


def test_then_and_now_stand_side_by_side_and_are_the_numbers_of_the_two_forms() -> None:
    programme = a_programme(policy=BOTH_TIMES)
    cohort_id, coordinator = a_running_cohort(programme), a_person("coordinator", programme)
    pairs = several(programme, 8, cohort_id)
    for pair in pairs:
        answers(pair, sure="2")
    comes_in(programme)
    at_the_start = tables_of(results(coordinator, cohort_id), "beginning", "sure")
    for pair in pairs[:6]:
        answers(pair, "finish", at=LATER, sure="5", recommend="Yes")
    comes_in(programme, at=LATER)

    found = results(coordinator, cohort_id)

    then, now = tables_of(found, "finish", "sure")
    assert [(one["title"], one["people"]) for one in (then, now)] == [("At the start", 8), ("At the end", 6)]
    assert (numbers(then), numbers(now)) == ([0, 8, 0, 0, 0], [0, 0, 0, 0, 6])
    # The two who answered once are not to be had by taking one list from another: there is no other list.
    assert [then | {"title": ""}] == at_the_start
    assert tables_of(found, "beginning", "sure") == []
    place = f"/programmes/{coordinator.programme_id}/cohorts/{cohort_id}/evaluation"
    page = browser_of(coordinator).get(place)
    assert "Then and now: 8 people answered at the start, 6 at the end. On average 2.0 at the" in page.words
    assert "Shown below, beside the answers at the end (“How it went”):" in page.words


def test_while_too_few_answered_at_the_end_the_start_stays_where_it_was() -> None:
    programme = a_programme(policy=BOTH_TIMES)
    cohort_id = a_running_cohort(programme)
    for number, pair in enumerate(several(programme, 6, cohort_id)):
        answers(pair, sure="2")
        if number < 2:
            answers(pair, "finish", at=LATER, sure="5", recommend="Yes")
    comes_in(programme, at=LATER)

    found = results(a_person("coordinator", programme), cohort_id)

    assert [numbers(one) for one in tables_of(found, "beginning", "sure")] == [[0, 6, 0, 0, 0]]
    assert [(one["people"], one["is_shown"]) for one in tables_of(found, "finish", "sure")] == [(0, False)]


def test_answers_to_other_words_are_counted_apart(
    programme: RunningProgramme, cohort_id: str, coordinator: Someone
) -> None:
    pairs = several(programme, 12, cohort_id)
    all_answer(pairs[:6], "sure", {"5": 6})
    other = SURE | {"words": "How clear is it to you what comes next?"}
    changed_policy(programme, evaluation={"forms": [a_form("beginning", "start", other, CHANGE)]})
    all_answer(pairs[6:], "sure", {"1": 6})
    comes_in(programme)

    found = results(coordinator, cohort_id)

    earlier = [one for one in found["forms"] if one["id"] == "beginning" and not one["is_current"]]
    assert [numbers(table) for one in earlier for table in one["questions"][0]["tables"]] == [[0, 0, 0, 0, 6]]
    assert numbers(*tables_of(found, "beginning", "sure")) == [6, 0, 0, 0, 0]
    assert (
        "In earlier words"
        in browser_of(coordinator)
        .get(f"/programmes/{programme.programme_id}/cohorts/{cohort_id}/evaluation")
        .words
    )


# ── As a file ──────────────────────────────────────────────────────────────


def test_the_file_holds_what_the_page_shows_and_no_formula(coordinator: Someone, cohort_id: str) -> None:
    programme = load_programme(coordinator.programme_id)
    tricky = RECOMMEND | {"words": "=1+1", "choices": ["@SUM(A1)", "+Perhaps", "No"]}
    changed_policy(programme, evaluation={"forms": [a_form("beginning", "start", tricky)]})
    all_answer(several(programme, 12, cohort_id), "recommend", {"@SUM(A1)": 9, "+Perhaps": 2, "No": 1})
    comes_in(programme)

    answer = program_of(coordinator).get(
        f"/programmes/{programme.programme_id}/cohorts/{cohort_id}/evaluation/sheet"
    )

    assert answer.headers["content-disposition"] == 'attachment; filename="evaluation.csv"'
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    shown = {row[5]: tuple(row[7:]) for row in rows if row[4] == "'=1+1"}
    assert shown == {
        "'@SUM(A1)": ("9", "at least so many"),
        "'+Perhaps": ("not shown", ""),
        "No": ("not shown", ""),
    }
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@", "+", "-"))]


# ── What was written ───────────────────────────────────────────────────────


def words_at(someone: Someone, cohort_id: str, **more: str) -> Any:
    found = results(someone, cohort_id)
    [form] = [one for one in found["forms"] if one["id"] == "beginning"]
    query = {"form": "beginning", "version": form["version"], "question": "change"} | more
    place = f"/programmes/{someone.programme_id}/cohorts/{cohort_id}/evaluation/words"
    return program_of(someone).get(place + "?" + "&".join(f"{name}={said}" for name, said in query.items()))


def test_what_was_written_is_read_without_names_once_enough_wrote_and_that_is_recorded(
    programme: RunningProgramme, cohort_id: str, coordinator: Someone
) -> None:
    pairs = several(programme, 5, cohort_id)
    texts = [f"{SUGGESTION} That is what I thought in week {week}." for week in range(1, 6)]
    for pair, text in zip(pairs[:4], texts, strict=False):
        answers(pair, sure="3", change=text)
    comes_in(programme)
    assert words_at(coordinator, cohort_id).json["texts"] == []
    assert words_at(coordinator, cohort_id, after="0").json["texts"] == []  # nor by any other way in

    answers(pairs[4], sure="3", change=texts[4])
    assert words_at(coordinator, cohort_id).json["texts"] == []  # before the morning
    comes_in(programme)
    answer = words_at(coordinator, cohort_id)

    assert sorted(answer.json["texts"]) == texts
    assert not [one for one in pairs if one.mentee.first_name in answer.text]
    assert [one.what for one in Waiting.scan() if isinstance(one, Waiting)] == ["read_answers"]


def test_what_is_read_names_neither_of_the_two(
    programme: RunningProgramme, cohort_id: str, coordinator: Someone
) -> None:
    pairs = several(programme, 5, cohort_id)
    for pair in pairs:
        answers(pair, sure="3", change=f"{pair.mentor.first_name} could write more often.")
    comes_in(programme)

    assert words_at(coordinator, cohort_id).json["texts"] == ["[mentor] could write more often."] * 5


def test_staff_who_mentor_do_not_read_what_their_own_mentee_wrote(
    programme: RunningProgramme, cohort_id: str, coordinator: Someone
) -> None:
    both = a_person("mentor", programme, first_name="Ruth", surname="Adeyemi")
    also_in(programme, both, role="coordinator")
    pairs = [*several(programme, 5, cohort_id), a_pair_in(programme, cohort_id, mentor=both, number=50)]
    for pair in pairs:
        answers(pair, sure="3", change=SUGGESTION)
    comes_in(programme)

    assert len(words_at(coordinator, cohort_id).json["texts"]) == 6
    assert len(words_at(both, cohort_id).json["texts"]) == 5


def test_staff_who_mentor_are_not_shown_the_few_of_others_that_came_in_with_their_own_mentees(
    programme: RunningProgramme, cohort_id: str, coordinator: Someone
) -> None:
    both = a_person("mentor", programme, first_name="Ruth", surname="Adeyemi")
    also_in(programme, both, role="coordinator")
    theirs = a_pair_in(programme, cohort_id, mentor=both, number=50)
    pairs = several(programme, 9, cohort_id)
    for group, seen in (([theirs, *pairs[:4]], (5, 0)), (pairs[4:], (10, 5))):
        for pair in group:
            answers(pair, sure="3", change=SUGGESTION)
        comes_in(programme)

        found = tuple(len(words_at(one, cohort_id).json["texts"]) for one in (coordinator, both))
        assert found == seen  # and never four, of whom they know who has answered


def test_an_administrator_sees_numbers_and_reads_nothing(programme: RunningProgramme, cohort_id: str) -> None:
    owen = a_person("administrator", programme)
    for pair in several(programme, 6, cohort_id):
        answers(pair, sure="3", change=SUGGESTION)
    comes_in(programme)

    assert results(owen, cohort_id)["may_read"] is False
    assert words_at(owen, cohort_id).status == 404


def test_nobody_else_sees_results(programme: RunningProgramme, cohort_id: str) -> None:
    pair = several(programme, 1, cohort_id)[0]
    elsewhere = a_person("coordinator", a_programme("Other Roads"), first_name="Isla", surname="Grant")
    place = f"/programmes/{programme.programme_id}/cohorts/{cohort_id}/evaluation"

    for someone in (pair.mentee, pair.mentor, elsewhere):
        for path in (place, place + "/sheet", place + "/words"):
            assert program_of(someone).get(path).status == 404
