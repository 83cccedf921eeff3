"""Goals with their steps, and tasks for next time. The mentee owns the goals; either may propose one.

Their words go as messages, so that they are checked like any other; what has no words (done, agreed, given
up) counts at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pynamodb.transactions import TransactWrite

from shared.conversations.actions import (
    message_id_of,
    new_message,
    part_in,
    require_going_on,
    require_open,
    store_once,
    text_to_send,
)
from shared.conversations.agreement import require_agreed
from shared.conversations.items import Message, Pair, Shared, message_key, pair_key, shared_place
from shared.conversations.programme_rules import programme_or_none
from shared.conversations.resting import require_awake
from shared.conversations.sharing import (
    all_shared,
    carried_by,
    carry,
    is_visible,
    load_shared,
    new_shared,
    save_new,
)
from shared.conversations.steps import load_pair
from shared.people.permissions import Viewer, require
from shared.platform.clock import order
from shared.platform.errors import Busy, Conflict, Invalid, NotFound
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, transaction
from shared.policies.relationship import Practice
from shared.programmes.rules import day_of

from .rules import LONGEST_WORDS, MOST_GOALS, MOST_STEPS, MOST_TASKS, offers, stage_of

TRIES = 4
GOAL, STEP, TASK, REFLECTION = "goal", "step", "task", "reflection"
PRACTICE: dict[str, Practice] = {GOAL: "goals", STEP: "goals", TASK: "tasks", REFLECTION: "goals"}
OPEN = frozenset({"open", "proposed"})
STANDS = frozenset({"open", "done"})
"""States of a step that stands with its goal."""
NOT_NOW = "This is not part of the stage that you are in. It comes later."
TOO_MANY = {
    GOAL: f"You have {MOST_GOALS} goals already. Please finish one first, or give one up.",
    STEP: f"This goal has {MOST_STEPS} steps already. Please finish one first.",
    TASK: f"There are {MOST_TASKS} tasks already. Please finish one first.",
}
PAST = "This day has passed already. Please choose one that is still to come."
UNREADABLE = "Please choose the day, or write it as in 2026-11-30."
TOO_LONG = f"Please keep this to {LONGEST_WORDS} characters, and write the rest as a message."
GOAL_IS_OVER = "This goal is not open any more, so nothing was added to it."
THEIRS = "This goal is the mentee’s. You can propose one, and they decide."
NOT_THEIRS = "Only the mentee, or whoever set this, can give it up or word it anew."
GIVEN_UP = "This was given up. Please take it up again first."
SETTLED = "This has been settled already. Please look at the page again."

Becomes = Literal["accepted", "refused", "done", "open", "given_up"]


@dataclass(frozen=True)
class Words:
    """What is written of a goal, a step or a task, and the day it is for; empty where there is none."""

    text: str
    on_day: str = ""


def add_goal(viewer: Viewer, pair_id: str, words: Words, *, key: str, now: datetime) -> Message:
    """A mentee sets a goal; a mentor proposes one, and the mentee decides. Returns the message that carries
    its words.

    Raises NotFound for who is not in the pair, Invalid for words or a day that cannot be taken, Conflict
    where the stage holds goals back, there are enough, or nothing can be written.
    """
    return _add(viewer, pair_id, GOAL, words, key=key, now=now, part_of="")


def add_step(viewer: Viewer, pair_id: str, goal_id: str, words: Words, *, key: str, now: datetime) -> Message:
    """Adds a step to an open goal; either may. Raises as `add_goal`, and NotFound for no such goal."""
    goal = load_shared(pair_id, GOAL, goal_id)
    require(is_visible(goal, viewer.person_id))
    if goal.state != "open":
        raise Conflict(GOAL_IS_OVER, code="goal_over")
    return _add(viewer, pair_id, STEP, words, key=key, now=now, part_of=goal_id)


def add_task(viewer: Viewer, pair_id: str, words: Words, *, key: str, now: datetime) -> Message:
    """Sets a task for next time; either may. Raises as `add_goal`."""
    return _add(viewer, pair_id, TASK, words, key=key, now=now, part_of="")


def look_back(
    viewer: Viewer, pair_id: str, goal_id: str, words: Words, *, key: str, now: datetime
) -> Message:
    """Writes how it is going with a goal, or how it went; either may. Raises as `add_goal`."""
    goal = load_shared(pair_id, GOAL, goal_id)
    require(is_visible(goal, viewer.person_id))
    return _add(viewer, pair_id, REFLECTION, words, key=key, now=now, part_of=goal_id)


def _add(
    viewer: Viewer, pair_id: str, what: str, words: Words, *, key: str, now: datetime, part_of: str
) -> Message:
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    require_going_on(pair, now)
    text = read_words(words.text)
    on_day = day_to_come(words.on_day, now)
    message_id = message_id_of(pair_id, viewer, key)
    if find(Message, *message_key(pair_id, message_id)) is None:
        require_offered(pair, part, what)
        _require_room(pair_id, what, part_of)
    message = new_message(pair, part, message_id, text, first_name=viewer.first_name, now=now)
    item_id = derived_id(what, message_id)
    carry(message, what, item_id)
    item = new_shared(
        pair,
        what,
        item_id,
        by_id=viewer.person_id,
        by_role=part,
        state="proposed" if what == GOAL and part == "mentor" else "open",
        now=now,
    )
    item.on_day, item.part_of = on_day or None, part_of or None
    if what == REFLECTION:
        item.thread_at = None  # it is read on the goal's own page
    return store_once(message, by=viewer, now=now, also=_saving(item, message))


def _saving(item: Shared, message: Message) -> Callable[[TransactWrite], None]:
    return lambda write: save_new(write, carried_by(message, item))


def read_words(text: str) -> str:
    """The words of a goal, a step or a task as they are kept. Raises Invalid."""
    text = text_to_send(text)
    if len(text) > LONGEST_WORDS:
        raise Invalid(TOO_LONG, field="text")
    return text


def day_to_come(given: str, now: datetime) -> str:
    """The day as it is stored; empty where none is given. Raises Invalid for another, and for one that has
    passed."""
    if not given.strip():
        return ""
    try:
        day = date.fromisoformat(given.strip())
    except ValueError:
        raise Invalid(UNREADABLE, field="on_day") from None
    if day < day_of(now):
        raise Invalid(PAST, field="on_day")
    return day.isoformat()


def require_offered(pair: Pair, part: str, what: str) -> None:
    """Raises Conflict where the stage holds it back, or the two have not agreed."""
    programme = programme_or_none(pair.programme_id)
    policy = programme.policy if programme else None
    require_agreed(pair, part, policy)
    stages = policy.relationship.stages if policy else []
    if not offers(stage_of(stages, pair.stage), PRACTICE[what]):
        raise Conflict(NOT_NOW, field="text", code="not_in_this_stage")


def _require_room(pair_id: str, what: str, part_of: str) -> None:
    most = {GOAL: MOST_GOALS, STEP: MOST_STEPS, TASK: MOST_TASKS}.get(what)
    if most is None:
        return
    counted = STANDS if what == STEP else OPEN
    there = [
        one for one in all_shared(pair_id, what) if one.state in counted and (one.part_of or "") == part_of
    ]
    if len(there) >= most:
        raise Conflict(TOO_MANY[what], field="text", code="too_many")


def settle(
    viewer: Viewer, pair_id: str, what: str, item_id: str, *, becomes: Becomes, now: datetime
) -> Shared:
    """What becomes of a goal, a step or a task: a mentee accepts or refuses a goal that their mentor
    proposed, and ends or takes up again their goals; steps and tasks either may tick off, and who `is_theirs`
    gives them up.

    Settled again the same way, nothing changes. Raises NotFound, and Conflict for what is not theirs to
    settle or is settled otherwise already.
    """
    for _ in range(TRIES):
        pair = load_pair(pair_id)
        part = part_in(viewer, pair)
        require_open(pair, now)
        require_awake(pair, now=now)
        item = load_shared(pair_id, what, item_id)
        require(is_visible(item, viewer.person_id) and item.state != "dropped")
        state = _becomes(item, part, becomes, viewer)
        if state == item.state:
            return item
        counted = STANDS if item.what == STEP else OPEN
        if state in counted and item.state not in counted:
            _require_room(pair_id, item.what, item.part_of or "")
        try:
            with transaction() as write:
                write.condition_check(Pair, *pair_key(pair_id), condition=Pair.status == "active")
                for one in (item, *_steps_of(item)):
                    place(
                        one, state if one is item else one.state, goal_state=_goal_state(item, state), now=now
                    )
                    write.save(one)
            return item
        except Lost:
            continue
    raise Busy


def _goal_state(item: Shared, state: str) -> str:
    """The state of the goal that the item is, or belongs to."""
    if item.what == GOAL or not item.part_of:
        return state if item.what == GOAL else "open"
    return load_shared(item.pair_id, GOAL, item.part_of).state


def _steps_of(item: Shared) -> Sequence[Shared]:
    """A goal's steps, which go from the page and come back to it with their goal."""
    if item.what != GOAL:
        return ()
    steps = all_shared(item.pair_id, STEP)
    return [one for one in steps if one.part_of == item.item_id and one.state in STANDS]


def is_theirs(item: Shared, part: str, viewer: Viewer) -> bool:
    """Whether the viewer may give it up, take it up again or word it anew: the mentee, whose goals they are,
    and of a step or a task whoever set it."""
    return part == "mentee" or (item.what != GOAL and item.by_id == viewer.person_id)


def _becomes(item: Shared, part: str, becomes: Becomes, viewer: Viewer) -> str:
    if item.what == GOAL and part != "mentee":
        raise Conflict(THEIRS, code="not_yours")
    after = "open" if becomes == "accepted" else becomes
    if after == item.state:
        return after
    if item.what != GOAL and "given_up" in (after, item.state):
        if not is_theirs(item, part, viewer):
            raise Conflict(NOT_THEIRS, code="not_yours")
        if after == "done":
            raise Conflict(GIVEN_UP, code="settled")
    if (item.state == "proposed") != (becomes in ("accepted", "refused")):
        raise Conflict(SETTLED, code="settled")
    return after


def place(one: Shared, state: str, *, goal_state: str, now: datetime) -> None:
    """Gives it its state, and its place on the pair's page or none. Steps stand there, done or not, while
    their goal does."""
    if state != one.state:
        one.state = state
        one.settled_at = None if state == "open" else now
    stands = (state in OPEN or (one.what == STEP and state == "done")) and (
        one.what != STEP or goal_state in OPEN
    )
    one.thread_at = shared_place(one.what, order(one.made_at)) if stands else None


def require_kind(what: str) -> None:
    """Raises NotFound for what cannot be settled."""
    if what not in (GOAL, STEP, TASK):
        raise NotFound
