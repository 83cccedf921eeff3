"""When it is time to write in one's diary or logbook. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from shared.platform.clock import order
from shared.policies import Policy

from .items import Pair

After = Literal["stage", "meeting", "end"]


@dataclass(frozen=True)
class Prompt:
    """That it is time to write."""

    after: After
    """What happened last since."""
    cause: str
    """Tells it from the same at another time."""


def keeps(policy: Policy | None, part: str) -> str:
    """What one of the two keeps for themselves and the staff: `diary`, `logbook` or nothing."""
    if policy is None:
        return ""
    relationship = policy.relationship
    if part == "mentee":
        return "diary" if relationship.diary else ""
    return "logbook" if part == "mentor" and relationship.logbook else ""


def last_day_of(pair: Pair, ends_on: str) -> str:
    """ISO date of the last day on which two write: the one they agreed on, or that of their cohort where it
    comes first (`ends_on`). Empty without either."""
    return min((day for day in (pair.last_day, ends_on) if day), default="")


def prompt_to_write(pair: Pair, part: str, policy: Policy | None, ends_on: str, today: date) -> Prompt | None:
    """Whether one of the two is asked to write in their diary or logbook: where something happened since
    they last did. `ends_on`: the ISO date of their cohort's last day, empty without one."""
    if policy is None or not policy.nudges.diary_prompts or not keeps(policy, part):
        return None
    wrote_at = pair.mentor_reflected_at if part == "mentor" else pair.mentee_reflected_at
    found = [one for one in _occasions(pair, policy, ends_on, today) if wrote_at is None or wrote_at < one[0]]
    if not found:
        return None
    at, after = max(found)
    return Prompt(after, f"{after}:{order(at)}")


def _occasions(pair: Pair, policy: Policy, ends_on: str, today: date) -> Iterator[tuple[datetime, After]]:
    """When there was something to look back at, and what."""
    if pair.stage_since is not None:
        yield pair.stage_since, "stage"
    if pair.met_at is not None:
        yield pair.met_at, "meeting"
    if last_day := last_day_of(pair, ends_on):
        last = date.fromisoformat(last_day)
        near = last - timedelta(days=policy.nudges.ending_days)
        if near <= today <= last:
            yield datetime.combine(near, datetime.min.time(), tzinfo=pair.created_at.tzinfo), "end"
