"""Held messages on which nobody has decided in time.

The coordinators are told first, of all that are late in one e-mail and at most once an hour; then, message by
message and each day, the safeguarding leads. Nothing is ever delivered because it has waited.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain

from shared.conversations.items import HELD_DUE, Message, Pair, held_listing, pair_key
from shared.conversations.letters import letter_about
from shared.conversations.moderators import having, on_duty
from shared.conversations.steps import load_message, load_pair
from shared.notices.actions import queue
from shared.notices.rules import NewNotice, Template
from shared.people.permissions import CONVERSATION_READERS, Role
from shared.people.staff import active_staff, staff_roll
from shared.people.views import StaffMember
from shared.platform.clock import order
from shared.platform.tables import DueIndex, Lost, conditional, find, transaction
from shared.policies import Policy
from shared.programmes.actions import policy_of

from .items import LateReviews, late_reviews_key
from .rules import TOLD_AGAIN_AFTER, When, leads_told_at, next_telling

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 40
"""E-mails that go into one transaction, which DynamoDB limits to 100 items."""
LEADS = (Role.SAFEGUARDING_LEAD, Role.DEPUTY, Role.COORDINATOR, Role.REGIONAL_MANAGER)
"""Who is told of a message in the end: the first of these roles of which anybody is there."""


@dataclass(frozen=True)
class OverdueHolds:
    """How many held messages nobody had decided on in time: for alarms."""

    told: int = 0
    """Messages of which somebody was told now."""
    nobody_told: int = 0
    """Messages of which nobody on the staff could be told."""
    failed: int = 0


@dataclass
class _Programme:
    """What is known of a programme while its late messages are worked off, each loaded when it is needed."""

    programme_id: str

    @cached_property
    def policy(self) -> Policy | None:
        return policy_of(self.programme_id)

    @cached_property
    def staff(self) -> list[StaffMember]:
        """Everybody on the staff, once for each role they have."""
        return active_staff(staff_roll(self.programme_id))

    @cached_property
    def told_at(self) -> datetime | None:
        """When the coordinators were last told."""
        item = find(LateReviews, *late_reviews_key(self.programme_id))
        return item.told_at if item else None

    def able(self, pair: Pair) -> list[StaffMember]:
        """Those of the staff who may read what is held in this pair."""
        of_pair = pair.ids
        readers = (one for one in self.staff if one.role in CONVERSATION_READERS)
        return [one for one in readers if one.person_id not in of_pair]


def overdue_holds(now: datetime, *, enough: Callable[[], bool] = lambda: False) -> OverdueHolds:
    """Tells of every message that is held longer than the policy allows, until `enough` says that the time is
    over. One that fails holds up no other."""
    told = nobody = failed = 0
    programmes: dict[str, _Programme] = {}
    due = Message.by_due.query(HELD_DUE, DueIndex.due_at <= order(now))
    for pair_id, message_id in [(one.pair_id, one.message_id) for one in due if isinstance(one, Message)]:
        if enough():
            break
        try:
            members = _tell(programmes, pair_id, message_id, now)
        except Exception as error:
            # Not the error's own words: they may quote what was written.
            about = {"message_id": message_id, "error": type(error).__name__}
            logger.error("nobody could be told of a held message", extra=about)
            failed += 1
            continue
        if members is not None:
            told += members > 0
            nobody += members == 0
    return OverdueHolds(told, nobody, failed)


def _tell(programmes: dict[str, _Programme], pair_id: str, message_id: str, now: datetime) -> int | None:
    """How many were told; None when there was nothing to tell, or not yet."""
    message = load_message(pair_id, message_id)
    if message.state != "held" or message.due != HELD_DUE or (message.due_at or "") > order(now):
        return None
    pair = load_pair(pair_id)
    programme = programmes.setdefault(pair.programme_id, _Programme(pair.programme_id))
    late_since = message.review_by or message.held_at or message.written_at
    when = When(late_since, leads_told_at(late_since, programme.policy))
    coordinators = on_duty(programme.able(pair), {Role.COORDINATOR}, now=now)
    if not coordinators or when.leads_at <= now:
        return _tell_leads(programme, pair, message, now)
    if when.is_told_together(programme.told_at, now=now):
        _tell_coordinators(programme, pair.programme_name, now)
    is_covered = programme.told_at is not None and programme.told_at >= when.late_since
    message.due_at = order(next_telling(when, programme.told_at))
    try:
        with conditional():
            message.save()
    except Lost:
        return None
    return len(coordinators) if is_covered else None


def _tell_leads(programme: _Programme, pair: Pair, message: Message, now: datetime) -> int | None:
    able = programme.able(pair)
    there = (on_duty(able, {role}, now=now) for role in LEADS)
    anyway = (having(able, {role}) for role in LEADS)
    members = next((found for found in chain(there, anyway) if found), [])[:MOST_AT_ONCE]
    message.due_at = order(now + TOLD_AGAIN_AFTER)
    cause = ("overdue", message.message_id, str(int(message.round)), order(now))
    path = f"/moderation/{pair.pair_id}/{message.message_id}"
    try:
        with transaction() as write:
            write.save(message)
            for one in members:
                queue(write, letter_about(pair, one, "review_late", cause=cause, path=path), now=now)
    except Lost:
        return None
    return len(members)


def _tell_coordinators(programme: _Programme, name: str, now: datetime) -> None:
    """One e-mail to each coordinator, about all that is late by now and theirs to see."""
    item = find(LateReviews, *late_reviews_key(programme.programme_id)) or LateReviews(
        *late_reviews_key(programme.programme_id), programme_id=programme.programme_id
    )
    item.told_at = now
    late = held_pairs(programme.programme_id, late_by=now)
    coordinators = on_duty(programme.staff, {Role.COORDINATOR}, now=now)
    try:
        with transaction() as write:
            write.save(item)
            for one in coordinators[:MOST_AT_ONCE]:
                how_many = seen_by(one, late)
                if how_many:
                    notice = summary(one, programme.programme_id, name, "reviews_late", order(now), how_many)
                    queue(write, notice, now=now)
    except Lost:
        stored = find(LateReviews, *late_reviews_key(programme.programme_id))
        programme.told_at = stored.told_at if stored else None
        return
    programme.told_at = now


def held_pairs(programme_id: str, *, late_by: datetime | None = None) -> list[Pair]:
    """The pair of each held message of the programme, or of each that was to be decided on by `late_by`."""
    found = Message.by_listing.query(
        held_listing(programme_id), attributes_to_get=["pk", "sk", "kind", "pair_id", "state", "review_by"]
    )
    held = [
        one.pair_id
        for one in found
        if isinstance(one, Message)
        and one.state == "held"
        and (late_by is None or (one.review_by is not None and one.review_by <= late_by))
    ]
    pairs = {one.pair_id: one for one in Pair.batch_get([pair_key(pair_id) for pair_id in sorted(set(held))])}
    return [pairs[pair_id] for pair_id in held if pair_id in pairs]


def seen_by(member: StaffMember, pairs: Sequence[Pair]) -> int:
    """How many of these are theirs to see: never those of a pair they are in."""
    return sum(member.person_id not in pair.ids for pair in pairs)


def summary(
    member: StaffMember, programme_id: str, name: str, template: Template, cause: str, how_many: int
) -> NewNotice:
    """An e-mail about several messages of a programme."""
    return NewNotice.to(
        member,
        template,
        cause=(programme_id, cause),
        path=f"/programmes/{programme_id}/moderation",
        programme_id=programme_id,
        programme_name=name,
        how_many=how_many,
    )
