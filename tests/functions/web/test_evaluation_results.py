"""What came of the evaluation, through the routes."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from shared.audit.items import Waiting
from shared.programmes.actions import RunningProgramme, load_programme
from tests.builders.conversations import TwoWhoWrite
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

    found = results(coordinator, cohort_id)

    [form] = [one for one in found["forms"] if one["id"] == "beginning"]
    assert (form["asked"], form["answered"], form["answered_in_all"]) == (12, 12, 12)
    [table] = tables_of(found, "beginning", "sure")
    assert numbers(table) == [0, 5, 0, 7, 0, 0]
    assert (table["people"], table["average"]) == (12, "3.2")
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

    assert numbers(*tables_of(results(coordinator, "everybody"), "beginning", "sure"))[4] == 6


def test_nothing_is_shown_of_too_few_and_nothing_that_gives_them_away(
    programme: RunningProgramme, cohort_id: str, coordinator: Someone
) -> None:
    pairs = several(programme, 20, cohort_id)
    all_answer(pairs[:4], "sure", {"1": 4})
    few = tables_of(results(coordinator, cohort_id), "beginning", "sure")
    all_answer(pairs[4:], "sure", {"3": 6, "4": 10})

    [table] = tables_of(results(coordinator, cohort_id), "beginning", "sure")

    assert [(numbers(one), one["is_shown"], one["average"]) for one in few] == [([None] * 6, False, "")]
    assert numbers(table) == [None, 0, None, 10, 0, 0]  # with the 6 shown, 20 less 16 would be the 4
    assert table["average"] == ""


# ── At the start and at the end ────────────────────────────────────────────


def both_times(both: int, once: int) -> tuple[list[TwoWhoWrite], str]:
    """So many answer at the start and at the end, and so many at the start only."""
    programme = a_programme(policy=BOTH_TIMES)
    cohort_id = a_running_cohort(programme)
    pairs = several(programme, both + once, cohort_id)
    for place, pair in enumerate(pairs):
        answers(pair, sure="1" if place >= both else "2")
        if place < both:
            answers(pair, "finish", at=LATER, sure="5", recommend="Yes")
    return pairs, cohort_id


def test_then_and_now_stand_side_by_side_for_those_who_answered_both() -> None:
    pairs, cohort_id = both_times(6, 3)
    coordinator = a_person("coordinator", pairs[0].programme)

    found = results(coordinator, cohort_id)

    then, now = tables_of(found, "finish", "sure")
    assert [(one["title"], one["people"]) for one in (then, now)] == [("At the start", 6), ("At the end", 6)]
    assert (numbers(then)[:5], numbers(now)[:5]) == ([0, 6, 0, 0, 0], [0, 0, 0, 0, 6])
    # Who answered at the start only would be the difference from a table of everybody: there is none.
    assert tables_of(found, "beginning", "sure") == []
    page = browser_of(coordinator).get(
        f"/programmes/{coordinator.programme_id}/cohorts/{cohort_id}/evaluation"
    )
    assert "Then and now, of the 6 who answered at both times. On average 2.0 at the start, 5.0" in page.words
    assert "Shown below, beside the answers at the end (“How it went”):" in page.words


def test_while_few_answered_once_the_list_of_everybody_stays_as_it_was() -> None:
    pairs, cohort_id = both_times(6, 2)

    found = results(a_person("coordinator", pairs[0].programme), cohort_id)

    # An earlier list of the eight, less the six who answered both, would be the answers of the two.
    assert [one["people"] for one in tables_of(found, "beginning", "sure")] == [8]
    assert [(one["title"], one["people"]) for one in tables_of(found, "finish", "sure")] == [("", 6)]


def test_while_too_few_answered_both_each_time_is_shown_by_itself() -> None:
    pairs, cohort_id = both_times(2, 4)

    found = results(a_person("coordinator", pairs[0].programme), cohort_id)

    assert [one["people"] for one in tables_of(found, "beginning", "sure")] == [6]
    assert [one["people"] for one in tables_of(found, "finish", "sure")] == [2]


def test_answers_to_other_words_are_counted_apart(
    programme: RunningProgramme, cohort_id: str, coordinator: Someone
) -> None:
    pairs = several(programme, 12, cohort_id)
    all_answer(pairs[:6], "sure", {"5": 6})
    other = SURE | {"words": "How clear is it to you what comes next?"}
    changed_policy(programme, evaluation={"forms": [a_form("beginning", "start", other, CHANGE)]})
    all_answer(pairs[6:], "sure", {"1": 6})

    found = results(coordinator, cohort_id)

    earlier = [one for one in found["forms"] if one["id"] == "beginning" and not one["is_current"]]
    assert [numbers(table) for one in earlier for table in one["questions"][0]["tables"]] == [
        [0, 0, 0, 0, 6, 0]
    ]
    assert numbers(*tables_of(found, "beginning", "sure")) == [6, 0, 0, 0, 0, 0]
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

    answer = program_of(coordinator).get(
        f"/programmes/{programme.programme_id}/cohorts/{cohort_id}/evaluation/sheet"
    )

    assert answer.headers["content-disposition"] == 'attachment; filename="evaluation.csv"'
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    shown = {row[5]: row[7] for row in rows if row[4] == "'=1+1"}
    assert shown == {
        "'@SUM(A1)": "9",
        "'+Perhaps": "not shown",
        "No": "not shown",
        "Rather not say": "0",
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
    assert words_at(coordinator, cohort_id).json["texts"] == []
    assert words_at(coordinator, cohort_id, after="0").json["texts"] == []  # nor by any other way in

    answers(pairs[4], sure="3", change=texts[4])
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

    assert words_at(coordinator, cohort_id).json["texts"] == ["[mentor] could write more often."] * 5


def test_staff_who_mentor_do_not_read_what_their_own_mentee_wrote(
    programme: RunningProgramme, cohort_id: str, coordinator: Someone
) -> None:
    both = a_person("mentor", programme, first_name="Ruth", surname="Adeyemi")
    also_in(programme, both, role="coordinator")
    pairs = [*several(programme, 5, cohort_id), a_pair_in(programme, cohort_id, mentor=both, number=50)]
    for pair in pairs:
        answers(pair, sure="3", change=SUGGESTION)

    assert len(words_at(coordinator, cohort_id).json["texts"]) == 6
    assert len(words_at(both, cohort_id).json["texts"]) == 5


def test_an_administrator_sees_numbers_and_reads_nothing(programme: RunningProgramme, cohort_id: str) -> None:
    owen = a_person("administrator", programme)
    for pair in several(programme, 6, cohort_id):
        answers(pair, sure="3", change=SUGGESTION)

    assert results(owen, cohort_id)["may_read"] is False
    assert words_at(owen, cohort_id).status == 404


def test_nobody_else_sees_results(programme: RunningProgramme, cohort_id: str) -> None:
    pair = several(programme, 1, cohort_id)[0]
    elsewhere = a_person("coordinator", a_programme("Other Roads"), first_name="Isla", surname="Grant")
    place = f"/programmes/{programme.programme_id}/cohorts/{cohort_id}/evaluation"

    for someone in (pair.mentee, pair.mentor, elsewhere):
        for path in (place, place + "/sheet", place + "/words"):
            assert program_of(someone).get(path).status == 404
