"""The pages of one goal, one step or one task: where something is added to it, and where it is worded
anew."""

from dataclasses import dataclass
from datetime import datetime

from shared.people.permissions import Viewer, require
from shared.platform.errors import NotFound

from .goals import STEP, TASK
from .views import Piece, goals_page


@dataclass(frozen=True)
class AddPage:
    """Where a step, a word on how it is going, or a task is written."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    title: str
    goal: Piece | None
    may_write: bool
    offered: bool


def add_page(viewer: Viewer, pair_id: str, goal_id: str, *, now: datetime) -> AddPage:
    """For a step of this goal, or for a task where it is empty. Requests as `goals_page`. Raises NotFound."""
    found = goals_page(viewer, pair_id, now=now)
    goal = next((one for one in (*found.goals, *found.over) if one.id == goal_id), None)
    require(goal is not None or not goal_id)
    return AddPage(
        pair_id=pair_id,
        programme_id=found.programme_id,
        programme_name=found.programme_name,
        part=found.part,
        title="A goal" if goal else "A task for next time",
        goal=goal,
        may_write=found.may_write and (goal is None or goal.state == "open"),
        offered=("goals" if goal else "tasks") in found.offers,
    )


@dataclass(frozen=True)
class PiecePage:
    """A step or a task by itself, where it is worded anew or given up."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    what: str
    """`step` or `task`."""
    title: str
    piece: Piece
    goal: str
    """What goal a step belongs to."""
    may_reword: bool


def piece_page(viewer: Viewer, pair_id: str, what: str, item_id: str, *, now: datetime) -> PiecePage:
    """Requests as `goals_page`. Raises NotFound."""
    found = goals_page(viewer, pair_id, now=now)
    pieces = [(one, "") for one in (*found.tasks, *found.tasks_over)]
    if what == STEP:
        goals = (*found.goals, *found.over)
        pieces = [(one, goal.text) for goal in goals for one in (*goal.steps, *goal.given_up)]
    piece, goal = next(((one, of) for one, of in pieces if one.id == item_id), (None, ""))
    if piece is None or what not in (STEP, TASK):
        raise NotFound
    return PiecePage(
        pair_id=pair_id,
        programme_id=found.programme_id,
        programme_name=found.programme_name,
        part=found.part,
        what=what,
        title="A step" if what == STEP else "A task for next time",
        piece=piece,
        goal=goal,
        may_reword=piece.may_change
        and piece.is_checked
        and piece.state == "open"
        and not piece.new_words
        and ("goals" if what == STEP else "tasks") in found.offers,
    )
