"""The page about a pair's end: for each of the two what there is to do, for staff what is in and what is
missing."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.audit.actions import record_reading
from shared.conversations.items import Pair
from shared.conversations.last_message import NothingMore, last_message, nothing_more
from shared.conversations.views import other_name
from shared.people.permissions import Viewer, may_moderate, require
from shared.programmes.rules import day_of
from shared.relationship.rules import offers, stage_of

from .certificates import reference_of
from .looking_back import Answered, answered
from .opening import Opened, Papers, open_pair, papers_of
from .rules import SIDES, WHATS, What, questions_of


@dataclass(frozen=True)
class Place:
    """Where somebody can go on from here."""

    name: str
    about: str
    url: str


@dataclass(frozen=True)
class Paper:
    """A review or a report: whether it is in, and for staff what is in it."""

    what: str
    part: str
    """Whose: `mentor` or `mentee`."""
    name: str
    """Of its author, for staff."""
    state: str
    """`in`, `open` (it can be handed in), or `later`."""
    at: datetime | None
    due_on: date | None
    is_late: bool
    questions: tuple[Answered, ...]
    """What was answered, for staff."""
    has_concern: bool
    """For staff: whether a concern was raised with it."""


@dataclass(frozen=True)
class Planned:
    """The last day that was agreed on, or is proposed."""

    agreed_on: date | None
    asked_by: str
    """`me`, `other`, or empty: who has proposed a day."""
    asked_name: str
    asked_for: date | None
    may_plan: bool
    latest: date | None
    """The last day of their cohort."""


@dataclass(frozen=True)
class EndingPage:
    """How a pair ends."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    title: str
    other_name: str
    is_over: bool
    is_near: bool
    last_day: date | None
    planned: Planned
    last_message: str
    """`open`, `sent` or `closed`; empty where there is none. For staff `open` while nothing on the page says
    otherwise."""
    last_message_until: date | None
    papers: tuple[Paper, ...]
    """One's own; for staff of both sides, of what is asked or is in."""
    gives_feedback: bool
    has_introductions: bool
    has_certificate: bool
    references: tuple[tuple[str, str], ...]
    """For staff: of each by name, the reference of their certificate."""
    places: tuple[Place, ...]
    nothing_more: NothingMore | None
    """For staff: who said that nothing more is to pass; None where nobody did."""
    may_forbid: bool
    """Whether the viewer can say so."""
    was_removed: bool


def ending_page(viewer: Viewer, pair_id: str, *, now: datetime) -> EndingPage:
    """One GetItem, one BatchGetItem and one Query. Staff's reading is recorded first. Raises NotFound for who
    may not see the pair."""
    opened = open_pair(viewer, pair_id, now=now)
    pair, part, endings = opened.pair, opened.part, opened.endings
    if part == "staff":
        require(may_moderate(viewer, pair.programme_id))
        _record(viewer, pair, now)
    stored = papers_of(pair)
    sent = stored.ending.last_message_of(part) if stored.ending and part != "staff" else ""
    last = last_message(pair, opened.together, stored.ending, was_sent=bool(sent), now=now)
    has_certificate = endings.certificate and opened.has_ended
    return EndingPage(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        part=part,
        title="Ending well" if part != "staff" else f"How it ends: {pair.mentee_name} and {pair.mentor_name}",
        other_name=other_name(pair, part),
        is_over=opened.has_ended,
        is_near=opened.standing.is_near,
        last_day=opened.standing.last_day,
        planned=_planned(viewer, opened),
        last_message=last.state,
        last_message_until=last.until,
        papers=_papers(opened, stored, now),
        gives_feedback=_gives_feedback(opened),
        has_introductions=endings.introductions and (part != "mentor" or not opened.has_ended),
        has_certificate=has_certificate and part != "staff",
        references=_references(pair) if has_certificate and part == "staff" else (),
        nothing_more=nothing_more(stored.ending) if part == "staff" else None,
        may_forbid=part == "staff" and opened.has_ended and pair.removed_at is None,
        places=tuple(Place(one.name, one.about, one.url) for one in endings.signposts),
        was_removed=pair.removed_at is not None,
    )


def _record(viewer: Viewer, pair: Pair, now: datetime) -> None:
    record_reading(
        pair.programme_id,
        "read_endings",
        f"pair:{pair.pair_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
        hidden_from=pair.ids,
    )


def _planned(viewer: Viewer, opened: Opened) -> Planned:
    pair = opened.pair
    names = {pair.mentor_id: pair.mentor_first_name, pair.mentee_id: pair.mentee_first_name}
    asked = pair.end_asked_by or ""
    return Planned(
        agreed_on=_date(pair.last_day),
        asked_by="" if not asked else "me" if asked == viewer.person_id else "other",
        asked_name=names.get(asked, ""),
        asked_for=_date(pair.end_asked_for),
        may_plan=opened.part != "staff" and not opened.has_ended and not opened.together.rests,
        latest=_date(opened.together.ends_on),
    )


def _date(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


def _papers(opened: Opened, stored: Papers, now: datetime) -> tuple[Paper, ...]:
    of = SIDES if opened.part == "staff" else tuple(one for one in SIDES if one == opened.part)
    found = (_paper(opened, stored, what, part, now) for what in WHATS for part in of)
    return tuple(one for one in found if one is not None)


def _paper(opened: Opened, stored: Papers, what: What, part: str, now: datetime) -> Paper | None:
    """None where it is neither asked nor in."""
    paper = stored.of(what, part)
    if paper is None and not questions_of(what, opened.endings, part):
        return None
    pair, reads = opened.pair, opened.part == "staff"
    report = opened.endings.report_of(part) if what == "report" else None
    due_on = opened.standing.due_on(report) if report else None
    can_be_written = opened.standing.is_asked(what, opened.endings, part) and pair.removed_at is None
    return Paper(
        what=what,
        part=part,
        name=(pair.mentor_name if part == "mentor" else pair.mentee_name) if reads else "",
        state="in" if paper else "open" if can_be_written else "later",
        at=paper.written_at if paper else None,
        due_on=due_on,
        is_late=paper is None and due_on is not None and due_on < day_of(now),
        questions=answered(paper) if paper and reads else (),
        has_concern=bool(paper and reads and paper.concern_id),
    )


def _gives_feedback(opened: Opened) -> bool:
    programme = opened.together.programme
    if opened.part != "mentor" or opened.has_ended or programme is None:
        return False
    return offers(stage_of(programme.policy.relationship.stages, opened.pair.stage), "feedback")


def _references(pair: Pair) -> tuple[tuple[str, str], ...]:
    return tuple(
        (pair.name_of(person_id), reference_of(pair, person_id))
        for person_id in (pair.mentee_id, pair.mentor_id)
    )
