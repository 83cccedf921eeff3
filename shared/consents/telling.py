"""Who is told that a yes was taken back."""

from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.conversations.acquaintances import pairs_of
from shared.conversations.items import Pair, pair_key
from shared.conversations.letters import letter_about
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
    cause = (member.person_id, order(now))
    for pair in _active_pairs(member)[:MOST_TOLD]:
        other = pair.other_than(member.person_id)
        queue(write, letter_about(pair, other, "conversation_rests", cause=(pair.pair_id, *cause)), now=now)


def _active_pairs(member: Membership) -> list[Pair]:
    keys = [pair_key(pair_id) for pair_id in sorted(pairs_of(member.person_id))]
    found = [pair for pair in Pair.batch_get(keys) if isinstance(pair, Pair)] if keys else []
    return [one for one in found if one.programme_id == member.programme_id and one.status == "active"]
