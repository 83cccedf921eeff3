"""What somebody sees of the forms that they are asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.conversations.actions import part_in
from shared.conversations.resting import taking_part
from shared.conversations.steps import load_pair
from shared.people.permissions import Viewer
from shared.platform.tables import find
from shared.policies.evaluation import EvaluationForm, FormQuestion
from shared.policies.relationship import SupportPlace
from shared.safeguarding.help import Helper, help_of

from .answering import Answering, begin
from .items import Answers, FormVersion, version_key
from .rules import LONGEST, NOT_SAID
from .standing import standing_of


@dataclass(frozen=True)
class FormLink:
    """One form, and where it is answered or read again."""

    id: str
    title: str
    questions: int
    answered_at: datetime | None
    drafts: tuple[str, ...]
    """The questions for words, of which a browser may still keep what was typed."""


@dataclass(frozen=True)
class FormsPage:
    """What the viewer is asked of how it goes, and what they have answered."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    wants: bool
    """Whether they have said that they may be asked, where the programme asks for that."""
    waiting: tuple[FormLink, ...]
    answered: tuple[FormLink, ...]
    """The newest first."""
    support: tuple[SupportPlace, ...]
    """Specialist support of their own school or college; for a mentee."""
    help_now: tuple[Helper, ...]
    """Where help is to be had at once, after somebody wrote of a worry of their own."""


@dataclass(frozen=True)
class QuestionView:
    """A question, and what the viewer answered."""

    id: str
    words: str
    kind: str
    options: tuple[tuple[str, str], ...]
    """What can be chosen: the answer as it is sent, and in words."""
    may_be_left_out: bool
    said: str
    """In words; empty where they would rather not say, or have not answered."""


@dataclass(frozen=True)
class FormPage:
    """A form to be answered, or as the viewer answered it."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    form_id: str
    version: str
    """Of the questions. Sent along with the answers."""
    title: str
    intro: str
    questions: tuple[QuestionView, ...]
    state: Literal["open", "answered", "not_now", "not_asked"]
    answered_at: datetime | None
    longest: int
    """Characters of what is written to one question."""
    help_now: tuple[Helper, ...]
    """Where help is to be had at once, where what was refused tells of a worry of their own."""


def forms_page(viewer: Viewer, pair_id: str, *, worried: bool = False, now: datetime) -> FormsPage:
    """One GetItem and one BatchGetItem. Raises NotFound for who is not in the pair."""
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    together = taking_part(pair, now=now)
    policy = together.programme.policy if together.programme else None
    standing = standing_of(together, pair, part, now)
    titles = {one.id: one for one in policy.evaluation.forms} if policy else {}
    answered = [
        _link(titles[one.form_id], one.answered_at)
        for one in standing.asked
        if one.pair_id == pair_id and one.answered_at and one.form_id in titles
    ]
    return FormsPage(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        part=part,
        wants=standing.wants,
        waiting=tuple(_link(one) for one in standing.waiting),
        answered=tuple(sorted(answered, key=lambda one: str(one.answered_at), reverse=True)),
        support=tuple(policy.relationship.specialist_support) if policy and part == "mentee" else (),
        help_now=help_of(policy) if policy and worried and part == "mentee" else (),
    )


def _link(form: EvaluationForm, answered_at: datetime | None = None) -> FormLink:
    drafts = tuple(one.id for one in form.questions if one.kind == "text")
    return FormLink(form.id, form.title, len(form.questions), answered_at, drafts)


def form_page(
    viewer: Viewer, pair_id: str, form_id: str, *, worried: bool = False, now: datetime
) -> FormPage:
    """One GetItem and one BatchGetItem; another GetItem where it was answered, and one more where its
    questions have changed since. Raises NotFound for who is not asked this."""
    one = begin(viewer, pair_id, form_id, now=now)
    asked = one.standing.asked_of(form_id)
    answered_at = asked.answered_at if asked else None
    kept = find(Answers, *one.key_of(asked)) if asked and answered_at else None
    form, said = (_as_answered(one, kept), kept.said) if kept is not None else (one.form, {})
    return FormPage(
        pair_id=pair_id,
        programme_id=one.pair.programme_id,
        programme_name=one.pair.programme_name,
        part=one.part,
        form_id=form_id,
        version=one.version,
        title=form.title,
        intro=form.intro,
        questions=tuple(_question(each, str(said.get(each.id, ""))) for each in form.questions),
        state="answered" if answered_at else _state(one),
        answered_at=answered_at,
        longest=LONGEST,
        help_now=help_of(one.programme.policy) if worried and one.part == "mentee" else (),
    )


def _as_answered(one: Answering, kept: Answers) -> EvaluationForm:
    """The form with the questions that were answered, whatever it asks by now."""
    if kept.form_version == one.version:
        return one.form
    place = version_key(kept.programme_id, kept.cohort_id, kept.form_id, kept.form_version)
    stored = find(FormVersion, *place)
    return EvaluationForm.model_validate(stored.form) if stored else one.form


def _state(one: Answering) -> Literal["open", "not_now", "not_asked"]:
    if one.form not in one.standing.forms:
        return "not_now"
    return "open" if one.standing.wants else "not_asked"


def _question(question: FormQuestion, said: str) -> QuestionView:
    ends = {"1": f"1 – {question.low}", "5": f"5 – {question.high}"} if question.kind == "scale" else {}
    options = [(one, ends.get(one, one)) for one in question.answers]
    if options:
        options.append((NOT_SAID, "I’d rather not say"))
    return QuestionView(
        question.id,
        question.words,
        question.kind,
        tuple(options),
        question.may_be_left_out,
        dict(options).get(said, said),
    )
