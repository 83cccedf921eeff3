"""Whether two people take part as the policy asks, or why their conversation rests.

Pure. What it asks of a person stands on their membership, so that whoever reads the two memberships of a pair
knows. A pause is nobody's fault and needs no job to begin or end: it is found anew at every check, from the
day on which it is asked.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from shared.policies import Policy
from shared.policies.people import Method, Purpose, Side, Vetting

from .leave import Leave
from .vetting import Shown, vetted_until

WRITING = frozenset({"taking_part", "messages"})
"""The purposes without which nobody's messages are passed on, once somebody has said no."""

What = Literal["standing", "vetting", "leave", "method"]


@dataclass(frozen=True)
class Facts:
    """What decides whether somebody takes part."""

    first_name: str
    status: str
    """`active` or `suspended`."""
    vetted_until: str = ""
    """ISO date, the last day on which all that is asked of a mentor counts; empty for never cleared."""
    vetted_for: str = ""
    """The mark of what was asked when that was reckoned: see `print_of`."""
    leave: Leave = field(default_factory=Leave)
    """What they, and a parent or carer, have said."""
    methods: frozenset[str] = frozenset()
    """The ways of being in touch they chose; empty for who was never asked, which stands for messages."""
    shown: tuple[Shown, ...] = ()
    """Of a mentor: the records that count, to reckon from where something else is asked than was."""


@dataclass(frozen=True)
class Pause:
    """One reason why a conversation rests."""

    side: Side
    what: What
    sentence: str
    """For staff. The two themselves learn that it rests, and nothing more."""


def why_paused(mentor: Facts | None, mentee: Facts | None, policy: Policy, today: date) -> tuple[Pause, ...]:
    """Everything that stands against passing on what these two write; empty when nothing does. None stands
    for somebody who has no role in the programme any more."""
    return (*pauses_of("mentor", mentor, policy, today), *pauses_of("mentee", mentee, policy, today))


def pauses_of(side: Side, facts: Facts | None, policy: Policy, today: date) -> Iterator[Pause]:
    """What one of the two brings against it: see `why_paused`."""
    if facts is None:
        yield Pause(side, "standing", f"The {side} has left the programme.")
        return
    if facts.status != "active":
        yield Pause(side, "standing", f"{facts.first_name} is suspended at the moment.")
    if side == "mentor" and (sentence := _not_vetted(facts, policy.vetting, today)):
        yield Pause(side, "vetting", sentence)
    if facts.methods and "message" not in facts.methods:
        yield Pause(side, "method", f"{facts.first_name} has not chosen messages as a way of being in touch.")
    for purpose in policy.consents.purposes:
        if side in purpose.asked_of and (sentence := _without_leave(facts, purpose, side, today)):
            yield Pause(side, "leave", sentence)


def open_methods(
    policy: Policy, mentor: Facts | None, mentee: Facts | None, today: date
) -> tuple[Method, ...]:
    """The ways of being in touch that both chose; video only while both agree to it, where the policy asks
    that. Who was never asked has chosen messages."""
    if mentor is None or mentee is None:
        return ()
    both = (mentor.methods or {"message"}) & (mentee.methods or {"message"})
    for purpose in policy.consents.purposes:
        if purpose.id == "video" and not (
            mentor.leave.for_purpose(purpose, "mentor", today) == "yes"
            and mentee.leave.for_purpose(purpose, "mentee", today) == "yes"
        ):
            both = both - {"video"}
    return tuple(one for one in policy.delivery.methods if one in both)


def stops_writing(purpose: Purpose) -> bool:
    """Whether nothing is passed on once somebody has said no to this."""
    return purpose.id in WRITING or purpose.needed_for == "pairing"


def asks_something(vetting: Vetting) -> bool:
    """Whether mentors must show anything at all."""
    return bool(vetting.steps or vetting.checks or vetting.training)


def print_of(vetting: Vetting) -> str:
    """A short mark of what is asked: another one where something else is. What things are called, and when
    somebody is reminded, is nothing that is asked."""
    asked = vetting.model_dump(mode="json", exclude={"remind_days_before"})
    for one in (*asked["steps"], *asked["checks"], *asked["training"]):
        del one["name"]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


def is_vetted(vetted_until: str, today: date) -> bool:
    return bool(vetted_until) and date.fromisoformat(vetted_until) >= today


def cleared_until(facts: Facts, vetting: Vetting) -> str:
    """ISO date, the last day on which all that is asked of a mentor counts; empty for never cleared. What was
    reckoned for other demands is reckoned anew."""
    if facts.vetted_for == print_of(vetting):
        return facts.vetted_until
    return vetted_until(vetting, facts.shown)


def _not_vetted(facts: Facts, vetting: Vetting, today: date) -> str:
    """Why a mentor does not count as cleared, or nothing."""
    if not asks_something(vetting):
        return ""
    until = cleared_until(facts, vetting)
    if is_vetted(until, today):
        return ""
    if until:
        last = date.fromisoformat(until)
        return f"{facts.first_name} was cleared as a mentor until {last.day} {last:%B %Y}, and not since."
    if facts.vetted_until:
        return (
            f"What is asked of mentors has changed since {facts.first_name} was cleared, "
            "and not all of it is recorded."
        )
    return f"{facts.first_name} has not been cleared as a mentor: not everything asked is recorded."


def _without_leave(facts: Facts, purpose: Purpose, side: Side, today: date) -> str:
    """Why nothing is passed on as far as this purpose goes, or nothing."""
    given = facts.leave.for_purpose(purpose, side, today)
    if given == "no" and stops_writing(purpose):
        return f"There is no consent for {facts.first_name}: “{purpose.title}” was answered with no."
    if given != "yes" and purpose.needed_for == "pairing":
        return f"Consent for {facts.first_name} is still awaited: “{purpose.title}”."
    return ""
