"""Who may be brought together at all: the hard rules. Pure.

Each has an id, and words for how many of the other side it takes away. They are asked in one order, and
whoever is taken away counts for the first that does.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from shared.conversations.room import most_mentees
from shared.people.participation import Facts, pauses_of
from shared.people.wishes import Wishes, are_at_one_school, may_know
from shared.policies import Policy
from shared.policies.people import Side, Strand
from shared.programmes.rules import strand_of

MUST_PREFIX = "must:"
"""What the id of a rule begins with that stands for a preference which both must share."""


@dataclass(frozen=True)
class Party:
    """A mentor or a mentee, as matching knows them."""

    person_id: str
    first_name: str
    surname: str
    facts: Facts
    school: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    wishes: Wishes = field(default_factory=Wishes)
    pairs: int = 0
    """Conversations of theirs that go on, and suggestions that are kept."""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.surname}"


Couple = tuple[str, str]
"""The person_ids of a mentor and a mentee."""


@dataclass(frozen=True)
class Apart:
    """Couples who are not to be suggested, whatever they chose."""

    together: frozenset[Couple] = frozenset()
    """They have a conversation."""
    never_again: frozenset[Couple] = frozenset()
    declined: frozenset[Couple] = frozenset()


@dataclass(frozen=True)
class Problem:
    """Whom to bring together, and by what rules."""

    mentors: Sequence[Party]
    mentees: Sequence[Party]
    policy: Policy
    apart: Apart
    today: date


@dataclass(frozen=True)
class Found:
    """A couple: places in the problem's `mentors` and `mentees`."""

    mentor: int
    mentee: int
    score: int
    """See `wishes.score`."""


@dataclass(frozen=True)
class Solution:
    """What a solver found."""

    couples: Sequence[Found]
    counts: Mapping[int, Mapping[str, int]]
    """For the place of each mentee who has nobody: by the id of a rule, how many mentors it took away."""


Told = Callable[[int, str], None]
"""Is told how far it came: percent and words."""


class Solver(Protocol):
    """Finds the best couples: as many mentees as possible, then as much of their wishes as possible."""

    def __call__(self, problem: Problem, *, told: Told) -> Solution: ...


# ── One person ─────────────────────────────────────────────────────────────


def room_of(mentor: Party, policy: Policy) -> int:
    """How many mentees more this mentor can have."""
    return max(0, most_mentees(policy, mentor.wishes) - mentor.pairs)


@dataclass(frozen=True)
class Hindrance:
    """A rule that stands against somebody, whoever the other is."""

    rule: str
    sentence: str


def hindrance_of(side: Side, party: Party, policy: Policy, today: date) -> Hindrance | None:
    """The first rule for which this person cannot be matched with anybody, or None."""
    pause = next(pauses_of(side, party.facts, policy, today), None)
    if pause is not None:
        return Hindrance(pause.what, pause.sentence)
    if side == "mentor" and not room_of(party, policy):
        return Hindrance("room", _no_room(party))
    return None


def _no_room(mentor: Party) -> str:
    if mentor.wishes.most == 0:
        return f"{mentor.first_name} wants no mentee at the moment."
    number = "a mentee" if mentor.pairs == 1 else f"{mentor.pairs} mentees"
    return f"{mentor.first_name} has {number} already, and no room for another."


# ── Two people ─────────────────────────────────────────────────────────────


def rules_between(mentor: Party, mentee: Party, policy: Policy, apart: Apart) -> list[str]:
    """The ids of the rules that keep these two apart, whatever stands against each alone."""
    couple = (mentor.person_id, mentee.person_id)
    strands = policy.eligibility.strands
    against: dict[str, bool] = {
        "oneself": mentor.person_id == mentee.person_id,
        "together": couple in apart.together,
        "never_again": couple in apart.never_again,
        "declined": couple in apart.declined,
        "related": know_each_other(mentor, mentee),
        "school": policy.matching.same_school_apart and are_at_one_school(mentor.school, mentee.school),
        "strand": not fits_strand(mentor, strand_id(mentee, strands), strands),
    }
    for preference in policy.matching.preferences:
        if preference.must:
            both = [set(chosen(one, preference.id, preference.choices)) for one in (mentor, mentee)]
            against[f"{MUST_PREFIX}{preference.id}"] = all(both) and both[0].isdisjoint(both[1])
    return [rule for rule, stands in against.items() if stands]


def know_each_other(one: Party, other: Party) -> bool:
    """Whether one of them wrote a name of somebody they know that may be the other's."""
    return may_know(one.wishes.knows, other.first_name, other.surname) or may_know(
        other.wishes.knows, one.first_name, one.surname
    )


def chosen(party: Party, preference_id: str, choices: Collection[str]) -> tuple[str, ...]:
    """What somebody chose among what can be chosen now."""
    return tuple(one for one in party.wishes.preferences.get(preference_id, ()) if one in choices)


def strand_id(mentee: Party, strands: Sequence[Strand]) -> str:
    """Which strand a mentee belongs to; empty where nothing says."""
    found = strand_of(strands, mentee.answers)
    return found.id if found is not None else ""


def fits_strand(mentor: Party, strand: str, strands: Sequence[Strand]) -> bool:
    """Whether a mentor is for the mentees of a strand. Who was not asked, or has not answered, is for all."""
    for one in strands:
        if one.id == strand and one.mentor_question:
            answer = mentor.answers.get(one.mentor_question, "")
            return not answer or answer in one.mentor_answers
    return True


# ── In words ───────────────────────────────────────────────────────────────

COUNTED: Mapping[str, tuple[str, str]] = {
    "standing": ("1 is suspended", "{n} are suspended"),
    "vetting": ("1 waits for their checks", "{n} wait for their checks"),
    "leave": ("for 1 consent is missing", "for {n} consent is missing"),
    "method": ("1 has not chosen messages", "{n} have not chosen messages"),
    "room": ("1 has no room", "{n} have no room"),
    "oneself": ("1 is the same person", "{n} are the same person"),
    "together": ("1 has a conversation with them already", "{n} have a conversation with them already"),
    "never_again": ("1 is kept apart from them", "{n} are kept apart from them"),
    "declined": ("1 was declined for them in this cohort", "{n} were declined for them in this cohort"),
    "school": ("1 is at the same school", "{n} are at the same school"),
    "related": ("1 may know them", "{n} may know them"),
    "strand": ("1 is for another group", "{n} are for other groups"),
    "must": ("1 shares nothing under “{what}”", "{n} share nothing under “{what}”"),
    "taken": ("1 fits and is suggested for somebody else", "{n} fit and are suggested for others"),
}
"""How many a rule took away, for one and for several."""

BETWEEN: Mapping[str, str] = {
    "oneself": "They are the same person.",
    "together": "{mentee} and {mentor} have a conversation already.",
    "never_again": "The staff noted that {mentee} and {mentor} are never to be brought together.",
    "declined": "{mentor} was declined for {mentee} in this cohort.",
    "school": "{mentee} and {mentor} are at the same school.",
    "related": "{mentee} and {mentor} may know each other: one of them wrote a name that fits.",
    "strand": "{mentor} is there for another group than {mentee}’s.",
    "must": "{mentee} and {mentor} chose nothing alike under “{what}”.",
}
"""What keeps two apart, in words for staff."""

TAKEN = "taken"
"""Stands for those who fit, and whom others were given."""


def kept_apart_by(rule: str, mentor: Party, mentee: Party, policy: Policy) -> str:
    """What a rule says of two people, in a sentence."""
    kind, what = _kind_and_words(rule, policy)
    return BETWEEN[kind].format(mentor=mentor.first_name, mentee=mentee.first_name, what=what)


def counted(rule: str, number: int, policy: Policy) -> str:
    """How many a rule took away, in words."""
    kind, what = _kind_and_words(rule, policy)
    one, several = COUNTED[kind]
    return (one if number == 1 else several).format(n=number, what=what)


def _kind_and_words(rule: str, policy: Policy) -> tuple[str, str]:
    kind, _, preference_id = rule.partition(":")
    words = {one.id: one.mentee_words for one in policy.matching.preferences}
    return kind, words.get(preference_id, preference_id)


def why_nobody(counts: Mapping[str, int], policy: Policy) -> tuple[str, str]:
    """The rule that takes most mentors away from a mentee, and what stands in the way in words."""
    taken = [(rule, number) for rule, number in counts.items() if number]
    total = sum(number for _, number in taken)
    if not total:
        return "nobody", "There is no mentor in it yet."
    most = max(taken, key=lambda one: one[1])[0]
    said = ", ".join(counted(rule, number, policy) for rule, number in taken)
    if counts.get(TAKEN):
        return TAKEN, f"There are more mentees than mentors with room who fit. Of {_mentors(total)}, {said}."
    return most, f"No mentor fits. Of {_mentors(total)}, {said}."


def _mentors(number: int) -> str:
    return "1 mentor" if number == 1 else f"{number} mentors"
