"""Whether whoever said that they deal with a concern still can: somebody may have been suspended, or be
away."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.people import actions as people
from shared.people.permissions import CONVERSATION_READERS, Viewer
from shared.people.views import StaffMember
from shared.platform.clock import LONDON
from shared.platform.tables import Lost, find, is_new, transaction
from shared.policies.schema import Rank

from ..chain.climbing import begin_anew, hand_to
from ..chain.rules import is_away, serving
from ..chain.staffing import whole_staff
from ..chain.telling import tell_still
from ..items import Concern, Entry, concern_key, concerns_listing, entry
from .answering import letter
from .changing import save
from .closing import second_readers

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LookedAfter:
    """What became of concerns that somebody had answered."""

    given_back: int = 0
    """Nobody dealt with them any more: they climb anew."""
    to_stand_in: int = 0
    """Handed to who stands in for somebody away."""


def look_after_answered(programme_id: str, *, now: datetime) -> LookedAfter:
    """Gives back what somebody deals with who is not on the staff any more, or away with nobody to stand in,
    and hands to the stand-in what somebody away deals with. What waits for a second reader is brought to
    mind. Done again on the same day it changes nothing. One that fails holds up no other, and raises in the
    end."""
    staff = whole_staff(programme_id)
    done: list[str] = []
    failed = 0
    for concern_id in _open(programme_id):
        try:
            done.append(_look_after(concern_id, staff, now))
        except Exception as error:
            about = {"concern_id": concern_id, "error": type(error).__name__}
            logger.error("an answered concern could not be looked after", extra=about)
            failed += 1
    if failed:
        raise NotAll(f"{failed} concerns could not be looked after")
    return LookedAfter(done.count("given_back"), done.count("stood_in"))


class NotAll(Exception):
    """Some could not be looked after now; the next run tries again."""


def _open(programme_id: str) -> list[str]:
    found = Concern.by_listing.query(concerns_listing(programme_id, "open"))
    return [one.concern_id for one in found if isinstance(one, Concern) and one.state != "open"]


def _look_after(concern_id: str, staff: Sequence[StaffMember], now: datetime) -> str:
    """What was done: the name of the line, or nothing."""
    concern = find(Concern, *concern_key(concern_id))
    if concern is None or concern.state not in ("acknowledged", "closing") or concern.handed_to:
        return ""
    holder = [one for one in staff if one.person_id == concern.acknowledged_by]
    if holder and not is_away(holder[0], now):
        _bring_to_mind(concern, now)
        return ""
    name = concern.acknowledged_by_name or ""
    stand_in = _stand_in(concern, staff, now) if holder else None
    if stand_in is not None:
        what, adds = "stood_in", hand_to(concern, stand_in, now=now)
    else:
        what, adds = "given_back", begin_anew(concern, now=now)
    return what if _save(concern, what, name, adds, now) else ""


def _stand_in(concern: Concern, staff: Sequence[StaffMember], now: datetime) -> StaffMember | None:
    able = [
        one
        for one in staff
        if one.person_id == concern.acknowledged_by
        or (one.role in CONVERSATION_READERS and one.person_id not in concern.hidden_from)
    ]
    found = serving(able, Rank.model_validate({"people": [concern.acknowledged_by]}), now=now)
    return found[0] if found else None


def _save(
    concern: Concern, what: str, name: str, adds: Callable[[TransactWrite], None], now: datetime
) -> bool:
    """Whether it was written; not when somebody else changed it at that moment."""
    line = entry(concern, what, f"{int(concern.climbs):06}", now=now, note=name)
    try:
        with transaction() as write:
            save(write, concern)
            write.save(line, condition=is_new(Entry))
            adds(write)
    except Lost:
        return False
    return True


def _bring_to_mind(concern: Concern, now: datetime) -> None:
    """Each day, those who may read it as the second person: an e-mail may have been overlooked, or lost."""
    if concern.state != "closing":
        return
    day = f"{now.astimezone(LONDON):%Y-%m-%d}"
    for one in second_readers(concern, asked_by=concern.closing_by or ""):
        tell_still(concern, letter("concern_to_read", concern, one, "closing", day), now=now)


def suspend(viewer: Viewer, programme_id: str, person_id: str, *, now: datetime) -> None:
    """Suspends somebody, and gives back at once what they dealt with: otherwise nobody would. Where this is
    interrupted, the morning's look does it. Raises as `people.actions.suspend` does."""
    people.suspend(viewer, programme_id, person_id, now=now)
    try:
        look_after_answered(programme_id, now=now)
    except Exception as error:
        about = {"programme_id": programme_id, "error": type(error).__name__}
        logger.error("what somebody suspended dealt with could not be given back", extra=about)
