"""Answers come in, conversations are removed, mornings pass and fail, and somebody looks all the time:
whatever they saw when, the difference is nobody's or enough people's."""

import csv
import io
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from shared.evaluation.counting import Place
from shared.evaluation.results import NOT_SHOWN, ResultsView, results, sheet
from shared.evaluation.words import words
from shared.platform.tables import ConversationsItem, stored_items
from shared.programmes.actions import RunningProgramme, load_programme
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.faults import Crash, crash

from .builders import (
    CHANGE,
    RECOMMEND,
    SURE,
    TODAY,
    a_form,
    a_running_cohort,
    asking,
    changed_policy,
    comes_in,
    hands_in,
)

FEWEST = 3
FORMS = (a_form("beginning", "start", SURE, CHANGE), a_form("finish", "end", SURE, RECOMMEND, CHANGE))
NUMBERS = count(1)
Seen = dict[tuple[str, ...], int]
"""What a number is of, whichever table of whichever form it stands in."""


def numbers_of(view: ResultsView) -> Seen:
    found: Seen = {}
    for form in view.forms:
        found[form.id, "people"] = form.published
        for question in form.questions:
            if question.kind == "text":
                found[form.id, question.id, "wrote"] = question.wrote
            for table in question.tables:
                of = "beginning" if table.title == "At the start" else form.id
                found[of, question.id, "people"] = table.people
                for row in table.rows:
                    if row.people is not None:
                        found[of, question.id, row.label] = row.people
    return found


class Evaluation(RuleBasedStateMachine):
    """One cohort whose results somebody looks at after everything that happens."""

    def __init__(self, programme: RunningProgramme, coordinator: Someone) -> None:
        super().__init__()
        self.programme = programme
        self.viewer = coordinator.viewer
        self.looks: list[tuple[Seen, dict[str, frozenset[str]]]] = []
        self.pairs: list[str] = []

    @initialize()
    def begins(self) -> None:
        self.fewest_is(FEWEST)
        self.place = Place(self.programme.programme_id, a_running_cohort(self.programme))

    def fewest_is(self, fewest: int) -> None:
        changed_policy(self.programme, evaluation={"forms": list(FORMS), "fewest_shown": fewest})
        self.policy = load_programme(self.programme.programme_id).policy

    # ── What happens ──

    @rule(said=st.lists(st.tuples(st.sampled_from("1222335"), st.booleans()), min_size=1, max_size=5))
    def some_answer_at_the_start(self, said: list[tuple[str, bool]]) -> None:
        for sure, writes in said:
            self._hand_in("beginning", writes=writes, sure=sure)

    @rule(said=st.lists(st.tuples(st.sampled_from("4455"), st.sampled_from(("Yes", "No", ""))), max_size=5))
    def some_answer_at_the_end(self, said: list[tuple[str, str]]) -> None:
        for sure, recommend in said:
            self._hand_in("finish", writes=recommend == "No", sure=sure, recommend=recommend)

    def _hand_in(self, form_id: str, *, writes: bool, **said: str) -> None:
        wrote = {"change": f"Letter number {next(NUMBERS)} came late."} if writes else {}
        self.pairs.append(hands_in(self.place, self.policy, form_id, wrote=wrote, **said))

    @precondition(lambda self: self.pairs)
    @rule(which=st.integers(min_value=0))
    def a_conversation_is_removed(self, which: int) -> None:
        pair_id = self.pairs.pop(which % len(self.pairs))
        for one in list(stored_items(ConversationsItem, f"PAIR#{pair_id}")):
            ConversationsItem(one["pk"]["S"], one["sk"]["S"]).delete(add_version_condition=False)

    @rule(times=st.integers(1, 2))
    def a_morning(self, times: int) -> None:
        for _ in range(times):
            comes_in(self.programme)

    @rule(call=st.integers(1, 12), after=st.booleans())
    def a_morning_that_fails(self, call: int, after: bool) -> None:
        try:
            with crash(after=call) if after else crash(before=call):
                comes_in(self.programme)
        except Crash:
            return

    @rule(fewest=st.sampled_from((FEWEST, 4, 6)))
    def the_policy_changes(self, fewest: int) -> None:
        self.fewest_is(fewest)

    # ── Whoever looks ──

    @invariant()
    def nobody_can_be_told_from_two_looks(self) -> None:
        seen, texts = self._look()
        assert all(people == 0 or people >= FEWEST for people in seen.values())
        for before, texts_before in self.looks:
            for of in before.keys() & seen.keys():
                more = seen[of] - before[of]
                assert more == 0 or abs(more) >= FEWEST, of
            for of, now_read in texts.items():
                new, gone = now_read - texts_before[of], texts_before[of] - now_read
                assert not new or len(new) >= FEWEST
                assert not gone or not now_read  # all of them, when the policy wants more
        if (seen, texts) not in self.looks:
            self.looks.append((seen, texts))

    def _look(self) -> tuple[Seen, dict[str, frozenset[str]]]:
        view = results(self.viewer, *self.place, now=TODAY)
        self._the_file_shows_the_same(view)
        texts: dict[str, frozenset[str]] = {}
        for number, form in enumerate(view.forms):
            at = TODAY + timedelta(seconds=next(NUMBERS), microseconds=number)
            read = words(self.viewer, *self.place, form.id, form.version, "change", now=at)
            texts[form.id] = frozenset(read.texts)
            [wrote] = [one.wrote for one in form.questions if one.id == "change"]
            assert len(read.texts) == wrote
        return numbers_of(view), texts

    def _the_file_shows_the_same(self, view: ResultsView) -> None:
        rows = csv.reader(io.StringIO(sheet(self.viewer, *self.place, now=TODAY).removeprefix("\ufeff")))
        in_file = sorted(row[7] for row in rows if row[6] and row[6] != "Of")
        on_page = [
            NOT_SHOWN if row.people is None else str(row.people)
            for form in view.forms
            for question in form.questions
            for table in question.tables
            for row in table.rows
        ]
        assert in_file == sorted(on_page)


@pytest.mark.usefixtures("tables")
def test_between_any_two_looks_every_number_differs_by_nought_or_by_enough_people() -> None:
    programme = a_programme(policy=asking(*FORMS, evaluation={"fewest_shown": FEWEST}))
    coordinator = a_person("coordinator", programme)
    run_state_machine_as_test(
        lambda: Evaluation(programme, coordinator),
        # Every step takes many calls to the emulator: a failure is told as it was found, not shrunk.
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, database=None, phases=[Phase.generate]
        ),
    )
