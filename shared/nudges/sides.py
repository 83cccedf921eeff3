"""The two of a pair, as reminders see them."""

from datetime import datetime

from shared.conversations.items import OneOfTwo, Pair

from .rules import Side

SIDES: tuple[Side, ...] = ("mentor", "mentee")


def side_of(pair: Pair, person_id: str | None) -> Side | None:
    """Which of the two somebody is."""
    if person_id == pair.mentor_id:
        return "mentor"
    return "mentee" if person_id == pair.mentee_id else None


def one_on(pair: Pair, side: Side) -> OneOfTwo:
    """One of the two."""
    return pair.mentor if side == "mentor" else pair.mentee


def last_in_touch(pair: Pair) -> datetime:
    """When something was last delivered, or when the two met, or were brought together."""
    return max(one for one in (pair.created_at, pair.last_delivered_at, pair.met_at) if one is not None)
