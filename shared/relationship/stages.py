"""Moving on from one stage to the next, or from the last one back to go on together: one proposes, the
other agrees."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pynamodb.expressions.update import Action

from shared.conversations.actions import part_in, require_open
from shared.conversations.agreement import require_agreed
from shared.conversations.items import Pair
from shared.conversations.programme_rules import programme_or_none
from shared.conversations.resting import require_awake
from shared.conversations.steps import load_pair
from shared.people.permissions import Viewer
from shared.platform.errors import Busy, Conflict
from shared.platform.tables import Lost, conditional
from shared.policies.relationship import Stage

from .rules import back_from, next_stage, stage_of

TRIES = 4
Answer = Literal["propose", "agree", "not_yet"]
LAST = "There is no other stage to move on to."
NOT_ASKED = "Nobody has proposed to move on, so there is nothing to answer. Please look at the page again."
OWN = "You have proposed it yourself. The other one can agree."
MOVED = "You have moved on already. Please look at the page again."


def move_on(viewer: Viewer, pair_id: str, *, answer: Answer, stage: str, now: datetime) -> None:
    """Proposes to leave the stage, agrees to what the other proposed, or says not yet, which takes the
    proposal away, whoever made it. `stage` is the one that the viewer had before them. Nobody moves on before
    both have agreed how they go about it.

    Proposed by both, they move on. From the last stage they go back to the one before, agree anew how they go
    about it, and no day is their last any more. Raises NotFound for who is not in the pair, and Conflict when
    that stage is over already, is the only one, nothing was proposed, or one of the two has not agreed.
    """
    for _ in range(TRIES):
        pair = load_pair(pair_id)
        part = part_in(viewer, pair)
        require_open(pair, now)
        require_awake(pair, now=now)
        programme = programme_or_none(pair.programme_id)
        if answer != "not_yet":
            require_agreed(pair, part, programme.policy if programme else None)
        if _answer(
            pair, viewer, answer, stage, programme.policy.relationship.stages if programme else (), now
        ):
            return
    raise Busy


def _answer(
    pair: Pair, viewer: Viewer, answer: Answer, stage: str, stages: Sequence[Stage], now: datetime
) -> bool:
    """False when something else came first."""
    current = stage_of(stages, pair.stage)
    back = back_from(stages, current)
    following = next_stage(stages, current) or back
    if current is None or following is None:
        raise Conflict(LAST, code="last_stage")
    if current.id != stage:
        raise Conflict(MOVED, code="stale")
    asked_by = pair.stage_asked_by
    actions: list[Action]
    if answer == "not_yet":
        actions = [Pair.stage_asked_by.remove()]
    elif answer == "agree" and not asked_by:
        raise Conflict(NOT_ASKED, code="not_asked")
    elif answer == "agree" and asked_by == viewer.person_id:
        raise Conflict(OWN, code="own_proposal")
    elif asked_by and asked_by != viewer.person_id:
        actions = [Pair.stage.set(following.id), Pair.stage_since.set(now), Pair.stage_asked_by.remove()]
        if back is not None:
            gone = (Pair.agreed, Pair.last_day, Pair.end_asked_by, Pair.end_asked_for)
            actions += [one.remove() for one in gone]
    else:
        actions = [Pair.stage_asked_by.set(viewer.person_id)]
    try:
        with conditional():
            pair.update(actions, condition=Pair.status == "active")
    except Lost:
        return False
    return True
