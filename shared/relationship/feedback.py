"""Guided feedback of a mentor to their mentee: praise, something they can act on, their progress, and how
they feel about it."""

from dataclasses import dataclass
from datetime import datetime

from shared.conversations.actions import message_id_of, new_message, part_in, require_going_on, store_once
from shared.conversations.agreement import require_agreed
from shared.conversations.items import Message, Pair
from shared.conversations.programme_rules import programme_or_none
from shared.conversations.rules import as_typed, problem_with
from shared.conversations.steps import load_pair
from shared.people.permissions import Viewer, require
from shared.platform.errors import Conflict, Invalid, require_none
from shared.policies import Policy

from .rules import offers, stage_of

FEEDBACK = "feedback"
LONGEST_PART = 1_000
NOT_NOW = "This is not part of the stage that you are in. It comes later."
ASKS = "How do you feel about this? Is there something you see differently?"


@dataclass(frozen=True)
class Feedback:
    """What the mentor wrote under each heading."""

    praise: str
    act_on: str
    progress: str = ""


@dataclass(frozen=True)
class FeedbackForm:
    """Where a mentor writes it."""

    pair_id: str
    programme_name: str
    mentee_name: str
    asks: str
    """The question that stands at its end."""
    is_offered: bool


def feedback_form(viewer: Viewer, pair_id: str) -> FeedbackForm:
    """Two GetItems. Raises NotFound for everybody but the mentor."""
    pair = load_pair(pair_id)
    require(part_in(viewer, pair) == "mentor")
    return FeedbackForm(
        pair_id, pair.programme_name, pair.mentee_first_name, ASKS, _is_offered(pair, _policy(pair))
    )


def give_feedback(viewer: Viewer, pair_id: str, given: Feedback, *, key: str, now: datetime) -> Message:
    """Sends it as one message, which is checked like any other. Raises NotFound for everybody but the mentor,
    Invalid naming every part that needs another look, Conflict where it is not offered or nothing can be
    written."""
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    require(part == "mentor")
    require_going_on(pair, now)
    policy = _policy(pair)
    require_agreed(pair, part, policy)
    if not _is_offered(pair, policy):
        raise Conflict(NOT_NOW, code="not_in_this_stage")
    text = _as_one(given)
    message = new_message(
        pair, part, message_id_of(pair_id, viewer, key), text, first_name=viewer.first_name, now=now
    )
    message.about = FEEDBACK
    return store_once(message, by=viewer, now=now)


def _as_one(given: Feedback) -> str:
    parts = {
        "praise": as_typed(given.praise),
        "act_on": as_typed(given.act_on),
        "progress": as_typed(given.progress),
    }
    require_none(
        Invalid(problem, field=name)
        for name, text in parts.items()
        if (problem := _problem(text, may_be_empty=name == "progress"))
    )
    return "\n\n".join([*(text for text in parts.values() if text), ASKS])


def _problem(text: str, *, may_be_empty: bool) -> str:
    if not text:
        return "" if may_be_empty else "Please write a sentence or two here."
    if len(text) > LONGEST_PART:
        return f"Please keep this to {LONGEST_PART:,} characters. It has {len(text):,} now."
    return problem_with(text)


def _policy(pair: Pair) -> Policy | None:
    programme = programme_or_none(pair.programme_id)
    return programme.policy if programme else None


def _is_offered(pair: Pair, policy: Policy | None) -> bool:
    return policy is not None and offers(stage_of(policy.relationship.stages, pair.stage), "feedback")
