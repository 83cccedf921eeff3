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
OWN_NEED = frozenset({"wellbeing", "self_harm", "suicide", "eating_disorder"})
"""Worries of a mentor's own for which they are shown where help is."""


def waits_of(viewer: Viewer, messages: Iterable[Message]) -> list[Message]:
    """The viewer's own among `messages` that have not become part of the conversation."""
    return [one for one in messages if one.sender_id == viewer.person_id and one.state in NOT_DELIVERED]


def has_worry(message: Message, programme: RunningProgramme | None, checker: Checker) -> bool:
    """Whether there is a worry in one of `waits_of` for which its writer is shown help. What waits for its
    check is judged here and now, for this alone: help does not wait for a stream."""
    if message.state != "pending":
        found = [str(one["category"]) for one in message.findings or ()]
        return message.lane == "safeguarding" and _is_shown(message.sender_role, found)
    rules, _ = rules_in_force(programme)
    sender = sender_of(message.sender_role)
    try:
        verdict = checker(message.text, sender=sender, recent=(), rules=rules)
    except RulesBroken:  # It will be held, and a person reads it.
        return False
    found = [one.category for one in verdict.findings]
    return verdict.lane == "safeguarding" and _is_shown(message.sender_role, found)


def _is_shown(sender_role: str, categories: Iterable[str]) -> bool:
    """A mentor is shown help for what they may themselves be in need of. Of any other worry they are told no
    more than of a telephone number: whoever tries what passes must not learn what was seen."""
    return sender_role != "mentor" or not OWN_NEED.isdisjoint(categories)
