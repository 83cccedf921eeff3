"""Each morning's asking, and who waits to be reminded."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.evaluation.asking import WaitingForms, ask, forms_waiting, note_reminded
from shared.evaluation.items import FormCount, count_key
from shared.people.items import Membership
from shared.people.leave import Leave
from shared.programmes.actions import RunningProgramme
from tests.builders.conversations import TwoWhoWrite
from tests.builders.people import a_person
from tests.builders.programmes import a_programme
from tests.functions.web.signed_in import browser_of
from tests.shared.people.counting import requests_made

from .builders import (
    SURE,
    TODAY,
    a_form,
    a_pair_in,
    a_running_cohort,
    answers,
    asking,
    at_the_end,
    at_the_start,
    membership,
    several,
)

pytestmark = pytest.mark.usefixtures("tables")

AFTER_DAYS = (7, 14, 21)


def days_later(days: float) -> datetime:
    return TODAY + timedelta(days=days)


def count_of(pair: TwoWhoWrite, form_id: str = "beginning") -> tuple[int, int]:
    cohort_id = load_pair(pair.pair_id).cohort_id or "everybody"
    found = FormCount.get(*count_key(pair.programme_id, cohort_id, form_id))
    return int(found.asked), int(found.answered)


def reminded(programme: RunningProgramme, *, at: datetime) -> list[WaitingForms]:
    """Who is reminded in one run, a page after the other."""
    found = []
    while page := forms_waiting(programme.programme_id, now=at, limit=2):
        found += [one for one in page if note_reminded(one, AFTER_DAYS, now=at)]
    return found


def test_whoever_comes_to_a_point_of_the_way_is_asked_once_and_counted() -> None:
    pair = at_the_start()

    assert [ask(pair.programme_id, now=days_later(days)) for days in (0, 1, 2)] == [1, 0, 0]

    assert [(one.form_id, one.waits) for one in membership(pair.mentee).asked] == [("beginning", True)]
    assert membership(pair.mentor).asked == ()
    assert count_of(pair) == (1, 0)
    assert "A few questions for you" in browser_of(pair.mentee).get("/").words
    assert "A few questions for you" not in browser_of(pair.mentor).get("/").words


def test_whoever_answered_before_they_were_asked_counts_once() -> None:
    pair = at_the_start()
    answers(pair, sure="4")

    ask(pair.programme_id, now=days_later(1))

    assert count_of(pair) == (1, 1)
    assert forms_waiting(pair.programme_id, now=days_later(30)) == []
    assert "A few questions for you" not in browser_of(pair.mentee).get("/").words


def test_what_nobody_answered_is_closed_when_its_time_has_passed() -> None:
    pair = at_the_start()
    ask(pair.programme_id, now=TODAY)

    ask(pair.programme_id, now=days_later(60))

    states = {one.form_id: one.waits for one in membership(pair.mentee).asked}
    assert states == {"beginning": False, "finish": True}
    assert (count_of(pair), count_of(pair, "finish")) == ((1, 0), (1, 0))


def test_whoever_takes_back_that_they_may_be_asked_is_reminded_no_more() -> None:
    feedback = {"id": "feedback", "title": "Feedback", "words": "May we ask you how it went?"}
    pair = at_the_start(asking(consents={"purposes": [feedback]}))
    ask(pair.programme_id, now=TODAY)
    membership(pair.mentee).update([Membership.leave.set(Leave({"feedback": "no"}).as_stored())])

    ask(pair.programme_id, now=days_later(1))

    assert [one.waits for one in membership(pair.mentee).asked] == [False]
    assert forms_waiting(pair.programme_id, now=days_later(30)) == []


def test_a_mentor_of_several_is_asked_once_and_one_who_is_suspended_is_not() -> None:
    programme = a_programme(policy=asking(a_form("mentors", "start", SURE, side="mentor")))
    cohort_id = a_running_cohort(programme)
    pairs = several(programme, 3, cohort_id)
    paused = a_person("mentor", programme, first_name="Hannah", surname="Osei", status="suspended")
    a_pair_in(programme, cohort_id, mentor=paused, number=9)

    assert ask(programme.programme_id, now=TODAY) == 1

    assert count_of(pairs[0], "mentors") == (1, 0)


def test_an_ended_pair_is_asked_how_it_went() -> None:
    pair = at_the_start()
    load_pair(pair.pair_id).update([Pair.status.set("ended")])

    ask(pair.programme_id, now=TODAY)

    assert [one.form_id for one in membership(pair.mentee).asked] == ["finish"]


def test_whoever_goes_on_with_somebody_else_is_asked_at_the_end_of_that() -> None:
    programme = a_programme(policy=asking(a_form("finish", "end", SURE, side="mentor")))
    first, second = several(programme, 2, a_running_cohort(programme))
    for pair, others in ((first, 0), (second, 1)):
        load_pair(pair.pair_id).update([Pair.status.set("ended"), Pair.ended_at.set(TODAY)])
        assert ask(programme.programme_id, now=TODAY) == others

    assert [one.form_id for one in membership(first.mentor).asked] == ["finish"]


def test_how_it_went_is_not_asked_of_what_ended_long_ago() -> None:
    pair = at_the_start()
    load_pair(pair.pair_id).update([Pair.status.set("ended"), Pair.ended_at.set(TODAY)])

    assert ask(pair.programme_id, now=days_later(42)) == 0
    assert ask(pair.programme_id, now=days_later(41)) == 1


@pytest.mark.parametrize(
    ("known", "last"),
    [
        ({}, -100),
        ({"last_delivered_at": days_later(-50)}, -50),
        ({"last_delivered_at": days_later(-50), "last_day": days_later(-30).date().isoformat()}, -30),
    ],
    ids=["when they began", "when the last message came", "the day they agreed on"],
)
def test_of_what_ended_nobody_wrote_down_when_the_last_day_that_is_known_counts(
    known: dict[str, Any], last: int
) -> None:
    pair = a_pair_in(a_programme(policy=asking()), begun=days_later(-100))
    load_pair(pair.pair_id).update(
        [Pair.status.set("ended"), *(getattr(Pair, name).set(value) for name, value in known.items())]
    )

    assert ask(pair.programme_id, now=days_later(last + 42)) == 0
    assert ask(pair.programme_id, now=days_later(last + 41)) == 1


def test_nothing_is_asked_of_a_conversation_that_was_removed() -> None:
    pair = at_the_end()
    load_pair(pair.pair_id).update([Pair.status.set("ended"), Pair.removed_at.set(TODAY)])

    assert ask(pair.programme_id, now=TODAY) == 0
    assert membership(pair.mentee).asked == ()


# ── Reminders ──────────────────────────────────────────────────────────────


def test_whoever_has_not_answered_is_reminded_after_7_14_and_21_days_and_then_left_alone() -> None:
    pair = at_the_start()
    ask(pair.programme_id, now=TODAY)

    days = [day for day in range(40) if reminded(pair.programme, at=days_later(day + 0.1))]

    assert days == [7, 14, 21]


def test_a_reminder_names_whom_and_where_and_nothing_that_was_said() -> None:
    pair = at_the_start()
    ask(pair.programme_id, now=TODAY)

    [one] = forms_waiting(pair.programme_id, now=days_later(8))

    assert (one.person_id, one.role, one.address) == (pair.mentee.person_id, "mentee", pair.mentee.address)
    assert (one.pair_ids, one.forms, one.reminded_at) == ((pair.pair_id,), 1, days_later(7))


def test_two_who_remind_at_once_remind_once() -> None:
    pair = at_the_start()
    ask(pair.programme_id, now=TODAY)
    [one] = forms_waiting(pair.programme_id, now=days_later(8))

    done = [note_reminded(one, AFTER_DAYS, now=days_later(8)) for _ in range(2)]

    assert done == [True, False]


def test_answering_ends_the_reminders() -> None:
    pair = at_the_start()
    ask(pair.programme_id, now=TODAY)
    [one] = forms_waiting(pair.programme_id, now=days_later(8))

    answers(pair, sure="4", at=days_later(8))

    assert forms_waiting(pair.programme_id, now=days_later(30)) == []
    assert note_reminded(one, AFTER_DAYS, now=days_later(8)) is False


def test_many_who_wait_are_read_page_by_page_from_an_index() -> None:
    programme = a_programme(policy=asking())
    several(programme, 5, a_running_cohort(programme))
    ask(programme.programme_id, now=TODAY)

    with requests_made() as made:
        assert len(forms_waiting(programme.programme_id, now=days_later(8), limit=2)) == 2

    assert made == ["Query"]
    assert len(reminded(programme, at=days_later(8))) == 5


def test_a_viewer_knows_where_questions_wait_without_another_request() -> None:
    pair = at_the_start()
    ask(pair.programme_id, now=TODAY)
    browser = browser_of(pair.mentee)
    browser.get("/")

    with requests_made() as made:
        page = browser.get("/")

    assert f"/pairs/{pair.pair_id}/forms" in page.text
    assert made == ["Query", "Query", "BatchGetItem", "BatchGetItem"]  # the session, the pairs, their cohorts
