"""Who is told that a yes was taken back."""

from collections.abc import Collection
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.conversations.acquaintances import pairs_of
from shared.conversations.items import Pair, pair_key
from shared.conversations.resting import taking_part_in
from shared.notices.actions import queue
from shared.notices.rules import NewNotice, Template
from shared.people.items import Membership
from shared.platform.clock import order

from .apart import MOST_TOLD, who_is_told


def tell_staff(write: TransactWrite, member: Membership, now: datetime) -> None:
    """Those who look after people are told that something was taken back: not what, and not why."""
    cause = (member.person_id, order(now))
    for one in who_is_told(member.programme_id, member.person_id):
        write_to = NewNotice(
            "consent_withdrawn",
            cause=cause,
            address=one.address,
            first_name=one.first_name,
            path=f"/programmes/{member.programme_id}/people/{member.person_id}/consents",
            person_id=one.person_id,
            programme_id=member.programme_id,
            programme_name=member.programme_name,
        )
        queue(write, write_to, now=now)


def tell_the_others(write: TransactWrite, member: Membership, now: datetime) -> None:
    """The other of each conversation is told that it may rest, and nothing more."""
    for pair in _active_pairs(member)[:MOST_TOLD]:
        queue(write, _to_the_other("conversation_rests", pair, member, now), now=now)


def tell_of_ways(write: TransactWrite, member: Membership, given_up: Collection[str], now: datetime) -> None:
    """Where somebody gives up a way of being in touch that was open to them and the other of a conversation,
    the other is told that something has changed: not what, and not by whom. Two requests, or three."""
    pairs = _active_pairs(member)[:MOST_TOLD]
    together = taking_part_in(pairs, now=now) if pairs else {}
    for pair in pairs:
        was = together[pair.pair_id]
        if not was.pauses and set(given_up) & set(was.methods):
            queue(write, _to_the_other("ways_changed", pair, member, now), now=now)


def _to_the_other(template: Template, pair: Pair, member: Membership, now: datetime) -> NewNotice:
    is_mentee = pair.mentee_id == member.person_id
    return NewNotice(
        template,
        cause=(pair.pair_id, member.person_id, order(now)),
        address=pair.mentor_address if is_mentee else pair.mentee_address,
        first_name=pair.mentor_first_name if is_mentee else pair.mentee_first_name,
        path=f"/pairs/{pair.pair_id}",
        person_id=pair.mentor_id if is_mentee else pair.mentee_id,
        programme_id=member.programme_id,
        programme_name=member.programme_name,
    )


def _active_pairs(member: Membership) -> list[Pair]:
    keys = [pair_key(pair_id) for pair_id in sorted(pairs_of(member.person_id))]
    found = [pair for pair in Pair.batch_get(keys) if isinstance(pair, Pair)] if keys else []
    return [one for one in found if one.programme_id == member.programme_id and one.status == "active"]
