"""Answering a form, and counting the answer with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.conversations.actions import part_in
from shared.conversations.items import Pair
from shared.conversations.private_words import PrivateWords, add_concern, look_through, worry_of
from shared.conversations.resting import taking_part
from shared.conversations.rules import Checker, as_typed
from shared.conversations.steps import load_pair
from shared.filtering import check
from shared.people.asked import Asked, stored_asked
from shared.people.items import Membership, membership_key
from shared.people.permissions import Viewer
from shared.platform.errors import Busy, Conflict, Invalid, NotFound, require_none
from shared.platform.ids import drawn_id
from shared.platform.tables import Lost, find, is_new, transaction
from shared.policies.evaluation import EvaluationForm
from shared.programmes.actions import RunningProgramme

from .asking import wait_until
from .counting import Place, count_answers
from .items import Answers, Words, answers_key, words_key, words_listing
from .rules import (
    NOT_SAID,
    asked_in,
    problem_with_choice,
    problem_with_words,
    version_of,
    without_names,
)
from .standing import Standing, standing_of

TRIES = 8
"""A class that answers at once counts into the same numbers."""
ANSWERED = "You have answered these questions already. What you said then stands, and nothing was changed."
NOT_NOW = "These questions are not asked at present. Your answers have not been kept."
NOT_ASKED = (
    "You have not said that we may ask you how it goes, so nothing was kept. You can change that on the page "
    "of what you have agreed to."
)
CHANGED = "The questions have changed since you opened the page. Please look at them once more."
NO_QUESTION = "There is no question of this name on this form."


@dataclass(frozen=True)
class Answering:
    """One form as somebody fills it in."""

    viewer: Viewer
    pair: Pair
    part: str
    programme: RunningProgramme
    form: EvaluationForm
    standing: Standing

    @property
    def place(self) -> Place:
        """Where it is counted."""
        return Place(self.pair.programme_id, self.standing.cohort_id)

    @property
    def version(self) -> str:
        return version_of(self.form)

    def key_of(self, asked: Asked) -> tuple[str, str]:
        """Where what was answered to a form is kept."""
        return answers_key(asked.pair_id, self.viewer.person_id, asked.cohort_id, asked.form_id)


@dataclass(frozen=True)
class Read:
    """What was sent, looked through."""

    said: Mapping[str, str]
    texts: Mapping[str, PrivateWords]
    """By question, what was written."""
    problems: tuple[Invalid, ...]

    @property
    def worry(self) -> PrivateWords | None:
        """The worries of all texts as one."""
        return worry_of(self.texts.values())

    def shows_help(self, part: str) -> bool:
        return self.worry is not None and self.worry.shows_help(part)


def answer_form(
    viewer: Viewer,
    pair_id: str,
    form_id: str,
    *,
    given: Mapping[str, str],
    version: str,
    key: str,
    checker: Checker = check,
    now: datetime,
) -> bool:
    """Keeps somebody's answers, counts them, and raises a concern for the worries in their words, all in one
    transaction. Gives whether the writer is shown where help is.

    `version` is that of the questions they saw; `key` is the form's: sent again, it is kept once. Raises
    NotFound for who is not in the pair or is not asked this, Invalid for every answer that cannot be taken,
    Conflict where it was answered, its time has passed, or its questions have changed.
    """
    one = begin(viewer, pair_id, form_id, now=now)
    read = _read(one, given, checker)
    _take(one, read, given, version, key, now)
    return read.shows_help(one.part)


def _take(
    one: Answering, read: "Read", given: Mapping[str, str], version: str, key: str, now: datetime
) -> None:
    earlier = one.standing.asked_of(one.form.id)
    if earlier is not None and earlier.answered_at is not None:
        return _require_same(one, earlier, key, given)
    if one.form not in one.standing.forms:
        raise Conflict(NOT_NOW, code="not_now")
    if not one.standing.wants:
        raise Conflict(NOT_ASKED, code="not_asked")
    if version != one.version:
        raise Conflict(CHANGED, code="stale")
    require_none(read.problems)
    return _keep(one, read, key, now)


def begin(viewer: Viewer, pair_id: str, form_id: str, *, now: datetime) -> Answering:
    """One GetItem and one BatchGetItem. Raises NotFound."""
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    together = taking_part(pair, now=now)
    if together.programme is None:
        raise NotFound
    forms = together.programme.policy.evaluation.forms
    form = next((one for one in forms if (one.id, one.asked_of) == (form_id, part)), None)
    if form is None:
        raise NotFound
    return Answering(viewer, pair, part, together.programme, form, standing_of(together, pair, part, now))


def _require_same(one: Answering, earlier: Asked, key: str, given: Mapping[str, str]) -> None:
    """Raises Conflict unless these very answers were kept before."""
    kept = find(Answers, *one.key_of(earlier))
    if kept is None or kept.key != key or kept.said != _said(one.form, given):
        raise Conflict(ANSWERED, code="answered_already")


# ── Reading ────────────────────────────────────────────────────────────────


def _read(one: Answering, given: Mapping[str, str], checker: Checker) -> Read:
    asked = {each.id for each in one.form.questions}
    problems = [Invalid(NO_QUESTION, field=f"answer_{name}") for name in given if name not in asked]
    said = _said(one.form, given)
    texts: dict[str, PrivateWords] = {}
    for question in one.form.questions:
        if question.kind != "text":
            problem = problem_with_choice(question, given.get(question.id, ""))
            problems += [Invalid(problem, field=f"answer_{question.id}")] if problem else []
        elif said[question.id]:
            try:
                texts[question.id] = _words(one, said[question.id], f"answer_{question.id}", checker)
            except Invalid as error:
                problems += error.all
    return Read(said, texts, tuple(problems))


def _said(form: EvaluationForm, given: Mapping[str, str]) -> dict[str, str]:
    """The answers by question, empty where somebody would rather not say."""
    typed = {one.id: as_typed(given.get(one.id, "")) for one in form.questions}
    return {name: "" if answer == NOT_SAID else answer for name, answer in typed.items()}


def _words(one: Answering, typed: str, field: str, checker: Checker) -> PrivateWords:
    if problem := problem_with_words(typed):
        raise Invalid(problem, field=field)
    return look_through(typed, part=one.part, programme=one.programme, checker=checker, field=field)


# ── Keeping ────────────────────────────────────────────────────────────────


def _keep(one: Answering, read: Read, key: str, now: datetime) -> None:
    person_id, said = one.viewer.person_id, read.said
    for _ in range(TRIES):
        member = find(Membership, *membership_key(person_id, one.pair.programme_id, one.part))
        if member is None:
            raise NotFound
        earlier = asked_in(member.asked, one.standing.cohort_id, one.form.id)
        if earlier is not None and earlier.answered_at is not None:
            return _require_same(one, earlier, key, said)
        try:
            with transaction() as write:
                _add_answers(write, one, read, key, now)
                _note_answered(write, one, member, earlier, now)
                count_answers(
                    write,
                    one.place,
                    one.form,
                    said,
                    is_asked=earlier is None,
                    fewest=one.programme.policy.evaluation.fewest_shown,
                    now=now,
                )
            return None
        except Lost:
            continue
    raise Busy


def _add_answers(write: TransactWrite, one: Answering, read: Read, key: str, now: datetime) -> None:
    pair, author_id = one.pair, one.viewer.person_id
    answers = Answers(
        *answers_key(pair.pair_id, author_id, one.standing.cohort_id, one.form.id),
        pair_id=pair.pair_id,
        programme_id=pair.programme_id,
        cohort_id=one.standing.cohort_id,
        author_id=author_id,
        form_id=one.form.id,
        form_version=one.version,
        said=dict(read.said),
        key=key,
        answered_at=now,
        concern_id=_add_worry(write, one, read.worry, now) or None,
    )
    write.save(answers, condition=is_new(Answers))
    names = {
        "mentor": (pair.mentor_first_name, pair.mentor_surname),
        "mentee": (pair.mentee_first_name, pair.mentee_surname),
    }
    for question_id, words in read.texts.items():
        if words.worry:
            continue  # that is for those who look after the concern, who know whose it is
        words_id = drawn_id()
        written = Words(
            *words_key(pair.pair_id, words_id),
            mentor_id=pair.mentor_id,
            mentee_id=pair.mentee_id,
            text=without_names(words.text, names),
            listing=words_listing(*one.place, one.form.id, one.version, question_id),
            listing_order=words_id,
        )
        write.save(written, condition=is_new(Words))


def _add_worry(write: TransactWrite, one: Answering, worry: PrivateWords | None, now: datetime) -> str:
    """Adds one concern for the whole form, however many of its texts have a worry: each alerts everybody who
    is told, and a transaction holds a hundred items. Gives its id."""
    if worry is None:
        return ""
    cause = ("form", one.pair.pair_id, one.viewer.person_id, one.standing.cohort_id, one.form.id, worry.text)
    return add_concern(
        write, worry, pair=one.pair, part=one.part, cause=cause, programme=one.programme, now=now
    )


def _note_answered(
    write: TransactWrite, one: Answering, member: Membership, earlier: Asked | None, now: datetime
) -> None:
    asked = earlier or Asked(one.standing.cohort_id, one.form.id, one.pair.pair_id, now)
    others = [each for each in member.asked if each != earlier]
    answered = replace(asked, pair_id=one.pair.pair_id, answered_at=now, is_closed=False)
    everything = [*others, answered]
    after_days = one.programme.policy.evaluation.remind_after_days
    actions = [
        Membership.forms.set(stored_asked(everything)),
        *wait_until(member, everything, after_days, now),
    ]
    write.update(member, actions)
