"""Counting what was answered, in the transaction that keeps it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from shared.policies.evaluation import EvaluationForm

from .items import Cell, FormCount, FormVersion, cell_key, count_key, version_key
from .rules import NOT_SAID, WRITTEN, cell_of, version_of

Answered = tuple[EvaluationForm, Mapping[str, str]]
"""A form, and what somebody answered to it: question id -> answer, empty where they would rather not say."""


class Place(NamedTuple):
    """Where something is counted."""

    programme_id: str
    cohort_id: str
    """`everybody` for those who are in none."""


def count_asked(write: TransactWrite, place: Place, form_id: str) -> None:
    """Adds to a running transaction that one more was asked a form."""
    _count_form(write, place, form_id, asked=1, answered=0)


def count_answers(
    write: TransactWrite,
    place: Place,
    form: EvaluationForm,
    said: Mapping[str, str],
    *,
    apart: Collection[str] = (),
    is_asked: bool,
    now: datetime,
) -> None:
    """Adds to a running transaction what one person answered. `apart`: the questions of whose words a worry
    was raised. They are not in the list, nor counted, or a look at both would tell of it. `is_asked`: they
    are counted among those who were asked with it."""
    _count_form(write, place, form.id, asked=int(is_asked), answered=1)
    version = version_of(form)
    of_version: list[Action] = [
        FormVersion.kind.set(FormVersion),
        FormVersion.form_id.set(form.id),
        FormVersion.form_version.set(version),
        FormVersion.form.set(form.model_dump(mode="json")),
        FormVersion.first_at.set(FormVersion.first_at | now),
        FormVersion.answered.add(1),
    ]
    write.update(FormVersion(*version_key(*place, form.id, version)), of_version, add_version_condition=False)
    for question in form.questions:
        if question.id in apart:
            continue
        answer = said[question.id]
        cell = cell_of(question, answer) if question.kind != "text" else WRITTEN if answer else NOT_SAID
        _add_one(write, place, "CELL", form.id, version, question.id, cell)


def count_both(
    write: TransactWrite, place: Place, start: Answered, end: Answered, same: Iterable[str]
) -> None:
    """Adds what one person answered to the same questions at the start and at the end, counted apart: who
    answered only once would give themselves away in the difference."""
    questions = {one.id: one for one in end[0].questions}
    forms = (start[0].id, version_of(start[0]), end[0].id, version_of(end[0]))
    for question_id in same:
        for when, (_, said) in (("start", start), ("end", end)):
            cell = cell_of(questions[question_id], said.get(question_id, ""))
            _add_one(write, place, "BOTH", *forms, question_id, when, cell)


def _count_form(write: TransactWrite, place: Place, form_id: str, *, asked: int, answered: int) -> None:
    counted: list[Action] = [
        FormCount.kind.set(FormCount),
        FormCount.form_id.set(form_id),
        FormCount.asked.add(asked),
        FormCount.answered.add(answered),
    ]
    write.update(FormCount(*count_key(*place, form_id)), counted, add_version_condition=False)


def _add_one(write: TransactWrite, place: Place, *of: str) -> None:
    counted: list[Action] = [Cell.kind.set(Cell), Cell.of.set(list(of)), Cell.people.add(1)]
    write.update(Cell(*cell_key(*place, *of)), counted, add_version_condition=False)
