"""A coordinator asks after one of a pair, by one press."""

from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.conversations.actions import require_open
from shared.conversations.items import Pair
from shared.conversations.resting import taking_part
from shared.conversations.steps import load_pair
from shared.people.permissions import Viewer, may_moderate, part_in_pair, require
from shared.platform.clock import order
from shared.platform.errors import Busy, Conflict
from shared.platform.tables import Lost, find, transaction
from shared.policies.nudging import Nudges

from .asking import is_awaited, letter_of, write_asking
from .items import Nudged, Reminders, asking_key
from .noting import note_asked_after, note_asking, note_nudged
from .rules import Side, not_quiet
from .sides import one_on
from .waiting import reminders_of
from .writing import was_written

TRIES = 4
RESTS = "This conversation rests, so nobody was asked after. {because}"
STOPPED = (
    "{name} has asked for no reminders, so no e-mail was sent. Please ask after them some other way, such as "
    "by telephone."
)
NO_POLICY = "The settings of this programme can’t be read, so nobody was asked after."


def ask_after(viewer: Viewer, pair_id: str, side: Side, *, now: datetime) -> str:
    """Writes to one of the two that the coordinator asks after them; and where the policy says so, to the
    other, if they wait for an answer, that the coordinator does. In quiet hours it is noted, and goes out
    once they are over, if there still is reason to (see `asking`). Asked after twice on one day, they are
    written to once. Gives the programme's id.

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
    nudges = together.programme.policy.nudges
    for _ in range(TRIES):
        asked = reminders_of(one_on(pair, side).person_id)
        if _was_asked(pair, side, not_quiet(nudges, now)):
            return str(pair.programme_id)
        if asked.stopped_at is not None:
            raise Conflict(STOPPED.format(name=pair.name_of(asked.person_id)), code="stopped")
        try:
            _ask(viewer, pair, side, asked, nudges, now)
        except Lost:
            continue
        return str(pair.programme_id)
    raise Busy


def _was_asked(pair: Pair, side: Side, at: datetime) -> bool:
    """Whether they were written to on the day of `at`, or will be then."""
    key = asking_key(pair.pair_id, order(at), one_on(pair, side).person_id)
    return was_written(letter_of("asked_after", pair, side, at)) or find(Nudged, *key) is not None


def _ask(viewer: Viewer, pair: Pair, side: Side, asked: Reminders, nudges: Nudges, now: datetime) -> None:
    at = not_quiet(nudges, now)
    waits = is_awaited(pair, side)
    what = ["unanswered"] if waits else []
    with transaction() as write:
        if at > now:
            note_asking(write, pair, asked.person_id, what, at=at, now=now, by=viewer)
        else:
            write_asking(write, pair, side, asked, nudges, by=viewer, now=now)
            note_nudged(write, pair, asked.person_id, what, now=now, by=viewer)
        if waits and nudges.tell_other_side:
            note_asked_after(write, pair, now=now)
        _record(write, viewer, pair, now)


def _record(write: TransactWrite, viewer: Viewer, pair: Pair, now: datetime) -> None:
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
