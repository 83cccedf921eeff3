"""A coordinator asks after one of a pair, by one press."""

from datetime import datetime

from shared.audit.actions import record
from shared.conversations.actions import require_open
from shared.conversations.items import Pair
from shared.conversations.letters import letter_about
from shared.conversations.resting import taking_part
from shared.conversations.steps import load_pair
from shared.notices.rules import NewNotice, Template
from shared.people.permissions import Viewer, may_moderate, part_in_pair, require
from shared.platform.errors import Busy, Conflict
from shared.platform.tables import Lost, transaction
from shared.policies.nudging import Nudges
from shared.programmes.rules import day_of

from .items import Reminders
from .noting import note_asked_after, note_nudged
from .rules import Side, other_side
from .sides import one_on, side_of
from .waiting import reminders_of
from .writing import was_written, write_to

TRIES = 4
RESTS = "This conversation rests, so nobody was asked after. {because}"
STOPPED = (
    "{name} has asked for no reminders, so no e-mail was sent. Please ask after them some other way, such as "
    "by telephone."
)
NO_POLICY = "The settings of this programme can’t be read, so nobody was asked after."


def ask_after(viewer: Viewer, pair_id: str, side: Side, *, now: datetime) -> str:
    """Writes to one of the two that the coordinator asks after them; and where the policy says so, to the
    other, if they wait for an answer, that the coordinator does. In quiet hours it goes out once they are
    over. Asked after twice on one day, they are written to once. Gives the programme's id.

    Raises NotFound for who is not on the staff that reads the conversation, and Conflict once it has ended,
    while it rests, and for somebody who wants no reminders.
    """
    pair = load_pair(pair_id)
    part = part_in_pair(
        viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
    )
    require(part == "staff" and may_moderate(viewer, pair.programme_id))
    require_open(pair, now)
    together = taking_part(pair, now=now)
    if together.pauses:
        raise Conflict(RESTS.format(because=together.because), code="rests")
    if together.programme is None:
        raise Conflict(NO_POLICY, code="no_policy")
    for _ in range(TRIES):
        if was_written(_notice("asked_after", pair, side, now)):
            return str(pair.programme_id)
        asked = reminders_of(one_on(pair, side).person_id)
        if asked.stopped_at is not None:
            raise Conflict(STOPPED.format(name=pair.name_of(asked.person_id)), code="stopped")
        try:
            _ask(viewer, pair, side, asked, together.programme.policy.nudges, now)
        except Lost:
            continue
        return str(pair.programme_id)
    raise Busy


def _ask(viewer: Viewer, pair: Pair, side: Side, asked: Reminders, nudges: Nudges, now: datetime) -> None:
    other = other_side(side)
    waits = side_of(pair, pair.last_sender_id) == other
    with transaction() as write:
        write_to(write, _notice("asked_after", pair, side, now), asked, nudges, now=now)
        note_nudged(write, pair, asked.person_id, ["unanswered"] if waits else [], now=now, by=viewer)
        if waits and nudges.tell_other_side:
            waiting = reminders_of(one_on(pair, other).person_id)
            note_asked_after(write, pair, now=now)
            if waiting.stopped_at is None:
                write_to(write, _notice("they_are_asked", pair, other, now), waiting, nudges, now=now)
                note_nudged(write, pair, waiting.person_id, ["asked_after"], now=now, by=viewer)
        record(
            write,
            pair.programme_id,
            "asked_after",
            f"pair:{pair.pair_id}",
            by_id=viewer.person_id,
            by_name=viewer.name,
            now=now,
            hidden_from=pair.ids,
        )


def _notice(template: Template, pair: Pair, side: Side, now: datetime) -> NewNotice:
    cause = (pair.pair_id, side, day_of(now).isoformat())
    path = f"/pairs/{pair.pair_id}#latest"
    return letter_about(pair, one_on(pair, side), template, cause=cause, path=path)
