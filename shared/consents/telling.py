"""Who is told that a yes was taken back."""

from collections.abc import Collection
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.conversations.acquaintances import pairs_of
from shared.conversations.items import Pair, pair_key
from shared.conversations.letters import letter_about
from shared.conversations.resting import taking_part_in
from shared.notices.actions import queue
from shared.notices.rules import NewNotice
from shared.people.items import Membership
from shared.platform.clock import order

from .apart import MOST_TOLD, who_is_told


def tell_staff(write: TransactWrite, member: Membership, now: datetime) -> None:
    """Those who look after people are told that something was taken back: not what, and not why."""
    cause = (member.person_id, order(now))
    for one in who_is_told(member.programme_id, member.person_id):
        write_to = NewNotice.to(
            one,
            "consent_withdrawn",
            cause=cause,
            path=f"/programmes/{member.programme_id}/people/{member.person_id}/consents",
            programme_id=member.programme_id,
            programme_name=member.programme_name,
        )
        queue(write, write_to, now=now)


def tell_the_others(write: TransactWrite, member: Membership, now: datetime) -> None:
    """The other of each conversation is told that it may rest, and nothing more."""
    for pair in active_pairs_of(member)[:MOST_TOLD]:
        other = pair.other_than(member.person_id)
        cause = (pair.pair_id, member.person_id, order(now))
        queue(write, letter_about(pair, other, "conversation_rests", cause=cause), now=now)


def tell_of_ways(write: TransactWrite, member: Membership, given_up: Collection[str], now: datetime) -> None:
    """Where somebody gives up a way of being in touch that was open to them and the other of a conversation,
    the other is told that something has changed: not what, and not by whom. Two requests, or three."""
    pairs = active_pairs_of(member)[:MOST_TOLD]
    together = taking_part_in(pairs, now=now) if pairs else {}
    for pair in pairs:
        was = together[pair.pair_id]
        if not was.pauses and set(given_up) & set(was.methods):
            other = pair.other_than(member.person_id)
            cause = (pair.pair_id, member.person_id, order(now))
            queue(write, letter_about(pair, other, "ways_changed", cause=cause), now=now)


def active_pairs_of(member: Membership) -> list[Pair]:
    """Their conversations in the programme that go on: a Query and a BatchGetItem."""
    keys = [pair_key(pair_id) for pair_id in sorted(pairs_of(member.person_id))]
    found = [pair for pair in Pair.batch_get(keys) if isinstance(pair, Pair)] if keys else []
    return [one for one in found if one.programme_id == member.programme_id and one.status == "active"]
