"""Pure decisions about a relationship: which stage it is in, and what may be done in it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.policies.relationship import CountedAs, Practice, Stage

MOST_GOALS = 5
"""Goals that the two have at once; more would be a list and not goals."""
MOST_STEPS = 5
"""Steps of one goal."""
MOST_TASKS = 4
LONGEST_WORDS = 300
"""Characters of a goal, a step or a task."""


def stage_of(stages: Sequence[Stage], stage_id: str | None) -> Stage | None:
    """The stage of this id; the first where none is stored, or the policy has it no more. None without any
    stages."""
    return next((one for one in stages if one.id == stage_id), stages[0] if stages else None)


def next_stage(stages: Sequence[Stage], current: Stage | None) -> Stage | None:
    """The one after it."""
    if current is None:
        return None
    place = stages.index(current) + 1
    return stages[place] if place < len(stages) else None


def back_from(stages: Sequence[Stage], current: Stage | None) -> Stage | None:
    """The stage in which two go on who agree anew instead of ending: from the last one the stage before."""
    if current is None or len(stages) < 2 or next_stage(stages, current) is not None:
        return None
    return stages[-2]


def offers(stage: Stage | None, practice: Practice) -> bool:
    """Whether the page offers this now. Without stages everything is offered."""
    return stage is None or practice in stage.practices


def is_time_to_move(stage: Stage | None, since: datetime, now: datetime) -> bool:
    """Whether the stage has lasted as long as the policy thinks."""
    return stage is not None and stage.weeks is not None and now >= since + timedelta(weeks=stage.weeks)


def times_in_writing(counted_as: CountedAs, *, messages: int, replies: int) -> int:
    """How often two were in touch by messages. `messages` are those delivered, `replies` those that answered
    one of the other's: what lies between two answers is one side's turn, and a turn with the next is once."""
    if counted_as == "nothing":
        return 0
    return messages if counted_as == "message" else (replies + 1) // 2
