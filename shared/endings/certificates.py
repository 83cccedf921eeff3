"""Certificates of having taken part: of each for themselves, printable, with no other name on them."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.conversations.items import Pair
from shared.people.permissions import Viewer, require
from shared.platform.ids import derived_id
from shared.programmes.rules import day_of

from .opening import open_pair
from .rules import weeks_together

REFERENCE = 10
"""Letters and digits of a certificate's reference."""


@dataclass(frozen=True)
class Certificate:
    """What stands on it."""

    pair_id: str
    programme_name: str
    part: str
    name: str
    """First name and surname of its owner. Nobody else is named."""
    began_on: date
    ended_on: date
    weeks: int
    reference: str
    """By which the programme's staff know it again."""


def certificate(viewer: Viewer, pair_id: str, *, now: datetime) -> Certificate:
    """One GetItem and one BatchGetItem. Raises NotFound for who is not in the pair, before its end, and where
    the programme gives none."""
    opened = open_pair(viewer, pair_id, now=now)
    pair, part, last_day = opened.pair, opened.part, opened.standing.last_day
    require(part != "staff" and opened.endings.certificate and opened.has_ended)
    began = day_of(pair.created_at)
    ended = max(last_day or day_of(now), began)
    return Certificate(
        pair_id=pair_id,
        programme_name=pair.programme_name,
        part=part,
        name=pair.name_of(viewer.person_id),
        began_on=began,
        ended_on=ended,
        weeks=weeks_together(began, ended),
        reference=reference_of(pair, viewer.person_id),
    )


def reference_of(pair: Pair, person_id: str) -> str:
    return derived_id("certificate", pair.pair_id, person_id)[:REFERENCE].upper()
