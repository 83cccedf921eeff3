"""What pairs are reminded of besides what passes between them. Add a source to SOURCES.

A source is asked about each pair once a week, and again just before anything is sent. It says what is due at
a moment; that the same is not brought twice, and to nobody who must not be reminded, is seen to elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from shared.conversations.ending_items import Ending, ending_key
from shared.conversations.items import Pair
from shared.conversations.prompting import last_day_of, prompt_to_write
from shared.conversations.resting import TakingPart
from shared.evaluation.standing import may_be_asked
from shared.notices.things import Thing
from shared.platform.tables import find
from shared.programmes.rules import day_of

from .holding_back import is_held_back
from .rules import Due, Side, Standing, due_by
from .sides import SIDES, last_in_touch, side_of

Source = Callable[[Pair, TakingPart, datetime], Iterable[Due]]


def _writing(pair: Pair, together: TakingPart, at: datetime) -> Iterator[Due]:
    """An answer that is awaited, silence, and the end of the cohort."""
    if together.programme is None:
        return
    since = last_in_touch(pair)
    has_met_since = pair.last_delivered_at is not None and since > pair.last_delivered_at
    standing = Standing(
        since=since,
        last_sender=None if has_met_since else side_of(pair, pair.last_sender_id),
        ends_on=last_day_of(pair, together.ends_on),
    )
    yield from due_by(standing, together.programme.policy.nudges, at)


def _diaries(pair: Pair, together: TakingPart, at: datetime) -> Iterator[Due]:
    """A few lines in a diary or a logbook."""
    policy = together.programme.policy if together.programme else None
    for side in SIDES:
        if prompt := prompt_to_write(pair, side, policy, together.ends_on, day_of(at)):
            yield Due("logbook" if side == "mentor" else "diary", side, prompt.cause)


SOURCES: tuple[Source, ...] = (_writing, _diaries)


def all_due(pair: Pair, together: TakingPart, at: datetime) -> list[Due]:
    """Everything that is due of a pair at a moment; nothing while its conversation rests, or once it is
    over."""
    if together.programme is None or together.pauses or together.status_of(pair) != "active":
        return []
    return [due for source in SOURCES for due in source(pair, together, at)]


def _form_waits(pair: Pair, together: TakingPart, side: Side, at: datetime) -> bool:
    """What they have said since they were asked counts at once, and not from the next morning on."""
    member, programme = together.member(side), together.programme
    if member is None or programme is None or member.status != "active":
        return False
    waits = any(one.waits and one.pair_id == pair.pair_id for one in member.asked)
    return waits and may_be_asked(member, programme.policy, day_of(at))


def _report_is_missing(pair: Pair, _together: TakingPart, side: Side, _at: datetime) -> bool:
    """One GetItem."""
    ending = find(Ending, *ending_key(pair.pair_id))
    return ending is not None and getattr(ending, f"{side}_report_at") is None


KEPT_ELSEWHERE: dict[Thing, Callable[[Pair, TakingPart, Side, datetime], bool]] = {
    "form": _form_waits,
    "report": _report_is_missing,
}
"""What is let wait by whoever keeps an index of it (see `mornings`), each with whether it holds still. These
may be due when the conversation is over, too."""


def still_due(
    pair: Pair, together: TakingPart, side: Side, wanted: Iterable[str], at: datetime
) -> list[Thing]:
    """What of `wanted` one of the two is to be reminded of at this moment."""
    asked = set(wanted)
    found = [due for due in all_due(pair, together, at) if due.to == side and due.what in asked]
    if together.programme is not None and not together.pauses:
        kept = [
            what
            for what, holds in KEPT_ELSEWHERE.items()
            if what in asked and holds(pair, together, side, at)
        ]
    else:
        kept = []
    return [due.what for due in found if not is_held_back(pair, due)] + kept
