"""What people wrote to one question of the evaluation, as it was published: without who wrote it, or when."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shared.audit.actions import record_reading
from shared.people.permissions import Viewer, may_moderate, programme_name, require
from shared.platform.errors import BrokenLink
from shared.platform.tables import find
from shared.policies import Policy
from shared.policies.evaluation import EvaluationForm

from .items import FormVersion, PublishedWords, published_words_pk, published_words_prefix, version_key
from .rules import version_of
from .settings import settings_of

MOST_WORDS = 50
"""Answers in words on one page; no policy wants more people than this before any are shown."""
NAME = re.compile(r"[a-z0-9_]{1,40}")


@dataclass(frozen=True)
class WordsView:
    """What people wrote to one question, in no order."""

    programme_id: str
    programme_name: str
    cohort_id: str
    title: str
    question: str
    texts: tuple[str, ...]
    fewest_shown: int
    form_id: str
    version: str
    question_id: str
    next: str
    """The `after` of the next page; empty on the last."""


def words(
    viewer: Viewer,
    programme_id: str,
    cohort_id: str,
    form_id: str,
    version: str,
    question_id: str,
    *,
    after: str = "",
    now: datetime,
) -> WordsView:
    """What people wrote to one question, without their names, and nothing where they are too few. Staff who
    write with somebody themselves are not shown what came from there. That it was read is recorded first.

    Three requests: for the policy, the record, and a Query. Raises NotFound.
    """
    require(may_moderate(viewer, programme_id))
    policy, _ = settings_of(programme_id, cohort_id)
    of = (form_id, version, question_id)
    if not all(NAME.fullmatch(part) for part in (*of, after or "0")):
        raise BrokenLink
    record_reading(
        programme_id,
        "read_answers",
        f"cohort:{cohort_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
    )
    place, fewest = _Place(published_words_pk(programme_id, cohort_id), of), policy.evaluation.fewest_shown
    found = place.from_on(viewer, after, MOST_WORDS + 1)
    # Where the policy wants more people by now than when they came in, nothing of fewer is read, also by
    # whoever begins further on.
    enough = place.from_on(viewer, "", fewest) if after else found
    page = found[:MOST_WORDS] if len(enough) >= fewest else []
    form = _form_of(policy, programme_id, cohort_id, form_id, version)
    question = next((one for one in form.questions if one.id == question_id), None) if form else None
    require(question is not None and question.kind == "text")
    return WordsView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        cohort_id=cohort_id,
        title=form.title if form else "",
        question=question.words if question else "",
        texts=tuple(one.text for one in page),
        fewest_shown=fewest,
        form_id=form_id,
        version=version,
        question_id=question_id,
        next=page[-1].words_id if page and len(found) > MOST_WORDS else "",
    )


def _form_of(
    policy: Policy, programme_id: str, cohort_id: str, form_id: str, version: str
) -> EvaluationForm | None:
    """As it was asked under this version: one GetItem where the policy asks it otherwise by now."""
    for one in policy.evaluation.forms:
        if (one.id, version_of(one)) == (form_id, version):
            return one
    kept = find(FormVersion, *version_key(programme_id, cohort_id, form_id, version))
    return EvaluationForm.model_validate(kept.form) if kept else None


class _Place(NamedTuple):
    """Where the answers to one question lie."""

    pk: str
    of: tuple[str, str, str]

    def from_on(self, viewer: Viewer, after: str, limit: int) -> list[PublishedWords]:
        """So many at most, without those from the viewer's own conversations."""
        prefix = published_words_prefix(*self.of)
        found = PublishedWords.query(
            self.pk,
            PublishedWords.sk.between(f"{prefix}{after}!", f"{prefix}~"),  # around all that ids are made of
            filter_condition=~PublishedWords.not_for.contains(viewer.person_id),
            limit=limit,
            page_size=MOST_WORDS + 1,
            consistent_read=True,
        )
        return list(found)
