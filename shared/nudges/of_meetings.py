"""Reminding everybody who takes part in a meeting, once, before it comes.

Every meeting that is arranged is due until all have been reminded of it, whenever that was and whatever was
changed of it since. Whether it still takes place is asked when the e-mail goes out, and not before: what was
called off in the quiet hours reminds nobody. That the e-mails are queued and that all have been reminded is
one transaction.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.conversations.arranged import MEETING
from shared.conversations.items import Pair, Shared, pair_key, shared_key
from shared.conversations.letters import letter_about
from shared.conversations.resting import TakingPart, taking_part_in
from shared.meetings.items import MEETINGS_DUE
from shared.meetings.plan import PARTS, Plan, keep, plan_of
from shared.meetings.rules import needs_coordinator
from shared.notices.rules import Addressee, NewNotice, Template
from shared.people.permissions import Role
from shared.people.views import staff_of
from shared.platform.clock import order
from shared.platform.tables import Lost, conditional, transaction
from shared.policies import Policy
from shared.programmes.rules import day_of

from .looking import TOGETHER
from .noting import note_nudged
from .rules import not_quiet, remind_at
from .waiting import reminders_of
from .writing import write_to

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 300
"""Meetings that one run looks at. The next run is a minute away."""
LOOKED_AT_AGAIN = timedelta(hours=1)
"""When a meeting is looked at again of which nobody can be reminded now."""


@dataclass(frozen=True)
class Reminded:
    """What a run came to."""

    written: int = 0
    """People who were written to."""
    failed: int = 0


def remind_of_meetings(
    clock: Callable[[], datetime], *, enough: Callable[[], bool] = lambda: False
) -> Reminded:
    """Looks at the meetings that are due, the longest due first, until `enough` says that the time is over,
    and writes to those whose time has come. One that fails holds up no other. Harmless to repeat."""
    due = Shared.by_due.query(MEETINGS_DUE, Shared.due_at <= order(clock()), limit=MOST_AT_ONCE)
    ids = [(one.pair_id, one.item_id) for one in due if isinstance(one, Shared)]
    reminded = Reminded()
    for first in range(0, len(ids), TOGETHER):
        if enough():
            break
        found = _look_at(ids[first : first + TOGETHER], clock())
        reminded = Reminded(reminded.written + found.written, reminded.failed + found.failed)
    return reminded


def _look_at(ids: Sequence[tuple[str, str]], now: datetime) -> Reminded:
    keys = [shared_key(pair_id, MEETING, meeting_id) for pair_id, meeting_id in ids]
    meetings = list(Shared.batch_get(keys, consistent_read=True))
    pair_keys = sorted({pair_key(pair_id) for pair_id, _ in ids})
    pairs = {one.pair_id: one for one in Pair.batch_get(pair_keys, consistent_read=True)}
    together = taking_part_in(pairs.values(), now=now)
    written = failed = 0
    for item in meetings:
        try:
            pair = pairs.get(item.pair_id)
            if item.due == MEETINGS_DUE:  # the index may lag
                written += _look_at_one(item, pair, together[pair.pair_id] if pair else None, now)
        except Lost:
            continue  # another run was quicker, or it was changed: the next run looks again
        except Exception as error:
            logger.error("a meeting could not be looked at", extra={"error": type(error).__name__})
            failed += 1
            with suppress(Exception):
                _put_off(Shared.get(item.pk, item.sk, consistent_read=True), now + LOOKED_AT_AGAIN)
    return Reminded(written, failed)


def _look_at_one(item: Shared, pair: Pair | None, together: TakingPart | None, now: datetime) -> int:
    """How many were written to."""
    plan = plan_of(item)
    begins = plan.begins
    if pair is None or together is None or item.state != "scheduled" or begins is None or begins <= now:
        _leave(item)
        return 0
    policy = together.programme.policy if together.programme else None
    if policy is None or not _takes_place(pair, plan, together, policy):
        _put_off(item, now + LOOKED_AT_AGAIN)  # it may by then
        return 0
    arranged_at = datetime.fromisoformat(plan.arranged_at) if plan.arranged_at else item.made_at
    at = remind_at(begins, arranged_at, policy.nudges)
    if at is None:
        _leave(item)
        return 0
    at = not_quiet(policy.nudges, max(at, now))
    if at > now:
        _put_off(item, at)
        return 0
    return _remind(item, plan, pair, now)


def _takes_place(pair: Pair, plan: Plan, together: TakingPart, policy: Policy) -> bool:
    """Whether there is a meeting, as it stands now: of a conversation that rests, or has ended, there is
    none, nor one without the coordinator whom it needs."""
    lacks_coordinator = not plan.staff_id and needs_coordinator(plan.kind, policy.meetings)
    return not (together.pauses or lacks_coordinator) and together.status_of(pair) == "active"


def _remind(item: Shared, plan: Plan, pair: Pair, now: datetime) -> int:
    """Writes to those who were not reminded of it yet, and want reminders."""
    written = 0
    told = _who(pair, plan)
    plan.reminded = sorted({*plan.reminded, *plan.to_remind})
    keep(item, plan, item.state, now=now)
    with transaction() as write:
        write.save(item)
        for someone in told:
            reminders = reminders_of(someone.person_id)
            if reminders.stopped_at is not None:
                continue
            write_to(write, _letter(pair, item.item_id, plan, someone, now), reminders, now=now)
            if someone.person_id in pair.ids:
                note_nudged(write, pair, someone.person_id, ["meeting"], now=now)
            written += 1
    return written


def _who(pair: Pair, plan: Plan) -> list[Addressee]:
    """Who is yet to be reminded."""
    of_two: dict[str, Addressee] = {"mentor": pair.mentor, "mentee": pair.mentee}
    told = [of_two[part] for part in PARTS if part in plan.to_remind]
    if plan.staff_id not in plan.to_remind:
        return told
    staff = staff_of(pair.programme_id, {Role.COORDINATOR})
    return [*told, *(one for one in staff if one.person_id == plan.staff_id)]


def _letter(pair: Pair, meeting_id: str, plan: Plan, someone: Addressee, now: datetime) -> NewNotice:
    assert plan.begins is not None
    is_today = day_of(plan.begins) == day_of(now)
    template: Template = "meeting_today" if is_today else "meeting_tomorrow"
    # A meeting that was moved is another one to remind of.
    cause = (meeting_id, plan.starts_at, str(plan.moves))
    path = f"/pairs/{pair.pair_id}/meetings/{meeting_id}"
    return letter_about(pair, someone, template, cause=cause, path=path)


def _leave(item: Shared) -> None:
    """There is nothing more to remind of."""
    with conditional():
        item.update([Shared.due.remove(), Shared.due_at.remove()])


def _put_off(item: Shared, until: datetime) -> None:
    with conditional():
        item.update([Shared.due_at.set(order(until))])
