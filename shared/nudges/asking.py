"""Writing to whom a coordinator has asked after: at once, or after the quiet hours if there still is reason.

What was asked in quiet hours is only noted. Once they are over the sweep looks at how it stands then: whoever
has written meanwhile, or wants no reminders any more, is left alone.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from shared.conversations.items import Pair, pair_key
from shared.conversations.letters import letter_about
from shared.conversations.lists import last_written
from shared.conversations.resting import TakingPart, taking_part
from shared.notices.rules import NewNotice, Template
from shared.platform.clock import order
from shared.platform.tables import Lost, conditional, find, transaction
from shared.policies.nudging import Nudges
from shared.programmes.rules import day_of

from .items import ASKING_DUE, Nudged, Reminders
from .noting import By, note_nudged
from .rules import Side, not_quiet, other_side
from .sides import one_on, side_of
from .waiting import reminders_of
from .writing import was_written, write_to

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 300
"""People whom one run looks at. The next run is a minute away."""
LOOKED_AT_AGAIN = timedelta(hours=1)
"""When somebody has their turn again whom one could not look at."""

Gone = Literal["written", "met", "ended", "rests", "stopped"]
"""Why there is no reason any more to write to somebody."""


@dataclass(frozen=True)
class Asked:
    """What a run came to."""

    written: int = 0
    """After whom was asked."""
    dropped: int = 0
    failed: int = 0


@dataclass(frozen=True)
class _Asker:
    person_id: str
    name: str


def send_asking(clock: Callable[[], datetime], *, enough: Callable[[], bool] = lambda: False) -> Asked:
    """Writes to those after whom was asked in quiet hours that are over, the longest due first, until
    `enough` says that the time is over. One that fails holds up no other. Harmless to repeat."""
    written = dropped = failed = 0
    due = Nudged.by_due.query(ASKING_DUE, Nudged.due_at <= order(clock()), limit=MOST_AT_ONCE)
    for one in [one for one in due if isinstance(one, Nudged)]:
        if enough():
            break
        now = clock()
        try:
            did = _look_at(one, now)
            written += did == "written"
            dropped += did == "dropped"
        except Lost:
            continue  # another run was quicker
        except Exception as error:
            logger.error("somebody could not be asked after", extra={"error": type(error).__name__})
            failed += 1
            with suppress(Exception):
                _put_off(Nudged.get(one.pk, one.sk, consistent_read=True), now + LOOKED_AT_AGAIN)
    return Asked(written, dropped, failed)


def _look_at(listed: Nudged, now: datetime) -> Literal["written", "dropped", "left"]:
    asking = find(Nudged, listed.pk, listed.sk)
    pair = find(Pair, *pair_key(listed.pair_id))
    side = side_of(pair, listed.person_id) if pair else None
    if asking is None or asking.due is None or pair is None or side is None:
        return "left"  # the index lags behind
    together = taking_part(pair, now=now)
    if together.programme is None:  # its policy cannot be read, which others are told of
        _put_off(asking, now + LOOKED_AT_AGAIN)
        return "left"
    nudges = together.programme.policy.nudges
    if (at := not_quiet(nudges, now)) > now:
        _put_off(asking, at)
        return "left"
    reminders = reminders_of(asking.person_id)
    gone = _why_gone(asking, pair, side, together, reminders)
    done: list[Action] = [Nudged.due.remove(), Nudged.due_at.remove()]
    done += [Nudged.dropped.set(gone)] if gone else []
    goes_out = not gone and not was_written(letter_of("asked_after", pair, side, asking.at))
    with transaction() as write:
        write.update(asking, done)
        if goes_out:
            by = _Asker(asking.by_id or "", asking.by_name or "")
            write_asking(write, pair, side, reminders, nudges, by=by, now=now, day=asking.at)
    return "written" if goes_out else "dropped"


def _why_gone(
    asking: Nudged, pair: Pair, side: Side, together: TakingPart, reminders: Reminders
) -> Gone | None:
    """Why not to write to them after all; None while there is reason to."""
    asked_at = asking.asked_at or asking.at
    if together.status_of(pair) != "active":
        return "ended"
    if together.pauses:
        return "rests"
    if reminders.stopped_at is not None:
        return "stopped"
    wrote_at = last_written(pair.pair_id, asking.person_id)
    if wrote_at is not None and wrote_at > asked_at:
        return "written"  # though it may be held: what lies with us they need not be asked for
    was_awaited = "unanswered" in asking.what
    has_met = pair.met_at is not None and pair.met_at > asked_at
    return "met" if has_met or (was_awaited and not is_awaited(pair, side)) else None


def is_awaited(pair: Pair, side: Side) -> bool:
    """Whether the other has written last, and they have not met since."""
    has_met = pair.met_at and pair.last_delivered_at and pair.met_at > pair.last_delivered_at
    return side_of(pair, pair.last_sender_id) == other_side(side) and not has_met


def write_asking(
    write: TransactWrite,
    pair: Pair,
    side: Side,
    asked: Reminders,
    nudges: Nudges,
    *,
    by: By,
    now: datetime,
    day: datetime | None = None,
) -> None:
    """Adds to a running transaction the e-mail to one of the two, and the one to the other who waits for an
    answer, where the policy wants it and they do. `day`: whose letters these are; of now, where empty."""
    other = other_side(side)
    write_to(write, letter_of("asked_after", pair, side, day or now), asked, now=now)
    if not is_awaited(pair, side) or not nudges.tell_other_side:
        return
    waiting = reminders_of(one_on(pair, other).person_id)
    if waiting.stopped_at is None:
        write_to(write, letter_of("they_are_asked", pair, other, day or now), waiting, now=now)
        note_nudged(write, pair, waiting.person_id, ["asked_after"], now=now, by=by)


def letter_of(template: Template, pair: Pair, side: Side, day: datetime) -> NewNotice:
    """The e-mail to one of the two, once on that day."""
    cause = (pair.pair_id, side, day_of(day).isoformat())
    path = f"/pairs/{pair.pair_id}#latest"
    return letter_about(pair, one_on(pair, side), template, cause=cause, path=path)


def _put_off(asking: Nudged, until: datetime) -> None:
    with conditional():
        asking.update([Nudged.due_at.set(order(until))])
