"""Reading a chain and working hours as somebody filled them in: parts of a policy, or what to put right."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from shared.people.permissions import CONVERSATION_READERS
from shared.platform.errors import Invalid, require_none
from shared.policies.bank_holidays import CALENDARS
from shared.policies.hours import WorkingTime
from shared.policies.schema import Escalation, Rank
from shared.policies.working_time import DAYS

from .faults import ROLE_WORDS, Known

MOST_STEPS = 6
MOST_MINUTES = 10_080
MINUTES = re.compile(r"[0-9]{1,5}")
MOST_CLOSED_DAYS = 200
SEVERITIES = ("immediate", "high", "medium", "low")
COUNTS = ("always", "working_time")
NO_CHAIN = "Please say who is told first. A programme cannot run without anybody to tell."
NO_READER = (
    "Nobody in these steps may read concerns. Please name a safeguarding lead, a deputy, a coordinator or a "
    "regional manager in one of them."
)


@dataclass(frozen=True)
class WrittenChain:
    """What was filled in. Steps hold `role:<role>` and `person:<person_id>`; an empty one says nothing."""

    steps: Sequence[Sequence[str]]
    nights: Sequence[Sequence[str]]
    """The steps out of hours; all empty when they are the same."""
    minutes: Mapping[str, str]
    """By severity."""
    counts: Mapping[str, str]
    """By severity: `always` or `working_time`."""
    hours: Mapping[str, tuple[str, str]]
    """By day: from and until, as in `09:00`; both empty for a day that is not worked."""
    bank_holidays: str
    closed_on: str
    """ISO dates, one on each line."""


def read_chain(
    written: WrittenChain, *, staff: Sequence[Known], roles: Mapping[str, set[str]], now: Escalation
) -> tuple[Escalation, WorkingTime]:
    """The policy's parts. `roles`: the person_ids of those who have each role and are not suspended. What is
    not asked here stays as it is `now`.

    Raises Invalid, with everything that is to be put right.
    """
    wrong: list[Invalid] = []
    ranks = _ranks(written.steps, "step", staff, roles, wrong)
    nights = _ranks(written.nights, "night", staff, roles, wrong)
    if not any(written.steps):
        wrong.append(Invalid(NO_CHAIN, field="step_1", code="no_chain"))
    for found, field in ((ranks, "step_1"), (nights, "night_1")):
        if found and not wrong and not _is_read(found, roles):
            wrong.append(Invalid(NO_READER, field=field, code="no_reader"))
    clocks = _clocks(written, wrong)
    hours = _hours(written, wrong)
    closed = _closed_on(written.closed_on, wrong)
    if written.bank_holidays not in ("none", *CALENDARS):
        wrong.append(_choose("bank_holidays"))
    require_none(wrong)
    parts: dict[str, Any] = {
        "ranks": ranks,
        "out_of_hours_ranks": nights,
        "acknowledge_within": clocks,
    }
    working = {"days": hours, "bank_holidays": written.bank_holidays, "closed_on": closed}
    return Escalation.model_validate(now.model_dump() | parts), WorkingTime.model_validate(working)


def _choose(field: str) -> Invalid:
    return Invalid("Please choose one of the answers offered.", field=field, code="literal_error")


# ── Who is told ────────────────────────────────────────────────────────────


def _ranks(
    steps: Sequence[Sequence[str]],
    name: str,
    staff: Sequence[Known],
    roles: Mapping[str, set[str]],
    wrong: list[Invalid],
) -> list[Rank]:
    last = max((place for place, step in enumerate(steps) if step), default=-1)
    found = []
    for place, chosen in enumerate(steps[: last + 1]):
        problem, rank = _rank(chosen, f"step {place + 1}", staff, roles)
        if problem:
            sentence, code = problem
            wrong.append(Invalid(sentence, field=f"{name}_{place + 1}", code=code))
        elif rank:
            found.append(rank)
    return found


def _rank(
    chosen: Sequence[str], words: str, staff: Sequence[Known], roles: Mapping[str, set[str]]
) -> tuple[tuple[str, str] | None, Rank | None]:
    """The rank, or a sentence and a code that say why it can be none."""
    if not chosen:
        return (f"Please fill in {words}, or move the steps after it up.", "gap"), None
    wanted = [one.partition(":") for one in dict.fromkeys(chosen)]
    names = [what for kind, _, what in wanted if kind == "role"]
    people = [what for kind, _, what in wanted if kind == "person"]
    if len(names) + len(people) < len(wanted) or any(name not in ROLE_WORDS for name in names):
        return ("Please choose from those offered.", "unknown"), None
    for person_id in people:
        if problem := _cannot_be_named(person_id, staff):
            return problem, None
    if not people and not any(roles.get(name) for name in names):
        nobody = " or ".join(ROLE_WORDS[name] for name in names)
        return (f"Nobody on the staff is {nobody}, so {words} would tell nobody.", "nobody"), None
    return None, Rank.model_validate({"roles": names, "people": people})


def _is_read(ranks: Sequence[Rank], roles: Mapping[str, set[str]]) -> bool:
    """Whether anybody whom they name may read concerns."""
    readers = {one for role in CONVERSATION_READERS for one in roles.get(role, ())}
    named = {one for rank in ranks for one in rank.people}
    named |= {one for rank in ranks for role in rank.roles for one in roles.get(role, ())}
    return bool(readers & named)


def _cannot_be_named(person_id: str, staff: Sequence[Known]) -> tuple[str, str] | None:
    known = [one for one in staff if one.person_id == person_id]
    if not known:
        return "Somebody chosen here is not on the staff any more. Please choose again.", "not_on_staff"
    if not any(one.is_active for one in known):
        return f"{known[0].name} is suspended and cannot be told. Please choose somebody else.", "suspended"
    return None


# ── How long a step waits ──────────────────────────────────────────────────


def _clocks(written: WrittenChain, wrong: list[Invalid]) -> dict[str, dict[str, Any]]:
    found = {}
    for severity in SEVERITIES:
        minutes, counts = written.minutes.get(severity, ""), written.counts.get(severity, "")
        if not (MINUTES.fullmatch(minutes) and 1 <= int(minutes) <= MOST_MINUTES):
            sentence = f"Please give a number of minutes from 1 to {MOST_MINUTES:,}, which is a week."
            wrong.append(Invalid(sentence, field=f"{severity}_minutes", code="minutes"))
        elif severity == "immediate" and counts != "always":
            sentence = "The clock for what is immediate always runs, at night and at weekends too."
            wrong.append(Invalid(sentence, field="immediate_counts", code="not_always"))
        elif counts not in COUNTS:
            wrong.append(_choose(f"{severity}_counts"))
        else:
            found[severity] = {"minutes": int(minutes), "counts": counts}
    return found


# ── When staff are at work ─────────────────────────────────────────────────


def _hours(written: WrittenChain, wrong: list[Invalid]) -> dict[str, dict[str, time]]:
    found: dict[str, dict[str, time]] = {}
    faulty = False
    for day in DAYS:
        opens, closes = written.hours.get(day, ("", ""))
        if not (opens or closes):
            continue
        begin, end = _clock(opens), _clock(closes)
        if begin is None or end is None or begin >= end:
            faulty = True
            wrong.append(
                Invalid(
                    "Please give both times, as in 09:00, the earlier one first; or leave both empty.",
                    field=f"{day}_opens",
                    code="hours",
                )
            )
        else:
            found[day] = {"opens": begin, "closes": end}
    if not found and not faulty:
        sentence = "Please give the hours of one day at least. Some clocks run only in working hours."
        wrong.append(Invalid(sentence, field="monday_opens", code="no_hours"))
    return found


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _closed_on(text: str, wrong: list[Invalid]) -> list[date]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    days = list(_days(lines))
    if len(days) < len(lines):
        sentence = "Please write one date on each line, for example 2026-12-24."
        wrong.append(Invalid(sentence, field="closed_on", code="no_date"))
    if len(days) > MOST_CLOSED_DAYS:
        sentence = f"That is {len(days)} days. Please keep to {MOST_CLOSED_DAYS}."
        wrong.append(Invalid(sentence, field="closed_on", code="too_many"))
    return sorted(set(days))


def _days(lines: Sequence[str]) -> Iterator[date]:
    for line in lines:
        try:
            yield date.fromisoformat(line)
        except ValueError:
            continue
