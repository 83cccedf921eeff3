"""Members of staff who mentor themselves: what a trial finds in their own conversations is kept from them, so
that no sum tells them of a message or a concern that does not exist for them."""

from shared.conversations.acquaintances import own_pairs, pairs_of
from shared.people.permissions import STAFF, Viewer
from shared.people.views import staff_of

from .items import Backtest
from .rules import Sums, read_sums, without

MOST_APART = 500
"""Pairs counted apart. With them a trial stays well below the 400 KB that an item may have."""


def pairs_of_staff(programme_id: str) -> list[str]:
    """The pairs in which somebody of the programme's staff takes part: one Query for the staff, and one for
    each of them."""
    staff = {one.person_id for one in staff_of(programme_id, STAFF)}
    return sorted(frozenset().union(*map(pairs_of, staff)))[:MOST_APART]


def sums_for(viewer: Viewer, backtest: Backtest) -> Sums:
    """What a trial has found, without the viewer's own conversations: no request, or one Query where anything
    was found in a conversation of staff."""
    sums = read_sums(backtest.sums)
    return without(sums, own_pairs(viewer)) if sums.apart else sums
