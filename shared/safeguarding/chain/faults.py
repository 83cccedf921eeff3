"""What is wrong with a chain: steps that nobody fills, people who are away or gone, addresses that take no
mail. Values in, values out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.people.permissions import CONVERSATION_READERS
from shared.policies.schema import Rank

from .rules import Chain, Tellable, is_away, is_named, serving

ROLE_WORDS: Mapping[str, str] = {
    "safeguarding_lead": "safeguarding lead",
    "deputy": "deputy",
    "coordinator": "coordinator",
    "regional_manager": "regional manager",
    "administrator": "administrator",
}


NOBODY_APART = (
    "Nobody whom worries about staff are for may read concerns, so that such a worry goes to everybody it is "
    "not about. Please name a regional manager, or somebody independent, in the policy."
)


@dataclass(frozen=True)
class Known:
    """Somebody with a role in the programme's staff, suspended ones too."""

    person_id: str
    name: str
    is_active: bool


def faults_of(
    chain: Chain, staff: Sequence[Tellable], everybody: Sequence[Known], *, now: datetime
) -> list[str]:
    """Each fault as a sentence that says what to mend, the gravest first; none when all is well.

    `staff` are those who can be told, once for each role.
    """
    if not staff:
        return ["There is nobody on the staff who could be told of a concern."]
    ranks = _ranks(chain)
    in_chain = [one for one in staff if any(is_named(one, rank) for _, rank in ranks)]
    if not in_chain:
        return ["Nobody on the staff is in the chain, so that every concern would go to the whole staff."]
    away = ["Everybody in the chain is away today."] if all(is_away(one, now) for one in in_chain) else []
    found = [
        *_faults_of_steps(ranks, staff, everybody, now),
        *_faults_about_staff(chain, staff, everybody, now),
        *_bouncing(chain, ranks, staff, everybody),
        *_alone(staff, everybody),
    ]
    return list(dict.fromkeys([*away, *found]))


def _ranks(chain: Chain) -> list[tuple[str, Rank]]:
    """Each step, and what to call it."""
    found = _numbered(chain.ranks, "") + _numbered(chain.out_of_hours_ranks, " out of hours")
    for severity, steps in chain.by_severity.items():
        found += _numbered(steps.ranks, f" for {severity}")
        found += _numbered(steps.out_of_hours_ranks, f" for {severity}, out of hours")
    return found


def _numbered(ranks: Sequence[Rank], which: str) -> list[tuple[str, Rank]]:
    return [(f"Step {place}{which}", rank) for place, rank in enumerate(ranks, start=1)]


def _faults_about_staff(
    chain: Chain, staff: Sequence[Tellable], everybody: Sequence[Known], now: datetime
) -> Iterator[str]:
    """Steps of theirs may be empty: what counts is that anybody apart can read such a worry."""
    if not chain.about_staff:
        return
    for words, rank in _numbered(chain.about_staff, " for worries about staff"):
        yield from _gone(words, rank, everybody)
    readers = [one for one in staff if one.role in CONVERSATION_READERS]
    if not any(is_named(one, rank) for one in readers for rank in chain.about_staff):
        yield NOBODY_APART
    elif not any(serving(readers, rank, now=now) for rank in chain.about_staff):
        yield "Everybody whom worries about staff are for is away today, so that others are told of them."


def _bouncing(
    chain: Chain,
    ranks: Sequence[tuple[str, Rank]],
    staff: Sequence[Tellable],
    everybody: Sequence[Known],
) -> Iterator[str]:
    names = {one.person_id: one.name for one in everybody}
    every = [*(rank for _, rank in ranks), *chain.about_staff]
    for one in staff:
        if one.bounces and any(is_named(one, rank) for rank in every):
            yield f"E-mails to {names.get(one.person_id, 'somebody in the chain')} do not arrive."


def _alone(staff: Sequence[Tellable], everybody: Sequence[Known]) -> Iterator[str]:
    readers = {one.person_id for one in staff if one.role in CONVERSATION_READERS}
    if len(readers) == 1:
        name = next((one.name for one in everybody if one.person_id in readers), "One person")
        yield f"{name} alone may read concerns, so that nothing severe can be closed: that takes two."


def _faults_of_steps(
    ranks: Sequence[tuple[str, Rank]], staff: Sequence[Tellable], everybody: Sequence[Known], now: datetime
) -> Iterator[str]:
    readers = {one.person_id for one in staff if one.role in CONVERSATION_READERS}
    for words, rank in ranks:
        yield from _gone(words, rank, everybody)
        if not any(is_named(one, rank) for one in staff):
            yield f"{words} has nobody: {_nobody_is(rank)}"
        elif not serving(staff, rank, now=now):
            yield f"Everybody of {words[0].lower()}{words[1:]} is away today, and nobody there stands in."
        elif not any(is_named(one, rank) and one.person_id in readers for one in staff):
            yield f"{words} has nobody who may read concerns, so that others are told with it at once."


def _gone(words: str, rank: Rank, everybody: Sequence[Known]) -> Iterator[str]:
    for person_id in rank.people:
        roles = [one for one in everybody if one.person_id == person_id]
        if not roles:
            yield f"{words} names somebody who is not on the staff any more."
        elif not any(one.is_active for one in roles):
            yield f"{words} names {roles[0].name}, who is suspended."


def _nobody_is(rank: Rank) -> str:
    roles = " or ".join(ROLE_WORDS[role] for role in rank.roles)
    return f"nobody on the staff is {roles}." if roles else "nobody it names is on the staff."
