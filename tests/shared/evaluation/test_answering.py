"""Answering: once, whole, and counted with it."""

from datetime import timedelta

import pytest

from shared.conversations.steps import load_pair
from shared.evaluation.answering import answer_form
from shared.evaluation.items import Cell, FormCount, Words, cell_key, count_key
from shared.evaluation.rules import version_of
from shared.platform.errors import Conflict
from shared.platform.tables import ConversationsItem
from shared.programmes.actions import load_programme
from tests.builders.conversations import WORRIED, TwoWhoWrite
from tests.builders.programmes import a_programme
from tests.faults import Crash, crash
from tests.racing import just_before_it_writes

from .builders import (
    SUGGESTION,
    TODAY,
    a_running_cohort,
    answers,
    asking,
    at_the_start,
    membership,
    several,
)

pytestmark = pytest.mark.usefixtures("tables")

LATER = TODAY + timedelta(weeks=10)


def the_form(pair: TwoWhoWrite, form_id: str = "beginning") -> str:
    forms = load_programme(pair.programme_id).policy.evaluation.forms
    return version_of(next(one for one in forms if one.id == form_id))


def counted(pair: TwoWhoWrite, question: str, answer: str, form_id: str = "beginning") -> int:
    cohort_id = load_pair(pair.pair_id).cohort_id or "everybody"
    of = (form_id, the_form(pair, form_id), question, answer)
    try:
        return int(Cell.get(*cell_key(pair.programme_id, cohort_id, *of)).people)
    except Cell.DoesNotExist:
        return 0


def how_many(pair: TwoWhoWrite, form_id: str = "beginning") -> tuple[int, int]:
    cohort_id = load_pair(pair.pair_id).cohort_id or "everybody"
    found = FormCount.get(*count_key(pair.programme_id, cohort_id, form_id))
    return int(found.asked), int(found.answered)


def sends(pair: TwoWhoWrite, key: str, **given: str) -> bool:
    viewer, version = pair.mentee.viewer, the_form(pair)
    return answer_form(viewer, pair.pair_id, "beginning", given=given, version=version, key=key, now=TODAY)


def test_of_two_tabs_that_send_at_once_one_is_kept_and_the_other_is_told() -> None:
    pair = at_the_start()

    with just_before_it_writes(lambda: sends(pair, "tab-1", sure="4")), pytest.raises(Conflict) as told:
        sends(pair, "tab-2", sure="1")

    assert told.value.code == "answered_already"
    assert (counted(pair, "sure", "4"), counted(pair, "sure", "1"), how_many(pair)) == (1, 0, (1, 1))


def test_the_same_press_twice_at_once_is_one_answer() -> None:
    pair = at_the_start()

    with just_before_it_writes(lambda: sends(pair, "form-1", sure="4")):
        assert sends(pair, "form-1", sure="4") is False

    assert (counted(pair, "sure", "4"), how_many(pair)) == (1, (1, 1))


def test_somebody_else_who_answers_at_the_same_moment_counts_too() -> None:
    programme = a_programme(policy=asking())
    one, other = several(programme, 2, a_running_cohort(programme))

    with just_before_it_writes(lambda: sends(other, "form-1", sure="4")):
        sends(one, "form-1", sure="4")

    assert (counted(one, "sure", "4"), how_many(one)) == (2, (2, 2))


def test_what_dies_before_it_is_written_leaves_nothing_and_can_be_sent_again() -> None:
    pair = at_the_start()
    with pytest.raises(Crash), crash(before=5):
        sends(pair, "form-1", sure="4", change=SUGGESTION)

    sends(pair, "form-1", sure="4", change=SUGGESTION)

    assert (counted(pair, "sure", "4"), how_many(pair)) == (1, (1, 1))
    assert [one.form_id for one in membership(pair.mentee).asked if one.answered_at] == ["beginning"]


def test_words_that_raised_a_concern_are_not_read_without_a_name() -> None:
    pair = at_the_start()

    shows_help = answers(pair, sure="1", change=WORRIED)

    assert shows_help
    assert not [one for one in ConversationsItem.query(load_pair(pair.pair_id).pk) if isinstance(one, Words)]
