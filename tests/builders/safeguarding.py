"""Concerns as their area stores them."""

from datetime import datetime, timedelta
from typing import Any

from shared.platform.clock import order
from shared.platform.ids import new_id
from shared.platform.tables import transaction
from shared.safeguarding.against import note_against
from shared.safeguarding.items import (
    CONCERNS_DUE,
    Concern,
    concern_key,
    concern_order,
    concerns_listing,
    of_person,
)
from tests.builders.clock import MONDAY
from tests.builders.conversations import SEVERITY_RANKS, WORRIED, TwoWhoWrite
from tests.builders.storing import store_new


def a_concern(
    pair: TwoWhoWrite,
    words: str = WORRIED,
    *,
    severity: str = "high",
    state: str = "open",
    answer_within: timedelta = timedelta(minutes=30),
    concern_id: str = "",
    now: datetime = MONDAY,
    **more: Any,
) -> Concern:
    """A concern about the pair's mentee that the filter raised; due to be passed on while it is open."""
    concern_id = concern_id or new_id(now)
    values: dict[str, Any] = {"about_id": pair.mentee.person_id, "about_name": pair.mentee.name}
    if state == "open":
        values |= {"due": CONCERNS_DUE, "due_at": order(now + answer_within)}
    concern = Concern(
        *concern_key(concern_id),
        concern_id=concern_id,
        reference="C-7K3M9Q",
        programme_id=pair.programme_id,
        programme_name=pair.programme.name,
        raised_by="filter",
        raised_by_name="The filter",
        category="self_harm",
        severity=severity,
        state=state,
        raised_at=now,
        kept_from=[pair.mentee.person_id],
        pair_id=pair.pair_id,
        words=words,
        listing=concerns_listing(pair.programme_id, state),
        listing_order=concern_order(SEVERITY_RANKS[severity], order(now), concern_id),
        **(values | more),
    )
    store_new(concern, *[one for one in (of_person(concern),) if one])
    with transaction() as write:
        note_against(write, concern)
    return concern
