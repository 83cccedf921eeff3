"""What is looked after each morning: conversations end on the day that was agreed on, and those of a cohort
that ends come into the list of endings."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.conversations.ending import end_as_agreed
from shared.conversations.ending_items import Ending, ending_key, endings_listing, ends_on, goes_on
from shared.conversations.lists import every_pair
from shared.conversations.rules import last_day
from shared.conversations.steps import load_pair
from shared.programmes.actions import cohorts_of, load_programme
from shared.programmes.rules import day_of

BACK = timedelta(days=120)
"""For so long after its last day a cohort is looked at: a day may be moved, and a morning missed."""


@dataclass(frozen=True)
class Looked:
    """What a morning came to."""

    ended: int
    """Conversations whose agreed day was over."""
    listed: int
    """Pairs whose last day came into the list, or was moved in it."""


def look_after_endings(programme_id: str, *, now: datetime) -> Looked:
    """Harmless to repeat. One Query of the list; where anything ends about now, one of the programme's pairs.
    Raises NotFound or ValueError without a policy."""
    programme = load_programme(programme_id)
    today = day_of(now)
    first = (today - BACK).isoformat()
    last = (today + timedelta(days=programme.policy.endings.offered_days)).isoformat()
    listed = _listed(programme_id, first)
    ended = sum(end_as_agreed(pair_id, now=now) for pair_id, day in listed.items() if day < today.isoformat())
    ends = {one.cohort_id: one.ends_on for one in cohorts_of(programme_id) if one.ends_on}
    moved = 0
    if listed or any(first <= day <= last for day in ends.values()):
        for pair in every_pair(programme_id):
            day = last_day("", pair.last_day or "", ends.get(pair.cohort_id or "", ""))
            is_near = first <= day <= last
            if pair.status == "active" and (pair.pair_id in listed or is_near):
                moved += listed.get(pair.pair_id, "") != day and _list(pair.pair_id, day)
    return Looked(ended, moved)


def _listed(programme_id: str, first: str) -> dict[str, str]:
    """The last days that stand in the list from that day on, by pair."""
    found = Ending.by_listing.query(endings_listing(programme_id), Ending.listing_order >= first)
    return {one.pair_id: str(one.last_day) for one in found if isinstance(one, Ending)}


def _list(pair_id: str, day: str) -> bool:
    """Puts a pair into the list by its last day, or takes it out where it has none any more."""
    pair = load_pair(pair_id)
    if pair.status != "active":
        return False
    said = ends_on(pair, day) if day else goes_on(pair)
    Ending(*ending_key(pair_id)).update(said, add_version_condition=False)
    return True
