"""A skills audit: a mentee rates themselves at the start and again at the end, and sees both side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.conversations.actions import part_in, require_open
from shared.conversations.items import Pair, Shared, shared_key
from shared.conversations.programme_rules import programme_or_none
from shared.conversations.resting import require_awake
from shared.conversations.sharing import new_shared
from shared.conversations.steps import load_pair
from shared.conversations.views import part_or_staff, record_conversation_read
from shared.people.permissions import Viewer, require
from shared.platform.errors import Busy, Conflict, Invalid, NotFound, require_none
from shared.platform.tables import Lost, conditional, find, is_new
from shared.policies import Policy

from .rules import offers, stage_of

SKILLS = "skills"
START, NOW = "start", "now"
HIGHEST = 5
TRIES = 4
NOT_NOW = "This is not part of the stage that you are in. It comes later."
RATE = "Please choose from 1 to 5 for “{}”"


@dataclass(frozen=True)
class Skill:
    """One statement, and how the mentee rated themselves in it: 1 to 5, or 0 for not yet."""

    number: int
    words: str
    start: int
    now: int


@dataclass(frozen=True)
class SkillsView:
    """The audit as both of the two and the staff see it."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    mentee_name: str
    skills: tuple[Skill, ...]
    rated_at: datetime | None
    """When they rated themselves first."""
    again_at: datetime | None
    """When they did again, the last time."""
    may_rate: bool


def skills(viewer: Viewer, pair_id: str, *, now: datetime) -> SkillsView:
    """Four GetItems. Staff's reading is recorded. Raises NotFound, also where the policy asks for none."""
    pair = load_pair(pair_id)
    part = part_or_staff(viewer, pair)
    policy = _policy(pair)
    require(bool(policy.relationship.skills))
    if part == "staff":
        record_conversation_read(viewer, pair, now=now)
    first, again = (find(Shared, *shared_key(pair_id, SKILLS, one)) for one in (START, NOW))
    rated, rated_again = _ratings(first), _ratings(again)
    return SkillsView(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        part=part,
        mentee_name=pair.mentee_first_name,
        skills=tuple(
            Skill(number, words, rated.get(words, 0), rated_again.get(words, 0))
            for number, words in enumerate(policy.relationship.skills, 1)
        ),
        rated_at=first.made_at if first else None,
        again_at=again.settled_at if again else None,
        may_rate=part == "mentee" and pair.status == "active" and _is_offered(policy, pair),
    )


def rate_skills(viewer: Viewer, pair_id: str, ratings: Mapping[int, str], *, now: datetime) -> None:
    """A mentee rates themselves in every statement, by its number. The first time it is their start, which
    stays; later times replace one another. Raises NotFound for everybody else, Invalid naming every statement
    without a rating, Conflict where it is not offered."""
    for _ in range(TRIES):
        pair = load_pair(pair_id)
        require(part_in(viewer, pair) == "mentee")
        require_open(pair, now)
        require_awake(pair, now=now)
        policy = _policy(pair)
        require(bool(policy.relationship.skills))
        if not _is_offered(policy, pair):
            raise Conflict(NOT_NOW, code="not_in_this_stage")
        given = _read(policy.relationship.skills, ratings)
        first = find(Shared, *shared_key(pair_id, SKILLS, START))
        again = find(Shared, *shared_key(pair_id, SKILLS, NOW)) if first else None
        which = NOW if first else START
        item = again or new_shared(
            pair, SKILLS, which, by_id=viewer.person_id, by_role="mentee", state="rated", now=now
        )
        item.details, item.thread_at = given, None
        item.shown_at = item.settled_at = now
        try:
            with conditional():
                item.save(condition=None if again else is_new(Shared))
            return
        except Lost:
            continue
    raise Busy


def _read(statements: list[str], ratings: Mapping[int, str]) -> dict[str, int]:
    given = {number: ratings.get(number, "").strip() for number in range(1, len(statements) + 1)}
    possible = {str(rating) for rating in range(1, HIGHEST + 1)}
    require_none(
        Invalid(RATE.format(statements[number - 1]), field=f"rating_{number}")
        for number, said in given.items()
        if said not in possible
    )
    return {statements[number - 1]: int(said) for number, said in given.items()}


def _ratings(item: Shared | None) -> dict[str, int]:
    return {str(words): int(rating) for words, rating in (item.details or {}).items()} if item else {}


def _policy(pair: Pair) -> Policy:
    programme = programme_or_none(pair.programme_id)
    if programme is None or not programme.policy.relationship.skills:
        raise NotFound
    return programme.policy


def _is_offered(policy: Policy, pair: Pair) -> bool:
    return offers(stage_of(policy.relationship.stages, pair.stage), "skills")
