"""Decisions about cohorts: their days and places, what is asked, and what their people are there for."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from shared.platform.clock import LONDON
from shared.policies.people import Eligibility, Question, Strand

State = Literal["coming", "running", "over"]
Problems = dict[str, str]
"""By field, a sentence for whoever filled it in."""

LONGEST_NAME = 80
MOST_OWN_QUESTIONS = 10


def day_of(now: datetime) -> date:
    """The day that it is in the United Kingdom."""
    return now.astimezone(LONDON).date()


def is_over(ends_on: str | None, now: datetime) -> bool:
    """Whether the last day of writing has passed. `ends_on` is an ISO date; without one there is no end."""
    return bool(ends_on) and day_of(now).isoformat() > str(ends_on)


def state_of(starts_on: str, ends_on: str | None, now: datetime) -> State:
    """Where a cohort stands. Both are ISO dates."""
    if is_over(ends_on, now):
        return "over"
    return "coming" if day_of(now).isoformat() < starts_on else "running"


def last_day(starts_on: date, weeks: int) -> date:
    """The last day of a cohort of so many whole weeks."""
    return starts_on + timedelta(weeks=weeks, days=-1)


def weeks_of(starts_on: date, ends_on: date) -> int:
    """How many weeks it lasts, one that was begun included."""
    return -(-((ends_on - starts_on).days + 1) // 7)


def kept_until(ends_on: date, months: int) -> date:
    """The day until which the conversations of a cohort that ended are kept."""
    year, month = divmod(ends_on.month - 1 + months, 12)
    year, month = ends_on.year + year, month + 1
    return date(year, month, min(ends_on.day, monthrange(year, month)[1]))


TOLD_BEFORE = timedelta(days=30)
"""How long before anything is removed the coordinators are told."""


@dataclass(frozen=True)
class Removal:
    """What is to be done today about the conversations of a cohort that ended."""

    step: Literal["nothing", "announce", "forget", "remove"]
    """`forget`: what was announced holds no longer, as they are kept for longer now."""
    on: date | None = None
    """Of `announce`: the last day on which they are there."""


def removal_of(kept: date, announced: date | None, today: date) -> Removal:
    """By the day until which they are kept, and the last day that was announced. Nothing is removed before it
    was announced for so long, whatever the policy says by then."""
    if today < kept - TOLD_BEFORE:
        return Removal("forget" if announced else "nothing")
    if announced is None or announced < kept:
        return Removal("announce", max(kept, today + TOLD_BEFORE))
    return Removal("remove" if today > announced else "nothing")


# ── Planning ───────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Plan:
    """What staff decide about a cohort."""

    name: str
    starts_on: date
    ends_on: date | None
    """The last day of writing; None where it has no fixed end."""
    capacity: int | None = None
    """Mentees at most; None for any number."""
    accepts: Mapping[str, Sequence[str]] | None = None
    """For some of the policy's questions, by id, which of the answers it accepts are accepted here."""
    questions: Sequence[Question] = ()
    """What is asked besides, here only."""


def problems_with(
    plan: Plan, eligibility: Eligibility, *, taken: int, ended_on_before: str | None, now: datetime
) -> Problems:
    """What cannot be as it is planned. `taken` is how many mentees are in the cohort already,
    `ended_on_before` the last day it had until now: only another one must not have passed."""
    found: Problems = {}
    if not plan.name:
        found["name"] = "Please give the cohort a name, such as “Autumn 2026”."
    elif len(plan.name) > LONGEST_NAME:
        found["name"] = f"Please keep the name to {LONGEST_NAME} characters."
    if plan.ends_on is not None:
        if plan.ends_on < plan.starts_on:
            found["ends_on"] = (
                f"The last day, {spoken(plan.ends_on)}, comes before the first, {spoken(plan.starts_on)}."
            )
        elif plan.ends_on.isoformat() != ended_on_before and plan.ends_on < day_of(now):
            found["ends_on"] = (
                f"{spoken(plan.ends_on)} has passed. The earliest last day is today, {spoken(day_of(now))}."
            )
    if plan.capacity is not None and plan.capacity < max(taken, 1):
        found["capacity"] = (
            f"{taken} mentees have a place in this cohort, so it needs room for {taken} at least."
            if taken > 1
            else "A cohort needs room for one mentee at least."
        )
    return found | _problems_with_answers(plan, eligibility)


def _problems_with_answers(plan: Plan, eligibility: Eligibility) -> Problems:
    found: Problems = {}
    asked = {one.id: one for one in eligibility.questions}
    for question_id, answers in (plan.accepts or {}).items():
        question = asked.get(question_id)
        if question is None or not set(answers) <= set(accepted_by(question)):
            found["accepts"] = "Please choose among the answers that the programme accepts."
        elif not answers:
            found["accepts"] = f"Please leave at least one answer to “{question.words}”."
    if len(plan.questions) > MOST_OWN_QUESTIONS:
        found["questions"] = f"Please ask no more than {MOST_OWN_QUESTIONS} questions besides."
    elif {one.id for one in plan.questions} & set(asked):
        found["questions"] = "One of these questions is asked by the programme already."
    return found


def spoken(day: date) -> str:
    """A day as a person says it."""
    return f"{day.day} {day:%B %Y}"


# ── Who may come in, and what for ──────────────────────────────────────────


def accepted_by(question: Question) -> list[str]:
    """The answers with which one may take part; none are listed for a number."""
    possible = {"yes_no": ["yes", "no"], "choice": question.choices, "number": []}[question.kind]
    return list(question.accepts or possible)


def questions_for(
    eligibility: Eligibility,
    accepts: Mapping[str, Sequence[str]] | None = None,
    own: Sequence[Question] = (),
) -> tuple[Question, ...]:
    """What is asked of whoever is to come into a cohort: the policy's questions, each accepting no more than
    the cohort does, and the cohort's own."""
    narrowed = (
        one.model_copy(update={"accepts": [each for each in accepted_by(one) if each in accepts[one.id]]})
        if accepts and one.id in accepts
        else one
        for one in eligibility.questions
    )
    return (*narrowed, *own)


def strand_of(strands: Sequence[Strand], answers: Mapping[str, str] | None) -> Strand | None:
    """What a mentee is there for, by what was answered about them; None where no strand says."""
    given = answers or {}
    return next((one for one in strands if given.get(one.question, "") in one.answers), None)
