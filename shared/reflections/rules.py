"""Pure decisions about diaries and logbooks."""

from shared.policies.relationship import Relationship


def questions_for(relationship: Relationship, part: str) -> list[str]:
    """What an entry begins with; empty where the policy has no diary, or no logbook."""
    return list(relationship.diary if part == "mentee" else relationship.logbook)
