"""How much of what a mentee wished for a mentor would fulfil, and why the two fit, in words. Pure.

A mentee's wishes are what they chose under the policy's preferences, and the mentors they asked for. Each
counts with its weight in the policy; of a preference comes true what share of the mentee's choices the mentor
chose too. The score is what share of it all comes true, so that a mentee who wished for little counts as much
as one who wished for much. It is reckoned in whole numbers, wherever it is reckoned.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.people.wishes import reminders
from shared.policies import Policy

from .rules import Party, chosen

WHOLE = 1_000_000
"""All of somebody's wishes. A choice is worth a whole number of these parts."""
SCORES = 1_000
"""Scores go from 0 to this."""


@dataclass(frozen=True)
class Worth:
    """What each wish of one mentee is worth, in parts of `WHOLE`."""

    choices: Mapping[str, int]
    """By the id of a preference, one choice under it."""
    asked: int
    """That it is a mentor they asked for."""


def worth_of(mentee: Party, policy: Policy) -> Worth:
    """What each wish is worth."""
    matching = policy.matching
    said = {one.id: len(chosen(mentee, one.id, one.choices)) for one in matching.preferences}
    weights = {one.id: one.weight for one in matching.preferences if said[one.id]}
    asks = matching.own_choice_weight if mentee.wishes.mentors else 0
    total = sum(weights.values()) + asks
    if not total:
        return Worth({}, 0)
    return Worth(
        {name: WHOLE * weight // (total * said[name]) for name, weight in weights.items() if weight},
        WHOLE * asks // total,
    )


def rounded(parts: int) -> int:
    """A score from parts of `WHOLE`."""
    return (parts * SCORES + WHOLE // 2) // WHOLE


def score(mentor: Party, mentee: Party, policy: Policy) -> int:
    """How much comes true, from 0 to `SCORES`; 0 too where nothing was wished for."""
    worth = worth_of(mentee, policy)
    parts = worth.asked if mentor.person_id in mentee.wishes.mentors else 0
    for preference in policy.matching.preferences:
        shared = _shared(mentor, mentee, preference.id, preference.choices)
        parts += worth.choices.get(preference.id, 0) * len(shared)
    return rounded(parts)


def value(of_score: int) -> int:
    """What a score counts for in the sum that is made as large as can be: s · (2·SCORES − s).

    Concave, so that what is won by somebody who has little counts for more: from 0 to 100 it rises by
    190,000, from 900 to 1,000 by 10,000. Two who get half each come before one who gets all and one who gets
    nothing. In whole numbers, so that two ways of reckoning find the same sum.
    """
    return of_score * (2 * SCORES - of_score)


def why(mentor: Party, mentee: Party, policy: Policy) -> tuple[str, ...]:
    """Why these two fit, in sentences for staff."""
    return tuple(_reasons(mentor, mentee, policy)) or (_no_reason(mentor, mentee, policy),)


def notes(mentor: Party, mentee: Party) -> list[str]:
    """What staff should look at before they accept: names that one of the two wrote may be misspelt."""
    return [note for one in (mentee, mentor) for note in reminders(one.first_name, one.wishes.knows)]


def _reasons(mentor: Party, mentee: Party, policy: Policy) -> Iterator[str]:
    if mentor.person_id in mentee.wishes.mentors:
        yield f"{mentee.first_name} asked for {mentor.first_name}."
    for preference in policy.matching.preferences:
        if both := _shared(mentor, mentee, preference.id, preference.choices):
            yield f"Both chose {listed(both)}."


def _no_reason(mentor: Party, mentee: Party, policy: Policy) -> str:
    if not worth_of(mentee, policy).choices and not mentee.wishes.mentors:
        return f"{mentee.first_name} has not said what they would like, so any mentor may do."
    return f"Nothing they chose is the same. {mentor.first_name} has room, and no rule is against it."


def listed(words: tuple[str, ...]) -> str:
    """Several things as one says them."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _shared(mentor: Party, mentee: Party, preference_id: str, choices: list[str]) -> tuple[str, ...]:
    theirs = chosen(mentor, preference_id, choices)
    return tuple(one for one in chosen(mentee, preference_id, choices) if one in theirs)
