"""Which concerns stand against anything passing between two people after their end.

Kept beside the concerns, because an end is asked about more often than a concern changes, and because what is
delivered after an end must not be written over a concern that is raised at the same moment.
"""

from collections.abc import Iterable

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from .items import Against, Concern, against_key

FOUNDLESS = "not_founded"
"""The outcome of a concern that stands against nothing any more."""


def stands(concern: Concern) -> bool:
    """Whether it speaks against anything more: it is open, or was closed as anything but groundless."""
    return concern.state != "closed" or (concern.closing or {}).get("outcome") != FOUNDLESS


def note_against(write: TransactWrite, concern: Concern) -> None:
    """Adds what the concern as it is in memory means for whom it is about and for where it came from. Goes
    with every writing of a concern that may change its state, its outcome or whom it is about."""
    this = {concern.concern_id}
    ids = Against.concern_ids
    for of in (concern.about_id, concern.pair_id):
        if of:
            # Of those who note different concerns at once none needs to know of the others.
            write.update(
                Against(*against_key(concern.programme_id, of)),
                actions=[Against.kind.set(Against), ids.add(this) if stands(concern) else ids.delete(this)],
                add_version_condition=False,
            )


def is_anything_against(programme_id: str, of: Iterable[str], *, but: str = "") -> bool:
    """Whether any concern but the one with the id `but` stands against these people or pairs: one
    BatchGetItem, of which any fault is raised."""
    found = Against.batch_get([against_key(programme_id, one) for one in of], consistent_read=True)
    return any(set(one.concern_ids or ()) - {but} for one in found)


def require_nothing_against(write: TransactWrite, programme_id: str, of: Iterable[str], *, but: str) -> None:
    """Adds that none does at the moment of writing: the transaction is Lost where one was raised or opened
    again since it was asked. It must not write a concern about or from these itself."""
    none: Condition = Against.concern_ids.does_not_exist()
    for one in of:
        key = against_key(programme_id, one)
        write.condition_check(Against, *key, condition=none | (Against.concern_ids == {but}) if but else none)
