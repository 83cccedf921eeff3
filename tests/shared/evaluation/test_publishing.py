"""Publishing what was answered: once, whole, and never of few."""

from datetime import date, timedelta
from itertools import count

import pytest

from shared.evaluation.counting import Place
from shared.evaluation.items import PublishedWords, published_words_pk
from shared.evaluation.publishing import AT_ONCE, publish
from shared.evaluation.results import FormResults, results
from shared.people.permissions import Viewer
from shared.platform.tables import ConversationsItem, stored_items
from shared.policies import Policy
from shared.programmes.actions import RunningProgramme, load_programme
from shared.programmes.items import Cohort, cohort_key
from tests.builders.people import a_person
from tests.builders.programmes import a_programme
from tests.faults import Crash, before_each, calls, crash
from tests.racing import just_before_it_writes

from .builders import (
    SUGGESTION,
    TODAY,
    a_running_cohort,
    answers,
    asking,
    changed_policy,
    comes_in,
    hands_in,
    several,
)

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def programme() -> RunningProgramme:
    return a_programme(policy=asking())


@pytest.fixture
def place(programme: RunningProgramme) -> Place:
    return Place(programme.programme_id, a_running_cohort(programme))


@pytest.fixture
def viewer(programme: RunningProgramme) -> Viewer:
    return a_person("coordinator", programme).viewer


def some_answer(
    place: Place, people: int, *, policy: Policy | None = None, wrote: str = "", **said: str
) -> None:
    for number in range(people):
        texts = {"change": f"{wrote} ({number})"} if wrote else {}
        hands_in(place, policy or asking(), "beginning", wrote=texts, **(said or {"sure": "4"}))


def shown(viewer: Viewer, place: Place) -> FormResults:
    return next(one for one in results(viewer, *place, now=TODAY).forms if one.id == "beginning")


def numbers(viewer: Viewer, place: Place) -> list[int | None]:
    [table] = [table for one in shown(viewer, place).questions if one.id == "sure" for table in one.tables]
    return [row.people for row in table.rows]


def read(place: Place) -> list[str]:
    found = PublishedWords.query(published_words_pk(*place))
    return [one.text for one in found if isinstance(one, PublishedWords)]


# ── Once, and whole ────────────────────────────────────────────────────────


def test_what_has_come_in_does_not_come_in_twice(
    programme: RunningProgramme, place: Place, viewer: Viewer
) -> None:
    some_answer(place, 6, wrote=SUGGESTION)

    assert [comes_in(programme) for _ in range(3)] == [1, 0, 0]

    assert numbers(viewer, place) == [0, 0, 0, 6, 0]
    assert len(read(place)) == 6


def test_of_two_mornings_at_once_one_lets_in_what_is_due(
    programme: RunningProgramme, place: Place, viewer: Viewer
) -> None:
    some_answer(place, 6, wrote=SUGGESTION)
    made: list[int] = []

    with just_before_it_writes(lambda: made.append(comes_in(programme))):
        made.append(comes_in(programme))

    assert made == [1, 0]
    assert numbers(viewer, place) == [0, 0, 0, 6, 0]
    assert len(read(place)) == 6


def test_of_two_mornings_at_once_neither_lets_in_a_few_who_answered_between_them(
    programme: RunningProgramme, place: Place, viewer: Viewer
) -> None:
    some_answer(place, 6)

    def others() -> None:
        some_answer(place, 2)
        comes_in(programme)

    with just_before_it_writes(others):
        comes_in(programme)

    assert shown(viewer, place).published == 8
    assert numbers(viewer, place) == [0, 0, 0, 8, 0]
    some_answer(place, 4)
    assert comes_in(programme) == 0


def test_who_answers_at_that_very_moment_waits_for_others(
    programme: RunningProgramme, place: Place, viewer: Viewer
) -> None:
    some_answer(place, 6)

    with just_before_it_writes(lambda: some_answer(place, 1)):
        comes_in(programme)

    assert (shown(viewer, place).published, shown(viewer, place).waiting) == (6, 1)
    assert comes_in(programme) == 0


@pytest.mark.parametrize("call", range(1, 9))
def test_a_morning_that_dies_anywhere_is_made_up_for_by_the_next(
    programme: RunningProgramme, place: Place, viewer: Viewer, call: int
) -> None:
    some_answer(place, 6, wrote=SUGGESTION)
    try:
        with crash(after=call):
            comes_in(programme)
    except Crash:
        assert len(read(place)) in (0, 6)

    comes_in(programme)

    assert numbers(viewer, place) == [0, 0, 0, 6, 0]
    assert len(set(read(place))) == len(read(place)) == 6


def test_more_texts_than_one_write_holds_come_in_all_the_same(
    programme: RunningProgramme, place: Place
) -> None:
    some_answer(place, AT_ONCE + 30, wrote=SUGGESTION)
    writes = count(1)

    def the_second_never_happens() -> None:
        if next(writes) == 2:
            raise Crash

    with pytest.raises(Crash), before_each("TransactWriteItems", the_second_never_happens):
        comes_in(programme)
    assert len(read(place)) == AT_ONCE

    comes_in(programme)

    assert len(set(read(place))) == len(read(place)) == AT_ONCE + 30
    assert comes_in(programme) == 0


# ── Never of few ───────────────────────────────────────────────────────────


def test_an_answer_that_is_removed_shows_in_nothing(
    programme: RunningProgramme, place: Place, viewer: Viewer
) -> None:
    pair_ids = [
        hands_in(place, asking(), "beginning", sure="2", wrote={"change": SUGGESTION}) for _ in range(7)
    ]
    comes_in(programme)
    before = results(viewer, *place, now=TODAY)

    for one in list(stored_items(ConversationsItem, f"PAIR#{pair_ids[0]}")):
        ConversationsItem(one["pk"]["S"], one["sk"]["S"]).delete(add_version_condition=False)
    comes_in(programme)

    assert results(viewer, *place, now=TODAY) == before
    assert len(read(place)) == 7


def test_a_policy_that_wants_more_people_hides_and_one_that_wants_fewer_lets_in_nobody_who_was_promised_more(
    programme: RunningProgramme, place: Place, viewer: Viewer
) -> None:
    def wants(fewest: int) -> Policy:
        forms = [one.model_dump(mode="json") for one in asking().evaluation.forms]
        changed_policy(programme, evaluation={"forms": forms, "fewest_shown": fewest})
        return load_programme(programme.programme_id).policy

    some_answer(place, 6, wrote=SUGGESTION)
    comes_in(programme)
    eight = wants(8)
    assert numbers(viewer, place) == [None] * 5

    some_answer(place, 7, policy=eight)
    wants(3)
    assert comes_in(programme) == 0
    assert numbers(viewer, place) == [0, 0, 0, 6, 0]
    assert (shown(viewer, place).waiting, shown(viewer, place).lacking) == (7, 1)

    some_answer(place, 1, policy=wants(3))
    assert comes_in(programme) == 1
    assert numbers(viewer, place) == [0, 0, 0, 14, 0]


def test_in_which_order_texts_are_read_tells_neither_who_wrote_nor_when(
    programme: RunningProgramme, place: Place
) -> None:
    pairs = several(programme, 12, place.cohort_id)
    for number, pair in enumerate(pairs):
        answers(pair, sure="3", change=f"Letter number {number:02} came late.")
    comes_in(programme)

    in_order = sorted(read(place))
    assert len(in_order) == 12
    assert read(place) not in (in_order, in_order[::-1])
    known = {"pk", "sk", "kind", "version", "not_for", "text"}
    for item in stored_items(ConversationsItem, published_words_pk(*place)):
        assert set(item) == known, "whatever else stands there may tell when it was written"


def test_words_go_all_at_once_with_the_cohorts_conversations_and_the_numbers_stay(
    programme: RunningProgramme, place: Place, viewer: Viewer
) -> None:
    some_answer(place, 6, wrote=SUGGESTION)
    comes_in(programme)
    months = programme.policy.retention_months
    cohort = Cohort.get(*cohort_key(programme.programme_id, place.cohort_id))
    removed_on = date.fromisoformat(str(cohort.ends_on)) + timedelta(days=31 * months + 40)
    cohort.update([Cohort.removal_on.set(removed_on.isoformat())])

    last = TODAY + (removed_on - TODAY.date())
    kept = publish(programme.programme_id, now=last)
    gone = publish(programme.programme_id, now=last + timedelta(days=1))

    assert (kept.words_removed, gone.words_removed) == (0, 6)
    assert read(place) == []
    assert numbers(viewer, place) == [0, 0, 0, 6, 0]
    assert publish(programme.programme_id, now=last + timedelta(days=2)).words_removed == 0


# ── What it costs ──────────────────────────────────────────────────────────


def test_where_nothing_is_due_a_morning_costs_one_query_for_each_cohort_that_is_asked(
    programme: RunningProgramme, place: Place
) -> None:
    some_answer(place, 4)
    long_over = a_running_cohort(programme, days_left=-120)
    some_answer(Place(programme.programme_id, long_over), 4)

    with calls() as made:
        assert comes_in(programme) == 0

    # The policy, the cohorts, those of this cohort and those in none.
    assert [one.operation for one in made] == ["GetItem", "Query", "Query", "Query"]
