"""Pure decisions about diaries and logbooks."""

import re

from shared.policies.relationship import Relationship


def questions_for(relationship: Relationship, part: str) -> list[str]:
    """What an entry begins with; empty where the policy has no diary, or no logbook."""
    return list(relationship.diary if part == "mentee" else relationship.logbook)


def names_in(text: str, names: tuple[str, ...]) -> str:
    """The first of the names that stands in the text as a word of its own; empty where none does."""
    for name in names:
        if name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
            return name
    return ""
