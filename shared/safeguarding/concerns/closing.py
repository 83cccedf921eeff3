"""Closing a concern: five things are written down, and what was severe is read by a second person first."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.notices.actions import queue
from shared.people.permissions import CONVERSATION_READERS, Role, Viewer
from shared.people.views import StaffMember, staff_of
from shared.platform.clock import order
from shared.platform.errors import Conflict
from shared.platform.ids import derived_id
from shared.platform.tables import find

from ..chain.climbing import Adds, stop
from ..fields import Wrong
from ..items import Concern, Entry, entry_key
from ..rules import read_words, severity_rank
from .answering import NOBODY_YET, answer, letter
from .changing import Doing, change
from .lines import OUTCOMES
from .reading import load_visible, name_of, steps_of

READ_TWICE_FROM = severity_rank("high")
SECOND_READERS = (Role.SAFEGUARDING_LEAD, Role.DEPUTY, Role.REGIONAL_MANAGER)
"""Who is told that a concern waits for a second reader, besides whoever else may see it and comes by."""
SAME_PERSON = (
    "You asked for this to be closed, so somebody else has to read it. They may agree or send it back."
)
NOT_WAITING = "This is not waiting for a second reader. Please look at it again."

_ASKED: Mapping[str, str] = {
    "summary": "Please sum up what happened.",
    "action_taken": "Please say what was done about it.",
    "decision": "Please say what was decided.",
    "outcome": "Please choose what it turned out to be.",
    "reasons": "Please say why it can be closed.",
}


@dataclass(frozen=True)
class Closing:
    """The five things without which no concern is closed. `outcome` is one of `lines.OUTCOMES`."""

    summary: str = ""
    action_taken: str = ""
    decision: str = ""
    outcome: str = ""
    reasons: str = ""


def needs_second_reader(concern: Concern) -> bool:
    """Whether it is, or ever was, so severe that one person alone does not close it: making it less severe
    first changes nothing of that. So it is where somebody on the staff is meant, or named in it."""
    if concern.about_staff or concern.named:
        return True
    worst = max(severity_rank(concern.severity), severity_rank(concern.worst_severity or "none"))
    return worst >= READ_TWICE_FROM


def close(viewer: Viewer, concern_id: str, closing: Closing, *, key: str, now: datetime) -> None:
    """Closes it, or asks for a second reader. Raises Invalid with a sentence for each of the five that is
    missing, NotFound, and Conflict when nobody is dealing with it, a next step is still to be done, or it is
    closed or waiting already."""
    load_visible(viewer, concern_id)
    filled_in = _read(closing)

    def decide(concern: Concern) -> Doing | None:
        _may_be_closed(concern)
        _must_be_done(concern)
        twice = needs_second_reader(concern)
        concern.closing = filled_in
        concern.closing_by, concern.closing_by_name = viewer.person_id, name_of(viewer)
        if twice:
            concern.state, concern.closed_at = "closing", None
        else:
            _end(concern, now=now)
        details = {("finding" if name == "outcome" else name): text for name, text in filled_in.items()}
        adds = (_asking(concern, key, now=now),) if twice else ()
        return Doing(concern.state, "closed_concern", "", details, OUTCOMES[filled_in["outcome"]], adds)

    change(viewer, concern_id, decide, "closing", derived_id(viewer.person_id, key), now=now)


def _end(concern: Concern, *, now: datetime) -> None:
    concern.state, concern.closed_at = "closed", now
    stop(concern)


def _may_be_closed(concern: Concern) -> None:
    if concern.state == "open":
        raise Conflict(NOBODY_YET, code="not_acknowledged")
    if concern.state == "closed":
        raise Conflict("This concern is closed already.", code="closed")
    if concern.state == "closing":
        sentence = f"{concern.closing_by_name} has asked for this to be closed. It waits for a second reader."
        raise Conflict(sentence, code="closing")


def _must_be_done(concern: Concern) -> None:
    """Raises Conflict while a next step is open. One that is added meanwhile changes the concern's version
    (`acting.py`), so it is not closed over it."""
    for step in steps_of(concern.concern_id):
        if step.done_at is None:
            sentence = (
                f"Something is still to be done: {step.words}. Please mark it as done first, with a note."
            )
            raise Conflict(sentence, code="next_step_open")


def _read(closing: Closing) -> dict[str, str]:
    wrong, read = Wrong(), {}
    for name, text in asdict(closing).items():
        if not text.strip() or (name == "outcome" and text not in OUTCOMES):
            wrong.add(_ASKED[name], name)
        else:
            read[name] = wrong.read(read_words, text, field=name) or ""
    wrong.none()
    return read


def second_readers(concern: Concern, *, asked_by: str) -> list[StaffMember]:
    """Who is asked to read it before it is closed; where there is none of those roles, whoever may see it."""
    kept_from = concern.hidden_from | {asked_by}
    staff = [
        one for one in staff_of(concern.programme_id, CONVERSATION_READERS) if one.person_id not in kept_from
    ]
    return [one for one in staff if one.role in SECOND_READERS] or staff


def _asking(concern: Concern, key: str, *, now: datetime) -> Adds:
    readers = second_readers(concern, asked_by=concern.closing_by or "")

    def add(write: TransactWrite) -> None:
        for one in readers[:40]:
            queue(write, letter("concern_to_read", concern, one, "closing", key), now=now)

    return add


def agree(viewer: Viewer, concern_id: str, *, now: datetime) -> None:
    """The second reader agrees, and it is closed. Sent again, nothing changes. Raises Conflict for whoever
    asked for it to be closed, when it is not waiting, and when a next step has been added meanwhile."""

    def decide(concern: Concern) -> Doing | None:
        if _has_agreed(viewer, concern):
            return None
        _may_be_second(viewer, concern)
        _must_be_done(concern)
        _end(concern, now=now)
        outcome = OUTCOMES[(concern.closing or {})["outcome"]]
        return Doing("agreed", "second_read_concern", why=f"Agreed: {outcome}")

    change(viewer, concern_id, decide, "agreed", viewer.person_id, order(now), now=now)


def _has_agreed(viewer: Viewer, concern: Concern) -> bool:
    """Whether it is closed because the viewer agreed."""
    if concern.state != "closed":
        return False
    line = entry_key(concern.concern_id, "agreed", viewer.person_id, order(concern.closed_at))
    return find(Entry, *line) is not None


def send_back(viewer: Viewer, concern_id: str, *, reason: str, key: str, now: datetime) -> None:
    """The second reader does not agree, with the reason. Whoever dealt with it goes on, and what they had
    filled in stands in the chronology; they and who asked for the closing are told. Raises Invalid, and
    Conflict as `agree`."""
    load_visible(viewer, concern_id)
    words = read_words(reason, field="reason")

    def decide(concern: Concern) -> Doing | None:
        _may_be_second(viewer, concern)
        concern.state = "acknowledged"
        tell = _asking_again(viewer, concern, key, now=now)
        return Doing("sent_back", "second_read_concern", words, why="Sent back", adds=(tell,))

    change(viewer, concern_id, decide, "sent_back", derived_id(viewer.person_id, key), now=now)


def _asking_again(viewer: Viewer, concern: Concern, key: str, *, now: datetime) -> Adds:
    wanted = {concern.closing_by, concern.acknowledged_by} - {viewer.person_id, *concern.hidden_from}
    people = [one for one in staff_of(concern.programme_id, CONVERSATION_READERS) if one.person_id in wanted]

    def add(write: TransactWrite) -> None:
        for one in people:
            queue(write, letter("concern_sent_back", concern, one, "sent_back", key), now=now)

    return add


def _may_be_second(viewer: Viewer, concern: Concern) -> None:
    if concern.state == "closed":
        raise Conflict("This concern is closed already.", code="closed")
    if concern.state != "closing":
        raise Conflict(NOT_WAITING, code="not_closing")
    if concern.closing_by == viewer.person_id:
        raise Conflict(SAME_PERSON, code="same_person")


def reopen(viewer: Viewer, concern_id: str, *, reason: str, key: str, now: datetime) -> None:
    """Opens a closed concern again; whoever does so deals with it. Raises Invalid, NotFound, and Conflict
    when it is not closed."""
    load_visible(viewer, concern_id)
    words = read_words(reason, field="reason")

    def decide(concern: Concern) -> Doing | None:
        if concern.state != "closed":
            raise Conflict("This concern is not closed.", code="not_closed")
        answer(concern, viewer.person_id, name_of(viewer), now=now)
        concern.closing = concern.closing_by = concern.closing_by_name = concern.closed_at = None
        return Doing("reopened", "reopened_concern", words)

    change(viewer, concern_id, decide, "reopened", derived_id(viewer.person_id, key), now=now)
