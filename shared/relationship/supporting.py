"""Who of the staff is there for a mentor today."""

from dataclasses import dataclass
from datetime import datetime

from shared.conversations.items import Pair
from shared.conversations.resting import TakingPart
from shared.people.permissions import Role
from shared.people.staff import active_staff, staff_roll
from shared.policies.schema import Rank
from shared.safeguarding.chain.rules import serving


@dataclass(frozen=True)
class Supporter:
    """Whom a mentor turns to for support and supervision."""

    name: str
    """Full name; empty where nobody on the staff can be named, and they turn to who runs the programme."""
    stands_in_for: str
    """Name of whoever was named and is away; empty where nobody stands in."""
    is_named: bool
    """False where nobody who was named is there, nor anybody in their place: then it is a coordinator."""


def supporter_of(pair: Pair, together: TakingPart, *, now: datetime) -> Supporter | None:
    """Who was named for the mentor, or for their cohort, as far as they are on the staff and not away; who
    stands in for them; or a coordinator. None where nobody was ever named, and no request then; else one
    Query."""
    named = [one.supporter_id for one in (together.mentor, together.cohort) if one is not None]
    wanted = [one for one in named if one]
    if not wanted:
        return None
    staff = [one for one in active_staff(staff_roll(pair.programme_id)) if one.person_id != pair.mentor_id]
    on_staff = {one.person_id: one for one in staff}
    first = next((on_staff[one] for one in wanted if one in on_staff), None)
    for person_id in wanted:
        for there in serving(staff, Rank.model_validate({"people": [person_id]}), now=now):
            is_away = first is not None and there.person_id != first.person_id
            return Supporter(there.name, first.name if first and is_away else "", is_named=True)
    coordinators = serving(staff, Rank.model_validate({"roles": [Role.COORDINATOR]}), now=now)
    return Supporter(coordinators[0].name if coordinators else "", "", is_named=False)
