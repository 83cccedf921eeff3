"""Saying what would suit in being matched, and whom one knows: for oneself, or by staff for somebody."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.audit.actions import record
from shared.conversations.never_again import find_apart, may_meet_again
from shared.people.items import Membership, membership_key
from shared.people.permissions import Role, Viewer, may_manage_people, own_role, require
from shared.people.rules import problem_with_name, tidy_name
from shared.people.wishes import HOW, MOST_ASKED_FOR, MOST_KNOWN, Known, Wishes, stored_wishes
from shared.platform.clock import order
from shared.platform.errors import Busy, Invalid, NotFound, require_none
from shared.platform.tables import Lost, find, transaction
from shared.policies import Policy
from shared.programmes.actions import load_programme

from .shown import mentors_to_ask

TRIES = 4
CHOOSE = "Please choose among the answers offered."
TOO_MANY_MENTORS = f"You can ask for {MOST_ASKED_FOR} mentors at most."
TOO_MANY_KNOWN = (
    f"There are {MOST_KNOWN} names already. If you know more people here, please tell your coordinator."
)

Change = Callable[[Membership, Wishes, Policy], Wishes]


@dataclass(frozen=True)
class Said:
    """What somebody filled in. What is left out is not chosen."""

    preferences: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mentors: Sequence[str] = ()
    """The person_ids of those whom a mentee asks for."""
    most: str = ""
    """How many mentees a mentor wants at most; empty for as many as the policy has."""
    is_shown: bool = False


def say_wishes(viewer: Viewer, programme_id: str, said: Said, *, now: datetime) -> None:
    """Stores what the viewer would like, in the place of what they said before. Raises NotFound, and Invalid
    with every field that needs another look."""
    role = own_role(viewer, programme_id)
    _change_own(viewer, programme_id, role, lambda *of: _with(said, *of, now=now))


def say_whom_one_knows(viewer: Viewer, programme_id: str, *, name: str, how: str, now: datetime) -> None:
    """Notes somebody with whom the viewer must not be matched. Only staff can take it away again. Said twice,
    it stands once. Raises NotFound, Invalid."""
    role = own_role(viewer, programme_id)
    known = _known(name, how, by=viewer.name, now=now)
    _change_own(viewer, programme_id, role, lambda _member, wishes, _policy: _knowing(wishes, known))


def enter_wishes(
    viewer: Viewer, programme_id: str, person_id: str, role: Role, said: Said, *, now: datetime
) -> None:
    """Stores for somebody what they told the staff. Raises as `say_wishes`."""
    _enter(viewer, programme_id, person_id, role, lambda *of: _with(said, *of, now=now), now)


def enter_whom_they_know(
    viewer: Viewer, programme_id: str, person_id: str, role: Role, *, name: str, how: str, now: datetime
) -> None:
    """Notes for somebody with whom they must not be matched. Raises as `say_whom_one_knows`."""
    require(may_manage_people(viewer, programme_id))
    known = _known(name, how, by=viewer.name, now=now)
    _enter(viewer, programme_id, person_id, role, lambda _m, wishes, _p: _knowing(wishes, known), now)


def forget_whom_they_know(
    viewer: Viewer, programme_id: str, person_id: str, role: Role, *, name: str, now: datetime
) -> None:
    """Takes a name away that somebody wrote. Raises NotFound; taken away twice, nothing changes."""

    def without(_member: Membership, wishes: Wishes, _policy: Policy) -> Wishes:
        return replace(wishes, knows=tuple(one for one in wishes.knows if one.name != name))

    _enter(viewer, programme_id, person_id, role, without, now)


def let_meet_again(
    viewer: Viewer, programme_id: str, *, mentor_id: str, mentee_id: str, now: datetime
) -> None:
    """Takes back that two are kept apart. Raises NotFound; taken back twice, nothing changes."""
    require(may_manage_people(viewer, programme_id))
    if viewer.person_id in (mentor_id, mentee_id):
        raise NotFound
    item = find_apart(programme_id, mentor_id, mentee_id)
    if item is None:
        return
    try:
        with transaction() as write:
            may_meet_again(write, item, by=viewer, now=now)
    except Lost:
        raise Busy from None


# ── The pieces ─────────────────────────────────────────────────────────────


def _change_own(viewer: Viewer, programme_id: str, role: Role, change: Change) -> None:
    _change(viewer, programme_id, viewer.person_id, role, change, on_behalf_at=None)


def _enter(
    viewer: Viewer, programme_id: str, person_id: str, role: Role, change: Change, now: datetime
) -> None:
    require(may_manage_people(viewer, programme_id) and viewer.person_id != person_id)
    _change(viewer, programme_id, person_id, role, change, on_behalf_at=now)


def _change(
    viewer: Viewer,
    programme_id: str,
    person_id: str,
    role: Role,
    change: Change,
    *,
    on_behalf_at: datetime | None,
) -> None:
    """Stores what `change` makes of somebody's wishes; what is done on their behalf is recorded."""
    policy = load_programme(programme_id).policy
    for _ in range(TRIES):
        member = find(Membership, *membership_key(person_id, programme_id, role))
        if member is None:
            raise NotFound
        wishes = change(member, member.wished, policy)
        if wishes == member.wished:
            return
        try:
            with transaction() as write:
                write.update(member, [Membership.wishes.set(stored_wishes(wishes))])
                if on_behalf_at is not None:
                    record(
                        write,
                        programme_id,
                        "changed_wishes",
                        f"person:{person_id}",
                        by_id=viewer.person_id,
                        by_name=viewer.name,
                        now=on_behalf_at,
                    )
            return
        except Lost:
            continue
    raise Busy


def _with(said: Said, member: Membership, wishes: Wishes, policy: Policy, *, now: datetime) -> Wishes:
    """What somebody said, in the place of what stood there. Raises Invalid."""
    problems = [Invalid(CHOOSE, field=name) for name in _unknown_choices(said, policy)]
    is_mentor = member.role == Role.MENTOR
    if is_mentor and (problem := _problem_with_most(said.most, policy)):
        problems.append(Invalid(problem, field="most"))
    mentors = () if is_mentor else tuple(dict.fromkeys(said.mentors))
    if len(mentors) > MOST_ASKED_FOR:
        problems.append(Invalid(TOO_MANY_MENTORS, field="mentors"))
    elif any(one not in _can_be_asked_for(member, wishes, policy, now) for one in mentors):
        problems.append(Invalid(CHOOSE, field="mentors"))
    require_none(problems)
    return replace(
        wishes,
        preferences={
            name: tuple(dict.fromkeys(chosen)) for name, chosen in said.preferences.items() if chosen
        },
        mentors=mentors,
        most=int(said.most) if is_mentor and said.most else None,
        is_shown=is_mentor and policy.matching.mentees_ask and said.is_shown,
    )


def _unknown_choices(said: Said, policy: Policy) -> list[str]:
    """The fields in which something stands that cannot be chosen."""
    offered = {one.id: set(one.choices) for one in policy.matching.preferences}
    return [
        f"answer_{name}"
        for name, chosen in said.preferences.items()
        if not set(chosen) <= offered.get(name, set())
    ]


def _problem_with_most(said: str, policy: Policy) -> str:
    possible = policy.matching.mentees_per_mentor
    if not said or (said.isascii() and said.isdecimal() and int(said) <= possible):
        return ""
    return f"Please choose a number up to {possible}."


def _can_be_asked_for(member: Membership, wishes: Wishes, policy: Policy, now: datetime) -> set[str]:
    """Whom they asked for before stays, though that mentor is not shown any more."""
    return {*wishes.mentors, *(one.person_id for one in mentors_to_ask(member, policy, now=now))}


def _known(name: str, how: str, *, by: str, now: datetime) -> Known:
    name = tidy_name(name)
    problems = []
    if problem := problem_with_name(name, "name"):
        problems.append(Invalid(problem, field="name"))
    if how not in HOW:
        problems.append(Invalid("Please choose how you know each other.", field="how"))
    require_none(problems)
    return Known(name, next(one for one in HOW if one == how), by=by, at=order(now))


def _knowing(wishes: Wishes, known: Known) -> Wishes:
    if any(one.name.casefold() == known.name.casefold() for one in wishes.knows):
        return wishes
    if len(wishes.knows) >= MOST_KNOWN:
        raise Invalid(TOO_MANY_KNOWN, field="name")
    return replace(wishes, knows=(*wishes.knows, known))
