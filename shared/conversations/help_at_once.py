"""Help for who writes of a worry: on the same page, at once, before anybody has read it."""

from collections.abc import Iterable

from shared.filtering import RulesBroken
from shared.people.permissions import Viewer
from shared.programmes.actions import RunningProgramme

from .items import Message
from .programme_rules import rules_in_force
from .rules import Checker, sender_of

NOT_DELIVERED = frozenset({"pending", "held", "declined", "withdrawn"})
"""States of one's own message in which, if there is a worry in it, its writer is shown where help is."""


def waits_of(viewer: Viewer, messages: Iterable[Message]) -> list[Message]:
    """The viewer's own among `messages` that have not become part of the conversation."""
    return [one for one in messages if one.sender_id == viewer.person_id and one.state in NOT_DELIVERED]


def has_worry(message: Message, programme: RunningProgramme | None, checker: Checker) -> bool:
    """Whether there is a worry in one of `waits_of`. What waits for its check is judged here and now, for
    this alone: help does not wait for a stream."""
    if message.state != "pending":
        return bool(message.lane == "safeguarding")
    rules, _ = rules_in_force(programme)
    sender = sender_of(message.sender_role)
    try:
        return checker(message.text, sender=sender, recent=(), rules=rules).lane == "safeguarding"
    except RulesBroken:  # It will be held, and a person reads it.
        return False
