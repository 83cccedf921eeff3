"""What came of the evaluation: counted, with nobody to be known by their answer.

All of it is read from the copies that were published, never from what is stored of people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shared.people.lists import written_list
from shared.people.permissions import Viewer, may_moderate, may_see_results, programme_name, require
from shared.platform.tables import ConversationsItem
from shared.policies import Policy
from shared.policies.evaluation import EvaluationForm, FormQuestion
from shared.programmes.items import Cohort
from shared.programmes.rules import day_of

from .batches import fewest_of
from .hiding import shown
from .items import Copy, FormCount, FormVersion, counts_pk
from .rules import ASKED_AFTER_THE_END, WRITTEN, repeated, version_of
from .settings import settings_of

NOT_SHOWN = "not shown"
HEADINGS = ("Form", "Asked of", "When", "Version", "Question", "Answer", "Of", "People", "Are those all")


@dataclass(frozen=True)
class Row:
    """One answer, and how many gave it."""

    label: str
    people: int | None
    """At least so many, where not all are shown; None where too few gave it to be shown."""
    share: int
    """Of all whose answers are in, in percent; 0 where it is not shown."""


@dataclass(frozen=True)
class Table:
    """How often each answer was given by those whose answers are in."""

    title: str
    rows: tuple[Row, ...]
    people: int
    """Whose answers are in, whether they said anything or would rather not."""
    is_shown: bool
    """Whether any of it is shown."""
    is_whole: bool
    """Whether everybody's answer is shown: then the numbers are what they are, and noughts are told."""
    average: str
    """Of a scale, to one decimal, where everything is shown; empty otherwise."""


@dataclass(frozen=True)
class QuestionResults:
    """What came of one question."""

    id: str
    words: str
    kind: str
    tables: tuple[Table, ...]
    """One; or two, then and now, of a question that was asked at the start, too. None for a question for
    words, and where it stands with the form of the end."""
    is_with: str
    """The title of the form of the end with which it stands."""
    wrote: int
    """Of a question for words: how many texts are there to be read."""


@dataclass(frozen=True)
class FormResults:
    """What came of one form, under one version of its questions."""

    id: str
    version: str
    title: str
    asked_of: str
    when: str
    is_current: bool
    """Whether the policy asks it so at present."""
    first_at: datetime | None
    """When it was answered first under this version; None before."""
    answered: int
    """How many have handed it in by now, under this version."""
    published: int
    """Of how many the answers are in what is shown."""
    published_at: datetime | None
    """When the last of them came in; None before."""
    waiting: int
    """Of how many the answers are not in yet."""
    lacking: int
    """How many more must answer before those come in; 0 where they come in with the next morning."""
    fewest: int
    """How many people come in together at least."""
    is_open: bool
    """Whether anybody can still answer it."""
    asked: int
    """Of how many people the form was asked, under all its versions."""
    answered_in_all: int
    questions: tuple[QuestionResults, ...]

    @property
    def percent(self) -> int:
        """Of those who were asked, how many answered."""
        return round(100 * self.answered_in_all / self.asked) if self.asked else 0


@dataclass(frozen=True)
class ResultsView:
    """What came of the evaluation in one cohort."""

    programme_id: str
    programme_name: str
    cohort_id: str
    cohort_name: str
    """Empty for those who are in none."""
    fewest_shown: int
    forms: tuple[FormResults, ...]
    may_read: bool
    """Whether the viewer may read what was written."""


def results(viewer: Viewer, programme_id: str, cohort_id: str, *, now: datetime) -> ResultsView:
    """One GetItem or BatchGetItem for the policy and the cohort, and one Query, however many have answered.
    Raises NotFound."""
    require(may_see_results(viewer, programme_id))
    policy, cohort = settings_of(programme_id, cohort_id)
    published = _Published(programme_id, cohort_id, policy, cohort, day_of(now))
    return ResultsView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        cohort_id=cohort_id,
        cohort_name=cohort.name if cohort else "",
        fewest_shown=policy.evaluation.fewest_shown,
        forms=tuple(published.forms()),
        may_read=may_moderate(viewer, programme_id),
    )


class _Published:
    """What is published of one cohort, read at once."""

    def __init__(
        self, programme_id: str, cohort_id: str, policy: Policy, cohort: Cohort | None, today: date
    ) -> None:
        self.policy = policy
        self.is_closed = _is_closed(cohort, today)
        self.counts: dict[str, FormCount] = {}
        self.versions: dict[tuple[str, str], FormVersion] = {}
        self.copies: dict[tuple[str, str], Copy] = {}
        for item in ConversationsItem.query(counts_pk(programme_id, cohort_id), consistent_read=True):
            if isinstance(item, FormCount):
                self.counts[item.form_id] = item
            elif isinstance(item, FormVersion):
                self.versions[item.form_id, item.form_version] = item
            elif isinstance(item, Copy):
                self.copies[item.form_id, item.form_version] = item

    def forms(self) -> Iterator[FormResults]:
        """Those of the policy in its order, whether anybody answered or not; then those of earlier words, the
        latest first."""
        current = {(one.id, version_of(one)): one for one in self.policy.evaluation.forms}
        for place, form in current.items():
            yield self._form(form, *place, is_current=True)
        earlier = [one for place, one in self.versions.items() if place not in current]
        for one in sorted(earlier, key=lambda one: one.first_at, reverse=True):
            form = EvaluationForm.model_validate(one.form)
            yield self._form(form, one.form_id, one.form_version, is_current=False)

    def _form(self, form: EvaluationForm, form_id: str, version: str, *, is_current: bool) -> FormResults:
        of = (form_id, version)
        stored, count, copy = self.versions.get(of), self.counts.get(form_id), self.copies.get(of)
        answered, published = int(stored.answered) if stored else 0, self._people(of)
        waiting, fewest = max(0, answered - published), self._fewest_together(of)
        return FormResults(
            id=form_id,
            version=version,
            title=form.title,
            asked_of=form.asked_of,
            when=form.when,
            is_current=is_current,
            first_at=stored.first_at if stored else None,
            answered=answered,
            published=published,
            published_at=copy.published_at if copy else None,
            waiting=waiting,
            lacking=max(0, fewest - waiting),
            fewest=fewest,
            is_open=is_current and not self.is_closed,
            asked=int(count.asked) if count else 0,
            answered_in_all=int(count.answered) if count else 0,
            questions=tuple(self._question(form, one, of, is_current) for one in form.questions),
        )

    def _question(
        self, form: EvaluationForm, question: FormQuestion, of: tuple[str, str], is_current: bool
    ) -> QuestionResults:
        tables: list[Table] = []
        wrote, is_with = 0, ""
        if question.kind == "text":
            texts = self._counts(of, question).get(WRITTEN, 0)
            wrote = texts if texts >= self.policy.evaluation.fewest_shown else 0
        else:
            with_end = is_current and self._stands_with(form, question.id)
            is_with = with_end.title if with_end else ""
            start = self._start_of(form, question.id) if is_current else None
            if start:
                tables = [
                    self._table("At the start", question, start),
                    self._table("At the end", question, of),
                ]
            elif not is_with:
                tables = [self._table("", question, of)]
        return QuestionResults(question.id, question.words, question.kind, tuple(tables), is_with, wrote)

    # ── Then and now: the copies of two forms side by side, and no numbers of its own ──

    def _start_of(self, form: EvaluationForm, question_id: str) -> tuple[str, str] | None:
        """Which form of the start asked the same question, where both have answers."""
        if not self._people((form.id, version_of(form))):
            return None
        for start, same in repeated(form, self.policy.evaluation):
            of = (start.id, version_of(start))
            if question_id in same and self._people(of):
                return of
        return None

    def _stands_with(self, form: EvaluationForm, question_id: str) -> EvaluationForm | None:
        """The form of the end with which a question of the start stands."""
        of = (form.id, version_of(form))
        ends = (one for one in self.policy.evaluation.forms if self._start_of(one, question_id) == of)
        return next(ends, None)

    # ── One table ──

    def _table(self, title: str, question: FormQuestion, of: tuple[str, str]) -> Table:
        counts = [self._counts(of, question).get(cell, 0) for cell in _labels(question)]
        people = self._people(of)
        # What came in while the policy wanted fewer is hidden where it wants more by now.
        numbers = shown(counts, self.policy.evaluation.fewest_shown)
        is_whole = None not in numbers and sum(counts) == people
        told = [one if one or is_whole else None for one in numbers]
        return Table(
            title=title,
            rows=tuple(
                Row(label, said, round(100 * said / people) if said else 0)
                for label, said in zip(_labels(question).values(), told, strict=True)
            ),
            people=people,
            is_shown=any(told),
            is_whole=is_whole,
            average=_average(question, counts) if is_whole else "",
        )

    def _counts(self, of: tuple[str, str], question: FormQuestion) -> dict[str, int]:
        copy = self.copies.get(of)
        return dict(copy.counts.get(question.id, {})) if copy else {}

    def _people(self, of: tuple[str, str]) -> int:
        copy = self.copies.get(of)
        return int(copy.people) if copy else 0

    def _fewest_together(self, of: tuple[str, str]) -> int:
        stored = self.versions.get(of)
        return fewest_of(self.policy.evaluation.fewest_shown, map(int, stored.promised) if stored else ())


def _is_closed(cohort: Cohort | None, today: date) -> bool:
    """Whether so long after the last day nobody is asked any more."""
    if cohort is None or cohort.ends_on is None:
        return False
    return today >= date.fromisoformat(cohort.ends_on) + ASKED_AFTER_THE_END


def _labels(question: FormQuestion) -> dict[str, str]:
    """What is counted of a question, with what it says."""
    ends = {1: f"1 – {question.low}", 5: f"5 – {question.high}"} if question.kind == "scale" else {}
    return {str(n): ends.get(n, answer) for n, answer in enumerate(question.answers, 1)}


def _average(question: FormQuestion, counts: Sequence[int]) -> str:
    """Only where every number it comes from is told: it could be used to reckon out one that is not."""
    if question.kind != "scale" or not sum(counts):
        return ""
    return f"{sum(n * people for n, people in enumerate(counts, 1)) / sum(counts):.1f}"


# ── As a file ──────────────────────────────────────────────────────────────


def sheet(viewer: Viewer, programme_id: str, cohort_id: str, *, now: datetime) -> str:
    """The same numbers as a list that spreadsheets open. Requests and errors as `results`."""
    view = results(viewer, programme_id, cohort_id, now=now)
    return written_list(HEADINGS, [row for form in view.forms for row in _rows_of(form)])


def _rows_of(form: FormResults) -> Iterator[tuple[str, ...]]:
    about = (form.title, f"{form.asked_of}s".capitalize(), form.when.capitalize(), form.version)
    yield (*about, "Asked", "", "", str(form.asked), "yes")
    yield (*about, "Answered this version", "", "", str(form.answered), "yes")
    yield (*about, "Whose answers are below", "", "", str(form.published), "yes")
    for question in form.questions:
        if question.wrote:
            yield (*about, question.words, "Wrote something", "", str(question.wrote), "at least so many")
        for table in question.tables:
            of = table.title or "Everybody whose answers are in"
            for row in table.rows:
                people = NOT_SHOWN if row.people is None else str(row.people)
                are_all = "yes" if table.is_whole else "" if row.people is None else "at least so many"
                yield (*about, question.words, row.label, of, people, are_all)
