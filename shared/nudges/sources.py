"""What pairs are reminded of besides what passes between them. Add a source to SOURCES.

A source is asked about each pair once a week, and again just before anything is sent. It says what is due at
a moment; that the same is not brought twice, and to nobody who must not be reminded, is seen to elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from shared.conversations.items import OneOfTwo, Pair
from shared.conversations.prompting import prompt_to_write
from shared.conversations.resting import TakingPart
from shared.programmes.rules import day_of

from .rules import Due, Side, Standing, due_by

Source = Callable[[Pair, TakingPart, datetime], Iterable[Due]]
SIDES: tuple[Side, ...] = ("mentor", "mentee")


def side_of(pair: Pair, person_id: str | None) -> Side | None:
    """Which of the two somebody is."""
    if person_id == pair.mentor_id:
        return "mentor"
    return "mentee" if person_id == pair.mentee_id else None


def one_on(pair: Pair, side: Side) -> OneOfTwo:
    """One of the two."""
    return pair.mentor if side == "mentor" else pair.mentee


def _writing(pair: Pair, together: TakingPart, at: datetime) -> Iterator[Due]:
    """An answer that is awaited, silence, and the end of the cohort."""
    if together.programme is None:
        return
    standing = Standing(
        since=pair.last_delivered_at or pair.created_at,
        last_sender=side_of(pair, pair.last_sender_id),
        ends_on=together.ends_on,
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
