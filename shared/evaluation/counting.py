"""Counting what was answered, in the transaction that keeps it."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from shared.policies.evaluation import EvaluationForm

from .items import Cell, FormCount, FormVersion, cell_key, count_key, version_key
from .rules import cell_of, version_of


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
    is_asked: bool,
    fewest: int,
    now: datetime,
) -> None:
    """Adds to a running transaction what one person answered, but for their words. `said`: question id ->
    answer, empty where they would rather not say. `is_asked`: they are counted among those who were asked
    with it. `fewest`: of how many people at least anything is shown, as the policy has it now. That is kept
    to for them, whatever it says later."""
    _count_form(write, place, form.id, asked=int(is_asked), answered=1)
    version = version_of(form)
    of_version: list[Action] = [
        FormVersion.kind.set(FormVersion),
        FormVersion.form_id.set(form.id),
        FormVersion.form_version.set(version),
        FormVersion.form.set(form.model_dump(mode="json")),
        FormVersion.first_at.set(FormVersion.first_at | now),
        FormVersion.answered.add(1),
        FormVersion.promised.add({fewest}),
    ]
    write.update(FormVersion(*version_key(*place, form.id, version)), of_version, add_version_condition=False)
    for question in form.questions:
        if question.kind == "text" or not said[question.id]:
            continue  # of words, they are shown themselves; who would rather not say is not counted out
        cell = cell_of(question, said[question.id])
        counted: list[Action] = [
            Cell.kind.set(Cell),
            Cell.of.set([question.id, cell]),
            Cell.people.add(1),
        ]
        key = cell_key(*place, form.id, version, question.id, cell)
        write.update(Cell(*key), counted, add_version_condition=False)


def _count_form(write: TransactWrite, place: Place, form_id: str, *, asked: int, answered: int) -> None:
    counted: list[Action] = [
        FormCount.kind.set(FormCount),
        FormCount.form_id.set(form_id),
        FormCount.asked.add(asked),
        FormCount.answered.add(answered),
    ]
    write.update(FormCount(*count_key(*place, form_id)), counted, add_version_condition=False)
