"""What mentor and mentee agree between themselves before the first message."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.platform.errors import Conflict
from shared.policies import Policy

from .items import Pair

READ_FIRST = (
    "Before you write, please read and agree how the two of you will go about it. Your words are still here."
)
OTHER_FIRST = (
    "{name} has not agreed yet how you will go about it. You can write as soon as they have. Your words are "
    "still here."
)


@dataclass(frozen=True)
class AgreementState:
    """Where the two are with it."""

    is_asked: bool
    version: int
    mentor: Mapping[str, Any]
    """What the mentor agreed to last; empty before they did."""
    mentee: Mapping[str, Any]

    def of(self, part: str) -> Mapping[str, Any]:
        return self.mentor if part == "mentor" else self.mentee

    def is_current(self, part: str) -> bool:
        """Whether one of the two has agreed to what it says now."""
        return not self.is_asked or int(self.of(part).get("version", 0)) >= self.version

    @property
    def stands(self) -> bool:
        """Whether both have agreed, be it to earlier words."""
        return not self.is_asked or bool(self.mentor and self.mentee)


def agreement_of(pair: Pair, policy: Policy | None) -> AgreementState:
    """Nothing is asked where the policy cannot be read: then a person reads every message anyway."""
    agreed = pair.agreed or {}
    asked = policy.relationship.agreement if policy else None
    return AgreementState(
        is_asked=asked is not None and asked.is_asked,
        version=asked.version if asked else 0,
        mentor=agreed.get("mentor", {}),
        mentee=agreed.get("mentee", {}),
    )


def require_agreed(pair: Pair, part: str, policy: Policy | None) -> None:
    """Raises Conflict while the writer has not agreed to the words of today, or the other to none."""
    state = agreement_of(pair, policy)
    if not state.is_current(part):
        raise Conflict(READ_FIRST, field="text", code="agree_first")
    if not state.stands:
        other = pair.mentee_first_name if part == "mentor" else pair.mentor_first_name
        raise Conflict(OTHER_FIRST.format(name=other), field="text", code="waits_for_agreement")
