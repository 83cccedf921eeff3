"""Noting each day, apart from the chain, where it ends."""

from datetime import datetime

from shared.platform.tables import Lost, conditional, find, is_new

from .items import Anchor, Head, anchor_key, head_key
from .verifying import Place


def anchor_chain(programme_id: str, *, now: datetime) -> Place | None:
    """Notes where a programme's chain ends now; None when nothing has been linked yet. What was noted before
    is never written over: a chain that has not grown is noted once."""
    head = find(Head, *head_key(programme_id))
    if head is None:
        return None
    place = Place(int(head.seq), head.hash)
    try:
        with conditional():
            Anchor(
                *anchor_key(programme_id, place.seq),
                programme_id=programme_id,
                seq=place.seq,
                hash=place.hash,
                at=now,
            ).save(is_new(Anchor))
    except Lost:
        pass  # noted before
    return place
