"""What the pages about a worry and about one concern show. Lists are in `concerns/lists.py`, one
person's in `concerns/history.py`, the chain in `chain/views.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shared.people.permissions import Viewer, require
from shared.people.views import StaffMember
from shared.platform.clock import LONDON
from shared.programmes.actions import policy_of

from .chain.rules import is_away
from .concerns.choices import CHOICES, Choice, Choices
from .concerns.closing import needs_second_reader
from .concerns.history import PersonPart, SchoolView, person_part
from .concerns.lines import OUTCOMES, Detail, Line, lines_of
from .concerns.lists import is_over, row
from .concerns.reading import Opened, open_up
from .items import Concern, NextStep
from .marking import Segment, segments
from .raising.about_staff import ABOUT_STAFF, UNSAID, goes_to, staff_choices, staff_in
from .raising.reporting import ABOUT_ME, ABOUT_SOMEONE_ELSE, Acquaintance, programmes_of


@dataclass(frozen=True)
class StepView:
    """Something that is to be done next, or was."""

    step_id: str
    words: str
    by_day: date
    added_by_name: str
    is_done: bool
    is_overdue: bool


@dataclass(frozen=True)
class ConcernPage:
    """Who, what was written, what has been done."""

    concern_id: str
    reference: str
    programme_id: str
    programme_name: str
    about_id: str
    about_name: str
    raised_by: str
    """`filter`, or empty for a person."""
    raised_by_name: str
    category: str
    severity: str
    state: str
    raised_at: datetime
    answer_by: datetime | None
    """When it is passed on to the next person, while nobody has answered or taken it up."""
    words: tuple[Segment, ...]
    pair_id: str
    message_id: str
    acknowledged_by_name: str
    acknowledged_at: datetime | None
    is_mine: bool
    """The viewer is the one dealing with it."""
    handed_to_name: str
    """Whom it was handed to, until somebody takes it up."""
    is_handed_to_me: bool
    steps: tuple[StepView, ...]
    """What is still to be done."""
    others: int
    """How many other concerns about the same person the viewer may see."""
    school: SchoolView | None
    closing: tuple[Detail, ...]
    """What was filled in to close it, while it is closed or waits for a second reader."""
    closing_by_name: str
    closed_at: datetime | None
    is_set_apart: bool
    """It is about somebody on the staff, and kept from most of the others."""
    may_read_second: bool
    """It waits for a second reader, and the viewer may be that."""
    chronology: tuple[Line, ...]


@dataclass(frozen=True)
class ConcernHead:
    """What a form about a concern begins with, and the choices that it offers."""

    concern_id: str
    reference: str
    programme_id: str
    programme_name: str
    about_id: str
    about_name: str
    severity: str
    category: str
    state: str
    moment: str
    """This moment in the United Kingdom, as a field for a moment holds it."""
    today: str
    is_read_twice: bool
    """Somebody else has to agree before it is closed."""
    choices: Choices = CHOICES
    colleagues: tuple[Choice, ...] = ()
    steps: tuple[StepView, ...] = ()
    filled_in: tuple[tuple[str, str], ...] = ()
    """What the last one who wanted to close it had filled in: name of the field and text."""


@dataclass(frozen=True)
class WorryForm:
    """What is asked of somebody who reports a worry."""

    pair_id: str
    about: tuple[Choice, ...]
    programmes: tuple[Choice, ...]
    """Empty when there is nothing to choose."""
    message_id: str = ""
    excerpt: str = ""
    """The beginning of the message that somebody comes from."""
    suggested: str = ""
    """Whom it is probably about: one of `about`; empty when there is no saying."""
    staff: tuple[Choice, ...] = ()
    """Whom of the staff it may be about."""
    staff_worries_go_to: tuple[str, ...] = ()
    """The roles of those who alone are told of a worry about staff; none where everybody is told together."""


def worry_form(
    viewer: Viewer,
    acquaintances: Sequence[Acquaintance],
    *,
    pair_id: str = "",
    message_id: str = "",
    excerpt: str = "",
) -> WorryForm:
    """The choices that this person has: a Query for the staff of each programme, and where there is only one,
    its policy. An unknown pair is left out rather than refused: nobody with a worry meets a page that is not
    there."""
    known = [one for one in acquaintances if one.pair_id == pair_id]
    programmes = programmes_of(viewer)
    here = [one.programme_id for one in programmes if not known or one.programme_id == known[0].programme_id]
    staff = staff_in(here)
    apart = goes_to(policy_of(here[0]), staff) if len(here) == 1 else ()
    ask_programme = len(programmes) > 1 and not known
    return WorryForm(
        pair_id=pair_id if known else "",
        about=(
            Choice(ABOUT_ME, "Me"),
            *(Choice(one.pair_id, one.first_name) for one in known or acquaintances),
            Choice(ABOUT_STAFF, "Somebody who works on the programme"),
            Choice(ABOUT_SOMEONE_ELSE, "Somebody else"),
        ),
        programmes=tuple(Choice(one.programme_id, one.programme_name) for one in programmes)
        if ask_programme
        else (),
        message_id=message_id if known and excerpt else "",
        excerpt=excerpt if known else "",
        suggested=pair_id if known and excerpt else "",
        staff=(*staff_choices(staff, without=viewer.person_id), Choice(UNSAID, "I would rather not say")),
        staff_worries_go_to=apart,
    )


def concern_page(viewer: Viewer, concern_id: str, *, now: datetime) -> ConcernPage:
    """The concern, its chronology, and what else there is about the person: two Queries, and one write when
    it is recorded that the viewer looked. Raises NotFound when there is none that the viewer may see."""
    opened = open_up(viewer, concern_id, now=now)
    return _page(viewer, opened, person_part(viewer, opened.concern), now)


def _page(viewer: Viewer, opened: Opened, person: PersonPart, now: datetime) -> ConcernPage:
    concern = opened.concern
    shown = row(concern)
    is_ending = concern.state in ("closing", "closed")
    return ConcernPage(
        concern_id=concern.concern_id,
        reference=concern.reference,
        programme_id=concern.programme_id,
        programme_name=concern.programme_name,
        about_id=concern.about_id,
        about_name=concern.about_name,
        raised_by="filter" if concern.raised_by == "filter" else "",
        raised_by_name=concern.raised_by_name,
        category=shown.category,
        severity=concern.severity,
        state=concern.state,
        raised_at=concern.raised_at,
        answer_by=concern.answer_by,
        words=segments(concern.words, concern.spans),
        pair_id=concern.pair_id or "",
        message_id=concern.message_id or "",
        acknowledged_by_name=shown.acknowledged_by_name,
        acknowledged_at=concern.acknowledged_at,
        is_mine=concern.acknowledged_by == viewer.person_id,
        handed_to_name=shown.handed_to_name,
        is_handed_to_me=concern.handed_to == viewer.person_id,
        steps=_open_steps(opened.steps, now),
        others=person.others,
        school=person.school,
        closing=_closing(concern) if is_ending else (),
        closing_by_name=(concern.closing_by_name or "") if is_ending else "",
        closed_at=concern.closed_at,
        is_set_apart=bool(concern.set_apart),
        may_read_second=concern.state == "closing" and concern.closing_by != viewer.person_id,
        chronology=lines_of(opened.entries, concern_id=concern.concern_id),
    )


def _closing(concern: Concern) -> tuple[Detail, ...]:
    filled_in = concern.closing or {}
    words = {
        "summary": "Summary",
        "action_taken": "Action taken",
        "decision": "Decision",
        "outcome": "Outcome",
        "reasons": "Reasons",
    }
    return tuple(
        Detail(words[name], OUTCOMES.get(filled_in[name], "") if name == "outcome" else filled_in[name])
        for name in words
        if name in filled_in
    )


def _open_steps(steps: Sequence[NextStep], now: datetime) -> tuple[StepView, ...]:
    return tuple(step_view(one, now) for one in steps if one.done_at is None)


def step_view(step: NextStep, now: datetime) -> StepView:
    return StepView(
        step_id=step.step_id,
        words=step.words,
        by_day=date.fromisoformat(step.by_day),
        added_by_name=step.added_by_name,
        is_done=step.done_at is not None,
        is_overdue=step.done_at is None and is_over(step.by_day, now),
    )


PeopleOffered = Callable[[Viewer, Concern], Sequence[StaffMember]]
"""Who is offered for choosing: `colleagues` to hand it to, or `staff_to_keep_from`."""


def concern_head(
    viewer: Viewer,
    concern_id: str,
    *,
    step_id: str = "",
    with_people: PeopleOffered | None = None,
    now: datetime,
) -> ConcernHead:
    """What a form about the concern, or about one next step of it, shows: one Query, one more for colleagues,
    and one write when it is recorded that the viewer looked. Raises NotFound."""
    opened = open_up(viewer, concern_id, now=now)
    concern = opened.concern
    require(not step_id or step_id in [one.step_id for one in opened.steps])
    here = now.astimezone(LONDON)
    others = with_people(viewer, concern) if with_people else []
    return ConcernHead(
        concern_id=concern.concern_id,
        reference=concern.reference,
        programme_id=concern.programme_id,
        programme_name=concern.programme_name,
        about_id=concern.about_id,
        about_name=concern.about_name,
        severity=concern.severity,
        category=concern.category,
        state=concern.state,
        moment=f"{here:%Y-%m-%dT%H:%M}",
        today=f"{here:%Y-%m-%d}",
        is_read_twice=needs_second_reader(concern),
        colleagues=tuple(_colleague(viewer, one, now) for one in others),
        steps=tuple(step_view(one, now) for one in opened.steps if step_id in ("", one.step_id)),
        filled_in=tuple((concern.closing or {}).items()),
    )


def _colleague(viewer: Viewer, one: StaffMember, now: datetime) -> Choice:
    if one.person_id == viewer.person_id:
        return Choice(one.person_id, "Myself: I take it over now")
    away = ", away today" if is_away(one, now) else ""
    return Choice(one.person_id, f"{one.name} ({role_words(one.role)}{away})")


def role_words(role: str) -> str:
    return role.replace("_", " ")
