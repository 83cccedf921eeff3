"""What came of the evaluation: counted, with nobody to be known by their answer."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pynamodb.expressions.condition import Condition

from shared.audit.actions import record_reading
from shared.cohorts.views import both
from shared.people.asked import EVERYBODY
from shared.people.lists import written_list
from shared.people.permissions import Viewer, may_moderate, may_see_results, programme_name, require
from shared.platform.errors import BrokenLink
from shared.platform.tables import ConversationsItem, find
from shared.policies import Policy
from shared.policies.evaluation import EvaluationForm, FormQuestion
from shared.programmes.actions import load_programme

from .hiding import shown
from .items import Cell, FormCount, FormVersion, Words, counts_pk, version_key, words_listing
from .rules import NOT_SAID, WRITTEN, version_of

MOST_WORDS = 50
"""Answers in words on one page; no policy wants more people than this before any are shown."""
NAME = re.compile(r"[a-z0-9_]{1,40}")
NOT_SHOWN = "not shown"
HEADINGS = ("Form", "Asked of", "When", "Version", "Question", "Answer", "Of", "People")


@dataclass(frozen=True)
class Row:
    """One answer, and how many gave it."""

    label: str
    people: int | None
    """None where so few gave it, or so few others, that it is not shown."""
    share: int
    """Of all who answered the question, in percent; 0 where it is not shown."""


@dataclass(frozen=True)
class Table:
    """How often each answer was given by one group of people."""

    title: str
    rows: tuple[Row, ...]
    people: int
    is_shown: bool
    """Whether any of it is shown."""
    average: str
    """Of a scale, to one decimal, where everything is shown; empty otherwise."""


@dataclass(frozen=True)
class QuestionResults:
    """What came of one question."""

    id: str
    words: str
    kind: str
    tables: tuple[Table, ...]
    """One of everybody who answered; or two, then and now, of those who answered at the start and at the
    end. None for a question for words, and where it stands with the form of the end."""
    is_with: str
    """The title of the form of the end with which it stands."""
    wrote: int
    """Of a question for words: how many wrote something that is read; 0 where they are fewer than are
    shown."""


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


def results(viewer: Viewer, programme_id: str, cohort_id: str) -> ResultsView:
    """One GetItem or BatchGetItem for the policy and the cohort, and one Query, however many have answered.
    Raises NotFound."""
    require(may_see_results(viewer, programme_id))
    policy, name = _settings(programme_id, cohort_id)
    counted = _Counted(programme_id, cohort_id, policy)
    return ResultsView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        cohort_id=cohort_id,
        cohort_name=name,
        fewest_shown=policy.evaluation.fewest_shown,
        forms=tuple(counted.forms()),
        may_read=may_moderate(viewer, programme_id),
    )


def _settings(programme_id: str, cohort_id: str) -> tuple[Policy, str]:
    if cohort_id == EVERYBODY:
        return load_programme(programme_id).policy, ""
    policy, cohort = both(programme_id, cohort_id)
    return policy, cohort.name


class _Counted:
    """What was counted in one cohort, read at once."""

    def __init__(self, programme_id: str, cohort_id: str, policy: Policy) -> None:
        self.policy = policy
        self.counts: dict[str, FormCount] = {}
        self.versions: dict[tuple[str, str], FormVersion] = {}
        self.cells: dict[tuple[str, ...], int] = {}
        for item in ConversationsItem.query(counts_pk(programme_id, cohort_id), consistent_read=True):
            if isinstance(item, FormCount):
                self.counts[item.form_id] = item
            elif isinstance(item, FormVersion):
                self.versions[item.form_id, item.form_version] = item
            elif isinstance(item, Cell):
                self.cells[tuple(item.of)] = int(item.people)

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
        stored, count = self.versions.get((form_id, version)), self.counts.get(form_id)
        return FormResults(
            id=form_id,
            version=version,
            title=form.title,
            asked_of=form.asked_of,
            when=form.when,
            is_current=is_current,
            first_at=stored.first_at if stored else None,
            answered=int(stored.answered) if stored else 0,
            asked=int(count.asked) if count else 0,
            answered_in_all=int(count.answered) if count else 0,
            questions=tuple(self._question(one, form_id, version) for one in form.questions),
        )

    def _question(self, question: FormQuestion, form_id: str, version: str) -> QuestionResults:
        tables: Sequence[Table] = ()
        wrote, is_with = 0, ""
        if question.kind == "text":
            wrote = self._at_least(self.cells.get(("CELL", form_id, version, question.id, WRITTEN), 0))
        else:
            side_by_side = [*self._side_by_side(question, form_id, version)]
            is_with = self._stands_with(question.id, form_id, version)
            if side_by_side:
                tables = side_by_side
                is_with = ""
            elif not is_with:
                tables = [self._table("", question, ("CELL", form_id, version, question.id))]
        return QuestionResults(question.id, question.words, question.kind, tuple(tables), is_with, wrote)

    def _side_by_side(self, question: FormQuestion, form_id: str, version: str) -> Iterator[Table]:
        """Then and now, of those who answered the same question at the start, where they are enough. It is
        shown instead of the table of everybody: the difference would be the few who answered once."""
        for start in self._together():
            if start[2:] == (form_id, version) and self._are_enough(start, question.id):
                for when, title in (("start", "At the start"), ("end", "At the end")):
                    yield self._table(title, question, ("BOTH", *start, question.id, when))

    def _stands_with(self, question_id: str, form_id: str, version: str) -> str:
        """The title of the form of the end with which a question of the start stands."""
        for one in self._together():
            if one[:2] == (form_id, version) and self._are_enough(one, question_id):
                return str(self.versions[one[2], one[3]].form["title"])
        return ""

    def _together(self) -> Iterable[tuple[str, str, str, str]]:
        """Forms of the start and of the end that somebody answered both, each with its version."""
        return dict.fromkeys((of[1], of[2], of[3], of[4]) for of in self.cells if of[0] == "BOTH")

    def _are_enough(self, together: tuple[str, str, str, str], question_id: str) -> bool:
        """Whether enough answered both, and of those who answered once, whom an earlier list of everybody
        would give away, there are none or enough, too."""
        both = self._people_of("BOTH", *together, question_id, "end")
        once = [self._people_of("CELL", *form, question_id) - both for form in (together[:2], together[2:])]
        return both >= self.fewest and all(few == 0 or few >= self.fewest for few in once)

    def _people_of(self, *place: str) -> int:
        return sum(people for of, people in self.cells.items() if of[:-1] == place)

    def _table(self, title: str, question: FormQuestion, place: tuple[str, ...]) -> Table:
        labels = _labels(question)
        counts = [self.cells.get((*place, cell), 0) for cell in labels]
        total, numbers = sum(counts), shown(counts, self.fewest)
        return Table(
            title=title,
            rows=tuple(
                Row(label, people, round(100 * people / total) if people else 0)
                for label, people in zip(labels.values(), numbers, strict=True)
            ),
            people=total,
            is_shown=any(one is not None for one in numbers),
            average=_average(question, numbers),
        )

    def _at_least(self, people: int) -> int:
        return people if people >= self.fewest else 0

    @property
    def fewest(self) -> int:
        return self.policy.evaluation.fewest_shown


def _labels(question: FormQuestion) -> dict[str, str]:
    """What is counted of a question, with what it says."""
    ends = {1: f"1 – {question.low}", 5: f"5 – {question.high}"} if question.kind == "scale" else {}
    choices = {str(n): ends.get(n, answer) for n, answer in enumerate(question.answers, 1)}
    return choices | {NOT_SAID: "Rather not say"}


def _average(question: FormQuestion, numbers: Sequence[int | None]) -> str:
    """Where anything is hidden, an average could be used to reckon it out."""
    said = [one for one in numbers[:-1] if one is not None]
    if question.kind != "scale" or None in numbers or not sum(said):
        return ""
    return f"{sum(n * people for n, people in enumerate(said, 1)) / sum(said):.1f}"


# ── As a file ──────────────────────────────────────────────────────────────


def sheet(viewer: Viewer, programme_id: str, cohort_id: str) -> str:
    """The same numbers as a list that spreadsheets open. Requests and errors as `results`."""
    view = results(viewer, programme_id, cohort_id)
    return written_list(HEADINGS, [row for form in view.forms for row in _rows_of(form)])


def _rows_of(form: FormResults) -> Iterator[tuple[str, ...]]:
    about = (form.title, f"{form.asked_of}s".capitalize(), form.when.capitalize(), form.version)
    yield (*about, "Asked", "", "", str(form.asked))
    yield (*about, "Answered this version", "", "", str(form.answered))
    for question in form.questions:
        if question.wrote:
            yield (*about, question.words, "Wrote something", "", str(question.wrote))
        for table in question.tables:
            of = table.title or "Everybody who answered"
            for row in table.rows:
                people = NOT_SHOWN if row.people is None else str(row.people)
                yield (*about, question.words, row.label, of, people)


# ── What was written ───────────────────────────────────────────────────────


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
    policy, _ = _settings(programme_id, cohort_id)
    of = (form_id, version, question_id)
    if not all(NAME.fullmatch(part) for part in of):
        raise BrokenLink
    record_reading(
        programme_id,
        "read_answers",
        f"cohort:{cohort_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
    )
    place, fewest = words_listing(programme_id, cohort_id, *of), policy.evaluation.fewest_shown
    found = _written(viewer, place, Words.listing_order > (after or " "), MOST_WORDS + 1)
    # Whoever begins further on, by a link of ours or by hand, must have passed enough of them.
    passed = _written(viewer, place, Words.listing_order <= after, fewest) if after else found
    page = found[:MOST_WORDS] if len(passed) >= fewest else []
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
        next=str(page[-1].listing_order) if page and len(found) > MOST_WORDS else "",
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


def _written(viewer: Viewer, place: str, order: Condition, limit: int) -> list[Words]:
    me = viewer.person_id
    found = Words.by_listing.query(
        place,
        order,
        filter_condition=(Words.mentor_id != me) & (Words.mentee_id != me),
        limit=limit,
        page_size=MOST_WORDS + 1,
    )
    return [one for one in found if isinstance(one, Words)]
