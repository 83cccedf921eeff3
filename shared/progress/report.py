"""A cohort's report: numbers that can be shown to others. Nobody is named in it, and no number in it is so
small that it says something of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shared.evaluation.hiding import shown
from shared.people.permissions import Viewer, programme_name
from shared.programmes.rules import day_of

from .papers import forms_in
from .reading import MOST, every_row, going_on, whole_of
from .rules import told_as_typical
from .views import Bar, heard_bars, stage_bars

HOUR = 60
"""Minutes."""


@dataclass(frozen=True)
class Told:
    """One number of a chart; None where it is too small to be told."""

    words: str
    count: int | None
    percent: int | None


@dataclass(frozen=True)
class ReportView:
    """A cohort in numbers."""

    programme_id: str
    programme_name: str
    cohort_id: str
    cohort_name: str
    starts_on: date | None
    ends_on: date | None
    made_on: date
    pairs: int
    is_told: bool
    """False where there are too few pairs for any number; then there is none below."""
    fewest: int
    is_whole: bool
    """Whether every pair was counted."""
    standing: tuple[Told, ...]
    stages: tuple[Told, ...]
    """Where they are, or were when they ended."""
    heard: tuple[Told, ...]
    """When those that go on were last heard of."""
    least: int
    in_touch: tuple[Told, ...]
    """How many have been in touch as often as the policy wants, and how many have not."""
    forms: tuple[tuple[str, tuple[Told, ...]], ...]
    """Each form that is asked, with how many have answered it and how many have not."""
    times: int | None
    """How often a pair has been in touch as a rule: the average of several in the middle."""
    mentee_answers_in: int | None
    """How long an answer takes as a rule, in minutes by whole hours: likewise."""
    mentor_answers_in: int | None


def report(viewer: Viewer, programme_id: str, cohort_id: str, *, now: datetime) -> ReportView:
    """One request, one for the forms, and one for each 400 pairs. Raises NotFound for who is not on the
    programme's staff, and for no such cohort."""
    whole = whole_of(viewer, programme_id, cohort_id, now=now)
    rows = list(every_row(whole, programme_id, now=now))
    active = going_on(rows)
    fewest = whole.policy.evaluation.fewest_shown
    is_told = len(rows) >= fewest
    least = whole.policy.relationship.interactions_least
    enough = sum(one.is_enough for one in rows)

    def tell(words: Sequence[str], counts: Sequence[int]) -> tuple[Told, ...]:
        return _told(words, counts, fewest) if is_told else ()

    def of_bars(bars: Sequence[Bar]) -> tuple[Told, ...]:
        return tell([one.words for one in bars], [one.count for one in bars])

    standing = tell(("Go on", "Ended"), (len(active), len(rows) - len(active)))
    # These two add up to the pairs that go on: where that number is hidden, they would tell it.
    may_add_up = all(one.count is not None for one in standing)
    return ReportView(
        programme_id=programme_id,
        programme_name=programme_name(viewer, programme_id),
        cohort_id=cohort_id,
        cohort_name=whole.name,
        starts_on=whole.cohort.starts_on if whole.cohort else None,
        ends_on=whole.cohort.ends_on if whole.cohort else None,
        made_on=day_of(now),
        pairs=len(rows) if is_told else 0,
        is_told=is_told,
        fewest=fewest,
        is_whole=len(rows) < MOST,
        standing=standing,
        stages=of_bars(stage_bars(rows, whole.policy)) if may_add_up else (),
        heard=of_bars(heard_bars(active)) if active and may_add_up else (),
        least=least,
        in_touch=tell(("As often as hoped", "Less often"), (enough, len(rows) - enough)) if least else (),
        forms=tuple(
            (one.title, tell(("In", "Not in"), (one.answered, max(0, one.asked - one.answered))))
            for one in forms_in(whole, programme_id)
            if one.asked
        ),
        times=told_as_typical((one.times for one in rows), fewest=fewest),
        mentee_answers_in=told_as_typical((one.mentee_answers_in for one in rows), fewest=fewest, step=HOUR),
        mentor_answers_in=told_as_typical((one.mentor_answers_in for one in rows), fewest=fewest, step=HOUR),
    )


def _told(words: Sequence[str], counts: Sequence[int], fewest: int) -> tuple[Told, ...]:
    whole = sum(counts)
    return tuple(
        Told(said, count, None if count is None else round(100 * count / whole) if whole else 0)
        for said, count in zip(words, shown(counts, fewest), strict=True)
    )
