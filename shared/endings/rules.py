"""Pure decisions about endings: when one is near, what is due by when, what can be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from shared.policies.endings import Endings, Report
from shared.programmes.rules import weeks_of

What = Literal["review", "report"]
Side = Literal["mentor", "mentee"]
SIDES: tuple[Side, ...] = ("mentee", "mentor")
WHATS: tuple[What, ...] = ("review", "report")

MOST_TOGETHER = 4_800
"""Characters of all answers of one review or report: what the filter looks through at once."""
MOST_EACH = 2_000
LONGEST_PLAN = timedelta(days=366)
"""How far ahead a last day can be agreed on."""


@dataclass(frozen=True)
class Standing:
    """Where a pair stands with its end."""

    is_over: bool
    last_day: date | None
    """Past or to come; None while nothing says when."""
    is_near: bool
    """Whether the two are led to ending well: it is over, its last day is near, or it is their last stage."""

    def is_asked(self, what: What, endings: Endings, part: str) -> bool:
        """Whether one side can write its review or its report now. A report has a day by which it is due."""
        if what == "review":
            return bool(endings.review_of(part)) and self.is_near
        return endings.report_of(part) is not None and self.is_near and self.last_day is not None

    def due_on(self, report: Report) -> date | None:
        """By when a report is due; None while nothing says when the two end."""
        return self.last_day + timedelta(days=report.due_days) if self.last_day else None


def standing(last_day: str, endings: Endings, *, is_over: bool, in_last_stage: bool, today: date) -> Standing:
    """`last_day`: an ISO date, or empty."""
    day = date.fromisoformat(last_day) if last_day else None
    comes = day is not None and today >= day - timedelta(days=endings.offered_days)
    return Standing(is_over, day, is_over or comes or in_last_stage)


def questions_of(what: What, endings: Endings, part: str) -> list[str]:
    """What one side is asked; empty where it is asked nothing."""
    if what == "review":
        return endings.review_of(part)
    report = endings.report_of(part)
    return list(report.questions) if report else []


def longest_answer(questions: Sequence[str]) -> int:
    """Characters of one answer, so that all together can be looked through at once."""
    return min(MOST_EACH, MOST_TOGETHER // max(1, len(questions)))


def problems_with(answers: Mapping[int, str], questions: Sequence[str]) -> dict[int, str]:
    """What is wrong with answers, by the number of the question from 1 on. They are as typed, and one of them
    at least must be there."""
    most = longest_answer(questions)
    found = {
        number: f"Please keep this to {most:,} characters. It has {len(answer):,} now."
        for number, answer in answers.items()
        if len(answer) > most
    }
    if not any(answers.get(number) for number in range(1, len(questions) + 1)):
        found[1] = "Please answer at least one of the questions. You can leave out the others."
    return found


def weeks_together(began: date, last_day: date) -> int:
    """How many weeks they were in touch, one that was begun included, and one at least."""
    return max(1, weeks_of(began, last_day))


def problem_with_day(day: date, today: date, latest: date | None) -> str:
    """Why this cannot be their last day; empty when it can. `latest`: the last day of their cohort."""
    if day < today:
        return "This day has passed already. Please choose one that is still to come."
    if latest is not None and day > latest:
        return "Your programme ends before that. Please choose an earlier day."
    if day > today + LONGEST_PLAN:
        return "Please choose a day within a year from now."
    return ""
