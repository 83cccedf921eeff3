"""Pure decisions about the evaluation: when a form is asked, what can be answered, what is counted."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from shared.people.asked import Asked
from shared.platform.ids import derived_id
from shared.policies.evaluation import Evaluation, EvaluationForm, FormQuestion, Point

NOT_SAID = "not_said"
"""What stands for an answer that somebody would rather not give."""
WRITTEN = "written"
"""Under what it is counted how many texts are read, whatever they say."""
ASKED_AFTER_THE_END = timedelta(days=42)
"""So long how it went is asked: who is asked later has forgotten, and has long said goodbye."""
LONGEST = 2_000
"""Characters of what is written to one question."""


# ── When ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Way:
    """How far two have come with each other."""

    begun_on: date | None
    """When both had agreed; None before."""
    has_ended: bool
    ends_on: date | None
    """The last day of their cohort; None where there is no fixed one."""
    stage: int = 1
    """In which stage they are, from 1 on; it counts where there is no fixed last day."""
    stages: int = 1
    ended_on: date | None = None
    """The day on which it ended, where it has."""


def point_of(way: Way, end_from_days: int, today: date) -> Point | None:
    """Whose forms are asked: those of the start until half way, those of the middle until the last days, then
    those of the end. None while they have not begun, and when it ended long ago."""
    if way.begun_on is None:
        return None
    if way.has_ended:
        is_long_ago = way.ended_on is not None and today >= way.ended_on + ASKED_AFTER_THE_END
        return None if is_long_ago else "end"
    if way.ends_on is None:
        return _by_stage(way)
    half = way.begun_on + max(way.ends_on - way.begun_on, timedelta(0)) / 2
    if today >= max(half, way.ends_on - timedelta(days=end_from_days)):
        return "end"
    return "middle" if today >= half else "start"


def _by_stage(way: Way) -> Point:
    if way.stages > 1 and way.stage == way.stages:
        return "end"
    return "middle" if way.stage * 2 > way.stages and way.stage > 1 else "start"


def forms_for(evaluation: Evaluation, side: str, point: Point | None) -> list[EvaluationForm]:
    """What is asked of one side at one point of the way."""
    return [one for one in evaluation.forms if one.asked_of == side and one.when == point]


def asked_in(asked: Iterable[Asked], cohort_id: str, form_id: str) -> Asked | None:
    """Whether, and how, somebody was asked a form in a cohort."""
    return next((one for one in asked if (one.cohort_id, one.form_id) == (cohort_id, form_id)), None)


def waiting(asked: Sequence[Asked], cohort_id: str, forms: Iterable[EvaluationForm]) -> list[EvaluationForm]:
    """Of the forms whose time it is, those without an answer."""
    return [one for one in forms if not _is_answered(asked_in(asked, cohort_id, one.id))]


def _is_answered(asked: Asked | None) -> bool:
    return asked is not None and asked.answered_at is not None


@dataclass(frozen=True)
class Open:
    """A form whose time it is for somebody, on the page of one of their conversations."""

    cohort_id: str
    form_id: str
    pair_id: str


def asked_anew(asked: Sequence[Asked], open_now: Iterable[Open], now: datetime) -> list[Asked]:
    """What somebody has been asked, as of now: forms whose time has come are added, and those without an
    answer whose time has passed are closed. A form that was closed and whose time comes again waits again."""
    known = {(one.cohort_id, one.form_id): one for one in asked}
    first: dict[tuple[str, str], Open] = {}
    for one in open_now:
        first.setdefault((one.cohort_id, one.form_id), one)
    found = [
        one if one.answered_at else replace(one, is_closed=place not in first) for place, one in known.items()
    ]
    new = (one for place, one in first.items() if place not in known)
    return found + [Asked(one.cohort_id, one.form_id, one.pair_id, now) for one in new]


def next_reminder(asked: Iterable[Asked], after_days: Sequence[int], after: datetime) -> datetime | None:
    """When somebody is reminded next of what waits; None when they are not any more."""
    times = (one.asked_at + timedelta(days=days) for one in asked if one.waits for days in after_days)
    return min((at for at in times if at > after), default=None)


# ── What ───────────────────────────────────────────────────────────────────


def version_of(form: EvaluationForm) -> str:
    """The mark of a form's questions. Answers are counted together only under the same."""
    return derived_id("form", form.asked_of, form.when, json.dumps([_asks(one) for one in form.questions]))[
        :12
    ]


def _asks(question: FormQuestion) -> list[object]:
    ends = [question.low, question.high] if question.kind == "scale" else list(question.choices)
    return [question.id, question.words, question.kind, ends]


def repeated(form: EvaluationForm, evaluation: Evaluation) -> Iterator[tuple[EvaluationForm, list[str]]]:
    """For a form of the end: the forms of the start that ask the same side the same, and which questions."""
    if form.when != "end":
        return
    mine = {one.id: _asks(one) for one in form.questions if one.kind != "text"}
    for other in forms_for(evaluation, form.asked_of, "start"):
        if same := [one.id for one in other.questions if mine.get(one.id) == _asks(one)]:
            yield other, same


def cell_of(question: FormQuestion, answer: str) -> str:
    """Under what a choice is counted: its number, from 1 on."""
    return str(question.answers.index(answer) + 1)


def without_names(text: str, names: Mapping[str, tuple[str, str]]) -> str:
    """The text with `[mentor]` or `[mentee]` in the place of their names. `names`: of each part the first
    name and the surname. Only whole words, in capitals or not, and no nicknames or others' names."""
    part_of = {
        name.casefold(): part
        for part, (first, surname) in names.items()
        for name in (first, surname, f"{first} {surname}")
        if name.strip()
    }
    longest_first = sorted(part_of, key=len, reverse=True)
    pattern = "|".join(r"\s+".join(map(re.escape, name.split())) for name in longest_first)
    if not pattern:
        return text
    return re.sub(
        rf"(?<!\w)(?:{pattern})(?!\w)",
        lambda found: f"[{part_of.get(' '.join(found.group().casefold().split()), 'name')}]",
        text,
        flags=re.IGNORECASE,
    )


def problem_with_choice(question: FormQuestion, given: str) -> str:
    """Why this is no answer to a question with answers to choose from, in a sentence; empty when it is."""
    if given == NOT_SAID or given in question.answers:
        return ""
    if given:
        return "Please choose one of the answers offered."
    if question.may_be_left_out:
        return ""
    return f"Please answer “{question.words}”, or choose “I’d rather not say”."


def problem_with_words(text: str) -> str:
    if len(text) <= LONGEST:
        return ""
    return f"Please keep this to {LONGEST:,} characters. It has {len(text):,} now. Nothing of it is lost."
