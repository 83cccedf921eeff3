"""What the pair's page says of reminders: to write in the diary, that an answer is asked after, and after
whom the staff can ask. It costs no request: all of it stands on the pair."""

from dataclasses import dataclass
from datetime import datetime

from shared.conversations.items import Pair
from shared.conversations.prompting import prompt_to_write
from shared.conversations.views import Opened
from shared.people.permissions import Viewer
from shared.policies import Policy
from shared.programmes.rules import day_of


@dataclass(frozen=True)
class Awaited:
    """One of the two, after whom the staff can ask."""

    side: str
    """`mentee` or `mentor`."""
    first_name: str


def write_after(opened: Opened, policy: Policy | None, now: datetime) -> str:
    """What one of the two might now write about in their diary or logbook; empty where there is nothing."""
    if opened.has_ended or opened.part == "staff":
        return ""
    prompt = prompt_to_write(opened.pair, opened.part, policy, opened.together.ends_on, day_of(now))
    return prompt.after if prompt else ""


def asked_after(viewer: Viewer, pair: Pair) -> datetime | None:
    """When whoever wrote last was told that the coordinator asks after the answer; None once it is there."""
    at, wrote_at = pair.asked_after_at, pair.last_delivered_at
    is_waiting = pair.last_sender_id == viewer.person_id
    return at if is_waiting and at and wrote_at and at > wrote_at else None


def may_ask_after(opened: Opened) -> tuple[Awaited, ...]:
    """After whom the staff can ask: whoever is waited for alone, or both."""
    pair = opened.pair
    if opened.part != "staff" or opened.has_ended or opened.together.pauses:
        return ()
    both = {
        pair.mentor_id: Awaited("mentee", pair.mentee_first_name),
        pair.mentee_id: Awaited("mentor", pair.mentor_first_name),
    }
    awaited = both.get(pair.last_sender_id or "")
    return (awaited,) if awaited else tuple(both.values())
