"""What is in of a cohort's forms and reports. Nothing of what anybody wrote in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.conversations.ending_items import Ending, ending_key
from shared.evaluation.items import FormCount, count_key
from shared.platform.tables import ConversationsItem

from .reading import EVERYBODY, Whole

SIDES = ("mentee", "mentor")


@dataclass(frozen=True)
class FormIn:
    """A form that is asked in the cohort, and how many have answered it."""

    id: str
    title: str
    of: str
    """`mentee` or `mentor`: who is asked."""
    asked: int
    answered: int


@dataclass(frozen=True)
class ReportIn:
    """A report that one of a pair is to write."""

    of: str
    """`mentee` or `mentor`."""
    at: datetime | None
    """When it came in; None while it has not."""


Reports = tuple[ReportIn, ...]


def papers_in(
    whole: Whole, programme_id: str, pair_ids: Sequence[str]
) -> tuple[tuple[FormIn, ...], Mapping[str, Reports]]:
    """The cohort's forms, and the reports of these pairs, a hundred at the most together with the forms: one
    BatchGetItem, and none where the policy asks for neither."""
    asked = [side for side in SIDES if whole.policy.endings.report_of(side) is not None]
    keys = _form_keys(whole, programme_id) + ([ending_key(one) for one in pair_ids] if asked else [])
    found = list(ConversationsItem.batch_get(keys)) if keys else []
    endings = {one.pair_id: one for one in found if isinstance(one, Ending)}
    reports = {
        pair_id: tuple(ReportIn(side, _report_at(endings.get(pair_id), side)) for side in asked)
        for pair_id in pair_ids
    }
    return _forms(whole, [one for one in found if isinstance(one, FormCount)]), reports


def forms_in(whole: Whole, programme_id: str) -> tuple[FormIn, ...]:
    """The cohort's forms alone."""
    forms, _ = papers_in(whole, programme_id, ())
    return forms


def _form_keys(whole: Whole, programme_id: str) -> list[tuple[str, str]]:
    cohort_id = whole.cohort.cohort_id if whole.cohort else EVERYBODY
    return [count_key(programme_id, cohort_id, form.id) for form in whole.policy.evaluation.forms]


def _forms(whole: Whole, counts: Sequence[FormCount]) -> tuple[FormIn, ...]:
    by_id = {one.form_id: one for one in counts}
    return tuple(
        FormIn(
            id=form.id,
            title=form.title,
            of=form.asked_of,
            asked=int(by_id[form.id].asked) if form.id in by_id else 0,
            answered=int(by_id[form.id].answered) if form.id in by_id else 0,
        )
        for form in whole.policy.evaluation.forms
    )


def _report_at(ending: Ending | None, side: str) -> datetime | None:
    if ending is None:
        return None
    return ending.mentee_report_at if side == "mentee" else ending.mentor_report_at
