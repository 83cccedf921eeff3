"""A pair as its pages about ending need it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.conversations.ending_items import ENDING_PREFIX, Ending
from shared.conversations.items import Pair, pair_key
from shared.conversations.last_message import last_day_of
from shared.conversations.resting import TakingPart, taking_part
from shared.conversations.steps import load_pair
from shared.conversations.views import part_or_staff
from shared.people.permissions import Viewer
from shared.platform.tables import ConversationsItem
from shared.policies.endings import Endings
from shared.programmes.rules import day_of
from shared.relationship.rules import back_from, stage_of

from .items import LookingBack
from .rules import Standing, standing

NOTHING_ASKED = Endings.model_validate({"certificate": False, "last_message_days": 0})
"""Where the policy cannot be read."""


@dataclass(frozen=True)
class Opened:
    """A pair, with its programme's policy and where it stands with its end."""

    pair: Pair
    part: str
    """`mentor`, `mentee` or `staff`: as what the viewer sees it."""
    together: TakingPart
    endings: Endings
    standing: Standing

    @property
    def has_ended(self) -> bool:
        return self.standing.is_over


def open_pair(viewer: Viewer, pair_id: str, *, now: datetime) -> Opened:
    """One GetItem and one BatchGetItem. Raises NotFound for who may not see the pair."""
    pair = load_pair(pair_id)
    part = part_or_staff(viewer, pair)
    return opened(pair, part, taking_part(pair, now=now), now=now)


def opened(pair: Pair, part: str, together: TakingPart, *, now: datetime) -> Opened:
    """A pair that was read already."""
    policy = together.programme.policy if together.programme else None
    endings = policy.endings if policy else NOTHING_ASKED
    stages = policy.relationship.stages if policy else ()
    stage = stage_of(stages, pair.stage)
    found = standing(
        last_day_of(pair, together),
        endings,
        is_over=pair.status != "active" or together.is_over,
        in_last_stage=back_from(stages, stage) is not None,
        today=day_of(now),
    )
    return Opened(pair, part, together, endings, found)


@dataclass(frozen=True)
class Papers:
    """What is stored of a pair's ending."""

    ending: Ending | None
    papers: Sequence[LookingBack]

    def of(self, what: str, part: str) -> LookingBack | None:
        return next((one for one in self.papers if (one.what, one.author_role) == (what, part)), None)


def papers_of(pair: Pair) -> Papers:
    """One Query."""
    pk, _ = pair_key(pair.pair_id)
    found = list(
        ConversationsItem.query(pk, ConversationsItem.sk.startswith(ENDING_PREFIX), consistent_read=True)
    )
    return Papers(
        next((one for one in found if isinstance(one, Ending)), None),
        [one for one in found if isinstance(one, LookingBack)],
    )
