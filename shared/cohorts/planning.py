"""What staff decide about a cohort: making one, changing it, beginning the next like it, and its last day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.people.permissions import Viewer, may_plan_cohorts, require
from shared.people.rules import problem_with_name, tidy_name
from shared.platform.errors import Conflict, Invalid, NotFound, require_none
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, transaction
from shared.policies import Policy
from shared.policies.people import Question
from shared.programmes.actions import add_cohort, load_programme, plan_anew, planned
from shared.programmes.cohorts import cohort_of, own_questions
from shared.programmes.items import Cohort
from shared.programmes.rules import (
    Plan,
    Problems,
    accepted_by,
    day_of,
    last_day,
    problems_with,
    spoken,
)

from .returning import bring_along, mentors_in

MEANWHILE = "Somebody else changed this cohort at the same moment. Please look at it again."
LONGEST_QUESTION = 300
MUST = ("yes", "no", "either")
"""What has to be answered to one of a cohort's own questions."""


@dataclass(frozen=True)
class Written:
    """A cohort as a form says it. None stands for what was left out: then the policy, or what was there
    before, says it. Empty text stands for none."""

    name: str = ""
    starts_on: str = ""
    ends_on: str | None = None
    capacity: str | None = None
    accepts: Sequence[str] | None = None
    """Of the policy's questions with answers to choose from: `<question id>:<answer>` for each accepted."""
    asks: Sequence[tuple[str, str]] | None = None
    """Further questions to mentees that are answered by yes or no, each with one of MUST."""


def new_cohort(
    viewer: Viewer,
    programme_id: str,
    written: Written,
    *,
    copy_of: str = "",
    returning: Sequence[str] = (),
    everybody: bool = False,
    key: str,
    now: datetime,
) -> str:
    """Makes a cohort and gives its id. `copy_of` is the cohort whose settings it began with, and `returning`
    the person_ids of the mentors of that one who go on into this; with `everybody`, all of them do.

    `key` is the form's: sent again, the same cohort is answered. Raises NotFound for who may not, and Invalid
    with every field that needs another look.
    """
    require(may_plan_cohorts(viewer, programme_id))
    policy = load_programme(programme_id).policy
    before = Plan("", date.min, None, policy.cohort.capacity)
    if copy_of:
        before = replace(plan_of(load_cohort(programme_id, copy_of)), ends_on=None)
    plan = _read(written, policy, before, taken=0, now=now)
    cohort_id = derived_id("cohort", programme_id, viewer.person_id, key)
    cohort = planned(programme_id, cohort_id, plan, copied_from=copy_of, now=now)
    try:
        with transaction() as write:
            add_cohort(write, cohort)
            _record(write, viewer, cohort, f"Made {plan.name}", now)
    except Lost:
        stored = cohort_of(programme_id, cohort_id)
        if stored is None:
            raise
        cohort = stored
    if copy_of:
        bring_along(cohort, copy_of, mentors_in(copy_of) if everybody else returning, now=now)
    return cohort_id


def change_cohort(
    viewer: Viewer, programme_id: str, cohort_id: str, written: Written, *, now: datetime
) -> None:
    """Plans a cohort anew. A later last day opens its conversations again. Raises NotFound, Invalid with
    every field that needs another look, and Conflict when somebody else changed it at the same moment."""
    require(may_plan_cohorts(viewer, programme_id))
    policy = load_programme(programme_id).policy
    cohort = load_cohort(programme_id, cohort_id)
    plan = _read(
        written, policy, plan_of(cohort), taken=int(cohort.taken), ended_before=cohort.ends_on, now=now
    )
    _save(viewer, cohort, plan, now)


def end_cohort(viewer: Viewer, programme_id: str, cohort_id: str, *, on: str, now: datetime) -> None:
    """Agrees the last day of writing in a cohort's conversations: an ISO date, today at the earliest. Raises
    as `change_cohort`."""
    require(may_plan_cohorts(viewer, programme_id))
    cohort = load_cohort(programme_id, cohort_id)
    plan = replace(plan_of(cohort), ends_on=_day(on, "last_day", {}, required=True))
    day = plan.ends_on
    if day is None:
        raise Invalid("Please give a date, for example 2026-11-30.", field="last_day")
    if day < plan.starts_on:
        raise Invalid(
            f"The last day, {spoken(day)}, comes before the first, {spoken(plan.starts_on)}.",
            field="last_day",
        )
    if day < day_of(now):
        raise Invalid(
            f"{spoken(day)} has passed. The earliest last day is today, {spoken(day_of(now))}.",
            field="last_day",
        )
    _save(viewer, cohort, plan, now)


def load_cohort(programme_id: str, cohort_id: str) -> Cohort:
    """Raises NotFound."""
    cohort = cohort_of(programme_id, cohort_id)
    if cohort is None:
        raise NotFound
    return cohort


def plan_of(cohort: Cohort) -> Plan:
    """What was decided about a stored cohort."""
    return Plan(
        name=cohort.name,
        starts_on=date.fromisoformat(cohort.starts_on),
        ends_on=date.fromisoformat(cohort.ends_on) if cohort.ends_on else None,
        capacity=None if cohort.capacity is None else int(cohort.capacity),
        accepts=cohort.accepts,
        questions=own_questions(cohort),
    )


def _save(viewer: Viewer, cohort: Cohort, plan: Plan, now: datetime) -> None:
    why = _difference(plan_of(cohort), plan)
    plan_anew(cohort, plan)
    try:
        with transaction() as write:
            write.save(cohort)
            _record(write, viewer, cohort, why, now)
    except Lost:
        raise Conflict(MEANWHILE, code="stale") from None


def _record(write: TransactWrite, viewer: Viewer, cohort: Cohort, why: str, now: datetime) -> None:
    record(
        write,
        cohort.programme_id,
        "changed_cohort",
        f"cohort:{cohort.cohort_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
        why=why,
    )


def _difference(before: Plan, after: Plan) -> str:
    """What was changed, in words for the record."""
    changes = []
    if before.name != after.name:
        changes.append(f"“{before.name}” is called “{after.name}”")
    for what, was, will_be in (
        ("first day", before.starts_on, after.starts_on),
        ("last day", before.ends_on, after.ends_on),
    ):
        if was != will_be:
            changes.append(f"{what} {_day_words(will_be)} (was {_day_words(was)})")
    if before.capacity != after.capacity:
        changes.append(f"room for {after.capacity or 'any number'} (was {before.capacity or 'any number'})")
    if (before.accepts or {}) != (after.accepts or {}) or tuple(before.questions) != tuple(after.questions):
        changes.append("other questions or answers")
    return f"{after.name}: {'; '.join(changes)}" if changes else f"{after.name}: nothing was changed"


def _day_words(day: date | None) -> str:
    return spoken(day) if day else "open"


# ── Reading what was written ───────────────────────────────────────────────


def _read(
    written: Written,
    policy: Policy,
    before: Plan,
    *,
    taken: int,
    ended_before: str | None = None,
    now: datetime,
) -> Plan:
    """The plan. Raises Invalid with every field that needs another look."""
    problems: Problems = {}
    starts_on = _day(written.starts_on, "starts_on", problems, required=True) or date.min
    was = before.ends_on.isoformat() if before.ends_on else ""
    ends_on = _day(was if written.ends_on is None else written.ends_on, "ends_on", problems)
    if ends_on is None and "ends_on" not in problems and "starts_on" not in problems and policy.cohort.weeks:
        ends_on = last_day(starts_on, policy.cohort.weeks)
    plan = Plan(
        name=_name(written.name, problems),
        starts_on=starts_on,
        ends_on=ends_on,
        capacity=_number(written.capacity, before.capacity, problems),
        accepts=_accepted(written.accepts, policy, before),
        questions=before.questions if written.asks is None else _questions(written.asks, problems),
    )
    found = problems_with(plan, policy.eligibility, taken=taken, ended_on_before=ended_before, now=now)
    problems = found | problems
    require_none([Invalid(sentence, field=field) for field, sentence in problems.items()])
    return plan


def _name(text: str, problems: Problems) -> str:
    name = tidy_name(text)
    if name and (problem := problem_with_name(name, "name")):
        problems["name"] = problem
    return name


def _day(text: str, field: str, problems: Problems, *, required: bool = False) -> date | None:
    text = text.strip()
    if not text and not required:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        problems[field] = "Please give a date, for example 2026-11-30."
        return None
    if not 2000 <= found.year < 2100:
        problems[field] = "Please check the year."
        return None
    return found


def _number(text: str | None, before: int | None, problems: Problems) -> int | None:
    if text is None:
        return before
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        problems["capacity"] = "Please give a whole number, or leave this empty for any number of mentees."
        return None
    return int(text)


def _accepted(written: Sequence[str] | None, policy: Policy, before: Plan) -> dict[str, list[str]] | None:
    """Only where a cohort accepts fewer answers than the policy does."""
    if written is None:
        return {name: list(answers) for name, answers in (before.accepts or {}).items()} or None
    chosen: dict[str, list[str]] = {one.id: [] for one in narrowable(policy)}
    for one in written:
        question_id, colon, answer = one.partition(":")
        if colon:
            chosen.setdefault(question_id, []).append(answer)
    whole = {one.id: accepted_by(one) for one in narrowable(policy)}
    return {name: answers for name, answers in chosen.items() if whole.get(name) != answers} or None


def narrowable(policy: Policy) -> list[Question]:
    """The policy's questions of which a cohort may accept fewer answers."""
    return [one for one in policy.eligibility.questions if len(accepted_by(one)) > 1]


def _questions(asks: Sequence[tuple[str, str]], problems: Problems) -> tuple[Question, ...]:
    made = []
    for place, (words, must) in enumerate(asks, start=1):
        words = " ".join(words.split())
        if not words:
            continue
        if must not in MUST:
            problems[f"must_{place}"] = "Please choose one of the answers offered."
        elif len(words) > LONGEST_QUESTION:
            problems[f"question_{place}"] = f"Please keep the question to {LONGEST_QUESTION} characters."
        elif not words.isprintable():
            problems[f"question_{place}"] = "Some characters in this question cannot be used."
        if problems.keys() & {f"must_{place}", f"question_{place}"}:
            continue
        asked = {"id": f"own_{place}", "asked_of": "mentee", "words": words, "kind": "yes_no"}
        made.append(Question.model_validate(asked | {"accepts": [] if must == "either" else [must]}))
    return tuple(made)
