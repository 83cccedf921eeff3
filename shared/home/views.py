"""The first page: what waits for this person, and nothing else."""

from dataclasses import dataclass
from datetime import datetime

from shared.conversations.lists import MyPair, my_pairs
from shared.endings.left_to_do import LeftToDo, left_to_do
from shared.moderation.queue import queue
from shared.people.actions import rules_to_agree
from shared.people.permissions import STAFF, Member, Viewer, may_manage_people, may_moderate
from shared.platform.errors import NotFound
from shared.programmes.actions import load_programme
from shared.programmes.explaining import Explained, explained
from shared.safeguarding.chain.checking import last_faults
from shared.safeguarding.concerns.lists import open_concerns


@dataclass(frozen=True)
class Desk:
    """What waits for a member of staff in one programme."""

    programme_id: str
    programme_name: str
    may_read: bool
    may_manage: bool
    held: int
    held_more: bool
    """There are more than `held`."""
    held_worst: str
    """The severity of the most severe; empty when none waits."""
    held_since: datetime | None
    """When the oldest of them was held."""
    unanswered: int
    """Concerns that nobody has acknowledged."""
    unanswered_worst: str
    answered: int
    """Concerns that somebody is dealing with."""
    concerns_more: bool
    """There are more concerns than those counted, which come last in their list."""
    chain_faults: int
    """What this morning's look found wrong with who is told of concerns."""


@dataclass(frozen=True)
class Home:
    """What the first page shows."""

    pairs: tuple[MyPair, ...]
    left_to_do: tuple[LeftToDo, ...]
    """What can still be handed in of those that have ended."""
    desks: tuple[Desk, ...]
    has_no_part: bool
    """The person is in no programme (any longer)."""


@dataclass(frozen=True)
class HowThisWorks:
    """How Signpost works, and the programmes that the reader takes part in."""

    programmes: tuple[Explained, ...]
    unreadable: tuple[str, ...]
    """The names of programmes of which nothing can be said now."""


@dataclass(frozen=True)
class ToAgree:
    """One programme's ground rules as they are now, to be agreed to."""

    programme_id: str
    explained: Explained


@dataclass(frozen=True)
class GroundRulesPage:
    """What somebody must agree to before they go on."""

    programmes: tuple[ToAgree, ...]
    next: str
    """Where they were going, on this site."""


def home(viewer: Viewer, *, now: datetime) -> Home:
    """Two Queries for a mentee or mentor, and two BatchGetItems where a conversation of theirs has ended;
    three and a GetItem for each programme in which the viewer is staff."""
    takes_part = bool(viewer.roles - STAFF)
    pairs = my_pairs(viewer, now=now) if takes_part else ()
    desks = {one.programme_id: one.programme_name for one in viewer.memberships if one.role in STAFF}
    return Home(
        pairs=pairs,
        left_to_do=left_to_do(pairs, now=now),
        desks=tuple(_desk(viewer, programme_id, name, now) for programme_id, name in desks.items()),
        has_no_part=not viewer.memberships,
    )


def _desk(viewer: Viewer, programme_id: str, name: str, now: datetime) -> Desk:
    may_read = may_moderate(viewer, programme_id)
    waiting = queue(viewer, programme_id, now=now) if may_read else None
    held = waiting.messages if waiting else ()
    listed = open_concerns(viewer, programme_id) if may_read else None
    concerns = listed.concerns if listed else ()
    unanswered = [one for one in concerns if one.state == "open"]
    return Desk(
        programme_id=programme_id,
        programme_name=name,
        may_read=may_read,
        may_manage=may_manage_people(viewer, programme_id),
        held=waiting.count if waiting else 0,
        held_more=waiting is not None and not waiting.count_is_whole,
        held_worst=held[0].severity if held else "",
        held_since=waiting.oldest if waiting else None,
        unanswered=len(unanswered),
        unanswered_worst=unanswered[0].severity if unanswered else "",
        answered=len(concerns) - len(unanswered),
        concerns_more=listed is not None and bool(listed.next),
        chain_faults=len(last_faults(programme_id)),
    )


def how_this_works(viewer: Viewer | None, *, now: datetime) -> HowThisWorks:
    """How each programme runs that the viewer takes part in: a GetItem for each. One whose policy cannot be
    read is named and no more: this page is where somebody looks when something is wrong."""
    parts: dict[str, Member] = {}
    for one in viewer.memberships if viewer else ():
        parts.setdefault(one.programme_id, one)
    found, unreadable = [], []
    for one in parts.values():
        try:
            found.append(explained(load_programme(one.programme_id), one.role, now=now))
        except (NotFound, ValueError, TypeError):
            unreadable.append(one.programme_name)
    return HowThisWorks(tuple(found), tuple(unreadable))


def ground_rules_page(viewer: Viewer, *, wanted: str, now: datetime) -> GroundRulesPage:
    """What the viewer has yet to agree to: a GetItem for each programme of theirs where it changed."""
    waiting = rules_to_agree(viewer, now=now)
    return GroundRulesPage(tuple(ToAgree(*one) for one in waiting), wanted)
